//! Ties and recusal (A12.2): declared, found through affiliates, requested by a party; before a visit and after.

use anze_tests::{
    Actor, Answer, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};

fn tie_to(organization: &Actor, kind: &str) -> Value {
    json!({ "kind": kind, "organization_id": organization.organization_id, "from": "2024-01-01" })
}

fn declare(who: &Actor, expert: &Actor, body: Value) -> Answer {
    who.post(format!("/api/v1/experts/{}/ties", expert.expert_id)).json(body).send()
}

fn propose(cast: &Cast, visit: &Record, group: &[(&Actor, &str)]) -> Answer {
    cast.server.try_act(visit, "propose", actors::proposal_body(group, cast.tomorrow_morning()))
}

/// The texts of someone's notifications of this kind, in both languages.
fn texts(who: &Actor, kind: &str) -> Vec<String> {
    who.notifications(kind).iter().map(|it| format!("{} {}", it["text_zh"], it["text_en"])).collect()
}

/// A12.2: a declared tie takes the expert out of a group that has not begun, and keeps them out.
#[both_databases]
fn a_declared_tie_takes_the_expert_out(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let body = tie_to(&cast.contractor, "shareholding");
    declare(&cast.leader, &cast.mechanic, body.clone()).expect(404);
    declare(&cast.provider, &cast.mechanic, body.clone()).expect(403);
    declare(&cast.mechanic, &cast.mechanic, json!({ "kind": "kinship", "from": "2024-01-01" }))
        .problem(422, "company_required");
    let mut reversed = body.clone();
    reversed["until"] = json!("2023-12-31");
    declare(&cast.mechanic, &cast.mechanic, reversed)
        .problem(422, "period_reversed")
        .invalid_field("/until", "period_reversed");
    let mut nobody = body.clone();
    nobody["organization_id"] = json!(story.project.id);
    declare(&cast.mechanic, &cast.mechanic, nobody).problem(409, "unknown_reference");
    let tie = declare(&cast.mechanic, &cast.mechanic, body).expect(201);
    assert_eq!((tie.text("source"), tie.text("company_name")), ("expert", cast.contractor.name.as_str()));
    let visit = cast.association.read(story.visit());
    assert_eq!(visit.status(), "planned");
    // Which tie it is, is told to the expert and the association, and to nobody else (A11.3).
    let reason = visit["status_reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("A12.2") && !reason.contains(&cast.contractor.name) && !reason.contains("持股"),
        "{reason}"
    );
    let parties = [&cast.contractor, &cast.insurer, &cast.supervisor, &cast.owner];
    for who in parties.into_iter().chain([&cast.leader, &cast.electrician]) {
        let texts = texts(who, "expert_recused");
        assert_eq!(texts.len(), 1, "{}", who.name);
        assert!(
            !texts[0].contains(&cast.contractor.name) && !texts[0].contains("hareholding"),
            "{}",
            texts[0]
        );
    }
    for who in [&cast.association, &cast.mechanic] {
        let texts = texts(who, "expert_recused");
        assert_eq!(texts.len(), 1, "{}", who.name);
        assert!(texts[0].contains("：持股，") && texts[0].contains(": shareholding,"), "{}", texts[0]);
    }
    let timeline = cast.insurer.all(&format!("/api/v1/projects/{}/timeline", story.project.id));
    assert!(!json!(timeline).to_string().contains("shareholding"));
    propose(&cast, story.visit(), &cast.group())
        .problem(409, "expert_tied")
        .invalid_field("/members/1", "expert_tied");
    // Ended in the past, it binds no more; the day on record only becomes an earlier one.
    let path = format!("/api/v1/ties/{}", tie.id());
    let end = json!({ "until": "2026-02-01", "reason": "股份已转让" });
    cast.mechanic.post(format!("{path}/end")).if_match(tie.etag()).json(end.clone()).send().expect(403);
    cast.association.post(format!("{path}/end")).if_match(tie.etag()).json(end.clone()).send().expect(200);
    let etag = cast.mechanic.get(&path).send().expect(200).etag();
    cast.association
        .post(format!("{path}/end"))
        .if_match(etag)
        .json(end)
        .send()
        .problem(409, "tie_ended_already");
    cast.leader.get(&path).send().expect(404);
    propose(&cast, story.visit(), &cast.group()).expect(200);
}

