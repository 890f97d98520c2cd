//! Groups that fit a visit are suggested (A10, A12.1, A12.2).

use anze_tests::{
    Actor, Answer, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::{DateTime, Days, Duration, Utc};
use serde_json::{Value, json};

use super::{at, entries, leave, negotiated, refused, two};

/// What the expert is asked about: groups for a time.
fn suggestions(cast: &Cast, visit: &Record, start: DateTime<Utc>) -> Answer {
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let query = format!("start={}&end={}", text(start), text(start + Duration::hours(7)));
    cast.server.get(format!("{}/group-suggestions?{query}", visit.path)).send()
}

fn groups(answer: &Answer) -> Vec<Vec<String>> {
    let groups = answer["groups"].as_array().expect("groups");
    let members = |group: &Value| {
        let members = group["members"].as_array().expect("members").iter();
        members.map(|it| it["expert_id"].as_str().unwrap_or_default().to_owned()).collect()
    };
    groups.iter().map(members).collect()
}

/// A10, A12.1, A12.2: whole groups of who can come, each another, of which each can be proposed as it is.
#[both_databases]
fn groups_are_suggested_that_can_be_proposed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let [first, second] = cast.visits(story.commission()).try_into().expect("two visits");
    let start = cast.tomorrow_morning();
    let usual: Vec<String> = cast.group().iter().map(|(expert, _)| expert.expert_id.clone()).collect();
    let alone = suggestions(&cast, &first, start).expect(200);
    assert_eq!(groups(&alone), std::slice::from_ref(&usual));
    assert_eq!(alone["left_out"], json!({ "unavailable": 0, "declined": 0, "booked": 0, "tied": 0 }));
    let more: Vec<Actor> = [("leader", "mechanical"), ("member", "civil"), ("member", "electrical")]
        .into_iter()
        .map(|(pool, specialty)| cast.another_expert(&ExpertEntry::new(pool, specialty)))
        .collect();
    let tied = ExpertEntry {
        employer_name: cast.contractor.name.clone(),
        ..ExpertEntry::new("leader", "electrical")
    };
    let tied = cast.another_expert(&tied);
    let all = suggestions(&cast, &first, start).expect(200);
    let found = groups(&all);
    assert!(found.len() == 5 && found.iter().flatten().all(|expert| *expert != tied.expert_id), "{all}");
    assert_eq!(all["left_out"]["tied"], 1);
    assert_eq!(suggestions(&cast, &first, start).expect(200).body, all.body);
    for group in all["groups"].as_array().expect("groups") {
        let members: Vec<Value> = group["members"]
            .as_array()
            .expect("members")
            .iter()
            .map(|it| json!({ "expert_id": it["expert_id"], "specialties": it["specialties"] }))
            .collect();
        let slot = &all["slot"];
        let body = json!({ "slots": [slot], "leader_id": group["leader_id"], "members": members });
        cast.server.try_act(&first, "propose", body).expect(200);
    }
    // Who is booked, or away, is left out; who was given work comes after who was not.
    cast.agree_on(&first, start);
    let beside = suggestions(&cast, &second, start).expect(200);
    assert_eq!(groups(&beside), [more.iter().map(|expert| expert.expert_id.clone()).collect::<Vec<_>>()]);
    assert_eq!(beside["left_out"]["booked"], 3);
    let day_after = start + Days::new(1);
    more[1].post(entries(&more[1])).json(leave(day_after, day_after + Duration::hours(1))).send().expect(201);
    let next_day = suggestions(&cast, &second, day_after).expect(200);
    let best = groups(&next_day)[0].clone();
    assert!(
        best.contains(&more[0].expert_id) && best.contains(&more[2].expert_id) && best.contains(&usual[0]),
        "{next_day}"
    );
    assert_eq!(next_day["left_out"]["unavailable"], 1);
    let leader = &next_day["groups"][0]["members"]
        .as_array()
        .expect("members")
        .iter()
        .find(|it| it["expert_id"] == json!(usual[0]))
        .cloned()
        .expect("the leader");
    assert_eq!(leader["visits_past_year"], 1);
    // Only where it can be asked, and by who arranges it.
    refused(suggestions(&cast, &second, cast.now()), 409, "time_passed", "A12.1")
        .invalid_field("/start", "time_passed");
    refused(suggestions(&cast, &second, at("2027-01-01T01:00:00Z")), 409, "outside_window", "A11.1");
    let query = "group-suggestions?start=2026-02-10T01:00:00Z&end=2026-02-10T01:00:00Z";
    cast.server
        .get(format!("{}/{query}", second.path))
        .send()
        .expect(422)
        .invalid_field("/end", "period_reversed");
    cast.contractor.get(format!("{}/{query}", second.path)).send().problem(403, "forbidden");
    cast.provider.get(format!("{}/{query}", second.path)).send().problem(404, "not_found");
    cast.server.act(&second, "cancel", actors::because());
    refused(suggestions(&cast, &second, day_after), 409, "wrong_state", "A4");
}

