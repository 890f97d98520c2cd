//! Hazards: recorded on site (A11.2), major by an item of the criteria (A15.1), rectified with evidence, closed.

use anze_tests::{Actor, Answer, Cast, Stage, World, actors, both_databases};
use serde_json::{Value, json};

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str, rule: &str) -> Answer {
    let answer = answer.problem(status, code);
    assert_eq!(answer["rule"], rule, "{answer}");
    answer
}

/// A15.1: the notice of a major hazard is issued the moment it is recorded, in the same transaction.
#[both_databases]
fn a_major_hazard_has_its_notice_at_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.mechanic.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    assert_eq!(hazard["notice"]["issued_at"], hazard["created_at"]);
    assert!(hazard["notice"]["received_at"].is_null());
    let events = cast.contractor.all(&format!("{}/timeline?sort=created_at", story.project.path));
    let [.., recorded, issued] = events.as_slice() else { panic!("no events") };
    assert_eq!(
        (&recorded["name"], &issued["name"]),
        (&json!("hazard_recorded"), &json!("major_hazard_notice_issued"))
    );
    assert_eq!(
        (&recorded["occurred_at"], &recorded["subject_id"]),
        (&issued["occurred_at"], &issued["subject_id"])
    );
    let acknowledged = cast.contractor.acknowledge(&hazard);
    assert!(
        acknowledged["notice"]["received_at"].is_string()
            && acknowledged["notice"]["received_by"].is_string()
    );
    for reader in [&cast.supervisor, &cast.owner, &cast.regulator, &cast.association, &cast.insurer_system] {
        reader.get(&hazard.path).send().expect(200);
    }
}

/// A15.1: the contractor is told at once, and who watches over the project; of a general one nobody is.
#[both_databases]
fn a_major_hazard_is_told_at_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let notified = |who: &Actor| who.notifications("major_hazard");
    cast.leader.record_hazard(story.visit(), None, cast.today());
    assert!(notified(&cast.contractor).is_empty());
    let hazard = cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    for who in [&cast.contractor, &cast.supervisor, &cast.owner, &cast.association] {
        let received = notified(who);
        assert_eq!(received.len(), 1, "{}", who.name);
        assert_eq!(received[0]["subject_id"], json!(hazard.id));
        let text = received[0]["text_en"].as_str().unwrap_or_default();
        assert!(text.contains(hazard["number"].as_str().unwrap_or("?")) && text.contains("A15.1"), "{text}");
    }
    for other in [&cast.insurer, &cast.mechanic] {
        assert!(notified(other).is_empty(), "{}", other.name);
    }
    // Narrowed to the major, a list holds it alone, whoever asks.
    for who in [
        &cast.association,
        &cast.contractor,
        &cast.supervisor,
        &cast.owner,
        &cast.insurer,
        &cast.regulator,
        &cast.leader,
    ] {
        let listed = who.all("/api/v1/hazards?grade=major");
        assert_eq!(listed.len(), 1, "{}", who.name);
        assert_eq!(
            (listed[0]["id"].as_str(), who.all("/api/v1/hazards?grade=general").len()),
            (Some(hazard.id.as_str()), 1)
        );
    }
}

/// A15.1: major by naming an item, never by a severity.
#[both_databases]
fn major_is_said_by_an_item_of_the_criteria(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let record = |grade: &str, item: Value| {
        let mut body = actors::hazard_body(story.visit(), None, cast.today());
        body["grade"] = json!(grade);
        if !item.is_null() {
            body["major_hazard_item"] = item;
        }
        cast.leader.post("/api/v1/hazards").json(body).send()
    };
    refused(record("major", Value::Null), 422, "major_hazard_item_required", "A15.1")
        .invalid_field("/major_hazard_item", "major_hazard_item_required");
    refused(record("major", json!("MH2024-99-9")), 422, "major_hazard_item_unknown", "A15.1");
    refused(record("general", json!("MH2024-07-2")), 422, "major_hazard_item_not_allowed", "A15.1");
    assert!(record("general", Value::Null).expect(201)["notice"].is_null());
    assert_eq!(cast.leader.all(&format!("/api/v1/hazards?visit_id={}", story.visit().id)).len(), 1);
}