/// A12.2: what was already served is marked, once, and stays.
#[both_databases]
fn a_tie_found_later_marks_what_was_served(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Ended);
    assert_eq!(cast.association.read(story.visit())["ties_found_later"], json!([]));
    for _ in 0..2 {
        declare(&cast.association, &cast.leader, tie_to(&cast.owner, "kinship")).expect(201);
    }
    // A tie that began after the service was none then.
    let after = json!({ "kind": "shareholding", "organization_id": cast.owner.organization_id, "from": "2026-12-01" });
    declare(&cast.association, &cast.leader, after).expect(201);
    let visit = cast.insurer.read(story.visit());
    assert_eq!(visit.status(), "ended");
    assert_eq!(visit["members"].as_array().map(Vec::len), Some(3));
    let marks = visit["ties_found_later"].as_array().expect("marks");
    assert_eq!(marks.len(), 1, "{marks:?}");
    assert_eq!(
        (&marks[0]["expert_id"], &marks[0]["kind"]),
        (&json!(cast.leader.expert_id), &json!("kinship"))
    );
    assert_eq!(marks[0]["party"], json!(cast.owner.name));
    for who in [&cast.contractor, &cast.insurer, &cast.supervisor, &cast.owner, &cast.mechanic, &cast.leader]
    {
        assert_eq!(who.notifications("tie_found_later").len(), 1, "{}", who.name);
    }
    assert!(!texts(&cast.contractor, "tie_found_later")[0].contains("kinship"));
    assert!(texts(&cast.leader, "tie_found_later")[0].contains("kinship"));
    let timeline = cast.association.all(&format!("/api/v1/projects/{}/timeline", story.project.id));
    assert_eq!(timeline.iter().filter(|it| it["name"] == "tie_found_later").count(), 1);
}

/// A12.2: a tie to an affiliate of a party is a tie to the party.
#[both_databases]
fn a_tie_to_an_affiliate_is_a_tie_to_the_party(world: &World) {
    let cast = Cast::new(world);
    let mut entry = ExpertEntry::new("member", "mechanical");
    entry.employer_name = "厦门某劳务（集团）有限公司".to_owned();
    let employed = cast.another_expert(&entry);
    let group = [(&cast.leader, "civil"), (&employed, "mechanical"), (&cast.electrician, "electrical")];
    let story = cast.bring_to(Stage::Confirmed);
    propose(&cast, story.visit(), &group).expect(200);
    let path = format!("/api/v1/organizations/{}/affiliates", cast.contractor.organization_id);
    let body = |name: &str| json!({ "name": name, "relation": "全资子公司", "from": "2020-01-01" });
    cast.insurer.post(&path).json(body("厦门某劳务(集团)有限公司")).send().expect(403);
    cast.contractor.post(&path).json(body(&cast.contractor.name)).send().problem(422, "own_affiliate");
    let made = cast.contractor.post(&path).json(body("厦门某劳务(集团)有限公司")).send().expect(201);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    let refused = propose(&cast, story.visit(), &group).problem(409, "expert_tied");
    assert!(refused.text("detail").contains("厦门某劳务"), "{refused}");
    assert!(refused.text("detail").contains(&cast.contractor.name), "{refused}");
    let end = json!({ "until": "2026-01-31", "reason": "已转让" });
    let end = cast
        .association
        .post(format!("/api/v1/affiliates/{}/end", made.id()))
        .if_match(made.etag())
        .json(end);
    end.send().expect(200);
    propose(&cast, story.visit(), &group).expect(200);
    assert_eq!(cast.supervisor.all(&path).len(), 1);
}

