//! Hazards: recorded on site (A11.2), major by an item of the criteria (A15.1), rectified with evidence, closed.

use anze_api::app::settings::Settings;
use anze_tests::{Actor, Answer, Cast, Record, Stage, World, actors, both_databases};
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

/// A body that corrects a hazard to what it is, but for these fields.
fn corrected(hazard: &Record, changes: &Value) -> Value {
    let mut body = json!({});
    for field in ["grade", "major_hazard_item", "place", "description", "legal_basis", "measures", "due_on"] {
        let value = changes.get(field).unwrap_or(&hazard[field]);
        if !value.is_null() {
            body[field] = value.clone();
        }
    }
    body
}

/// A11.2: its author corrects a hazard until the contractor acknowledges it; after that it is amended with a reason.
#[both_databases]
fn a_hazard_is_corrected_by_its_author_and_amended_with_a_reason(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.mechanic.record_hazard(story.visit(), None, cast.today());
    let allows =
        |who: &Actor, action: &str| who.read(&hazard)["allowed_actions"].to_string().contains(action);
    assert!(allows(&cast.mechanic, "correct") && !allows(&cast.leader, "correct"));
    assert!(!allows(&cast.mechanic, "amend"));
    let body = corrected(&hazard, &json!({ "place": "5 号楼", "due_on": "2026-03-31" }));
    for who in [&cast.leader, &cast.electrician] {
        refused(who.try_act(&hazard, "correct", body.clone()), 409, "not_the_author", "A11.2");
    }
    cast.contractor.try_act(&hazard, "correct", body.clone()).problem(403, "forbidden");
    cast.mechanic.try_act(&hazard, "correct", corrected(&hazard, &json!({}))).problem(409, "nothing_amended");
    let stale = cast.mechanic.read(&hazard).etag;
    let next = cast.mechanic.act(&hazard, "correct", body.clone());
    assert_eq!(
        (next.status(), &next["place"], &next["due_on"]),
        ("open", &json!("5 号楼"), &json!("2026-03-31"))
    );
    cast.mechanic.act_at(&hazard, "correct", &stale, body.clone()).problem(412, "version_stale");
    let timeline = cast.contractor.all(&format!("{}/timeline", story.project.path));
    let event = timeline.iter().find(|it| it["name"] == "hazard_corrected").expect("on record");
    let facts = event["facts"].to_string();
    assert!(
        facts.contains("5 号楼")
            && facts.contains("3 号楼 12 层东侧临边")
            && facts.contains("部位、整改期限"),
        "{facts}"
    );
    for who in [&cast.contractor, &cast.supervisor, &cast.leader] {
        assert_eq!(who.notifications("hazard_amended").len(), 1);
    }
    assert!(cast.mechanic.notifications("hazard_amended").is_empty());
    let amendment = json!({ "reason": "楼层有误。", "description": "栏杆缺失约 8 米。" });
    refused(cast.mechanic.try_act(&hazard, "amend", amendment.clone()), 409, "wrong_state", "A4");
    cast.contractor.acknowledge(&hazard);
    assert!(
        !allows(&cast.mechanic, "correct")
            && allows(&cast.mechanic, "amend")
            && allows(&cast.leader, "amend")
    );
    refused(cast.mechanic.try_act(&hazard, "correct", body.clone()), 409, "wrong_state", "A4");
    cast.mechanic.try_act(&hazard, "amend", json!({ "reason": " ", "place": "6 号楼" })).expect(422);
    refused(cast.electrician.try_act(&hazard, "amend", amendment.clone()), 409, "not_the_author", "A11.2");
    let next = cast.leader.act(&hazard, "amend", amendment.clone());
    assert_eq!((next.status(), &next["description"]), ("acknowledged", &json!("栏杆缺失约 8 米。")));
    cast.mechanic
        .try_act(&hazard, "amend", amendment)
        .problem(409, "nothing_amended")
        .invalid_field("/description", "nothing_amended");
    let told = cast.contractor.notifications("hazard_amended");
    assert!(
        told.iter().any(|it| it["text_zh"].as_str().is_some_and(|text| text.contains("楼层有误。"))),
        "{told:?}"
    );
    // Open again after a rejection, it was acknowledged all the same.
    cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
    cast.contractor.rectify(&hazard);
    cast.leader.act(&hazard, "reject", actors::because());
    refused(cast.mechanic.try_act(&hazard, "correct", body), 409, "hazard_acknowledged_already", "A11.2");
    cast.mechanic.act(&hazard, "amend", json!({ "reason": "补充", "measures": "加设踢脚板。" }));
}

/// A15.1: a general hazard that its author finds to be major has its notice at once, and stays major.
#[both_databases]
fn a_hazard_that_becomes_major_has_its_notice_at_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    let major = json!({ "grade": "major", "major_hazard_item": "MH2024-07-2" });
    let next = cast.leader.act(&hazard, "correct", corrected(&hazard, &major));
    assert!(next["notice"]["number"].as_str().is_some_and(|it| it.starts_with("GZ-")), "{:#}", next.body);
    assert_eq!(cast.leader.read(&hazard)["notice"], next["notice"]);
    for who in [&cast.contractor, &cast.supervisor, &cast.owner, &cast.association, &cast.regulator] {
        assert_eq!(who.notifications("major_hazard").len(), 1, "{who:?}");
    }
    let lower = json!({ "grade": "general", "major_hazard_item": null });
    refused(
        cast.leader.try_act(&hazard, "correct", corrected(&next, &lower)),
        409,
        "major_grade_fixed",
        "A15.1",
    );
    cast.contractor.acknowledge(&hazard);
    assert!(cast.leader.read(&hazard)["notice"]["received_at"].is_string());
}

/// A15.1: a major hazard is due within a week, or the expert says why not.
#[both_databases]
fn a_late_due_date_of_a_major_hazard_needs_a_reason(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let due = |days: u64| cast.today() + chrono::Days::new(days);
    let record = |days: u64, item: Option<&str>, reason: Option<&str>| {
        let mut body = actors::hazard_body(story.visit(), item, due(days));
        if let Some(reason) = reason {
            body["due_on_reason"] = json!(reason);
        }
        cast.leader.post("/api/v1/hazards").json(body).send()
    };
    let item = Some("MH2024-07-2");
    record(7, item, None).expect(201);
    record(8, None, None).expect(201);
    refused(record(8, item, None), 422, "due_date_reason_required", "A15.1")
        .invalid_field("/due_on_reason", "due_date_reason_required");
    let late = record(8, item, Some("加固方案须经专家论证。")).expect(201);
    assert_eq!(late["status_reason"], "加固方案须经专家论证。");
    let hazard = cast.leader.record_hazard(story.visit(), item, due(1));
    let body = corrected(&hazard, &json!({ "due_on": due(30) }));
    refused(cast.leader.try_act(&hazard, "correct", body), 422, "due_date_reason_required", "A15.1");
}

fn a_month(settings: &mut Settings) {
    settings.major_hazard_days = 30;
}

/// The limit is a setting.
#[both_databases(settings = a_month)]
fn how_late_a_major_hazard_may_be_due_is_a_setting(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today() + chrono::Days::new(30));
}
