//! Login and what follows: sessions, their tokens, and what ends them.

use std::sync::Barrier;

use anze_tests::{Answer, Cast, Client, World, actors, both_databases, world::PASSWORD};
use chrono::Duration;
use serde_json::{Value, json};

fn login(nobody: &Client, name: &str, password: &str) -> Answer {
    nobody.post("/api/v1/auth/login").json(json!({ "login_name": name, "password": password })).send()
}

fn refresh(nobody: &Client, tokens: &Answer) -> Answer {
    nobody.post("/api/v1/auth/refresh").json(json!({ "refresh_token": tokens.text("refresh_token") })).send()
}

fn me(nobody: &Client, tokens: &Answer) -> u16 {
    nobody.with_token(tokens.text("access_token")).get("/api/v1/me").send().status.as_u16()
}

/// Each refresh token is used once; one that was spent is taken again only for a moment, from the same client.
#[both_databases]
fn a_refresh_token_is_rotated(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let first = login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
    let second = refresh(nobody, &first).expect(200);
    assert_ne!(first.text("refresh_token"), second.text("refresh_token"));
    assert_eq!(first["session_id"], second["session_id"]);
    world.clock().advance(Duration::seconds(10));
    let third = refresh(nobody, &first).expect(200);
    assert_eq!((me(nobody, &second), me(nobody, &third)), (200, 200));
}

/// A spent token that comes back later was stolen: the whole family ends, and the log says so.
#[both_databases]
fn a_reused_refresh_token_ends_its_family(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let first = login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
    let second = refresh(nobody, &first).expect(200);
    world.clock().advance(Duration::seconds(10) + Duration::microseconds(1));
    refresh(nobody, &first).problem(401, "session_ended");
    refresh(nobody, &second).problem(401, "session_ended");
    assert_eq!(me(nobody, &second), 401);
    let logged = world.database().number(
        "SELECT count(*) AS n FROM events WHERE name = 'session_ended' AND reason = 'refresh_token_reused'",
    );
    assert_eq!(logged, 1);
}

/// Within the moment of grace only the same client is believed.
#[both_databases]
fn another_client_has_no_grace(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let first = login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
    refresh(nobody, &first).expect(200);
    let body = json!({ "refresh_token": first.text("refresh_token") });
    nobody
        .post("/api/v1/auth/refresh")
        .header("user-agent", "thief/1")
        .json(body)
        .send()
        .problem(401, "session_ended");
    assert_eq!(me(nobody, &first), 401);
}

/// A session that is not refreshed for thirty days is over.
#[both_databases]
fn a_session_grows_old(world: &World) {
    let cast = Cast::new(world);
    let tokens = login(cast.nobody(), &cast.owner.login_name, PASSWORD).expect(200);
    world.clock().advance(Duration::days(30));
    refresh(cast.nobody(), &tokens).problem(401, "session_ended");
}

/// Logout ends the session, here and for its tokens.
#[both_databases]
fn logout_ends_the_session(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let (one, other) = (
        login(nobody, &cast.owner.login_name, PASSWORD).expect(200),
        login(nobody, &cast.owner.login_name, PASSWORD).expect(200),
    );
    nobody.with_token(one.text("access_token")).post("/api/v1/auth/logout").send().expect(204);
    assert_eq!((me(nobody, &one), me(nobody, &other)), (401, 200));
    refresh(nobody, &one).problem(401, "session_ended");
}

/// People see their own sessions and end them; those of others are not there.
#[both_databases]
fn people_end_their_own_sessions(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let phone = login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
    let path = format!("/api/v1/auth/sessions/{}", phone.text("session_id"));
    cast.contractor.delete(&path).send().problem(404, "not_found");
    let listed = cast.owner.all("/api/v1/auth/sessions");
    assert_eq!(listed.len(), 2);
    assert_eq!(listed.iter().filter(|session| session["current"] == true).count(), 1);
    cast.owner.delete(&path).send().expect(204);
    assert_eq!(me(nobody, &phone), 401);
    assert_eq!(cast.owner.all("/api/v1/auth/sessions").len(), 1);
}

/// A changed password ends every other session.
#[both_databases]
fn a_changed_password_ends_other_sessions(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let stolen = login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
    let change = |current: &str, new: &str| {
        cast.owner
            .post("/api/v1/auth/password")
            .json(json!({ "current_password": current, "new_password": new }))
            .send()
    };
    change("not the password", "six granite lions, two bridges")
        .problem(422, "wrong_password")
        .invalid_field("/current_password", "wrong_password");
    change(PASSWORD, &"a".repeat(12)).problem(422, "password_too_weak");
    change(PASSWORD, "six granite lions, two bridges").expect(204);
    assert_eq!(me(nobody, &stolen), 401);
    cast.owner.get("/api/v1/me").send().expect(200);
    login(nobody, &cast.owner.login_name, PASSWORD).problem(401, "invalid_credentials");
    login(nobody, &cast.owner.login_name, "six granite lions, two bridges").expect(200);
}

