//! What of a project's timeline each party sees (A11.3): whole where it reads the record, the step alone where it has a
//! part in it, and nothing of drafts and of what is others'.

use anze_tests::{Actor, Cast, Record, Stage, Story, World, actors, both_databases};
use serde_json::{Value, json};

/// Money, reasons and named ties: nothing of these is for who does not read the record.
const PREMIUM: &str = "100000.03";
const FEE: &str = "20000.00";

#[track_caller]
fn timeline(reader: &Actor, project: &Record) -> Vec<Value> {
    reader.all(&format!("{}/timeline?sort=created_at", project.path))
}

fn of<'a>(events: &'a [Value], subject: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["subject"] == subject).collect()
}

fn names<'a>(events: &[&'a Value]) -> Vec<&'a str> {
    events.iter().filter_map(|event| event["name"].as_str()).collect()
}

/// Every one of these is the step alone.
#[track_caller]
fn steps_alone(events: &[&Value]) {
    for event in events {
        assert_eq!(event["details_withheld"], true, "{event:#}");
        assert_eq!((&event["facts"], &event["reason"]), (&json!([]), &Value::Null), "{event:#}");
    }
}

/// A completed commission of a third-party provider, returned once on the way.
fn completed_story(cast: &Cast) -> Story {
    let project = cast.contractor.register_project(cast);
    let policy = cast.insurer.record_policy(&project, PREMIUM);
    let lines = [actors::line("hazard_inspection", 1)];
    let commission = cast.insurer.commission(&policy, &cast.server, &lines, FEE);
    cast.server.return_for_correction(&commission);
    let commission = cast.insurer.submit(&commission);
    let commission = cast.server.accept(&commission);
    let plan = cast.insurer.confirm(&cast.server.plan(&commission));
    let visit = cast.visits(&commission).into_iter().next().expect("a visit");
    let visit = cast.upload(&cast.end(&cast.walk_the_site(&cast.agree_on(&visit, cast.tomorrow_morning()))));
    let visit = cast.server.accept(&visit);
    let report = cast.server.submit(&cast.server.draft_report(&commission));
    let report = cast.insurer.acknowledge(&report);
    Story {
        project,
        policy: Some(policy),
        commission: Some(commission),
        plan: Some(plan),
        visit: Some(visit),
        report: Some(report),
    }
}

fn served_by_another(cast: Cast) -> Cast {
    let provider = cast.provider.clone();
    cast.served_by(provider)
}

/// The supervisor does not read policies, commissions and plans: it sees that they took their course, and no more.
#[both_databases]
fn a_supervisor_sees_the_steps_without_the_money(world: &World) {
    let cast = served_by_another(Cast::new(world));
    let story = completed_story(&cast);
    cast.supervisor.get(&story.policy().path).send().problem(403, "forbidden");
    let events = timeline(&cast.supervisor, &story.project);
    for subject in ["policy", "commission", "service_plan"] {
        steps_alone(&of(&events, subject));
    }
    assert_eq!(names(&of(&events, "policy")), ["policy_recorded"]);
    assert_eq!(
        names(&of(&events, "commission")),
        [
            "commission_submitted",
            "commission_returned",
            "commission_submitted",
            "commission_accepted",
            "commission_in_service",
            "commission_reported",
            "commission_completed",
        ]
    );
    assert!(of(&events, "visit").iter().all(|event| event["details_withheld"] == false));
    let text = json!(events).to_string();
    assert!(!text.contains(PREMIUM) && !text.contains(FEE) && !text.contains("资料不完整"), "{text}");
    // Who reads the record reads it here too.
    let events = timeline(&cast.contractor, &story.project);
    let text = json!(events).to_string();
    assert!(text.contains(PREMIUM) && text.contains(FEE) && text.contains("资料不完整"));
    assert!(events.iter().all(|event| event["details_withheld"] == false));
}

