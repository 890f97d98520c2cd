//! A repeated request is done once, and answered as it was the first time.

use std::sync::Barrier;

use anze_tests::{Cast, Database, Stage, World, actors, both_databases};
use chrono::Duration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The header that says that an answer is given again.
const REPLAYED: &str = "idempotency-replayed";

/// Fifty at once with one key: one project; the others get its answer again, or are told that it is on its way.
#[both_databases]
fn fifty_at_once_make_one(world: &World) {
    let cast = Cast::new(world);
    let start = Barrier::new(50);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50)
            .map(|_| {
                let (start, cast) = (&start, &cast);
                scope.spawn(move || {
                    let request = cast.contractor.post("/api/v1/projects").json(actors::project_body(cast));
                    let request = request.idempotency_key("fifty-at-once");
                    start.wait();
                    request.send()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    });
    let (made, told): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    for answer in told {
        assert!(answer.header("retry-after").is_some(), "{answer}");
        answer.problem(409, "idempotency_key_in_flight");
    }
    let first: Vec<_> = made.iter().filter(|answer| answer.header(REPLAYED).is_none()).collect();
    assert_eq!(first.len(), 1, "one was made, {} answered 201", made.len());
    for answer in &made {
        assert_eq!((&answer.bytes, answer.etag()), (&first[0].bytes, first[0].etag()));
        assert_eq!(answer.header("location"), first[0].header("location"));
    }
    assert_eq!(cast.contractor.all("/api/v1/projects").len(), 1);
}

/// The same key for something else is refused; for another caller or another path it is another key.
#[both_databases]
fn a_key_belongs_to_one_request(world: &World) {
    let cast = Cast::new(world);
    let post = |actor: &anze_tests::Actor, body: Value| {
        actor.post("/api/v1/projects").idempotency_key("my-key").json(body).send()
    };
    let body = actors::project_body(&cast);
    let first = post(&cast.contractor, body.clone()).expect(201);
    let again = post(&cast.contractor, body.clone()).expect(201);
    assert_eq!((again.header(REPLAYED), &again.bytes), (Some("true"), &first.bytes));
    let mut other = body.clone();
    other["name"] = json!("另一个项目");
    post(&cast.contractor, other).problem(422, "idempotency_key_reused");
    let stranger = cast.another("contractor");
    assert_ne!(post(&stranger, body).expect(201).id(), first.id());
    let quoted = cast
        .contractor
        .post(format!("/api/v1/projects/{}/register", first.id()))
        .if_match(first.etag())
        .idempotency_key("\"my-key\"");
    let registered = quoted.send().expect(200);
    assert_eq!((registered.text("status"), registered.header(REPLAYED)), ("registered", None));
    // The repeated change is answered as it was, although its version is stale by now.
    let again = cast
        .contractor
        .post(format!("/api/v1/projects/{}/register", first.id()))
        .if_match(first.etag())
        .idempotency_key("my-key");
    assert_eq!(again.send().expect(200).header(REPLAYED), Some("true"));
}

/// What is kept of a body says nothing of it: it is a digest under a key of the server's.
#[both_databases]
fn what_is_kept_of_a_body_is_keyed(world: &World) {
    let cast = Cast::new(world);
    let body = actors::project_body(&cast).to_string();
    let post = || {
        cast.contractor
            .post("/api/v1/projects")
            .idempotency_key("keyed")
            .body("application/json", body.clone())
            .send()
            .expect(201)
    };
    let first = post();
    assert_eq!(post().id(), first.id());
    let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let literal = match world.database().kind() {
        Database::Sqlite => format!("x'{digest}'"),
        Database::Postgres => format!("'\\x{digest}'::bytea"),
    };
    assert_eq!(
        world
            .database()
            .number(&format!("SELECT count(*) AS n FROM idempotency_records WHERE body_digest = {literal}")),
        0
    );
}

/// What was refused changed nothing: the same key may try again.
#[both_databases]
fn a_refusal_is_not_kept(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Drafted);
    let submit = |etag: &str| {
        let path = format!("{}/submit", story.commission().path);
        cast.insurer.post(path).if_match(etag).idempotency_key("try-again").send()
    };
    submit("\"0-0000000000000000\"").problem(412, "version_stale");
    assert_eq!(submit(&story.commission().etag).expect(200).text("status"), "submitted");
}