/// A disabled user is out at once; a suspended organisation's people see only themselves.
#[both_databases]
fn who_is_disabled_is_out_at_once(world: &World) {
    let cast = Cast::new(world);
    let worker = cast.colleague(&cast.contractor, "operator");
    let users = cast.contractor.all("/api/v1/users");
    let user =
        users.iter().find(|user| user["login_name"] == worker.login_name.as_str()).expect("it is listed");
    let path = format!("/api/v1/users/{}", user["id"].as_str().expect("an id"));
    let seen = cast.contractor.get(&path).send();
    cast.contractor.post(format!("{path}/disable")).if_match(seen.etag()).send().expect(200);
    worker.get("/api/v1/me").send().problem(401, "unauthenticated");
    login(cast.nobody(), &worker.login_name, PASSWORD).problem(401, "invalid_credentials");
    let organization =
        cast.association.get(format!("/api/v1/organizations/{}", cast.insurer.organization_id)).send();
    let suspend =
        cast.association.post(format!("/api/v1/organizations/{}/suspend", cast.insurer.organization_id));
    suspend.if_match(organization.etag()).json(actors::because()).send().expect(200);
    cast.insurer.get("/api/v1/me").send().expect(200);
    for who in [&cast.insurer, &cast.insurer_system] {
        who.get("/api/v1/policies").send().problem(403, "organization_not_active");
    }
}

/// Failed logins slow down, by account; the right password waits as well.
#[both_databases]
fn wrong_passwords_slow_down(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let name = &cast.owner.login_name;
    for _ in 0..5 {
        login(nobody, name, "not the password").problem(401, "invalid_credentials");
    }
    for password in ["not the password", PASSWORD] {
        let told = login(nobody, name, password).problem(429, "too_many_attempts");
        assert_eq!(told.header("retry-after"), Some("1"), "{told}");
    }
    world.clock().advance(Duration::seconds(1));
    login(nobody, name, "not the password").problem(401, "invalid_credentials");
    assert_eq!(
        login(nobody, name, PASSWORD).problem(429, "too_many_attempts").header("retry-after"),
        Some("2")
    );
    world.clock().advance(Duration::seconds(2));
    login(nobody, name, PASSWORD).expect(200);
    login(nobody, name, "not the password").problem(401, "invalid_credentials");
}

/// An unknown name is told what a wrong password is told, and slowed down alike.
#[both_databases]
fn unknown_names_are_told_the_same(world: &World) {
    let cast = Cast::new(world);
    let told = |name: &str| -> Vec<Value> {
        let answers = (0..8).map(|_| login(cast.nobody(), name, "not the password"));
        answers
            .map(|answer| {
                let mut body = answer.body.clone();
                body["request_id"] = Value::Null;
                json!([answer.status.as_u16(), body, answer.header("retry-after")])
            })
            .collect()
    };
    assert_eq!(told("nobody-of-that-name"), told(&cast.owner.login_name));
}

/// A token that was written by another, or has passed its time, is none.
#[both_databases]
fn a_forged_access_token_is_refused(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    let (mine, other) = (
        login(nobody, &cast.owner.login_name, PASSWORD),
        login(nobody, &cast.association.login_name, PASSWORD),
    );
    let parts = |tokens: &Answer| -> [String; 3] {
        let parts: Vec<String> = tokens.text("access_token").split('.').map(str::to_owned).collect();
        parts.try_into().expect("three parts")
    };
    let ([head, body, sign], [_, bigger, _]) = (parts(&mine), parts(&other));
    let last = if sign.starts_with('A') { 'B' } else { 'A' };
    let forged = [
        format!("{head}.{bigger}.{sign}"),
        format!("{head}.{body}."),
        format!("{head}.{body}.{last}{}", &sign[1..]),
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}."),
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.{sign}"),
        mine.text("refresh_token").to_owned(),
    ];
    for token in forged {
        nobody.with_token(&token).get("/api/v1/me").send().problem(401, "unauthenticated");
    }
    nobody
        .get("/api/v1/me")
        .header("authorization", "Basic b3duZXI6cGFzcw==")
        .send()
        .problem(401, "unauthenticated");
    assert_eq!(me(nobody, &mine), 200);
    world.clock().advance(Duration::minutes(15));
    assert_eq!(me(nobody, &mine), 401);
}

/// Fifty wrong passwords at the same moment: five are compared, as when they come one after another.
#[both_databases]
fn fifty_wrong_passwords_at_once_are_five(world: &World) {
    let cast = Cast::new(world);
    let (nobody, name) = (cast.nobody(), &cast.owner.login_name);
    let start = Barrier::new(50);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    login(nobody, name, "not the password")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    });
    let (compared, told): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 401);
    assert_eq!(compared.len(), 5);
    for answer in told {
        assert_eq!(answer.problem(429, "too_many_attempts").header("retry-after"), Some("1"));
    }
    login(nobody, name, PASSWORD).problem(429, "too_many_attempts");
    world.clock().advance(Duration::seconds(1));
    login(nobody, name, PASSWORD).expect(200);
    login(nobody, name, "not the password").problem(401, "invalid_credentials");
}