/// Whoever insures a project too sees nothing of a competitor's policy, nor of what lies below it.
#[both_databases]
fn another_insurer_sees_nothing_of_a_competitor(world: &World) {
    let cast = served_by_another(Cast::new(world));
    let story = completed_story(&cast);
    let other = cast.another("insurer");
    other.get(format!("{}/timeline", story.project.path)).send().problem(404, "not_found");
    let own = other.record_policy(&story.project, "500.00");
    let events = timeline(&other, &story.project);
    let all: Vec<&Value> = events.iter().collect();
    assert_eq!(names(&all), ["project_created", "project_registered", "policy_recorded"]);
    assert_eq!(events[2]["subject_id"], own.id.as_str());
    assert_eq!(
        events[2]["facts"][0],
        json!({ "name": "premium_total", "value": "500.00", "label": "保费总额", "text": "500.00 元" })
    );
    assert!(!json!(timeline(&cast.insurer, &story.project)).to_string().contains("500.00"));
    // A page may be short; the list goes on as long as there is a cursor.
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = other.get(format!("{}/timeline?limit=3{cursor}", story.project.path)).send().expect(200);
        assert!(page.items().len() <= 3);
        found.extend(page.items().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    found.reverse();
    assert_eq!(found, events);
}

/// A third-party provider sees its own commissions, from when it was asked, and no policy.
#[both_databases]
fn a_provider_sees_only_its_own(world: &World) {
    let cast = Cast::new(world);
    let own = served_by_another(cast.clone());
    let story = own.bring_to(Stage::Accepted);
    let lines = [actors::line("education_and_training", 1)];
    let others = cast.insurer.commission(story.policy(), &cast.association, &lines, "777.00");
    cast.association.plan(&cast.association.accept(&others));
    cast.insurer.draft_commission(story.policy(), &own.server, &lines, "888.00");
    let events = timeline(&own.server, &story.project);
    let all: Vec<&Value> = events.iter().collect();
    assert_eq!(
        names(&all),
        ["project_created", "project_registered", "commission_submitted", "commission_accepted"]
    );
    assert!(all.iter().all(|event| event["details_withheld"] == false));
    assert!(events[2..].iter().all(|event| event["subject_id"] == story.commission().id.as_str()));
    let text = json!(events).to_string();
    assert!(text.contains(FEE) && !text.contains(PREMIUM) && !text.contains("777.00"), "{text}");
    // The plan that it drafts is its own until it is submitted.
    let draft = own.server.create("/api/v1/service-plans", actors::plan_body(story.commission()));
    let sees = |who: &Actor| {
        of(&timeline(who, &story.project), "service_plan")
            .iter()
            .any(|event| event["subject_id"] == draft.id.as_str())
    };
    assert!(sees(&own.server) && sees(&cast.association) && sees(&cast.regulator));
    for who in [&cast.insurer, &cast.contractor, &cast.owner, &cast.supervisor] {
        assert!(!sees(who), "{who:?}");
    }
    own.server.submit(&draft);
    assert!(sees(&cast.insurer) && sees(&cast.supervisor));
}

/// An expert sees their own visits, and of the commission that it took its course.
#[both_databases]
fn an_expert_sees_their_own_visits(world: &World) {
    let cast = served_by_another(Cast::new(world));
    let story = completed_story(&cast);
    let events = timeline(&cast.leader, &story.project);
    assert!(of(&events, "policy").is_empty());
    for subject in ["commission", "service_plan", "service_report"] {
        let seen = of(&events, subject);
        assert!(!seen.is_empty(), "{subject}");
        steps_alone(&seen);
    }
    assert!(of(&events, "visit").iter().all(|event| event["details_withheld"] == false));
    let text = json!(events).to_string();
    assert!(!text.contains(PREMIUM) && !text.contains(FEE), "{text}");
    // Of a visit that is another group's: nothing.
    let lines = [actors::line("education_and_training", 1)];
    let other = cast.bring_on(story.project.clone(), Stage::Confirmed, &lines);
    let seen = timeline(&cast.leader, &story.project);
    assert!(seen.iter().all(|event| event["subject_id"] != other.visit().id.as_str()
        && event["subject_id"] != other.commission().id.as_str()));
    assert_eq!(seen, events);
}

/// A system sees whole what its scopes read.
#[both_databases]
fn a_system_sees_whole_what_its_scopes_read(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Submitted);
    let narrow = timeline(&cast.system_of(&cast.insurer, &["projects:read"]), &story.project);
    for subject in ["policy", "commission"] {
        let seen = of(&narrow, subject);
        assert!(!seen.is_empty());
        steps_alone(&seen);
    }
    let wide = timeline(&cast.system_of(&cast.insurer, &["projects:read", "policies:read"]), &story.project);
    assert_eq!(of(&wide, "policy")[0]["facts"][0]["value"], PREMIUM);
}