/// A11.3: a provider is shown the names of those in its own groups, and not how far from others' base it is.
#[both_databases]
fn a_provider_is_suggested_experts_without_what_it_does_not_need(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let [first, second] = cast.visits(story.commission()).try_into().expect("two visits");
    let base = format!("/api/v1/experts/{}/base-location", cast.leader.expert_id);
    let place = json!({ "location": { "longitude": 118.1, "latitude": 24.5, "coordinate_system": "gcj02" } });
    let etag = cast.leader.get(&base).send().expect(200).etag();
    cast.leader.put(&base).if_match(etag).json(place).send().expect(200);
    let start = cast.tomorrow_morning();
    let leader = |visit: &Record| {
        let found = suggestions(&cast, visit, start + Days::new(1)).expect(200);
        let members = found["groups"][0]["members"].as_array().expect("members").clone();
        members.into_iter().find(|it| it["expert_id"] == json!(cast.leader.expert_id)).expect("the leader")
    };
    let seen = leader(&second);
    assert!(seen["name"].as_str().is_some_and(|name| name.ends_with("**")), "{seen}");
    assert!(seen["travel_minutes"].is_number() && seen.get("distance_metres").is_none(), "{seen}");
    let listed =
        |of: &Actor| cast.provider.get(format!("/api/v1/experts/{}", of.expert_id)).send().expect(200);
    assert!(
        listed(&cast.leader).text("name").ends_with("**")
            && listed(&cast.leader).text("mobile").contains('*')
    );
    cast.server.propose(&first, actors::proposal_body(&cast.group(), start));
    assert!(leader(&second)["name"].as_str().is_some_and(|name| !name.contains('*')));
    let stranger = cast.another_expert(&ExpertEntry::new("member", "civil"));
    assert!(
        !listed(&cast.leader).text("mobile").contains('*') && listed(&stranger).text("mobile").contains('*')
    );
    let all = cast.provider.all("/api/v1/experts");
    assert_eq!(all.iter().filter(|it| it["name"].as_str().is_some_and(|name| name.contains('*'))).count(), 1);
    // Another provider knows none of them.
    let other = cast.another("provider");
    assert!(
        other
            .all("/api/v1/experts")
            .iter()
            .all(|it| it["mobile"].as_str().is_some_and(|mobile| mobile.contains('*')))
    );
}

/// Who is asked elsewhere comes after who is not; whose registration lapses before does not lead; of the group, who
/// cannot come is named.
#[both_databases]
fn suggestions_look_ahead(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let [first, second] = cast.visits(story.commission()).try_into().expect("two visits");
    let start = cast.tomorrow_morning();
    let rival = cast.another_expert(&ExpertEntry::new("member", "mechanical"));
    cast.server.propose(&first, actors::proposal_body(&cast.group(), start));
    let found = suggestions(&cast, &second, start).expect(200);
    let best = found["groups"][0]["members"].as_array().expect("members");
    let asked = |expert: &str| {
        best.iter()
            .find(|it| it["expert_id"] == json!(expert))
            .map(|it| (it["asked_elsewhere"].clone(), it["visits_past_year"].clone()))
    };
    assert_eq!(asked(&rival.expert_id), Some((json!(false), json!(0))), "{found}");
    assert_eq!(asked(&cast.leader.expert_id), Some((json!(true), json!(1))), "{found}");
    // An engineer's registration to the day of the visit, and to the day before.
    let mut body =
        actors::admission_body(&ExpertEntry::new("leader", "civil"), &actors::login_name("expert"));
    body["titles"] = json!([]);
    let day = (start + Duration::hours(8)).date_naive();
    body["registered_safety_engineer"] = json!({
        "level": "intermediate", "class": "construction", "certificate_number": "35190000077", "registered_until": day
    });
    let engineer = cast.association.create("/api/v1/experts", body).id;
    let suggested = |start: DateTime<Utc>| {
        let found = suggestions(&cast, &second, start).expect(200);
        groups(&found).concat().contains(&engineer)
    };
    assert_eq!([start, start + Days::new(1)].map(suggested), [true, false]);
    // Of a group with an open place, who is away is named.
    let proposed = cast.server.propose(&second, actors::proposal_body(&cast.group(), start));
    cast.electrician.try_act(&proposed, "decline", actors::because()).expect(200);
    let away = leave(start, start + Duration::hours(1));
    cast.mechanic.post(entries(&cast.mechanic)).json(away).send().expect(201);
    let found = suggestions(&cast, &second, start).expect(200);
    let [named] = found["cannot_stay"].as_array().expect("a list").as_slice() else { panic!("one: {found}") };
    assert_eq!(
        (&named["expert_id"], &named["why"]),
        (&json!(cast.mechanic.expert_id), &json!("unavailable"))
    );
    assert!(!named["name"].as_str().unwrap_or_default().is_empty());
}

/// Who stayed in a group with an open place is in every suggestion for it.
#[both_databases]
fn an_open_place_is_filled_beside_those_who_stayed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let proposed = negotiated(&cast, story.visit());
    cast.electrician.agree(&proposed);
    cast.mechanic
        .act_at(&proposed, "decline", &cast.mechanic.read(&proposed).etag, actors::because())
        .expect(200);
    let others: Vec<Actor> =
        (0..3).map(|_| cast.another_expert(&ExpertEntry::new("member", "mechanical"))).collect();
    // Who declined that time is not asked for it again.
    let found = suggestions(&cast, &proposed, two(&cast)[1]).expect(200);
    assert_eq!(found["left_out"]["declined"], 1, "{found}");
    let found = groups(&found);
    assert_eq!(found.len(), others.len());
    for group in &found {
        assert!(
            group.contains(&cast.leader.expert_id) && group.contains(&cast.electrician.expert_id),
            "{found:?}"
        );
    }
}