/// A11.3: a provider learns that an expert is tied, and not how, or to whom.
#[both_databases]
fn a_provider_is_not_told_which_tie_it_is(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.another("provider");
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Confirmed);
    declare(&cast.mechanic, &cast.mechanic, tie_to(&cast.contractor, "kinship")).expect(201);
    declare(&cast.mechanic, &cast.mechanic, tie_to(&cast.owner, "shareholding")).expect(201);
    let told = propose(&cast, story.visit(), &cast.group()).problem(409, "expert_tied");
    assert_eq!(told["errors"].as_array().map(Vec::len), Some(1), "{told}");
    for hidden in [cast.contractor.name.as_str(), cast.owner.name.as_str(), "kinship", "shareholding"] {
        assert!(!told.to_string().contains(hidden), "{hidden}: {told}");
    }
}

/// A12.2: a party asks, with grounds; the association decides, once.
#[both_databases]
fn a_party_requests_a_recusal_and_the_association_decides(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let body = json!({
        "project_id": story.project.id, "expert_id": cast.electrician.expert_id, "kind": "kinship",
        "grounds": "该专家配偶任我单位总监。"
    });
    let make = |who: &Actor, body: &Value| who.post("/api/v1/recusal-requests").json(body.clone()).send();
    make(&cast.another("supervisor"), &body).problem(409, "unknown_reference");
    make(&cast.electrician, &body).expect(403);
    let mut other = body.clone();
    other["organization_id"] = json!(cast.provider.organization_id);
    make(&cast.supervisor, &other).problem(409, "tie_to_no_party");
    let first = Record::of("/api/v1/recusal-requests", &make(&cast.supervisor, &body).expect(201));
    assert_eq!(cast.association.notifications("recusal_requested").len(), 1);
    cast.owner.get(&first.path).send().expect(404);
    cast.supervisor.try_act(&first, "uphold", json!({ "reason": "属实", "from": "2025-01-01" })).expect(403);
    cast.association.act(&first, "dismiss", json!({ "reason": "查无实据" }));
    assert_eq!(cast.association.read(story.visit()).status(), "agreed");
    let second = Record::of("/api/v1/recusal-requests", &make(&cast.supervisor, &body).expect(201));
    let upheld =
        cast.association.act(&second, "uphold", json!({ "reason": "经查属实", "from": "2025-01-01" }));
    assert_eq!(upheld.status(), "upheld");
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    cast.association.try_act(&second, "dismiss", actors::because()).problem(409, "wrong_state");
    assert_eq!(cast.supervisor.notifications("recusal_decided").len(), 2);
    assert_eq!(cast.association.all("/api/v1/recusal-requests?status=upheld").len(), 1);
    assert_eq!(cast.owner.all("/api/v1/recusal-requests").len(), 0);
    propose(&cast, story.visit(), &cast.group()).problem(409, "expert_tied");
    // It is between who asked and the association; the project's timeline is read by everyone there (A11.3).
    let timeline = cast.owner.all(&format!("/api/v1/projects/{}/timeline", story.project.id));
    assert!(!json!(timeline).to_string().contains("recusal_request"));
}

/// A12.2: a tie counts on each day of each slot that is proposed, and on no other.
#[both_databases]
fn a_tie_counts_on_the_days_of_the_slots(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let first = cast.tomorrow_morning();
    let slots = [first, first + Duration::days(3)];
    let offer = || cast.server.try_act(story.visit(), "propose", actors::slots_body(&cast.group(), &slots));
    let between = |from: NaiveDate, until: NaiveDate| {
        json!({
            "kind": "shareholding", "organization_id": cast.contractor.organization_id, "from": from, "until": until
        })
    };
    let day = |days: i64| cast.today() + Duration::days(days);
    offer().expect(200);
    for (from, until) in [(day(-30), day(0)), (day(2), day(3)), (day(5), day(20))] {
        declare(&cast.mechanic, &cast.mechanic, between(from, until)).expect(201);
        assert_eq!(cast.association.read(story.visit()).status(), "proposed", "{from} {until}");
    }
    declare(&cast.mechanic, &cast.mechanic, between(day(4), day(4))).expect(201);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    offer().problem(409, "expert_tied").invalid_field("/members/1", "expert_tied");
    propose(&cast, story.visit(), &cast.group()).expect(200);
}

