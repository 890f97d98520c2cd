//! The seven steps (A4.1–A4.7), as the seven ports, each in its turn and never out of it.

use anze_tests::{Actor, Cast, Record, Stage, Story, World, actors, binary, both_databases};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anze-under-test");

/// The names of a project's events from the first, as someone reads them.
#[track_caller]
fn timeline(reader: &Actor, project: &Record) -> Vec<Value> {
    reader.all(&format!("{}/timeline?sort=created_at", project.path))
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["name"].as_str()).collect()
}

/// Everything that happens on the way from a draft to the acknowledged report, in its order.
const WHOLE_WAY: &[&str] = &[
    "project_created",
    "project_registered",
    "policy_recorded",
    "commission_created",
    "commission_submitted",
    "commission_accepted",
    "service_plan_created",
    "service_plan_submitted",
    "service_plan_confirmed",
    "commission_in_service",
    "visit_planned",
    "visit_proposed",
    "visit_agreed_by_one",
    "visit_agreed_by_one",
    "visit_agreed_by_one",
    "visit_agreed",
    "visit_started",
    "visit_step_recorded",
    "visit_step_recorded",
    "visit_step_recorded",
    "visit_step_recorded",
    "visit_step_recorded",
    "visit_ended",
    "attachment_uploaded",
    "attachment_uploaded",
    "visit_submitted",
    "visit_accepted",
    "service_report_created",
    "service_report_submitted",
    "commission_reported",
    "service_report_acknowledged",
    "commission_completed",
];

#[track_caller]
fn the_whole_way(cast: &Cast) -> Story {
    let story = cast.bring_to(Stage::Completed);
    assert_eq!(story.commission().status(), "completed");
    assert_eq!(story.report().status(), "acknowledged");
    let events = timeline(&cast.regulator, &story.project);
    assert_eq!(names(&events), WHOLE_WAY);
    let places: Vec<_> = events.iter().filter_map(|event| event["seq"].as_i64()).collect();
    assert!(places.iter().copied().eq(1..=i64::try_from(events.len()).expect("a few")), "{places:?}");
    assert_eq!(timeline(&cast.association, &story.project), events);
    for reader in [&cast.contractor, &cast.owner] {
        let drafts = ["commission_created", "service_plan_created", "service_report_created"];
        assert_eq!(timeline(reader, &story.project), without(&events, &drafts), "{reader:?}");
    }
    let drafts = ["service_plan_created", "service_report_created"];
    assert_eq!(timeline(&cast.insurer, &story.project), without(&events, &drafts));
    story
}

/// These events but for those of these names.
fn without(events: &[Value], names: &[&str]) -> Vec<Value> {
    events.iter().filter(|event| names.iter().all(|name| event["name"] != *name)).cloned().collect()
}

/// Expects this refusal, and the rule behind it.
#[track_caller]
fn refused(answer: anze_tests::Answer, code: &str, rule: &str) {
    let answer = answer.problem(409, code);
    assert_eq!(answer["rule"], rule, "{answer}");
}

/// Every one of these acts comes too early or too late.
#[track_caller]
fn out_of_turn(acts: &[(&Actor, &Record, &str, Value)]) {
    for (actor, record, verb, body) in acts {
        let seen = actor.read(record);
        let allowed = seen["allowed_actions"].as_array().expect("allowed actions");
        let action = match *verb {
            "steps" => "record_step",
            "rectification-proposal" => "issue_rectification_proposal",
            other => other,
        };
        assert!(!allowed.contains(&json!(action)), "{verb} is announced: {:#}", seen.body);
        refused(actor.try_act(record, verb, body.clone()), "wrong_state", "A4");
    }
}

/// From the draft to the acknowledged report, every step by a person of its port.
#[both_databases]
fn the_seven_steps_by_people(world: &World) {
    let cast = Cast::new(world);
    the_whole_way(&cast);
    let (fits, said) = binary::run(PROGRAM, world.database(), &["audit", "verify"]);
    assert!(fits, "{said}");
}

