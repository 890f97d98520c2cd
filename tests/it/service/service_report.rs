//! Service reports: what was done against what was agreed (A4.7), as it stood.

use anze_tests::{Cast, Stage, World, actors, both_databases};
use serde_json::{Value, json};

/// The report holds lines, visits and hazards as they stood when it was submitted.
#[both_databases]
fn a_report_is_a_snapshot(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    let ended = cast.end(story.visit());
    cast.server.accept(&cast.upload(&ended));
    let draft = cast.server.draft_report(story.commission());
    cast.server
        .post("/api/v1/service-reports")
        .json(json!({
            "commission_id": story.commission().id, "evaluation": "良好", "conclusion": "完成"
        }))
        .send()
        .problem(409, "report_open_already");
    // A11.2: it says that a hazard is open, and whoever submits it says that they know.
    assert_eq!(cast.server.read(&draft)["open_hazards"], 1);
    for body in [Value::Null, json!({}), json!({ "open_hazards_acknowledged": false })] {
        let refused =
            cast.server.try_act(&draft, "submit", body).problem(409, "open_hazards_not_acknowledged");
        refused.invalid_field("/open_hazards_acknowledged", "open_hazards_not_acknowledged");
    }
    cast.server.try_act(&draft, "submit", json!({ "open_hazards_acknowledged": "yes" })).expect(400);
    let submitted = cast.server.act(&draft, "submit", json!({ "open_hazards_acknowledged": true }));
    assert_eq!(submitted["open_hazards"], 1);
    let told = &cast.insurer.notifications("report_submitted")[0];
    assert!(told["text_zh"].as_str().is_some_and(|it| it.ends_with("尚有 1 项隐患未销号。")), "{told}");
    cast.contractor.acknowledge(&hazard);
    cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
    cast.contractor.rectify(&hazard);
    cast.leader.act(&hazard, "close", Value::Null);
    assert_eq!(cast.insurer.read(&submitted)["open_hazards"], 1);
    let seen = cast.insurer.read(&submitted);
    let text = seen.body.to_string();
    let number = hazard["number"].as_str().expect("a number");
    assert!(
        text.contains(number) && text.contains("\"open\"") && !text.contains("\"closed\""),
        "{:#}",
        seen.body
    );
    assert!(text.contains("\"agreed\":1") && text.contains("\"served\":1"), "{:#}", seen.body);
    cast.supervisor.get(&submitted.path).send().expect(200);
    cast.leader.get(&submitted.path).send().problem(403, "forbidden");
    // What is open counts anew once it is returned.
    let returned = cast.insurer.return_for_correction(&submitted);
    assert_eq!(cast.server.read(&returned)["open_hazards"], 0);
    let listed = cast.server.all("/api/v1/service-reports");
    assert_eq!(listed[0]["open_hazards"], 0);
    assert_eq!(cast.server.submit(&returned)["open_hazards"], 0);
}

/// A7.1: a cancelled visit leaves a line short, and the report waits for a new version of the plan.
#[both_databases]
fn a_report_waits_for_every_line(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Served, &[actors::line("hazard_inspection", 2)]);
    let draft = cast.server.draft_report(story.commission());
    let submit = || cast.server.try_act(&draft, "submit", Value::Null);
    assert_eq!(submit().problem(409, "visit_not_accepted")["rule"], "A4.7");
    let open = cast
        .visits(story.commission())
        .into_iter()
        .find(|visit| visit.status() == "planned")
        .expect("one is open");
    cast.server.act(&open, "cancel", actors::because());
    assert_eq!(submit().problem(409, "service_incomplete")["rule"], "A7.1");
}

/// A returned report is corrected and submitted again.
#[both_databases]
fn a_returned_report_is_corrected(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Reported);
    let returned = cast.insurer.return_for_correction(story.report());
    assert_eq!(returned["status_reason"], actors::because()["reason"]);
    let corrected =
        cast.server.replace(&returned, json!({ "evaluation": "补充评价", "conclusion": "补充结论" }));
    assert_eq!(corrected["evaluation"], "补充评价");
    cast.server.submit(&corrected);
    cast.insurer.acknowledge(&corrected);
    cast.server
        .put(&corrected.path)
        .if_match(&cast.server.read(&corrected).etag)
        .json(json!({ "evaluation": "再改", "conclusion": "再改" }))
        .send()
        .problem(409, "wrong_state");
}

/// A report is its provider's until it is submitted.
#[both_databases]
fn a_draft_is_its_providers_until_it_is_submitted(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Served);
    let draft = cast.provider.draft_report(story.commission());
    let others = [&cast.insurer, &cast.contractor, &cast.supervisor, &cast.owner];
    for party in others {
        party.get(&draft.path).send().problem(404, "not_found");
        assert_eq!(party.all("/api/v1/service-reports").len(), 0);
    }
    for watcher in [&cast.provider, &cast.association, &cast.regulator] {
        watcher.get(&draft.path).send().expect(200);
        assert_eq!(watcher.all("/api/v1/service-reports?status=draft").len(), 1);
    }
    cast.provider.submit(&draft);
    for party in others {
        party.get(&draft.path).send().expect(200);
        assert_eq!(party.all("/api/v1/service-reports").len(), 1);
    }
}
