//! What a record says that its caller may do now: from the same decision that guards it, with the records around it.

use anze_tests::{Cast, Record, Stage, World, actors, both_databases};
use serde_json::{Value, json};

#[track_caller]
fn offers(record: &Record, action: &str) -> bool {
    record["allowed_actions"].as_array().expect("allowed actions").contains(&json!(action))
}

/// A2.1: nothing is submitted and no visit begins while the project is suspended.
#[both_databases]
fn a_suspended_project_takes_back_what_needs_it_registered(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let draft = cast.insurer.draft_commission(
        story.policy(),
        &cast.server,
        &[actors::line("hazard_inspection", 1)],
        "1000.00",
    );
    let leader = cast.group()[0].0;
    assert!(offers(&cast.insurer.read(&draft), "submit"));
    // A12.1: on its agreed day, and not before it.
    assert!(!offers(&leader.read(story.visit()), "start"));
    leader.try_act(story.visit(), "start", Value::Null).problem(409, "too_early");
    cast.set_time(cast.tomorrow_morning());
    assert!(offers(&leader.read(story.visit()), "start"));
    let suspended = cast.contractor.act(&story.project, "suspend", actors::because());
    let listed =
        cast.insurer.all(&format!("/api/v1/commissions?status=draft&project_id={}", story.project.id));
    assert_eq!(listed[0]["allowed_actions"], json!(["update", "withdraw"]));
    assert!(!offers(&cast.insurer.read(&draft), "submit"));
    assert!(!offers(&leader.read(story.visit()), "start"));
    cast.insurer.try_act(&draft, "submit", Value::Null).problem(409, "project_not_registered");
    leader.try_act(story.visit(), "start", Value::Null).problem(409, "project_not_registered");
    cast.contractor.act(&suspended, "resume", Value::Null);
    assert!(offers(&cast.insurer.read(&draft), "submit"));
    leader.act(story.visit(), "start", Value::Null);
}

/// A12.1: what has begun is not agreed to, and nothing is proposed once the window or the works are over (A2.1).
#[both_databases]
fn a_time_that_has_passed_takes_back_what_needs_it(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    cast.server.propose(story.visit(), actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
    let electrician = cast.group()[2].0;
    assert!(offers(&electrician.read(story.visit()), "agree"));
    let completed = cast.bring_to(Stage::Confirmed);
    let group = actors::proposal_body(&cast.group(), cast.tomorrow_morning() + chrono::Days::new(3));
    assert!(offers(&cast.server.read(completed.visit()), "propose"));
    cast.contractor.act(&completed.project, "suspend", actors::because());
    assert!(offers(&cast.server.read(completed.visit()), "propose"));
    let resumed = cast.contractor.act(&cast.contractor.read(&completed.project), "resume", Value::Null);
    cast.contractor.act(&resumed, "complete", Value::Null);
    assert!(!offers(&cast.server.read(completed.visit()), "propose"));
    cast.server.try_act(completed.visit(), "propose", group).problem(409, "project_not_registered");
    cast.set_time(cast.tomorrow_morning());
    assert!(!offers(&electrician.read(story.visit()), "agree"));
    electrician.try_act(story.visit(), "agree", json!({ "slots": [1] })).problem(409, "time_passed");
    assert!(offers(&electrician.read(story.visit()), "decline"));
    assert!(offers(&cast.server.read(story.visit()), "propose"));
    cast.set_time("2027-01-01T01:00:00Z".parse().expect("an instant"));
    assert!(!offers(&cast.server.read(story.visit()), "propose"));
}

/// A4: what hangs on a commission that ended early goes no further.
#[both_databases]
fn a_terminated_commission_takes_back_what_hangs_on_it(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Accepted);
    let draft = cast.server.create("/api/v1/service-plans", actors::plan_body(story.commission()));
    assert_eq!(draft["allowed_actions"], json!(["update", "submit"]));
    let submitted = cast.bring_to(Stage::Planned);
    assert_eq!(cast.insurer.read(submitted.plan())["allowed_actions"], json!(["confirm", "return"]));
    for story in [&story, &submitted] {
        let ended = json!({ "reason": "项目停建。", "amount_due": "0.00" });
        cast.insurer.act(&cast.insurer.read(story.commission()), "terminate", ended);
    }
    assert_eq!(cast.server.read(&draft)["allowed_actions"], json!(["update"]));
    cast.server.try_act(&draft, "submit", Value::Null).problem(409, "wrong_state");
    assert_eq!(cast.insurer.read(submitted.plan())["allowed_actions"], json!(["return"]));
    cast.insurer.try_act(submitted.plan(), "confirm", Value::Null).problem(409, "wrong_state");
}