/// The insurer's part wholly by its system.
#[both_databases]
fn the_seven_steps_by_the_insurers_system(world: &World) {
    let cast = Cast::new(world);
    let system = cast.insurer_system.clone();
    let cast = cast.insured_by(system);
    let story = the_whole_way(&cast);
    let events = timeline(&cast.insurer, &story.project);
    let by_system: Vec<Value> = events.into_iter().filter(|event| event["actor_kind"] == "token").collect();
    let expected = [
        "policy_recorded",
        "commission_created",
        "commission_submitted",
        "service_plan_confirmed",
        "commission_in_service",
        "visit_planned",
        "service_report_acknowledged",
        "commission_completed",
    ];
    assert_eq!(names(&by_system), expected);
}

/// A third-party organisation serves as the association does.
#[both_databases]
fn the_seven_steps_with_another_provider(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    the_whole_way(&cast);
}

/// A2.1: no policy and no commission before the project is registered, or once it is suspended.
#[both_databases]
fn nothing_is_insured_before_registration(world: &World) {
    let cast = Cast::new(world);
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let policy = actors::policy_body(&draft, "100000.00");
    cast.insurer
        .post("/api/v1/policies")
        .json(policy)
        .send()
        .problem(409, "unknown_reference")
        .invalid_field("/project_id", "unknown_reference");
    let story = cast.bring_to(Stage::Drafted);
    cast.contractor.act(&story.project, "suspend", actors::because());
    refused(
        cast.insurer.try_act(story.commission(), "submit", Value::Null),
        "project_not_registered",
        "A2.1",
    );
    let body = actors::policy_body(&story.project, "100000.00");
    refused(cast.insurer.post("/api/v1/policies").json(body).send(), "project_not_registered", "A2.1");
    cast.contractor.act(&story.project, "resume", Value::Null);
    cast.insurer.submit(story.commission());
}

/// A4.2: what comes after the commission, before it.
#[both_databases]
fn out_of_turn_before_the_commission(world: &World) {
    let cast = Cast::new(world);
    let Story { project, policy, commission, .. } = cast.bring_to(Stage::Drafted);
    let commission = commission.expect("a draft");
    let end = json!({ "reason": "停建", "amount_due": "0.00" });
    out_of_turn(&[
        (&cast.contractor, &project, "register", Value::Null),
        (&cast.contractor, &project, "cancel", actors::because()),
        (&cast.contractor, &project, "resume", Value::Null),
        (&cast.insurer, &commission, "terminate", end.clone()),
    ]);
    // A draft is its insurer's; of the others only those who see everything see it, and nobody may act on it.
    let asked = cast.insurer.draft_commission(
        &policy.expect("a policy"),
        &cast.provider,
        &[actors::line("hazard_inspection", 1)],
        "1.00",
    );
    for reader in [&cast.provider, &cast.contractor, &cast.owner] {
        reader.get(&asked.path).send().problem(404, "not_found");
        assert_eq!(reader.all("/api/v1/commissions"), Vec::<Value>::new());
    }
    cast.provider.try_act(&asked, "accept", Value::Null).problem(404, "not_found");
    cast.server.try_act(&commission, "accept", Value::Null).problem(403, "forbidden");
    let early = |commission: &Record| {
        cast.server.post("/api/v1/service-plans").json(actors::plan_body(commission)).send()
    };
    refused(early(&commission), "unknown_reference", "A11.3");
    let submitted = cast.insurer.submit(&commission);
    refused(early(&submitted), "wrong_state", "A4");
    out_of_turn(&[
        (&cast.insurer, &submitted, "submit", Value::Null),
        (&cast.insurer, &submitted, "terminate", end),
    ]);
    let returned = cast.server.return_for_correction(&submitted);
    assert_eq!((returned.status(), &returned["status_reason"]), ("returned", &actors::because()["reason"]));
    out_of_turn(&[(&cast.server, &returned, "accept", Value::Null)]);
    let accepted = cast.server.accept(&cast.insurer.submit(&returned));
    out_of_turn(&[
        (&cast.insurer, &accepted, "withdraw", actors::because()),
        (&cast.server, &accepted, "return", actors::because()),
    ]);
}

