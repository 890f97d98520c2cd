//! Service plans: every commissioned line at least as often as agreed (A7.1), in versions.

use anze_tests::{Actor, Answer, Cast, Record, Stage, World, actors, both_databases};
use serde_json::{Value, json};

#[track_caller]
fn refused(answer: Answer, code: &str, rule: &str) {
    let answer = answer.problem(409, code);
    assert_eq!(answer["rule"], rule, "{answer}");
}

/// A7.1: once less than agreed is refused; more is not.
#[both_databases]
fn a_plan_covers_what_was_agreed(world: &World) {
    let cast = Cast::new(world);
    let lines = [actors::line("hazard_inspection", 2), actors::line("education_and_training", 1)];
    let story = cast.bring(Stage::Accepted, &lines);
    let mut body = actors::plan_body(story.commission());
    let all = body["services"].as_array().expect("services").clone();
    body["services"] = json!(all[1..]);
    let draft = cast.server.create("/api/v1/service-plans", body.clone());
    refused(cast.server.try_act(&draft, "submit", Value::Null), "plan_misses_service", "A7.1");
    body["services"] = json!([all.clone(), vec![all[0].clone()]].concat());
    let corrected = cast.server.replace(&draft, body);
    cast.insurer.confirm(&cast.server.submit(&corrected));
    assert_eq!(cast.visits(story.commission()).len(), 4);
}

/// A7.1: only what was commissioned, in its period.
#[both_databases]
fn a_plan_keeps_to_the_commission(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Accepted);
    let with = |member: &str, value: Value| {
        let mut body = actors::plan_body(story.commission());
        body["services"][0][member] = value;
        cast.server.post("/api/v1/service-plans").json(body).send()
    };
    refused(with("line_id", json!(story.project.id)), "line_not_commissioned", "A7.1");
    refused(with("window_end", json!("2027-01-01")), "outside_commission_period", "A7.1");
    with("window_end", json!("2026-01-01")).expect(422);
    with("group_size", json!(2)).expect(422);
}

/// A later version changes what has not begun; what was served stays.
#[both_databases]
fn a_later_version_keeps_what_was_served(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Served, &[actors::line("hazard_inspection", 2)]);
    let mut body = actors::plan_body(story.commission());
    body["services"] = json!([body["services"][0]]);
    let second = cast.server.create("/api/v1/service-plans", body);
    cast.insurer.confirm(&cast.server.submit(&second));
    let mut states: Vec<String> =
        cast.visits(story.commission()).iter().map(|visit| visit.status().to_owned()).collect();
    states.sort();
    assert_eq!(states, ["accepted", "cancelled", "planned"]);
    assert_eq!(cast.insurer.read(story.plan()).status(), "confirmed");
}

/// What a provider drafts is seen by those who run and watch the platform, and by no other party before it is submitted.
#[both_databases]
fn a_draft_is_its_providers_until_it_is_submitted(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Accepted);
    let seen = |who: &Actor, record: &Record, list: &str| {
        let status = who.get(&record.path).send().status.as_u16();
        let listed = who.all(list).len() + who.all(&format!("{list}?status=draft")).len();
        assert_eq!(
            who.all(&format!("{list}?commission_id={}", story.commission().id)).len(),
            usize::from(status == 200)
        );
        (status, listed)
    };
    let draft = cast.provider.create("/api/v1/service-plans", actors::plan_body(story.commission()));
    let others = [&cast.insurer, &cast.insurer_system, &cast.contractor, &cast.owner];
    for party in others {
        assert_eq!(seen(party, &draft, "/api/v1/service-plans"), (404, 0));
    }
    for watcher in [&cast.provider, &cast.association, &cast.regulator] {
        assert_eq!(seen(watcher, &draft, "/api/v1/service-plans"), (200, 2));
    }
    let plan = cast.provider.submit(&draft);
    for party in others {
        assert_eq!(seen(party, &plan, "/api/v1/service-plans"), (200, 1));
    }
}
