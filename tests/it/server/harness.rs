//! The harness itself does what the other tests rely on.

use anze_tests::{Binary, World, both_databases};
use chrono::Duration;
use serde_json::json;

/// The smallest test: an open calculation, answered as the contract says.
#[both_databases]
fn a_world_answers(world: &World) {
    let answer = world
        .anonymous()
        .get("/api/v1/deadlines?ended_at=2026-02-13T16:30:00%2B08:00&working_days=2")
        .send()
        .expect(200);
    assert_eq!(
        answer.body,
        json!({
            "due_on": "2026-02-24",
            "due_at": "2026-02-24T16:00:00Z",
            "provisional": false,
            "counted_days": ["2026-02-14", "2026-02-24"]
        })
    );
}

/// A client that outlives its token is given another one.
#[both_databases]
fn a_person_stays_logged_in_when_time_passes(world: &World) {
    let person = world.association();
    let first = person.token();
    world.clock().advance(Duration::minutes(5));
    assert_eq!(person.token(), first);
    world.clock().advance(Duration::hours(3));
    assert_ne!(person.token(), first);
    let login = json!({ "login_name": "association", "password": "not the password, by far" });
    let refused = world.anonymous().post("/api/v1/auth/login").json(login).send().expect(401);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
}

/// Killed and started again, the command answers from the same database.
#[both_databases]
fn a_killed_command_starts_again(mut binary: Binary) {
    assert!(binary.association().token().is_some());
    binary.kill();
    let gone = binary.anonymous().get("/readyz").outside_the_contract().try_send();
    assert!(gone.is_err(), "a killed server answers: {gone:?}");
    binary.start_again();
    assert!(binary.association().token().is_some());
}
