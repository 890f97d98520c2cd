//! Visits: the group (A10), recusal (A12.2), the agreed time (A12.1), the steps (A13.1), the deadline (A14.1).

use anze_tests::{
    Actor, Answer, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The server proposes this group for tomorrow.
fn propose(cast: &Cast, visit: &Record, group: &[(&Actor, &str)]) -> Answer {
    cast.server.try_act(visit, "propose", actors::proposal_body(group, cast.tomorrow_morning()))
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str, rule: &str) -> Answer {
    let answer = answer.problem(status, code);
    assert_eq!(answer["rule"], rule, "{answer}");
    answer
}

/// Takes the agreed visit to its end at an instant.
#[track_caller]
fn ended_at(cast: &Cast, start: &str, end: &str) -> Record {
    let story = cast.bring_to(Stage::Confirmed);
    let agreed = cast.agree_on(story.visit(), at(start));
    let on_site = cast.walk_the_site(&agreed);
    cast.set_time(at(end));
    cast.end(&on_site)
}

/// A10.1, A10.2: three at least, one of the leader pool leading, the three specialties or the reason.
#[both_databases]
fn a_group_is_of_three_and_covers_the_specialties(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let visit = story.visit();
    let [leader, mechanic, electrician] = cast.group();
    let mason = cast.another_expert(&ExpertEntry::new("member", "civil"));
    propose(&cast, visit, &[leader, mechanic])
        .problem(422, "invalid_input")
        .invalid_field("/members", "group_too_small");
    let with_reason = |reason: Value| {
        let mut body = actors::proposal_body(&[leader, mechanic, (&mason, "civil")], cast.tomorrow_morning());
        body["missing_specialty_reason"] = reason;
        cast.server.try_act(visit, "propose", body)
    };
    refused(propose(&cast, visit, &[leader, mechanic, (&mason, "civil")]), 422, "specialty_missing", "A10.2")
        .invalid_field("/missing_specialty_reason", "specialty_missing");
    with_reason(json!(" ")).expect(422);
    with_reason(json!("本次服务不涉及电气。")).expect(200);
    refused(propose(&cast, visit, &[mechanic, leader, electrician]), 409, "leader_not_in_pool", "A10.1");
    refused(
        propose(&cast, visit, &[leader, mechanic, electrician, mechanic]),
        422,
        "expert_listed_twice",
        "A10.1",
    );
    propose(&cast, visit, &[leader, mechanic, (&electrician.0.clone(), "civil")])
        .problem(422, "specialty_not_held");
    propose(&cast, visit, &cast.group()).expect(200);
}

/// A12.2: an employer now or in the past three years keeps an expert out; longer ago does not.
#[both_databases]
fn a_tied_expert_stays_out(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let [leader, mechanic, _] = cast.group();
    let electrician = |employer: &str, history: Vec<Value>| {
        let entry = ExpertEntry { work_history: history, ..ExpertEntry::new("member", "electrical") };
        cast.another_expert(&ExpertEntry { employer_name: employer.to_owned(), ..entry })
    };
    let was_at = |party: &Actor, to: &str| {
        json!({
            "employer": party.name, "role": "安全员", "from": "2006-01-01", "to": to, "relevant": false
        })
    };
    let institute = "厦门市建筑科学研究院";
    let tied = [
        electrician(&cast.contractor.name, Vec::new()),
        electrician(&cast.insurer.name, Vec::new()),
        electrician(institute, vec![was_at(&cast.supervisor, "2023-02-10")]),
        electrician(institute, vec![was_at(&cast.owner, "2025-12-31")]),
    ];
    for expert in &tied {
        refused(
            propose(&cast, story.visit(), &[leader, mechanic, (expert, "electrical")]),
            409,
            "expert_tied",
            "A12.2",
        )
        .invalid_field("/members/2", "expert_tied");
    }
    // The visit is tomorrow, 2026-02-10: three years ago to the day ties, a day more does not.
    let free = electrician(institute, vec![was_at(&cast.supervisor, "2023-02-09")]);
    propose(&cast, story.visit(), &[leader, mechanic, (&free, "electrical")]).expect(200);
}

/// A12.1: agreed once everyone has; where the contractor declines, other times are open.
#[both_databases]
fn everyone_agrees_to_the_time(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let proposed =
        cast.server.propose(story.visit(), actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
    for (expert, _) in cast.group() {
        assert_eq!(expert.agree(&proposed).status(), "proposed");
        refused(expert.try_act(&proposed, "agree", json!({ "slots": [1] })), 409, "agreed_already", "A12.1");
    }
    assert_eq!(cast.contractor.agree(&proposed).status(), "agreed");
    let declined = cast.contractor.act(&proposed, "decline", actors::because());
    assert_eq!((declined.status(), &declined["status_reason"]), ("planned", &actors::because()["reason"]));
    assert_eq!((&declined["slots"], declined["members"].as_array().map(Vec::len)), (&json!([]), Some(3)));
    let again = cast.agree_on(&declined, cast.tomorrow_morning());
    assert_eq!(again.status(), "agreed");
    assert_eq!(cast.server.act(&again, "reschedule", actors::because()).status(), "planned");
    assert_eq!(cast.server.act(&again, "cancel", actors::because()).status(), "cancelled");
}

/// A11.3: an expert who is in no group any more sees the project no more.
#[both_databases]
fn an_expert_who_was_replaced_sees_nothing(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let [leader, mechanic, electrician] = cast.group();
    let other = cast.another_expert(&ExpertEntry::new("member", "mechanical"));
    propose(&cast, story.visit(), &[leader, mechanic, electrician]).expect(200);
    mechanic.0.get(&story.project.path).send().expect(200);
    propose(&cast, story.visit(), &[leader, (&other, "mechanical"), electrician]).expect(200);
    mechanic.0.get(&story.visit().path).send().problem(404, "not_found");
    mechanic.0.get(&story.project.path).send().problem(404, "not_found");
    mechanic.0.get(format!("{}/timeline", story.project.path)).send().problem(404, "not_found");
    assert_eq!(mechanic.0.all("/api/v1/projects"), Vec::<Value>::new());
}

/// A11.1: the time lies in the window of the plan, and ahead.
#[both_databases]
fn the_time_lies_in_the_window(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let propose_at = |start: &str| {
        cast.server.try_act(story.visit(), "propose", actors::proposal_body(&cast.group(), at(start)))
    };
    refused(propose_at("2026-02-09T01:00:00Z"), 409, "time_passed", "A12.1");
    refused(propose_at("2027-01-01T01:00:00Z"), 409, "outside_window", "A11.1");
    refused(propose_at("2026-12-31T10:00:00Z"), 409, "outside_window", "A11.1");
    propose_at("2026-12-31T08:59:59Z").expect(200);
    // To 24:00 of the last day.
    propose_at("2026-12-31T09:00:00Z").expect(200);
}

/// A12.1: a visit starts on its day; past that it is arranged anew, as its group may be elsewhere.
#[both_databases]
fn a_visit_starts_on_the_agreed_day(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let agreed = cast.agree_on(story.visit(), at("2026-02-11T01:00:00Z"));
    let start = || cast.leader.try_act(&agreed, "start", Value::Null);
    cast.set_time(at("2026-02-10T15:59:59Z"));
    refused(start(), 409, "too_early", "A12.1");
    cast.set_time(at("2026-02-11T16:00:00Z"));
    refused(start(), 409, "agreed_day_passed", "A12.1");
    let planned = cast.server.act(&agreed, "reschedule", actors::because());
    let again = cast.agree_on(&planned, at("2026-02-12T01:00:00Z"));
    assert_eq!(cast.leader.act(&again, "start", Value::Null).status(), "in_progress");
}

/// A13.1: the five steps in their order, each with its place and its distance from the site.
#[both_databases]
fn the_steps_are_taken_in_their_order(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let mut visit = cast.begin(story.visit());
    for taken in 0..4 {
        for (index, step) in actors::STEPS.iter().enumerate().filter(|(index, _)| *index != taken) {
            let answer = cast.leader.try_act(&visit, "steps", actors::step_body(step, cast.now()));
            refused(answer, 409, "step_out_of_order", "A13.1");
            assert_ne!(index, taken);
        }
        refused(
            cast.leader.try_act(&visit, "rectification-proposal", actors::advice_body(cast.now())),
            409,
            "step_out_of_order",
            "A13.1",
        );
        refused(cast.leader.try_act(&visit, "end", Value::Null), 409, "steps_missing", "A13.1");
        visit = cast.mechanic.take_step(&visit, actors::STEPS[taken], cast.now());
        assert_eq!(visit["steps"][taken]["distance_metres"], 0, "{:#}", visit.body);
    }
    refused(cast.leader.try_act(&visit, "end", Value::Null), 409, "steps_missing", "A13.1");
    let issued = cast.leader.issue_proposal(&visit, cast.now());
    assert_eq!(issued.header("location"), Some(format!("{}/rectification-proposal", visit.path).as_str()));
    let received = cast.contractor.try_act(&visit, "rectification-proposal/receive", Value::Null).expect(200);
    assert!(received["received_at"].is_string(), "{received}");
    refused(
        cast.contractor.try_act(&visit, "rectification-proposal/receive", Value::Null),
        409,
        "proposal_received_already",
        "A13.1",
    );
    assert_eq!(cast.leader.act(&visit, "end", Value::Null).status(), "ended");
    // A11.3: where the device was is for who works with it; the others see how far from the site that was.
    for (reader, exact) in [
        (&cast.association, true),
        (&cast.electrician, true),
        (&cast.contractor, false),
        (&cast.supervisor, false),
        (&cast.owner, false),
        (&cast.insurer, false),
        (&cast.regulator, false),
    ] {
        let step = reader.read(&visit)["steps"][0].clone();
        assert_eq!(
            (step["place"].is_object(), &step["distance_metres"]),
            (exact, &json!(0)),
            "{}",
            reader.name
        );
    }
}

/// A14.1 across the Spring Festival of 2026: Saturday the 14th is worked, the next working day is the 24th.
#[both_databases]
fn the_deadline_follows_the_calendar(world: &World) {
    let cast = Cast::new(world);
    let ended = ended_at(&cast, "2026-02-13T01:00:00Z", "2026-02-13T08:30:00Z");
    assert_eq!(
        (&ended["ended_at"], &ended["upload_due_at"]),
        (&json!("2026-02-13T08:30:00Z"), &json!("2026-02-24T16:00:00Z"))
    );
    assert_eq!(ended["provisional"], false);
    let materials = cast.leader.get(format!("{}/materials", ended.path)).send().expect(200);
    assert_eq!(materials["upload_due_at"], "2026-02-24T16:00:00Z", "{materials}");
}

/// A14.1 past the last published calendar: weekends only, and said to be provisional.
#[both_databases]
fn the_deadline_past_the_published_years_is_provisional(world: &World) {
    let cast = Cast::new(world);
    let ended = ended_at(&cast, "2026-12-30T01:00:00Z", "2026-12-30T08:30:00Z");
    assert_eq!(
        (&ended["upload_due_at"], &ended["provisional"]),
        (&json!("2027-01-01T16:00:00Z"), &json!(true))
    );
}

/// A14.1: on the last instant in time, a moment later late; late is marked, never refused.
#[both_databases]
fn late_material_is_marked_and_taken(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let starts = ["2026-02-12T17:00:00Z", "2026-02-13T01:00:00Z"];
    let planned = cast.visits(story.commission());
    let visits: Vec<Record> =
        planned.iter().zip(starts).map(|(visit, start)| cast.agree_on(visit, at(start))).collect();
    let ended: Vec<Record> = visits.iter().map(|visit| cast.end(&cast.walk_the_site(visit))).collect();
    cast.set_time(at("2026-02-24T16:00:00Z"));
    let punctual = cast.upload(&ended[0]);
    cast.wait(Duration::microseconds(1));
    let late = cast.upload(&ended[1]);
    assert_eq!((&punctual["late"], &late["late"]), (&json!(false), &json!(true)));
    assert_eq!(late.status(), "submitted");
    // Returned and sent again, it is still what it was at first.
    let again = cast.leader.submit_material(&cast.server.return_for_correction(&punctual));
    assert_eq!(again["late"], false);
}

/// A14.2: what a service of its category must bring.
#[both_databases]
fn the_material_is_complete_for_its_category(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Ended, &[actors::line("emergency_plan_and_drill", 1)]);
    let required = || -> Vec<(String, bool)> {
        let materials = cast.leader.get(format!("{}/materials", story.visit().path)).send().expect(200);
        let required = materials["required"].as_array().expect("a list").clone();
        required
            .iter()
            .map(|one| (one["kind"].as_str().unwrap_or_default().to_owned(), one["have"] == true))
            .collect()
    };
    for (kind, have) in required() {
        assert!(!have);
        refused(
            cast.leader.try_act(story.visit(), "submit", actors::conclusion_body()),
            409,
            "material_missing",
            "A14.2",
        );
        cast.mechanic.attach(story.visit(), &kind, actors::jpeg());
    }
    assert!(required().iter().all(|(_, have)| *have) && required().len() == 4);
    cast.leader.submit_material(story.visit());
}

/// A11.3: a cancelled visit is no part in the project, however it came to be cancelled; what was served stays.
#[both_databases]
fn experts_of_a_cancelled_visit_see_nothing(world: &World) {
    let cast = Cast::new(world);
    let sees = |project: &Record| {
        let statuses: Vec<u16> =
            cast.group().iter().map(|(expert, _)| expert.get(&project.path).send().status.as_u16()).collect();
        let listed = cast.mechanic.all("/api/v1/projects").iter().any(|one| one["id"] == json!(project.id));
        assert_eq!(listed, statuses[1] == 200);
        statuses
    };
    let by_the_provider = cast.bring_to(Stage::Agreed);
    assert_eq!(sees(&by_the_provider.project), [200; 3]);
    cast.server.act(by_the_provider.visit(), "cancel", actors::because());
    assert_eq!(sees(&by_the_provider.project), [404; 3]);
    let with_the_commission = cast.bring_to(Stage::Agreed);
    let due = json!({ "reason": "项目停建，双方协商终止。", "amount_due": "0.00" });
    cast.insurer.act(with_the_commission.commission(), "terminate", due);
    assert_eq!(cast.visit(&with_the_commission.visit().id).status(), "cancelled");
    assert_eq!(sees(&with_the_commission.project), [404; 3]);
    for verb in ["decline", "reschedule"] {
        let reopened = cast.bring_to(Stage::Agreed);
        let who = if verb == "decline" { &cast.contractor } else { &cast.server };
        who.act(reopened.visit(), verb, actors::because());
        // Where the contractor declines, the group stays; another time is to be found.
        let expected = if verb == "decline" { [200; 3] } else { [404; 3] };
        assert_eq!(sees(&reopened.project), expected, "{verb}");
    }
    let served = cast.bring(Stage::Served, &[actors::line("hazard_inspection", 2)]);
    let rest = cast
        .visits(served.commission())
        .into_iter()
        .find(|visit| visit.status() == "planned")
        .expect("a second visit");
    let rest = cast.agree_on(&rest, cast.tomorrow_morning());
    cast.server.act(&rest, "cancel", actors::because());
    assert_eq!(sees(&served.project), [200; 3]);
}
