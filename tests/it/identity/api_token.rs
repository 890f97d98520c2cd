//! API tokens: what a system may, from where, and until when.

use anze_tests::{Answer, Cast, Record, Stage, World, actors, both_databases};
use chrono::Duration;
use serde_json::{Value, json};

fn make(cast: &Cast, change: impl FnOnce(&mut Value)) -> Answer {
    let mut body = json!({
        "name": "夜间批量对接", "scopes": ["projects:read", "policies:read"], "expires_at": cast.now() + Duration::days(1)
    });
    change(&mut body);
    cast.insurer.post("/api/v1/api-tokens").json(body).send()
}

/// How a system with this token is answered.
fn asks(cast: &Cast, made: &Answer) -> u16 {
    cast.nobody().with_token(made.text("token")).get("/api/v1/policies").send().status.as_u16()
}

fn record(made: &Answer) -> Record {
    let id = made["api_token"]["id"].as_str().expect("an id").to_owned();
    Record {
        path: format!("/api/v1/api-tokens/{id}"),
        id,
        etag: made.etag(),
        body: made["api_token"].clone(),
    }
}

/// A token may what its scopes say, and nothing that is for people.
#[both_databases]
fn a_token_keeps_to_its_scopes(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let reader = cast.system_of(&cast.insurer, &["policies:read"]);
    reader.get(&story.policy().path).send().expect(200);
    for path in [&story.project.path, "/api/v1/commissions", "/api/v1/users", "/api/v1/auth/sessions"] {
        reader.get(path).send().problem(403, "forbidden");
    }
    let body = actors::policy_body(&story.project, "100000.00");
    reader.post("/api/v1/policies").json(body.clone()).send().problem(403, "forbidden");
    let writer = cast.system_of(&cast.insurer, &["policies:write"]);
    writer.post("/api/v1/policies").json(body).send().expect(201);
    assert_eq!(reader.get("/api/v1/me").send().expect(200)["kind"], "token");
}

/// It is shown once, and kept as its digest.
#[both_databases]
fn a_token_is_shown_once(world: &World) {
    let cast = Cast::new(world);
    let made = make(&cast, |_| ()).expect(201);
    let kept = cast.insurer.get(record(&made).path).send().expect(200);
    assert!(kept["token"].is_null() && !String::from_utf8_lossy(&kept.bytes).contains(made.text("token")));
    assert!(made.text("token").starts_with(kept.text("hint")), "{kept}");
    assert!(kept["last_used_at"].is_null());
    assert_eq!(asks(&cast, &made), 200);
    assert_eq!(cast.insurer.get(record(&made).path).send()["last_used_at"], json!("2026-02-09T01:00:00Z"));
}

/// From its networks only.
#[both_databases]
fn a_token_is_used_from_its_networks(world: &World) {
    let cast = Cast::new(world);
    let from = |network: &str| make(&cast, |body| body["networks"] = json!([network]));
    assert_eq!(asks(&cast, &from("203.0.113.0/24").expect(201)), 401);
    assert_eq!(asks(&cast, &from("127.0.0.0/8").expect(201)), 200);
    from("203.0.113.0/33").problem(422, "invalid_value").invalid_field("/networks/0", "invalid_value");
}

/// What is on record as its networks and cannot be read is none of them, never all.
#[both_databases]
fn unreadable_networks_refuse(world: &World) {
    let cast = Cast::new(world);
    let made = make(&cast, |body| body["networks"] = json!(["127.0.0.0/8"])).expect(201);
    assert_eq!(asks(&cast, &made), 200);
    assert_eq!(
        world
            .database()
            .execute("UPDATE api_tokens SET networks = '127.0.0.0/8 10.0.0.0/99' WHERE networks <> ''"),
        1
    );
    world.clock().advance(Duration::seconds(2));
    assert_eq!(asks(&cast, &made), 401);
}

/// Its use is noted where it was let in, and a database that is busy with other things does not keep it out.
#[both_databases]
fn a_use_is_noted_on_the_way(world: &World) {
    let cast = Cast::new(world);
    let from_elsewhere = make(&cast, |body| body["networks"] = json!(["203.0.113.0/24"])).expect(201);
    assert_eq!(asks(&cast, &from_elsewhere), 401);
    assert!(cast.insurer.get(record(&from_elsewhere).path).send()["last_used_at"].is_null());
    let made = make(&cast, |_| ()).expect(201);
    assert_eq!(world.database().while_held(|| asks(&cast, &made)), 200);
}

/// Until its time, which is at most 366 days ahead.
#[both_databases]
fn a_token_ends_at_its_time(world: &World) {
    let cast = Cast::new(world);
    let until = |days: i64| make(&cast, |body| body["expires_at"] = json!(cast.now() + Duration::days(days)));
    until(367).problem(422, "token_expiry").invalid_field("/expires_at", "token_expiry");
    until(0).problem(422, "token_expiry");
    until(366).expect(201);
    let made = until(1).expect(201);
    assert_eq!(asks(&cast, &made), 200);
    world.clock().advance(Duration::days(1));
    assert_eq!(asks(&cast, &made), 401);
    cast.insurer.try_act(&record(&made), "revoke", Value::Null).problem(409, "token_over");
}

/// Rotated, both hold for a while.
#[both_databases]
fn both_tokens_hold_while_they_overlap(world: &World) {
    let cast = Cast::new(world);
    let old = make(&cast, |body| body["expires_at"] = json!(cast.now() + Duration::days(30))).expect(201);
    let rotation = json!({ "overlap_minutes": 60, "expires_at": cast.now() + Duration::days(60) });
    let new = cast.insurer.try_act(&record(&old), "rotate", rotation).expect(201);
    assert_eq!(new["api_token"]["scopes"], old["api_token"]["scopes"]);
    assert_eq!((asks(&cast, &old), asks(&cast, &new)), (200, 200));
    world.clock().advance(Duration::minutes(60));
    assert_eq!((asks(&cast, &old), asks(&cast, &new)), (401, 200));
}

/// Revoked, it is over at once.
#[both_databases]
fn a_revoked_token_is_over_at_once(world: &World) {
    let cast = Cast::new(world);
    let made = make(&cast, |_| ()).expect(201);
    assert_eq!(asks(&cast, &made), 200);
    cast.insurer.act(&record(&made), "revoke", Value::Null);
    assert_eq!(asks(&cast, &made), 401);
}

/// A typing error is told from a token by its checksum, and told no more than any other.
#[both_databases]
fn a_mistyped_token_is_refused(world: &World) {
    let cast = Cast::new(world);
    let token = make(&cast, |_| ()).expect(201).text("token").to_owned();
    let wrong = |index: usize| -> String {
        let other = if token.as_bytes()[index] == b'a' { "b" } else { "a" };
        format!("{}{other}{}", &token[..index], &token[index + 1..])
    };
    for mistyped in [
        wrong(5),
        wrong(token.len() - 1),
        token[..token.len() - 1].to_owned(),
        format!("{token}a"),
        token.to_uppercase(),
    ] {
        cast.nobody().with_token(mistyped).get("/api/v1/me").send().problem(401, "unauthenticated");
    }
}