/// Who logs in rightly costs others at the same address nothing, however many they are.
#[both_databases]
fn right_passwords_cost_nothing(world: &World) {
    let cast = Cast::new(world);
    for _ in 0..30 {
        login(cast.nobody(), &cast.owner.login_name, PASSWORD).expect(200);
    }
    assert_eq!(
        world.database().number("SELECT CAST(coalesce(max(failures), 0) AS BIGINT) AS n FROM failed_logins"),
        0
    );
}

/// Of two logins at the same moment, the one that began first may be counted last: the other's moment is no wait.
#[both_databases]
fn a_login_that_began_before_another_does_not_wait(world: &World) {
    let cast = Cast::new(world);
    let nobody = cast.nobody();
    world.clock().advance(Duration::milliseconds(5));
    login(nobody, "nobody-of-that-name", "not the password").problem(401, "invalid_credentials");
    login(nobody, &cast.insurer.login_name, PASSWORD).expect(200);
    world.clock().advance(Duration::milliseconds(-5));
    login(nobody, "nobody-of-that-name", "not the password").problem(401, "invalid_credentials");
    login(nobody, &cast.owner.login_name, PASSWORD).expect(200);
}

/// A login whose answer was lost is repeated under its key: it is the right password each time.
#[both_databases]
fn a_repeated_login_is_no_failed_try(world: &World) {
    let cast = Cast::new(world);
    let body = json!({ "login_name": cast.owner.login_name, "password": PASSWORD });
    let post = || {
        cast.nobody().post("/api/v1/auth/login").idempotency_key("lost").json(body.clone()).send().expect(200)
    };
    let first = post();
    for _ in 0..10 {
        let again = post();
        assert_eq!((again.header("idempotency-replayed"), &again.bytes), (Some("true"), &first.bytes));
    }
    login(cast.nobody(), &cast.owner.login_name, PASSWORD).expect(200);
    assert_eq!(
        world.database().number("SELECT CAST(coalesce(max(failures), 0) AS BIGINT) AS n FROM failed_logins"),
        0
    );
}

/// Who has come by a session does not find the password by trying; the right one costs nothing.
#[both_databases]
fn a_session_is_no_way_to_try_passwords(world: &World) {
    let cast = Cast::new(world);
    let change = |current: &str, new: &str| {
        cast.owner
            .post("/api/v1/auth/password")
            .json(json!({ "current_password": current, "new_password": new }))
            .send()
    };
    let (mut now, mut other) = (PASSWORD, "six granite lions, two bridges");
    for _ in 0..8 {
        change(now, other).expect(204);
        std::mem::swap(&mut now, &mut other);
    }
    for _ in 0..5 {
        change("not the password", "seven granite lions").problem(422, "wrong_password");
    }
    for password in ["not the password", now] {
        change(password, "seven granite lions").problem(429, "too_many_attempts");
    }
    // Logging in is another matter.
    login(cast.nobody(), &cast.owner.login_name, now).expect(200);
    world.clock().advance(Duration::seconds(1));
    change(now, "seven granite lions").expect(204);
}

/// What lies a day back is forgotten, and removed.
#[both_databases]
fn failed_logins_are_not_kept(world: &World) {
    let cast = Cast::new(world);
    for name in ["nobody-1", "nobody-2", &cast.owner.login_name] {
        login(cast.nobody(), name, "not the password").problem(401, "invalid_credentials");
    }
    let application = world.application();
    let kept = || {
        let round = anze_api::jobs::housekeeping::run_round(&application);
        assert_eq!(actix_web::rt::System::new().block_on(round), Vec::<&str>::new());
        world.database().number("SELECT count(*) AS n FROM failed_logins")
    };
    assert_eq!(kept(), 4);
    world.clock().advance(Duration::days(1));
    assert_eq!(kept(), 4);
    world.clock().advance(Duration::seconds(1));
    assert_eq!(kept(), 0);
}

/// What ends a session or revokes a token on one node is known on another within a second.
#[both_databases]
fn another_node_knows_within_a_second(world: &World) {
    let cast = Cast::new(world);
    let (running, second) = world.second_node();
    let tokens = login(cast.nobody(), &cast.owner.login_name, PASSWORD).expect(200);
    let made = cast
        .insurer
        .post("/api/v1/api-tokens")
        .json(json!({
            "name": "夜间批量对接", "scopes": ["projects:read"], "expires_at": cast.now() + Duration::days(30)
        }))
        .send()
        .expect(201);
    let token = made["api_token"]["id"].as_str().expect("an id").to_owned();
    let at = |token: &str| second.with_token(token).get("/api/v1/projects").send().status.as_u16();
    assert_eq!((at(tokens.text("access_token")), at(made.text("token"))), (200, 200));
    cast.owner.delete(format!("/api/v1/auth/sessions/{}", tokens.text("session_id"))).send().expect(204);
    let path = format!("/api/v1/api-tokens/{token}");
    let seen = cast.insurer.get(&path).send().expect(200);
    cast.insurer.post(format!("{path}/revoke")).if_match(seen.etag()).send().expect(200);
    world.clock().advance(Duration::seconds(1));
    assert_eq!((at(tokens.text("access_token")), at(made.text("token"))), (401, 401));
    drop(running);
}
