//! The experts' standing: measures (A20.1), what their events say of them, registrations that lapse (A9.1), and
//! what they were when a group was proposed.

use anze_tests::{
    Actor, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The record of an expert, as the association reads it.
fn record_of(cast: &Cast, expert: &str) -> Record {
    let answer = cast.association.get(format!("/api/v1/experts/{expert}")).send().expect(200);
    Record::of("/api/v1/experts", &answer)
}

fn conduct(cast: &Cast, expert: &Actor) -> Value {
    cast.association.get(format!("/api/v1/experts/{}/conduct", expert.expert_id)).send().expect(200).body
}

/// A20.1: a suspended expert leaves groups that have not begun, and everyone concerned is told.
#[both_databases]
fn a_suspended_expert_leaves_groups_that_have_not_begun(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let expert = record_of(&cast, &cast.mechanic.expert_id);
    assert_eq!(expert["allowed_actions"], json!(["suspend", "remove"]));
    cast.provider
        .post(format!("{}/suspend", expert.path))
        .if_match(&expert.etag)
        .json(actors::because())
        .send()
        .expect(403);
    cast.association.act_at(&expert, "suspend", &expert.etag, json!({ "reason": " " })).expect(422);
    cast.association.try_act(&expert, "reinstate", actors::because()).problem(409, "wrong_state");
    let suspended = cast.association.act(&expert, "suspend", actors::because());
    assert_eq!(suspended.status(), "suspended");
    cast.association.act_at(&expert, "suspend", &expert.etag, actors::because()).expect(412);
    let visit = cast.association.read(story.visit());
    assert_eq!((visit.status(), visit["members"].as_array().map(Vec::len)), ("planned", Some(2)));
    // That the expert left is everyone's to know; what became of them is theirs and the association's (A11.3).
    assert!(
        visit["status_reason"].as_str().is_some_and(|reason| !reason.contains("暂停")),
        "{:#}",
        visit.body
    );
    for (who, knows) in [
        (&cast.contractor, false),
        (&cast.insurer, false),
        (&cast.supervisor, false),
        (&cast.owner, false),
        (&cast.leader, false),
        (&cast.mechanic, true),
        (&cast.association, true),
    ] {
        let left = who.notifications("expert_left_group");
        assert_eq!(left.len(), 1, "{}", who.name);
        assert_eq!(left[0]["subject_id"], json!(story.visit().id));
        let texts = format!("{} {}", left[0]["text_zh"], left[0]["text_en"]);
        assert_eq!(
            (texts.contains("暂停"), texts.contains("suspension")),
            (knows, knows),
            "{} {texts}",
            who.name
        );
    }
    assert_eq!(cast.mechanic.notifications("expert_suspended").len(), 1);
    let proposal = || actors::proposal_body(&cast.group(), cast.tomorrow_morning());
    cast.server.try_act(story.visit(), "propose", proposal()).problem(409, "expert_not_active");
    cast.association.act(&suspended, "reinstate", json!({ "reason": "整改完成" }));
    cast.server.try_act(story.visit(), "propose", proposal()).expect(200);
    let records = cast.mechanic.all(&format!("{}/conduct-records", expert.path));
    assert_eq!(records.iter().map(|it| it["kind"].clone()).collect::<Vec<_>>(), [json!("suspension")]);
    cast.leader.get(format!("{}/conduct-records", expert.path)).send().expect(404);
}

/// A20.1: a record of a removal removes; who is removed stays so.
#[both_databases]
fn a_measure_takes_effect_with_its_record(world: &World) {
    let cast = Cast::new(world);
    let expert = record_of(&cast, &cast.electrician.expert_id);
    let measure = |kind: &str| {
        let now = cast.association.read(&expert);
        cast.association
            .post(format!("{}/conduct-records", expert.path))
            .if_match(&now.etag)
            .json(json!({ "kind": kind, "grounds": "一年内三次逾期上传资料。" }))
            .send()
    };
    let warned = measure("warning").expect(201);
    let path = warned.header("location").expect("a place").to_owned();
    assert_eq!(cast.electrician.get(&path).send().expect(200)["kind"], "warning");
    cast.leader.get(&path).send().expect(404);
    assert_eq!(cast.association.read(&expert).status(), "active");
    measure("removal").expect(201);
    assert_eq!(cast.association.read(&expert).status(), "removed");
    measure("warning").problem(409, "wrong_state");
    cast.association.try_act(&expert, "reinstate", actors::because()).problem(409, "wrong_state");
    let counted = conduct(&cast, &cast.electrician);
    assert_eq!((&counted["warnings"], &counted["removals"]), (&json!(1), &json!(1)), "{counted}");
    assert_eq!(cast.electrician.notifications("expert_removed").len(), 1);
}

/// A20.1: declines and late uploads are counted from what happened; the association justifies a decline once.
#[both_databases]
fn declines_and_late_uploads_are_counted_from_the_events(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let visit = story.visit();
    cast.server.propose(visit, actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
    cast.mechanic.act(visit, "decline", json!({ "reason": "住院" }));
    let path = format!("/api/v1/experts/{}/declines", cast.mechanic.expert_id);
    let declines = cast.mechanic.all(&path);
    assert_eq!((declines.len(), &declines[0]["visit_id"]), (1, &json!(visit.id)));
    assert_eq!(conduct(&cast, &cast.mechanic)["unjustified_declines"], 1);
    assert_eq!(conduct(&cast, &cast.leader)["late_uploads_as_leader"], json!(0));
    let justify = |who: &Actor, seq: &Value| {
        let body = json!({ "project_id": declines[0]["project_id"], "seq": seq, "reason": "已提交证明" });
        who.post(format!("{path}/justify")).json(body).send()
    };
    justify(&cast.mechanic, &declines[0]["seq"]).expect(403);
    justify(&cast.association, &json!(1))
        .problem(409, "unknown_reference")
        .invalid_field("/seq", "unknown_reference");
    assert_eq!(justify(&cast.association, &declines[0]["seq"]).expect(200)["unjustified_declines"], 0);
    justify(&cast.association, &declines[0]["seq"]).problem(409, "decline_justified_already");
    let agreed = cast.agree_on(visit, cast.tomorrow_morning());
    let ended = cast.end(&cast.walk_the_site(&agreed));
    cast.wait(Duration::days(30));
    // Who never uploads is late as well (A14.1): the platform says so when the time is over, once, and tells who it concerns.
    cast.wait_for_housekeeping(world, || cast.leader.read(&ended)["late"] == true);
    for who in [&cast.leader, &cast.association] {
        assert_eq!(who.notifications("upload_overdue").len(), 1, "{}", who.name);
    }
    let timeline = cast.association.all(&format!("/api/v1/projects/{}/timeline", story.project.id));
    assert_eq!(timeline.iter().filter(|it| it["name"] == "visit_upload_overdue").count(), 1);
    assert_eq!(conduct(&cast, &cast.leader)["late_uploads_as_leader"], json!(1));
    cast.upload(&ended);
    let (leader, member) = (conduct(&cast, &cast.leader), conduct(&cast, &cast.electrician));
    assert_eq!(
        (&leader["late_uploads_as_leader"], &leader["late_uploads_as_member"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&member["late_uploads_as_leader"], &member["late_uploads_as_member"]),
        (&json!(0), &json!(1))
    );
}

/// A9.1: a registration that will lapse is announced 90, 30 and 7 days ahead, each once; when it has lapsed, the
/// pool that it carried is left, and the group that was to be led.
#[both_databases]
fn a_registration_that_lapses_is_announced_and_its_pool_left(world: &World) {
    let cast = Cast::new(world);
    let name = actors::login_name("expert");
    let mut body = actors::admission_body(&ExpertEntry::new("leader", "civil"), &name);
    body["titles"][0]["level"] = json!("intermediate");
    body["registered_safety_engineer"] = json!({
        "level": "intermediate", "class": "construction", "certificate_number": "35190000001", "registered_until": "2026-05-10"
    });
    let expert = cast.association.create("/api/v1/experts", body);
    let mut me = cast.leader.speaking_as(cast.person(&name));
    me.expert_id.clone_from(&expert.id);
    let story = cast.bring_to(Stage::Confirmed);
    let group = [(&me, "civil"), (&cast.mechanic, "mechanical"), (&cast.electrician, "electrical")];
    let said = || me.notifications("lapse_ahead").len();
    cast.set_time(at("2026-02-08T15:59:00Z"));
    for (day, count, days) in [("2026-02-09", 1, "90"), ("2026-04-10", 2, "30"), ("2026-05-03", 3, "7")] {
        cast.set_time(at(&format!("{day}T01:00:00Z")));
        world.wait_for_housekeeping(|| said() == count);
        // Another night, another node: nothing new.
        world.wait_for_housekeeping(|| said() == count);
        let newest = &me.notifications("lapse_ahead")[0];
        assert!(
            newest["text_en"].as_str().is_some_and(|text| text.contains(&format!("in {days} days"))),
            "{newest}"
        );
    }
    // For the last day that it carries, and not for the day after.
    cast.server
        .try_act(story.visit(), "propose", actors::proposal_body(&group, at("2026-05-11T01:00:00Z")))
        .problem(409, "leader_not_in_pool");
    cast.server.propose(story.visit(), actors::proposal_body(&group, at("2026-05-10T01:00:00Z")));
    cast.set_time(at("2026-05-10T16:30:00Z"));
    world.wait_for_housekeeping(|| me.notifications("lapsed").len() == 1);
    world.wait_for_housekeeping(|| said() == 3);
    assert_eq!(cast.association.notifications("lapsed").len(), 1);
    assert_eq!(cast.association.read(&expert)["pools"], json!(["member"]));
    let visit = cast.association.read(story.visit());
    assert_eq!(visit.status(), "planned", "{:#}", visit.body);
    cast.server
        .try_act(story.visit(), "propose", actors::proposal_body(&group, at("2026-05-20T01:00:00Z")))
        .problem(409, "leader_not_in_pool");
}

/// A9.1: a registration that is renewed in time is announced anew and carries its pool on.
#[both_databases]
fn a_registration_that_is_renewed_carries_its_pool_on(world: &World) {
    let cast = Cast::new(world);
    let name = actors::login_name("expert");
    let mut body = actors::admission_body(&ExpertEntry::new("leader", "civil"), &name);
    body["titles"][0]["level"] = json!("intermediate");
    let registration = |number: &str, until: &str| {
        json!({
            "level": "intermediate", "class": "construction", "certificate_number": number, "registered_until": until
        })
    };
    body["registered_safety_engineer"] = registration("35190000001", "2026-05-10");
    let expert = cast.association.create("/api/v1/experts", body);
    let mut me = cast.leader.speaking_as(cast.person(&name));
    me.expert_id.clone_from(&expert.id);
    let path = format!("{}/registration", expert.path);
    let renew = |who: &Actor, body: &Value| {
        let now = cast.association.read(&expert);
        who.put(&path).if_match(&now.etag).json(body.clone()).send()
    };
    cast.set_time(at("2026-05-03T01:00:00Z"));
    world.wait_for_housekeeping(|| me.notifications("lapse_ahead").len() == 1);
    let renewed = registration("35190000001", "2026-08-08");
    renew(&me, &renewed).expect(403);
    renew(&cast.leader, &renewed).expect(403);
    cast.association.put(&path).json(renewed.clone()).send().expect(428);
    renew(&cast.association, &registration("35190000001", "2026-05-02"))
        .problem(409, "registration_lapsed_already")
        .invalid_field("/registered_until", "registration_lapsed_already");
    let other = cast.association.create("/api/v1/experts", {
        let name = actors::login_name("expert");
        let mut body = actors::admission_body(&ExpertEntry::new("leader", "civil"), &name);
        body["registered_safety_engineer"] = registration("35190000002", "2027-05-10");
        body
    });
    renew(&cast.association, &registration("3519 0000002", "2026-08-08"))
        .problem(409, "certificate_in_use")
        .invalid_field("/certificate_number", "certificate_in_use");
    let mut road = renewed.clone();
    road["class"] = json!("road_transport");
    renew(&cast.association, &road).problem(409, "leader_not_qualified");
    let answer = renew(&cast.association, &renewed).expect(200);
    assert_eq!(answer["registered_safety_engineer"]["registered_until"], "2026-08-08");
    // Asked for a day that the registration carries; by the last answer it does not any more.
    let story = cast.bring_to(Stage::Confirmed);
    let group = [(&me, "civil"), (&cast.mechanic, "mechanical"), (&cast.electrician, "electrical")];
    let slots = actors::slots_body(&group, &[at("2026-05-12T01:00:00Z"), at("2026-05-07T01:00:00Z")]);
    let proposed = cast.server.propose(story.visit(), slots);
    for who in [&cast.contractor, &me, &cast.mechanic] {
        who.agree_to(&proposed, &[1, 2]);
    }
    renew(&cast.association, &registration("35190000001", "2026-05-10")).expect(200);
    let agreed = cast.electrician.agree_to(&proposed, &[1, 2]);
    assert_eq!((agreed.status(), &agreed["scheduled_start"]), ("agreed", &json!(at("2026-05-07T01:00:00Z"))));
    renew(&cast.association, &renewed).expect(200);
    // The old one's last day has passed: nothing is left, and the new one is announced.
    cast.set_time(at("2026-05-10T16:30:00Z"));
    world.wait_for_housekeeping(|| me.notifications("lapse_ahead").len() == 2);
    assert!(me.notifications("lapsed").is_empty());
    assert_eq!(cast.association.read(&expert)["pools"], json!(["leader", "member"]));
    assert_ne!(other.id, expert.id);
}

/// A12.2: an expert does not end a tie to an employer before the day on which it was on record; the association
/// does, with the reason.
#[both_databases]
fn an_expert_does_not_leave_an_employer_before_the_record_says_so(world: &World) {
    let cast = Cast::new(world);
    let expert = record_of(&cast, &cast.mechanic.expert_id);
    let change = |who: &Actor, body: Value| {
        let now = cast.association.read(&expert);
        who.put(format!("{}/employer", expert.path)).if_match(&now.etag).json(body).send()
    };
    let to = |name: &str, since: &str| json!({ "employer_name": name, "since": since });
    // Admitted on 2024-03-25.
    change(&cast.mechanic, to("乙公司", "2024-03-24"))
        .problem(409, "employer_backdated")
        .invalid_field("/since", "employer_backdated");
    change(&cast.association, to("乙公司", "2024-03-24"))
        .problem(422, "reason_required")
        .invalid_field("/reason", "reason_required");
    // Of the contractor since February, says the expert; a week later, of another since long ago.
    change(&cast.mechanic, to(&cast.contractor.name, "2026-02-01")).expect(200);
    cast.wait(Duration::days(7));
    change(&cast.mechanic, to("丙公司", "2026-02-02")).problem(409, "employer_backdated");
    let today = cast.today().to_string();
    change(&cast.mechanic, to("丙公司", &today)).expect(200);
    let story = cast.bring_to(Stage::Confirmed);
    let proposal = actors::proposal_body(&cast.group(), cast.tomorrow_morning());
    cast.server.try_act(story.visit(), "propose", proposal).problem(409, "expert_tied");
    let history = cast.mechanic.read(&expert);
    let employers: Vec<_> = history["work_history"]
        .as_array()
        .expect("periods")
        .iter()
        .map(|it| it["employer"].clone())
        .collect();
    assert!(
        employers.contains(&json!("厦门市建筑科学研究院"))
            && employers.contains(&json!(cast.contractor.name)),
        "{employers:?}"
    );
    let corrected = json!({ "employer_name": "丁公司", "since": today, "reason": "社保记录更正" });
    change(&cast.association, corrected).problem(422, "period_reversed");
}

/// Declines are listed by their time, newest first.
#[both_databases]
fn declines_are_listed_newest_first(world: &World) {
    let cast = Cast::new(world);
    let stories =
        [cast.bring_to(Stage::Confirmed), cast.bring_to(Stage::Confirmed), cast.bring_to(Stage::Confirmed)];
    let mut said = Vec::new();
    for index in [2, 0, 1] {
        let visit = stories[index].visit();
        cast.server.propose(visit, actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
        cast.mechanic.act(visit, "decline", json!({ "reason": "住院" }));
        said.push(json!(visit.id));
        cast.wait(Duration::minutes(5));
    }
    let listed = |query: &str| -> Vec<Value> {
        let path = format!("/api/v1/experts/{}/declines?{query}", cast.mechanic.expert_id);
        let (mut seen, mut page) = (Vec::new(), path.clone());
        loop {
            let answer = cast.mechanic.get(&page).send().expect(200);
            seen.extend(answer["items"].as_array().expect("items").iter().map(|it| it["visit_id"].clone()));
            let Some(cursor) = answer["next_cursor"].as_str() else { return seen };
            page = format!("{path}&cursor={cursor}");
        }
    };
    assert_eq!(listed("limit=1&sort=created_at"), said);
    said.reverse();
    assert_eq!(listed("limit=1"), said);
    assert_eq!(listed("limit=2"), said);
}

/// What an expert was when a group was proposed stays readable there.
#[both_databases]
fn a_group_keeps_what_its_experts_were(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let expert = record_of(&cast, &cast.mechanic.expert_id);
    let body = json!({ "employer_name": "厦门新东家有限公司", "since": "2026-02-01" });
    let change = |body: &Value| {
        let now = cast.mechanic.read(&expert);
        cast.mechanic.put(format!("{}/employer", expert.path)).if_match(&now.etag).json(body.clone()).send()
    };
    change(&json!({ "employer_name": "未来", "since": "2026-02-10" })).problem(422, "work_period_in_future");
    assert_eq!(change(&body).expect(200)["employer_name"], "厦门新东家有限公司");
    let path = format!("{}/group", story.visit().path);
    let group = cast.association.get(&path).send().expect(200);
    let member =
        group["members"].as_array().expect("members").iter().find(|it| it["expert_id"] == json!(expert.id));
    let member = member.expect("the mechanic");
    assert_eq!(member["snapshot"]["employer_name"], "厦门市建筑科学研究院");
    assert!(member["snapshot"]["titles"].is_array());
    // Certificates and work history are the expert's own and the association's (A11.3).
    let seen = cast.mechanic.get(&path).send().expect(200);
    for shown in seen["members"].as_array().expect("members") {
        let own = shown["expert_id"] == json!(expert.id);
        assert_eq!(
            (shown["snapshot"]["titles"].is_array(), shown["snapshot"]["work_history"].is_array()),
            (own, own)
        );
    }
    // When the visit begins, what they are then is kept in its place, and stays.
    let begun = cast.walk_the_site(&cast.association.read(story.visit()));
    change(&json!({ "employer_name": "又一东家", "since": cast.today() })).expect(200);
    let group = cast.association.get(format!("{}/group", begun.path)).send().expect(200);
    let member =
        group["members"].as_array().expect("members").iter().find(|it| it["expert_id"] == json!(expert.id));
    assert_eq!(member.expect("the mechanic")["snapshot"]["employer_name"], "厦门新东家有限公司");
    let insurer = cast.insurer.get(&path).send().expect(200);
    assert!(insurer["members"][0]["snapshot"]["titles"].is_null());
    assert!(insurer["members"][0].to_string().contains("**"), "{insurer}");
    cast.another("contractor").get(&path).send().expect(404);
}

/// An inbox is its user's own, and reading it twice changes nothing.
#[both_databases]
fn an_inbox_is_its_users_own(world: &World) {
    let cast = Cast::new(world);
    let expert = record_of(&cast, &cast.leader.expert_id);
    cast.association.act(&expert, "suspend", actors::because());
    let unread = cast.leader.all("/api/v1/notifications?unread=true");
    assert_eq!(unread.len(), 1);
    let path = format!("/api/v1/notifications/{}/read", unread[0]["id"].as_str().expect("an id"));
    cast.mechanic.post(&path).send().expect(404);
    let first = cast.leader.post(&path).send().expect(200);
    cast.wait(Duration::hours(1));
    assert_eq!(cast.leader.post(&path).send().expect(200)["read_at"], first["read_at"]);
    assert!(cast.leader.all("/api/v1/notifications?unread=true").is_empty());
    assert_eq!(cast.leader.all("/api/v1/notifications?unread=false").len(), 1);
}