/// A11.2: acknowledged, rectified with evidence, rejected, rectified again, closed; the supervisor comments.
#[both_databases]
fn a_hazard_is_followed_until_it_is_closed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    cast.end(story.visit());
    refused(
        cast.contractor.try_act(&hazard, "rectify", actors::rectification_body()),
        409,
        "wrong_state",
        "A4",
    );
    cast.contractor.acknowledge(&hazard);
    refused(
        cast.contractor.try_act(&hazard, "rectify", actors::rectification_body()),
        409,
        "evidence_required",
        "A11.2",
    );
    refused(cast.leader.try_act(&hazard, "close", Value::Null), 409, "wrong_state", "A4");
    cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
    assert_eq!(cast.contractor.rectify(&hazard).status(), "rectified");
    let commented = cast.supervisor.act(&hazard, "comment", json!({ "comment": "已现场督促。" }));
    assert_eq!(commented.status(), "rectified");
    let rejected = cast.leader.act(&hazard, "reject", actors::because());
    assert_eq!((rejected.status(), &rejected["status_reason"]), ("open", &actors::because()["reason"]));
    cast.contractor.acknowledge(&hazard);
    cast.wait(chrono::Duration::minutes(5));
    cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
    cast.contractor.rectify(&hazard);
    let closed = cast.leader.act(&hazard, "close", Value::Null);
    assert_eq!(closed.status(), "closed");
    assert!(closed["closed_at"].is_string());
    refused(cast.leader.try_act(&hazard, "reject", actors::because()), 409, "wrong_state", "A4");
}

/// A11.2: only the leader gives more time, with the reason, to a later day.
#[both_databases]
fn the_due_date_is_extended_by_the_leader(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let today = cast.today();
    refused(
        cast.leader
            .post("/api/v1/hazards")
            .json(actors::hazard_body(story.visit(), None, today.pred_opt().expect("a day")))
            .send(),
        422,
        "due_date_passed",
        "A11.2",
    );
    let hazard = cast.leader.record_hazard(story.visit(), None, today);
    let extend = |due_on: Value| json!({ "due_on": due_on, "reason": "材料到场延迟。" });
    refused(cast.leader.try_act(&hazard, "extend", extend(json!(today))), 409, "due_date_not_later", "A11.2");
    cast.contractor.try_act(&hazard, "extend", extend(json!("2026-03-31"))).problem(403, "forbidden");
    cast.mechanic.try_act(&hazard, "extend", extend(json!("2026-03-31"))).problem(403, "forbidden");
    assert_eq!(cast.leader.act(&hazard, "extend", extend(json!("2026-03-31")))["due_on"], "2026-03-31");
}

/// A13.1: the proposal holds the hazards as they stood, and none is added after it.
#[both_databases]
fn the_proposal_holds_the_hazards_as_they_stood(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    cast.leader.issue_proposal(story.visit(), cast.now());
    let late = actors::hazard_body(story.visit(), None, cast.today());
    refused(cast.leader.post("/api/v1/hazards").json(late).send(), 409, "proposal_issued_already", "A13.1");
    cast.contractor.acknowledge(&hazard);
    let proposal =
        cast.contractor.get(format!("{}/rectification-proposal", story.visit().path)).send().expect(200);
    assert_eq!(proposal["hazards"][0]["number"], hazard["number"]);
    assert_eq!(proposal["hazards"][0]["status"], "open", "{proposal}");
}

/// A11.2: a rejected rectification needs new evidence, not the picture that was just rejected.
#[both_databases]
fn a_rejected_rectification_needs_new_evidence(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    cast.contractor.acknowledge(&hazard);
    cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
    cast.contractor.rectify(&hazard);
    cast.leader.act(&hazard, "reject", actors::because());
    cast.contractor.acknowledge(&hazard);
    refused(
        cast.contractor.try_act(&hazard, "rectify", actors::rectification_body()),
        409,
        "evidence_required",
        "A11.2",
    );
}