/// An answer is given again for 24 hours, no longer.
#[both_databases]
fn a_key_is_kept_for_a_day(world: &World) {
    let cast = Cast::new(world);
    let post = || {
        cast.contractor
            .post("/api/v1/projects")
            .idempotency_key("a-day")
            .json(actors::project_body(&cast))
            .send()
            .expect(201)
    };
    let first = post();
    world.clock().advance(Duration::hours(24) - Duration::seconds(1));
    assert_eq!(post().id(), first.id());
    world.clock().advance(Duration::seconds(1));
    assert_ne!(post().id(), first.id());
}

/// Keys have a form.
#[both_databases]
fn a_key_is_visible_and_not_too_long(world: &World) {
    let cast = Cast::new(world);
    let with = |key: &str| {
        cast.contractor.post("/api/v1/projects").idempotency_key(key).json(actors::project_body(&cast)).send()
    };
    with(&"k".repeat(255)).expect(201);
    for key in [&"k".repeat(256), "", "with space", "\"unclosed"] {
        with(key).problem(400, "idempotency_key_invalid");
    }
}

/// A password is changed once, however often the answer is lost.
#[both_databases]
fn a_change_of_password_can_be_repeated(world: &World) {
    let cast = Cast::new(world);
    let change = || {
        let body = json!({ "current_password": anze_tests::world::PASSWORD, "new_password": "six granite lions, two bridges" });
        cast.owner.post("/api/v1/auth/password").idempotency_key("new-password").json(body).send()
    };
    change().expect(204);
    assert_eq!(change().expect(204).header(REPLAYED), Some("true"));
}

/// Also an upload.
#[both_databases]
fn an_upload_is_taken_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let bytes = actors::jpeg();
    let upload = |bytes: Vec<u8>| {
        let path = format!("{}/attachments?kind=photo&file_name=a.jpg", story.visit().path);
        cast.leader.post(path).idempotency_key("photo").body("application/octet-stream", bytes).send()
    };
    let first = upload(bytes.clone()).expect(201);
    assert_eq!(upload(bytes).expect(201).id(), first.id());
    upload(actors::jpeg()).problem(422, "idempotency_key_reused");
    assert_eq!(cast.leader.all(&format!("{}/attachments", story.visit().path)).len(), 1);
}

/// A repeated upload or token has its first answer, however things and time have moved on.
#[both_databases]
fn a_late_repetition_is_not_judged_anew(world: &World) {
    let cast = Cast::new(world);
    let expires_at = cast.now() + Duration::hours(1);
    let token = || {
        let body = json!({ "name": "夜间批量对接", "scopes": ["projects:read"], "expires_at": expires_at });
        cast.insurer.post("/api/v1/api-tokens").idempotency_key("token").json(body).send()
    };
    let made = token().expect(201);
    world.clock().advance(Duration::hours(2));
    let again = token().expect(201);
    assert_eq!((again.header(REPLAYED), &again.bytes), (Some("true"), &made.bytes));
    let story = cast.bring_to(Stage::OnSite);
    let bytes = actors::jpeg();
    let upload = |bytes: Vec<u8>| {
        let path = format!("{}/attachments?kind=photo&file_name=a.jpg", story.visit().path);
        cast.leader.post(path).idempotency_key("photo").body("application/octet-stream", bytes).send()
    };
    let first = upload(bytes.clone()).expect(201);
    cast.upload(&cast.end(&cast.visit(&story.visit().id)));
    let new = format!("{}/attachments?kind=photo&file_name=b.jpg", story.visit().path);
    cast.leader.post(new).body("application/octet-stream", bytes.clone()).send().problem(409, "wrong_state");
    let again = upload(bytes).expect(201);
    assert_eq!((again.header(REPLAYED), &again.bytes), (Some("true"), &first.bytes));
    upload(actors::jpeg()).problem(422, "idempotency_key_reused");
}

mod behind_a_proxy {
    use anze_api::app::settings::Settings;

    use super::*;

    fn proxied(settings: &mut Settings) {
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    }

    /// Of those who are nobody yet, each address has keys of its own.
    #[both_databases(settings = proxied)]
    fn nobodys_keys_are_of_their_address(world: &World) {
        let cast = Cast::new(world);
        let body = json!({ "login_name": cast.owner.login_name, "password": anze_tests::world::PASSWORD });
        let from = |address: &str| {
            let request = cast
                .nobody()
                .post("/api/v1/auth/login")
                .idempotency_key("the-first")
                .header("x-forwarded-for", address);
            request.json(body.clone()).send().expect(200)
        };
        let (here, there) = (from("203.0.113.1"), from("203.0.113.2"));
        assert_ne!(here["session_id"], there["session_id"]);
        assert_eq!(from("203.0.113.1").bytes, here.bytes);
        assert_eq!(from("::ffff:203.0.113.2").bytes, there.bytes);
    }
}
