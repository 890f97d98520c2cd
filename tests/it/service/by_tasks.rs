//! The seven steps of the flow, walked by people who look at nothing but their tasks, what each record allows, and their calendar.

use std::collections::BTreeMap;

use anze_tests::{
    Actor, Cast, Record, World,
    actors::{STEPS, jpeg, pdf, plan_body, proposal_body},
    both_databases,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// The record of a task, as its assignee reads it.
fn record(who: &Actor, task: &Value) -> Record {
    let path = task["record"]["path"].as_str().expect("a path");
    let (collection, _) = path.rsplit_once('/').expect("a collection");
    Record::of(collection, &who.get(path).send().expect(200))
}

/// Settles a task by its usual operation, which the record must allow.
fn settle(cast: &Cast, who: &Actor, task: &Value) {
    let record = record(who, task);
    let allow = |action: &str| {
        let actions = record["allowed_actions"].as_array().expect("what the record allows");
        assert!(actions.contains(&json!(action)), "{action}: {task:#} {:#}", record.body);
    };
    let simply = |action: &str, verb: &str, body: Value| {
        allow(action);
        let answer = who.try_act(&record, verb, body);
        assert!(answer.status.is_success(), "{answer}");
    };
    match task["operations"][0].as_str().expect("an operation") {
        "register_project" => simply("register", "register", Value::Null),
        "submit_commission" | "submit_service_plan" | "submit_service_report" => {
            simply("submit", "submit", Value::Null);
        }
        "accept_commission" | "accept_visit" => simply("accept", "accept", Value::Null),
        "create_service_plan" => {
            who.create("/api/v1/service-plans", plan_body(&record));
        }
        "confirm_service_plan" => simply("confirm", "confirm", Value::Null),
        "propose_visit" => {
            allow("propose");
            let group =
                [(&cast.leader, "civil"), (&cast.mechanic, "mechanical"), (&cast.electrician, "electrical")];
            who.propose(&record, proposal_body(&group, cast.now() + Duration::days(2)));
        }
        "agree_visit" => {
            allow("agree");
            who.agree(&record);
        }
        "start_visit" => simply("start", "start", Value::Null),
        "record_visit_step" => {
            allow("record_step");
            let taken = record["steps"].as_array().map_or(0, Vec::len);
            who.take_step(&record, STEPS[taken], cast.now());
        }
        "issue_rectification_proposal" => {
            allow("issue_rectification_proposal");
            who.issue_proposal(&record, cast.now());
        }
        "end_visit" => simply("end", "end", Value::Null),
        "receive_rectification_proposal" => {
            simply("receive_rectification_proposal", "rectification-proposal/receive", Value::Null);
        }
        "submit_visit" => {
            allow("submit");
            let materials = who.get(format!("{}/materials", record.path)).send().expect(200);
            for missing in
                materials["required"].as_array().into_iter().flatten().filter(|it| it["have"] == false)
            {
                let kind = missing["kind"].as_str().expect("a kind");
                who.attach(&record, kind, if kind == "photo" { jpeg() } else { pdf() });
            }
            who.submit_material(&who.read(&record));
        }
        "create_service_report" => {
            who.draft_report(&record);
        }
        "acknowledge_service_report" => simply("acknowledge", "acknowledge", Value::Null),
        other => panic!("nobody expected the task {other}: {task:#}"),
    }
}

/// Whether everyone has settled what waited for them; each task that was settled is counted by its kind.
fn everyone_works(cast: &Cast, people: &[&Actor], settled: &mut BTreeMap<String, u32>) -> bool {
    let mut rested = true;
    for who in people {
        loop {
            let tasks = who.get("/api/v1/tasks?limit=1").send().expect(200);
            let Some(task) = tasks.items().first() else { break };
            settle(cast, who, task);
            // What is settled waits no more, or waits for its next step.
            *settled.entry(task["kind"].as_str().expect("a kind").to_owned()).or_default() += 1;
            rested = false;
            assert!(settled.values().sum::<u32>() < 100, "the tasks do not end: {settled:#?}");
        }
    }
    rested
}

/// The next visit in the leader's calendar.
fn next_visit(cast: &Cast) -> Option<DateTime<Utc>> {
    let (from, to) = (cast.today(), cast.today() + Duration::days(60));
    let entries = cast.leader.all(&format!("/api/v1/calendar?from={from}&to={to}&kind=visit"));
    let starts =
        entries.iter().map(|it| it["starts_at"].as_str().expect("a start").parse().expect("an instant"));
    starts.filter(|start: &DateTime<Utc>| *start > cast.now()).min()
}

#[both_databases]
fn a4_the_seven_steps_are_walked_by_tasks_alone(world: &World) {
    let cast = Cast::new(world);
    let cast = cast.clone().served_by(cast.provider.clone());
    // What nobody can be waiting for: a works contract, an insurance contract, and the insurer's decision to commission.
    let project = cast.contractor.create("/api/v1/projects", anze_tests::actors::project_body(&cast));
    let people = [
        &cast.contractor,
        &cast.supervisor,
        &cast.owner,
        &cast.insurer,
        &cast.provider,
        &cast.leader,
        &cast.mechanic,
        &cast.electrician,
        &cast.regulator,
        &cast.association,
    ];
    let mut settled = BTreeMap::new();
    while !everyone_works(&cast, &people, &mut settled) {}
    let policy = cast.insurer.record_policy(&cast.contractor.read(&project), "2000000.00");
    let lines = [anze_tests::actors::line("hazard_inspection", 1)];
    let commission = cast.insurer.draft_commission(&policy, &cast.provider, &lines, "60000.00");
    loop {
        while !everyone_works(&cast, &people, &mut settled) {}
        // Nobody has a task now: the next thing that happens is in the calendar.
        let Some(start) = next_visit(&cast) else { break };
        cast.set_time(start);
    }
    let told: Vec<(&str, u32)> = settled.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    assert_eq!(
        told,
        [
            ("acknowledge_service_report", 1),
            ("agree_visit", 4),
            ("answer_commission", 1),
            ("confirm_service_plan", 1),
            ("create_service_plan", 1),
            ("create_service_report", 1),
            ("end_visit", 1),
            ("issue_rectification_proposal", 1),
            ("propose_visit", 1),
            ("receive_rectification_proposal", 1),
            ("record_visit_step", 4),
            ("register_project", 1),
            ("review_visit", 1),
            ("start_visit", 1),
            ("submit_commission", 1),
            ("submit_service_plan", 1),
            ("submit_service_report", 1),
            ("submit_visit", 1),
        ]
    );
    assert_eq!(cast.insurer.read(&commission).status(), "completed");
    // Who has settled a task finds it in what they have done (已办).
    let done = cast.insurer.all("/api/v1/tasks?done=true");
    let kinds: Vec<&str> = done.iter().map(|it| it["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["acknowledge_service_report", "confirm_service_plan", "submit_commission"]);
}