/// A12.2: whatever came to be known since the proposal counts at the last answer too: a slot on which an expert is tied by
/// then is not agreed.
#[both_databases]
fn a_tie_counts_at_the_last_answer(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let first = cast.tomorrow_morning();
    let slots = [first, first + Duration::days(3)];
    let proposed = cast.server.propose(story.visit(), actors::slots_body(&cast.group(), &slots));
    // On record for other days, and corrected behind the platform's back, so that nobody left the group for it.
    let elsewhere = json!({
        "kind": "shareholding", "organization_id": cast.contractor.organization_id, "from": "2020-01-01", "until": "2020-12-31"
    });
    declare(&cast.mechanic, &cast.mechanic, elsewhere).expect(201);
    let covers = |days: i64| {
        let day = cast.today() + Duration::days(1 + days);
        let sql = format!("UPDATE declared_ties SET starts_on = '2020-01-01', ends_on = '{day}'");
        assert_eq!(world.database().execute(&sql), 1);
    };
    covers(0);
    for who in [&cast.leader, &cast.mechanic, &cast.electrician] {
        who.agree(&cast.association.read(&proposed));
    }
    let agreed = cast.contractor.agree(&cast.association.read(&proposed));
    let start = agreed["scheduled_start"].as_str().and_then(|at| at.parse().ok());
    assert_eq!((agreed.status(), start), ("agreed", Some(slots[1])));

    // Where it covers every slot, nothing is agreed, and times are proposed anew.
    cast.server.act(&cast.association.read(&proposed), "reschedule", actors::because());
    covers(-30);
    let again =
        cast.server.propose(&cast.association.read(&proposed), actors::slots_body(&cast.group(), &slots));
    covers(30);
    for who in [&cast.leader, &cast.mechanic, &cast.electrician] {
        who.agree(&cast.association.read(&again));
    }
    let open = cast.contractor.agree(&cast.association.read(&again));
    assert_eq!(open.status(), "planned", "{:#}", open.body);
}

/// A new employer is a tie from its first day.
#[both_databases]
fn a_new_employer_is_a_tie(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let path = format!("/api/v1/experts/{}", cast.mechanic.expert_id);
    let etag = cast.mechanic.get(&path).send().expect(200).etag();
    let body = json!({ "employer_name": cast.contractor.name, "since": "2026-02-09" });
    cast.mechanic.put(format!("{path}/employer")).if_match(etag).json(body).send().expect(200);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
}

/// A tie is declared while a group is proposed: whichever comes first, no tied expert stays in the group.
#[both_databases]
fn a_tie_declared_while_a_group_is_proposed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 6)]);
    for visit in cast.visits(story.commission()) {
        let fresh = cast.another_expert(&ExpertEntry::new("member", "mechanical"));
        let group = [(&cast.leader, "civil"), (&fresh, "mechanical"), (&cast.electrician, "electrical")];
        let (proposed, declared) = std::thread::scope(|scope| {
            let proposed = scope.spawn(|| propose(&cast, &visit, &group));
            let declared =
                scope.spawn(|| declare(&cast.association, &fresh, tie_to(&cast.contractor, "kinship")));
            (proposed.join().expect("an answer"), declared.join().expect("an answer"))
        });
        declared.expect(201);
        assert!([200, 409].contains(&proposed.status.as_u16()), "{proposed}");
        let now = cast.association.read(&visit);
        assert_eq!(now.status(), "planned", "{:#}", now.body);
    }
}