/// A4.3, A4.4: a plan is submitted before it is confirmed, and what is returned becomes a new version.
#[both_databases]
fn out_of_turn_before_the_confirmation(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Accepted);
    let commission = story.commission();
    let report = json!({ "commission_id": commission.id, "evaluation": "良好", "conclusion": "完成" });
    refused(cast.server.post("/api/v1/service-reports").json(report).send(), "wrong_state", "A4");
    let draft = cast.server.create("/api/v1/service-plans", actors::plan_body(commission));
    // A draft is its provider's: to the insurer it is not there.
    cast.insurer.try_act(&draft, "confirm", Value::Null).problem(404, "not_found");
    cast.insurer.try_act(&draft, "return", actors::because()).problem(404, "not_found");
    refused(
        cast.server.post("/api/v1/service-plans").json(actors::plan_body(commission)).send(),
        "plan_open_already",
        "A4.3",
    );
    let submitted = cast.server.submit(&draft);
    let returned = cast.insurer.return_for_correction(&submitted);
    assert_eq!(returned.status(), "returned");
    out_of_turn(&[
        (&cast.server, &returned, "submit", Value::Null),
        (&cast.insurer, &returned, "confirm", Value::Null),
    ]);
    let second = cast.server.plan(commission);
    assert_eq!(second["plan_version"], 2);
    let confirmed = cast.insurer.confirm(&second);
    out_of_turn(&[
        (&cast.insurer, &confirmed, "return", actors::because()),
        (&cast.server, &confirmed, "submit", Value::Null),
    ]);
    let changed = cast
        .server
        .put(&confirmed.path)
        .if_match(&cast.server.read(&confirmed).etag)
        .json(actors::plan_body(commission));
    refused(changed.send(), "wrong_state", "A4");
}

/// A4.5, A4.6: on site each step follows the one before it.
#[both_databases]
fn out_of_turn_on_site(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let now = cast.now();
    let planned = story.visit();
    out_of_turn(&[
        (&cast.server, planned, "accept", Value::Null),
        (&cast.server, planned, "return", actors::because()),
    ]);
    let proposed =
        cast.server.propose(planned, actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
    let before_it_begins = |visit: &Record| {
        out_of_turn(&[
            (&cast.leader, visit, "steps", actors::step_body("briefing", now)),
            (&cast.leader, visit, "rectification-proposal", actors::advice_body(now)),
            (&cast.leader, visit, "end", Value::Null),
            (&cast.leader, visit, "submit", actors::conclusion_body()),
        ]);
    };
    before_it_begins(&proposed);
    out_of_turn(&[(&cast.leader, &proposed, "start", Value::Null)]);
    for expert in [&cast.leader, &cast.mechanic, &cast.electrician] {
        expert.agree(&proposed);
    }
    let agreed = cast.contractor.agree(&proposed);
    before_it_begins(&agreed);
    refused(cast.leader.try_act(&agreed, "start", Value::Null), "too_early", "A12.1");
    let hazard = actors::hazard_body(&agreed, None, cast.today());
    refused(cast.leader.post("/api/v1/hazards").json(hazard).send(), "wrong_state", "A4");
    let on_site = cast.walk_the_site(&agreed);
    out_of_turn(&[
        (&cast.leader, &on_site, "start", Value::Null),
        (&cast.server, &on_site, "cancel", actors::because()),
        (&cast.server, &on_site, "reschedule", actors::because()),
        (&cast.leader, &on_site, "submit", actors::conclusion_body()),
    ]);
    let ended = cast.end(&on_site);
    out_of_turn(&[
        (&cast.leader, &ended, "end", Value::Null),
        (&cast.leader, &ended, "steps", actors::step_body("briefing", cast.now())),
        (&cast.server, &ended, "accept", Value::Null),
    ]);
    refused(cast.leader.try_act(&ended, "submit", actors::conclusion_body()), "material_missing", "A14.2");
    let uploaded = cast.upload(&ended);
    out_of_turn(&[(&cast.leader, &uploaded, "submit", actors::conclusion_body())]);
    refused(cast.leader.try_attach(&uploaded, "photo", "迟.jpg", actors::jpeg()), "wrong_state", "A4");
    let returned = cast.server.return_for_correction(&uploaded);
    let accepted = cast.server.accept(&cast.leader.submit_material(&returned));
    out_of_turn(&[(&cast.server, &accepted, "return", actors::because())]);
}

/// A4.7: the report follows the last accepted visit, and nothing follows the completed commission.
#[both_databases]
fn out_of_turn_around_the_report(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Uploaded);
    let draft = cast.server.draft_report(story.commission());
    refused(cast.server.try_act(&draft, "submit", Value::Null), "visit_not_accepted", "A4.7");
    cast.insurer.try_act(&draft, "acknowledge", Value::Null).problem(404, "not_found");
    cast.insurer.try_act(&draft, "return", actors::because()).problem(404, "not_found");
    cast.server.accept(story.visit());
    let submitted = cast.server.submit(&draft);
    assert_eq!(cast.insurer.read(story.commission()).status(), "reported");
    let end = json!({ "reason": "停建", "amount_due": "0.00" });
    out_of_turn(&[(&cast.insurer, story.commission(), "terminate", end.clone())]);
    let returned = cast.insurer.return_for_correction(&submitted);
    assert_eq!(cast.insurer.read(story.commission()).status(), "in_service");
    let acknowledged = cast.insurer.acknowledge(&cast.server.submit(&returned));
    assert_eq!(cast.insurer.read(story.commission()).status(), "completed");
    out_of_turn(&[
        (&cast.insurer, &acknowledged, "return", actors::because()),
        (&cast.insurer, &acknowledged, "acknowledge", Value::Null),
        (&cast.server, &acknowledged, "submit", Value::Null),
        (&cast.insurer, story.commission(), "terminate", end),
    ]);
    refused(
        cast.server.post("/api/v1/service-plans").json(actors::plan_body(story.commission())).send(),
        "wrong_state",
        "A4",
    );
}