/// A request for recusal is its maker's and the association's to read: the project's timeline tells nobody of it.
#[both_databases]
fn a_request_for_recusal_is_not_on_the_timeline(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let request = json!({
        "project_id": story.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
    });
    cast.owner.post("/api/v1/recusal-requests").json(request).send().expect(201);
    let told = |who: &Actor| of(&timeline(who, &story.project), "recusal_request").len();
    assert_eq!([&cast.owner, &cast.association, &cast.regulator].map(told), [0, 0, 0]);
    assert_eq!([&cast.contractor, &cast.supervisor, &cast.insurer].map(told), [0, 0, 0]);
}

/// A provider that takes another's place sees nothing before it is asked itself, and nothing of why the other declined.
#[both_databases]
fn a_new_provider_sees_nothing_before_it_is_asked(world: &World) {
    let cast = Cast::new(world);
    let first = served_by_another(cast.clone());
    let story = first.bring_to(Stage::Submitted);
    let second = cast.another("provider");
    first.server.return_for_correction(story.commission());
    let mut body =
        actors::commission_body(story.policy(), &second, &[actors::line("hazard_inspection", 1)], FEE);
    body["contract_number"] = json!("HT-2");
    cast.insurer.replace(story.commission(), body);
    for provider in [&first.server, &second] {
        provider.get(&story.commission().path).send().problem(404, "not_found");
        assert!(provider.all("/api/v1/commissions").is_empty(), "{provider:?}");
    }
    cast.contractor.get(&story.commission().path).send().expect(200);
    cast.wait(chrono::Duration::seconds(1));
    cast.insurer.submit(story.commission());
    let seen = second.read(story.commission());
    assert_eq!(seen["status_reason"], Value::Null);
    assert_eq!(second.all("/api/v1/commissions").len(), 1);
    let events = timeline(&second, &story.project);
    assert_eq!(names(&of(&events, "commission")), ["commission_submitted"]);
    assert!(!json!(events).to_string().contains("资料不完整"));
}

/// What was drafted and given up was never anybody else's.
#[both_databases]
fn a_withdrawn_draft_stays_its_insurers(world: &World) {
    let cast = served_by_another(Cast::new(world));
    let story = cast.bring_to(Stage::Drafted);
    let withdrawn = cast.insurer.act(story.commission(), "withdraw", actors::because());
    for other in [&cast.server, &cast.contractor, &cast.owner] {
        other.get(&withdrawn.path).send().problem(404, "not_found");
        assert!(other.all("/api/v1/commissions").is_empty(), "{other:?}");
    }
    assert!(of(&timeline(&cast.contractor, &story.project), "commission").is_empty());
    for reader in [&cast.insurer, &cast.association, &cast.regulator] {
        assert_eq!(reader.read(&withdrawn).status(), "withdrawn");
        assert_eq!(reader.all("/api/v1/commissions").len(), 1);
    }
    // What was submitted once stays to be seen.
    let story = cast.bring_on(story.project, Stage::Submitted, &[actors::line("hazard_inspection", 1)]);
    let withdrawn = cast.insurer.act(story.commission(), "withdraw", actors::because());
    assert_eq!(cast.contractor.read(&withdrawn).status(), "withdrawn");
}
