//! Groups and times: availability, negotiation, bookings and suggestions (A10, A12.1, A12.2).

mod suggestions;

use anze_tests::{
    Actor, Answer, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::{DateTime, Days, Duration, Utc};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str, rule: &str) -> Answer {
    let answer = answer.problem(status, code);
    assert_eq!(answer["rule"], rule, "{answer}");
    answer
}

/// Two slots: the second is the earlier.
fn two(cast: &Cast) -> [DateTime<Utc>; 2] {
    let first = cast.tomorrow_morning() + Days::new(2);
    [first + Days::new(1), first]
}

/// The server proposes the usual group with two slots.
#[track_caller]
fn negotiated(cast: &Cast, visit: &Record) -> Record {
    cast.server.propose(visit, actors::slots_body(&cast.group(), &two(cast)))
}

fn leave(from: DateTime<Utc>, to: DateTime<Utc>) -> Value {
    json!({ "kind": "leave", "starts_at": from, "ends_at": to, "note": "家事" })
}

fn entries(expert: &Actor) -> String {
    format!("/api/v1/experts/{}/unavailabilities", expert.expert_id)
}

fn kinds(of: &Actor) -> Vec<String> {
    let told = of.all("/api/v1/notifications?sort=created_at");
    told.iter().map(|it| it["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

/// All that somebody was told, as it is written.
fn inbox(of: &Actor) -> String {
    of.all("/api/v1/notifications").iter().map(ToString::to_string).collect()
}

fn count(of: &Actor, kind: &str) -> usize {
    of.notifications(kind).len()
}

/// A12.1: the earliest slot that suits everyone is agreed, once all have answered.
#[both_databases]
fn the_earliest_slot_that_suits_all_is_agreed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let [later, earlier] = two(&cast);
    let proposed = negotiated(&cast, story.visit());
    assert_eq!(
        proposed["slots"],
        json!([
            { "number": 1, "start": later, "end": later + Duration::hours(7) },
            { "number": 2, "start": earlier, "end": earlier + Duration::hours(7) },
        ])
    );
    assert_eq!(proposed["answer_by"], json!(cast.now() + Duration::hours(48)));
    refused(cast.leader.try_act(&proposed, "agree", json!({ "slots": [3] })), 422, "slot_unknown", "A12.1")
        .invalid_field("/slots/0", "slot_unknown");
    cast.leader.try_act(&proposed, "agree", json!({ "slots": [] })).expect(422);
    cast.leader.try_act(&proposed, "agree", json!({ "slots": [6] })).expect(422);
    cast.leader.agree_to(&proposed, &[1, 2]);
    cast.contractor.agree_to(&proposed, &[2]);
    let half = cast.mechanic.agree_to(&proposed, &[1, 2]);
    assert_eq!((half.status(), &half["members"][1]["agreed_slots"]), ("proposed", &json!([1, 2])));
    assert!(half["scheduled_start"].is_null());
    let agreed = cast.electrician.agree_to(&proposed, &[2]);
    assert_eq!((agreed.status(), &agreed["scheduled_start"]), ("agreed", &json!(earlier)));
    for who in [&cast.contractor, &cast.leader, &cast.mechanic, &cast.electrician] {
        let of_the_visit = ["visit_proposed", "time_agreed"];
        assert_eq!(kinds(who).split_off(kinds(who).len() - 2), of_the_visit, "{}", who.name);
    }
    // Where nothing suits all, times are to be proposed anew, to the same group.
    let again = cast.server.act(&agreed, "reschedule", actors::because());
    let proposed = negotiated(&cast, &again);
    cast.contractor.agree_to(&proposed, &[1]);
    cast.leader.agree_to(&proposed, &[2]);
    cast.mechanic.agree(&proposed);
    let open = cast.electrician.agree(&proposed);
    assert_eq!(
        (open.status(), &open["slots"], open["members"].as_array().map(Vec::len)),
        ("planned", &json!([]), Some(3))
    );
    assert_eq!(count(&cast.association, "time_declined"), 1);
}

/// A12.1: who declines opens a place; what the others answered stands, and the one who takes it settles the time.
#[both_databases]
fn who_declines_opens_a_place(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let proposed = negotiated(&cast, story.visit());
    for who in [&cast.leader, &cast.contractor, &cast.electrician] {
        who.agree_to(&proposed, &[2]);
    }
    cast.mechanic.try_act(&proposed, "decline", json!({ "reason": " " })).expect(422);
    let opened = cast.mechanic.try_act(&proposed, "decline", actors::because()).expect(200);
    assert_eq!(
        (&opened["status"], &opened["open_places"]),
        (&json!("planned"), &json!([{ "specialties": ["mechanical"], "leads": false }]))
    );
    // Who left sees it no more (A11.3).
    cast.mechanic.get(&proposed.path).send().problem(404, "not_found");
    // Why is for who arranges the visit; the others learn that somebody declined.
    let reason = actors::because()["reason"].clone();
    assert_eq!(cast.association.read(&proposed)["status_reason"], reason);
    for other in [&cast.leader, &cast.contractor, &cast.insurer, &cast.owner, &cast.regulator] {
        assert_eq!(
            other.read(&proposed)["status_reason"],
            "一名专家答复不能参加 · An expert declined",
            "{}",
            other.name
        );
        assert!(!inbox(other).contains(reason.as_str().expect("a reason")), "{}", other.name);
    }
    let told = |who: &Actor| {
        let entries = who.all(&format!("{}/timeline", story.project.path));
        let declined = entries.into_iter().find(|entry| entry["name"] == "visit_declined");
        declined.unwrap_or_else(|| panic!("{} sees no decline", who.name))
    };
    for who in [&cast.association, &cast.server] {
        assert_eq!(told(who)["reason"], reason, "{}", who.name);
    }
    for other in
        [&cast.leader, &cast.contractor, &cast.insurer, &cast.supervisor, &cast.owner, &cast.regulator]
    {
        let entry = told(other);
        assert_eq!(
            (entry.get("reason"), &entry["facts"], &entry["details_withheld"]),
            (None, &json!([]), &json!(true)),
            "{}",
            other.name
        );
    }
    assert_eq!((count(&cast.association, "place_reopened"), count(&cast.leader, "place_reopened")), (1, 0));
    assert_eq!(
        (count(&cast.contractor, "someone_declined"), count(&cast.leader, "someone_declined")),
        (1, 1)
    );
    assert!(inbox(&cast.association).contains(reason.as_str().expect("a reason")));
    let other = cast.another_expert(&ExpertEntry::new("member", "mechanical"));
    let [leader, _, electrician] = cast.group();
    let filled = cast
        .server
        .propose(&proposed, actors::slots_body(&[leader, (&other, "mechanical"), electrician], &two(&cast)));
    assert_eq!(
        (filled.status(), &filled["open_places"], &filled["contractor_agreed_slots"]),
        ("proposed", &json!([]), &json!([2]))
    );
    assert_eq!((count(&other, "visit_proposed"), count(&cast.leader, "visit_proposed")), (1, 1));
    refused(cast.leader.try_act(&filled, "agree", json!({ "slots": [1] })), 409, "agreed_already", "A12.1");
    let agreed = other.agree_to(&filled, &[1, 2]);
    assert_eq!((agreed.status(), &agreed["scheduled_start"]), ("agreed", &json!(two(&cast)[1])));
    // The leader declines what is agreed.
    let opened = cast.leader.try_act(&agreed, "decline", actors::because()).expect(200);
    assert_eq!(
        (
            &opened["open_places"][0]["leads"],
            opened.body.get("scheduled_start"),
            opened.body.get("leader_id")
        ),
        (&json!(true), None, None)
    );
    // Another slot is another question for all.
    let body = actors::slots_body(
        &[leader, (&other, "mechanical"), electrician],
        &[two(&cast)[1] + Duration::hours(1)],
    );
    let anew = cast.server.propose(&agreed, body);
    assert_eq!(anew["contractor_agreed_slots"], json!([]));
}

/// A12.1: one to five slots, each in the window and ahead, none twice; answers are due before the first begins.
#[both_databases]
fn a_proposal_has_one_to_five_slots(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let first = cast.tomorrow_morning();
    let propose = |starts: &[DateTime<Utc>]| {
        cast.server.try_act(story.visit(), "propose", actors::slots_body(&cast.group(), starts))
    };
    let days = |count: u64| (0..count).map(|ahead| first + Days::new(ahead)).collect::<Vec<_>>();
    propose(&[]).expect(422).invalid_field("/slots", "too_few");
    propose(&days(6)).expect(422);
    refused(propose(&[first, first]), 422, "slot_listed_twice", "A12.1")
        .invalid_field("/slots/1", "slot_listed_twice");
    refused(propose(&[first, at("2027-01-01T01:00:00Z")]), 409, "outside_window", "A11.1")
        .invalid_field("/slots/1/start", "outside_window");
    refused(propose(&[cast.now()]), 409, "time_passed", "A12.1");
    let of_hours = |hours: i64| {
        let mut body = actors::proposal_body(&cast.group(), first);
        body["slots"][0]["end"] = json!(first + Duration::hours(hours));
        cast.server.try_act(story.visit(), "propose", body)
    };
    refused(of_hours(13), 422, "slot_too_long", "A12.1").invalid_field("/slots/0/end", "slot_too_long");
    of_hours(12).expect(200);
    let due = |answer_by: DateTime<Utc>| {
        let mut body = actors::proposal_body(&cast.group(), first);
        body["answer_by"] = json!(answer_by);
        cast.server.try_act(story.visit(), "propose", body)
    };
    for wrong in [cast.now(), first + Duration::seconds(1)] {
        refused(due(wrong), 422, "answer_by_impossible", "A12.1")
            .invalid_field("/answer_by", "answer_by_impossible");
    }
    assert_eq!(due(first).expect(200)["answer_by"], json!(first));
    propose(&days(5)).expect(200);
}

/// Experts keep when they cannot come; whoever arranges visits sees when, and not why; nobody is proposed for it.
#[both_databases]
fn experts_keep_when_they_cannot_come(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let start = cast.tomorrow_morning();
    let path = entries(&cast.mechanic);
    let made = cast.mechanic.post(&path).json(leave(start, start + Duration::hours(1))).send().expect(201);
    let entry = Record::of("/api/v1/unavailabilities", &made);
    assert_eq!(made.header("location"), Some(entry.path.as_str()));
    assert_eq!(cast.mechanic.get(&entry.path).send().expect(200)["note"], "家事");
    for reader in [&cast.association, &cast.provider] {
        assert!(reader.get(&entry.path).send().expect(200).body.get("note").is_none());
        assert_eq!(reader.all(&path).len(), 1);
        reader.post(&path).json(leave(start, start + Duration::hours(1))).send().problem(403, "forbidden");
    }
    for stranger in [&cast.contractor, &cast.leader, &cast.regulator] {
        assert!([403, 404].contains(&stranger.get(&path).send().status.as_u16()));
        assert!([403, 404].contains(&stranger.get(&entry.path).send().status.as_u16()));
    }
    let propose =
        || cast.server.try_act(story.visit(), "propose", actors::proposal_body(&cast.group(), start));
    refused(propose(), 409, "expert_unavailable", "A12.1").invalid_field("/members/1", "expert_unavailable");
    // Tomorrow is a Tuesday; the visit is from nine to four.
    let weekly =
        |weekday: &str, part: &str| json!({ "kind": "recurring", "weekday": weekday, "part_of_day": part });
    let entry = cast.mechanic.replace(&entry, weekly("tuesday", "afternoon"));
    assert_eq!(
        (&entry["weekday"], entry.body.get("starts_at"), entry.body.get("note")),
        (&json!("tuesday"), None, None)
    );
    refused(propose(), 409, "expert_unavailable", "A12.1");
    let entry = cast.mechanic.replace(&entry, weekly("wednesday", "whole"));
    propose().expect(200);
    cast.mechanic.delete(&entry.path).if_match("\"0-0\"").send().problem(412, "version_stale");
    cast.mechanic.delete(&entry.path).if_match(&entry.etag).send().expect(204);
    cast.mechanic.get(&entry.path).send().problem(404, "not_found");
    let refuse = |body: Value, field: &str, code: &str| {
        cast.mechanic.post(&path).json(body).send().invalid_field(field, code);
    };
    refuse(leave(start, start), "/ends_at", "period_reversed");
    refuse(leave(start, start + Duration::days(367)), "/ends_at", "leave_too_long");
    refuse(leave(cast.now() - Duration::days(2), cast.now()), "/ends_at", "unavailability_over");
    refuse(json!({ "kind": "leave", "starts_at": start }), "/ends_at", "unavailability_member_missing");
    refuse(
        json!({ "kind": "leave", "starts_at": start, "ends_at": start, "weekday": "monday" }),
        "/weekday",
        "unavailability_member_foreign",
    );
    refuse(json!({ "kind": "recurring" }), "/weekday", "unavailability_member_missing");
}

/// An expert says where they are based, and takes it back.
#[both_databases]
fn an_expert_says_where_they_are_based(world: &World) {
    let cast = Cast::new(world);
    let path = format!("/api/v1/experts/{}/base-location", cast.leader.expert_id);
    let unknown = cast.leader.get(&path).send().expect(200);
    assert!(unknown.body.get("location").is_none());
    let place = |longitude: f64| json!({ "location": { "longitude": longitude, "latitude": 24.5, "coordinate_system": "gcj02" } });
    let put = |etag: &str, body: Value| cast.leader.put(&path).if_match(etag).json(body).send();
    put(&unknown.etag(), place(117.0)).expect(422).invalid_field("/location", "location_invalid");
    let known = put(&unknown.etag(), place(118.1)).expect(200);
    assert_eq!(cast.association.get(&path).send().expect(200)["location"]["longitude"], 118.1);
    put(&unknown.etag(), place(118.2)).problem(412, "version_stale");
    assert!(put(&known.etag(), json!({})).expect(200).body.get("location").is_none());
    cast.mechanic.get(&path).send().problem(404, "not_found");
    cast.association.put(&path).if_match(known.etag()).json(json!({})).send().problem(403, "forbidden");
    // It may be where they live: no provider reads it.
    cast.provider.get(&path).send().problem(403, "forbidden");
}

/// A12.1: who has not answered is reminded once, then who arranges the visit and the association are told once,
/// however many nodes look after it.
#[both_databases]
fn missing_answers_are_asked_for_once_and_then_told_once(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Confirmed);
    let proposed = negotiated(&cast, story.visit());
    cast.leader.agree(&proposed);
    let asked = [&cast.contractor, &cast.mechanic, &cast.electrician];
    cast.set_time(cast.now() + Duration::hours(36));
    for _ in 0..2 {
        world.wait_for_housekeeping(|| asked.iter().all(|who| count(who, "answer_due") > 0));
    }
    assert!(asked.iter().all(|who| count(who, "answer_due") == 1));
    assert_eq!((count(&cast.leader, "answer_due"), count(&cast.association, "answer_overdue")), (0, 0));
    // At the very instant an answer is still on time.
    cast.set_time(cast.now() + Duration::hours(12) + Duration::seconds(1));
    for _ in 0..2 {
        world.wait_for_housekeeping(|| count(&cast.association, "answer_overdue") > 0);
    }
    assert_eq!([&cast.provider, &cast.association].map(|who| count(who, "answer_overdue")), [1, 1]);
    assert!(asked.iter().all(|who| count(who, "answer_overdue") == 0 && count(who, "answer_due") == 1));
    let timeline = cast.association.all(&format!("{}/timeline?sort=created_at", story.project.path));
    let named = |name: &str| timeline.iter().filter(|entry| entry["name"] == name).count();
    assert_eq!((named("visit_answers_reminded"), named("visit_answers_overdue")), (1, 1), "{timeline:#?}");
    // Late answers are answers.
    for who in asked {
        who.agree(&proposed);
    }
    assert_eq!(cast.visit(&proposed.id).status(), "agreed");
}

/// A12.1: nobody is in two visits at once, and there is time to travel between them; what is given up is free again.
#[both_databases]
fn nobody_is_booked_twice(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let [first, second] = cast.visits(story.commission()).try_into().expect("two visits");
    let start = cast.tomorrow_morning();
    let other_group = [
        cast.another_expert(&ExpertEntry::new("leader", "civil")),
        cast.another_expert(&ExpertEntry::new("member", "electrical")),
    ];
    let shared =
        [(&other_group[0], "civil"), (&cast.mechanic, "mechanical"), (&other_group[1], "electrical")];
    // Both are proposed while neither is agreed.
    let also = cast.server.propose(&second, actors::slots_body(&shared, &[start + Duration::hours(6)]));
    let agreed = cast.agree_on(&first, start);
    assert_eq!(agreed.status(), "agreed");
    for (expert, _) in shared {
        expert.agree(&also);
    }
    // The last answer stands, and the visit is open again; of when the expert is booked it says nothing.
    let open = cast.contractor.agree(&also);
    assert_eq!((open.status(), &open["contractor_agreed_slots"]), ("planned", &json!([1])));
    let slots = |open: &Record| {
        open["members"]
            .as_array()
            .expect("members")
            .iter()
            .map(|it| it["agreed_slots"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(slots(&open), [json!([1]), json!([]), json!([1])]);
    assert!(!open.body.to_string().contains(&first.id));
    assert_eq!([&cast.association, &cast.contractor].map(|who| count(who, "times_reopened")), [1, 0]);
    // It was nobody's decline (A20.1), and where another takes the place, they alone are asked.
    assert_eq!(
        cast.association.all(&format!("/api/v1/experts/{}/declines", cast.mechanic.expert_id)).len(),
        0
    );
    let other = cast.another_expert(&ExpertEntry::new("member", "mechanical"));
    let filled = [shared[0], (&other, "mechanical"), shared[2]];
    let filled = cast.server.propose(&second, actors::slots_body(&filled, &[start + Duration::hours(6)]));
    assert_eq!((filled.status(), slots(&filled)), ("proposed", vec![json!([1]), json!([]), json!([1])]));
    let propose =
        |start: DateTime<Utc>| cast.server.try_act(&second, "propose", actors::slots_body(&shared, &[start]));
    refused(propose(start), 409, "expert_double_booked", "A12.1")
        .invalid_field("/members/1", "expert_double_booked");
    // On the same site there is no way to go.
    propose(start + Duration::hours(7)).expect(200);
    // A visit elsewhere needs the time to get there.
    let mut far = actors::project_body(&cast);
    far["location"] = json!({ "longitude": 118.2, "latitude": 24.65, "coordinate_system": "gcj02" });
    let project =
        cast.contractor.act(&cast.contractor.create("/api/v1/projects", far), "register", Value::Null);
    let elsewhere = cast.bring_on(project, Stage::Confirmed, &[actors::line("hazard_inspection", 1)]);
    let there = |minutes: i64| {
        let body = actors::slots_body(&shared, &[start + Duration::hours(7) + Duration::minutes(minutes)]);
        cast.server.try_act(elsewhere.visit(), "propose", body)
    };
    refused(there(30), 409, "travel_time_too_short", "A12.1")
        .invalid_field("/members/1", "travel_time_too_short");
    there(90).expect(200);
    cast.server.act(&agreed, "reschedule", actors::because());
    propose(start).expect(200);
}

/// A12.1: of two groups that are agreed at the same moment and share an expert, one is.
#[both_databases]
fn of_two_groups_with_one_expert_one_is_agreed(world: &World) {
    let cast = Cast::new(world);
    let start = cast.tomorrow_morning();
    for round in 0..3 {
        let stories: Vec<_> = (0..4).map(|_| cast.bring_to(Stage::Confirmed)).collect();
        let visits: Vec<(Record, Actor)> = stories
            .iter()
            .map(|story| {
                let leader = cast.another_expert(&ExpertEntry::new("leader", "civil"));
                let electrician = cast.another_expert(&ExpertEntry::new("member", "electrical"));
                let group =
                    [(&leader, "civil"), (&cast.mechanic, "mechanical"), (&electrician, "electrical")];
                let slots = [start + Days::new(round)];
                let proposed = cast.server.propose(story.visit(), actors::slots_body(&group, &slots));
                leader.agree(&proposed);
                cast.mechanic.agree(&proposed);
                (cast.contractor.agree(&proposed), electrician)
            })
            .collect();
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let asked: Vec<_> = visits
                .iter()
                .map(|(visit, electrician)| {
                    scope.spawn(move || electrician.try_act(visit, "agree", json!({ "slots": [1] })))
                })
                .collect();
            asked.into_iter().map(|asked| asked.join().expect("it is answered")).collect()
        });
        let answers: Vec<Answer> = answers.into_iter().map(|answer| answer.expect(200)).collect();
        let agreed = answers.iter().filter(|answer| answer["status"] == "agreed").count();
        assert_eq!(
            agreed,
            1,
            "{:?}",
            answers.iter().map(|answer| answer["status"].clone()).collect::<Vec<_>>()
        );
        for open in answers.iter().filter(|answer| answer["status"] != "agreed") {
            // What the others answered stands; the slot is the booked expert's no more.
            let slots: Vec<&Value> =
                open["members"].as_array().expect("members").iter().map(|it| &it["agreed_slots"]).collect();
            assert_eq!(
                (&open["status"], slots),
                (&json!("planned"), vec![&json!([1]), &json!([]), &json!([1])])
            );
        }
        let booked = format!(
            "SELECT COUNT(*) AS n FROM bookings WHERE expert_id IN (SELECT id FROM experts WHERE user_id IN (SELECT id FROM users WHERE login_name = '{}'))",
            cast.mechanic.login_name
        );
        assert_eq!(world.database().number(&booked), i64::try_from(round).expect("a few") + 1);
    }
}

/// Who was asked or had agreed is told when a visit is taken back or does not take place, one by one or with its plan.
#[both_databases]
fn everyone_concerned_is_told_of_a_change_of_plans(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 3)]);
    let [first, second, third] = cast.visits(story.commission()).try_into().expect("three visits");
    let start = cast.tomorrow_morning();
    let all = [&cast.contractor, &cast.leader, &cast.mechanic, &cast.electrician, &cast.provider];
    let told = |kind: &str| all.map(|who| count(who, kind));
    let agreed = cast.agree_on(&first, start);
    cast.server.act(&agreed, "reschedule", json!({ "reason": "台风" }));
    assert_eq!(told("visit_rescheduled"), [1; 5]);
    assert!(inbox(&cast.mechanic).contains("台风"));
    let proposed = cast.server.propose(&second, actors::proposal_body(&cast.group(), start));
    cast.server.act(&proposed, "cancel", actors::because());
    assert_eq!(told("visit_cancelled"), [1; 5]);
    cast.agree_on(&third, start);
    cast.insurer.act(
        &cast.insurer.read(story.commission()),
        "terminate",
        json!({ "reason": "项目停建", "amount_due": "0.00" }),
    );
    assert_eq!(cast.visit(&third.id).status(), "cancelled");
    // The first, without a group by then, is the contractor's and the provider's.
    assert_eq!(told("visit_cancelled"), [3, 2, 2, 2, 3]);
}

/// A stage of housekeeping that fails holds up no other.
#[both_databases]
fn a_stage_that_fails_holds_up_no_other(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    negotiated(&cast, story.visit());
    cast.set_time(cast.now() + Duration::hours(36));
    let application = world.application();
    let run_round =
        || actix_web::rt::System::new().block_on(anze_api::jobs::housekeeping::run_round(&application));
    let rename =
        |from: &str, to: &str| world.database().execute(&format!("ALTER TABLE {from} RENAME TO {to}"));
    rename("idempotency_records", "elsewhere");
    rename("registration_lapses", "lapses_elsewhere");
    assert_eq!(run_round(), ["answers kept for repeated requests", "registrations that lapse"]);
    rename("elsewhere", "idempotency_records");
    rename("lapses_elsewhere", "registration_lapses");
    assert_eq!([&cast.contractor, &cast.leader].map(|who| count(who, "answer_due")), [1, 1]);
    assert_eq!(run_round(), Vec::<&str>::new());
}