/// What is written in the log stays as it was written, or the audit names the first entry that does not fit.
#[both_databases]
fn the_audit_names_what_was_altered(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Accepted);
    let verify = || binary::run(PROGRAM, world.database(), &["audit", "verify"]);
    assert!(verify().0, "{}", verify().1);
    let touched =
        world.database().execute("UPDATE events SET reason = '别的理由' WHERE name = 'commission_submitted'");
    assert_eq!(touched, 1);
    let place = names(&timeline(&cast.association, &story.project))
        .iter()
        .position(|name| *name == "commission_submitted");
    let place = place.expect("it is there") + 1;
    let (fits, said) = verify();
    assert!(!fits && said.contains(&format!("entry {place} of stream {}", story.project.id)), "{said}");
}

/// A gap shows as well, also at the end.
#[both_databases]
fn the_audit_names_what_is_missing(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Accepted);
    assert_eq!(world.database().execute("DELETE FROM events WHERE name = 'commission_accepted'"), 1);
    let (fits, said) = binary::run(PROGRAM, world.database(), &["audit", "verify"]);
    assert!(!fits && said.contains(&format!("entry 6 of stream {}", story.project.id)), "{said}");
}

/// Whoever has no part in the project is told that nothing is there (A11.3).
#[both_databases]
fn strangers_see_nothing(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let seen = [&story.project, story.policy(), story.commission(), story.plan(), story.visit()];
    for kind in ["contractor", "supervisor", "owner", "insurer", "provider"] {
        let stranger = cast.another(kind);
        for record in seen {
            // Of a port that may never do it: 403; else as if it were not there.
            let answer = stranger.get(&record.path).send();
            assert!([403, 404].contains(&answer.status.as_u16()), "{kind}: {answer}");
            let collection = record.path.rsplit_once('/').expect("a collection").0;
            let listed = stranger.get(collection).send();
            assert!(listed.status == 403 || listed.items().is_empty(), "{kind}: {listed}");
        }
    }
}