/// A4.7: a report waits for the last visit, and for its commission.
#[both_databases]
fn a_report_waits_for_the_visits(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Uploaded);
    let report = cast.server.draft_report(story.commission());
    assert_eq!(report["allowed_actions"], json!(["update"]));
    cast.server.try_act(&report, "submit", Value::Null).problem(409, "visit_not_accepted");
    cast.server.accept(story.visit());
    assert_eq!(cast.server.read(&report)["allowed_actions"], json!(["update", "submit"]));
    let listed = cast.server.all(&format!("/api/v1/service-reports?commission_id={}", story.commission().id));
    assert_eq!(listed[0]["allowed_actions"], json!(["update", "submit"]));
    let ended = json!({ "reason": "项目停建。", "amount_due": "0.00" });
    cast.insurer.act(&cast.insurer.read(story.commission()), "terminate", ended);
    assert_eq!(cast.server.read(&report)["allowed_actions"], json!(["update"]));
}

/// A13.1: the proposal is received once.
#[both_databases]
fn a_proposal_is_received_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Ended);
    let visit = cast.contractor.read(story.visit());
    assert!(offers(&visit, "receive_rectification_proposal"));
    let path = format!("{}/rectification-proposal/receive", visit.path);
    cast.contractor.post(&path).if_match(&visit.etag).send().expect(200);
    let visit = cast.contractor.read(story.visit());
    assert!(!offers(&visit, "receive_rectification_proposal"));
    cast.contractor.post(&path).if_match(&visit.etag).send().problem(409, "proposal_received_already");
}

/// A8.1: a session's rules are fixed by its first vote, and it is closed when there is nothing left to vote on.
#[both_databases]
fn a_session_offers_what_its_votes_leave(world: &World) {
    let cast = Cast::new(world);
    let all = cast.are_reviewed(1);
    let application = &all[0].1;
    let session = cast.call_session(30, 20);
    let offered = || cast.association.read(&session)["allowed_actions"].clone();
    assert_eq!(offered(), json!(["update", "put_to_vote", "record_votes", "adjourn"]));
    cast.association.try_act(&session, "close", Value::Null).problem(409, "nothing_to_vote_on");
    cast.at_session(&session, "applications", json!({ "application_ids": [application.id] })).expect(207);
    assert_eq!(offered(), json!(["update", "put_to_vote", "record_votes", "adjourn"]));
    cast.association.try_act(&session, "close", Value::Null).problem(409, "votes_missing");
    let vote =
        json!({ "application_id": application.id, "votes_for": 20, "votes_against": 0, "votes_abstain": 0 });
    cast.at_session(&session, "votes", json!({ "votes": [vote] })).expect(207);
    assert_eq!(offered(), json!(["put_to_vote", "record_votes", "close", "adjourn"]));
    let listed = cast.association.all("/api/v1/council-sessions?status=open");
    assert_eq!(listed[0]["allowed_actions"], offered());
    cast.association.try_act(&session, "close", Value::Null).expect(207);
    assert_eq!(offered(), json!([]));
}

/// Nobody is offered to suspend their own organisation.
#[both_databases]
fn nobody_suspends_their_own(world: &World) {
    let cast = Cast::new(world);
    let seen = |id: &str| cast.association.get(format!("/api/v1/organizations/{id}")).send().expect(200);
    assert!(!seen(&cast.association.organization_id).allows("suspend"));
    assert!(seen(&cast.contractor.organization_id).allows("suspend"));
}
