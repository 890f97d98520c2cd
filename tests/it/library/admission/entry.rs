//! Applications by who has an entry: a member becomes a leader, who was removed comes back.

use anze_tests::{
    Actor, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use chrono::Duration;
use serde_json::{Value, json};

use super::{admitted, status, try_create};

/// An expert of the existing library, with their entry and citizen id.
fn taken_over(cast: &Cast, entry: &ExpertEntry) -> (Actor, Record, String) {
    let own = actors::citizen_id();
    let mut body = actors::admission_body(entry, &actors::login_name("expert"));
    body["citizen_id"] = json!(own);
    let made = cast.association.create("/api/v1/experts", body.clone());
    let name = body["account"]["login_name"].as_str().expect("a name").to_owned();
    let mut expert = cast.association.speaking_as(cast.person(&name));
    (expert.login_name, expert.expert_id) = (name, made.id.clone());
    (expert, made, own)
}

/// Goes the whole way with this application.
fn lead(cast: &Cast, world: &World, expert: &Actor, body: Value) {
    let draft = expert.create("/api/v1/expert-applications", body);
    let reviewed = cast.review(expert, &draft);
    cast.pass(&[&reviewed]);
    let notice = cast.publish(&[&reviewed]);
    cast.wait_for_the_end(&notice);
    admitted(cast, world, &reviewed);
}

/// A member becomes a leader by another application; titles and years come along, the entry stays.
#[both_databases]
fn a_member_becomes_a_leader(world: &World) {
    let cast = Cast::new(world);
    let published = cast.on_notice(1);
    let (applicant, first) = &published.applicants[0];
    cast.wait(Duration::days(30));
    admitted(&cast, world, first);
    let expert_id = applicant.get("/api/v1/me").send().text("expert_id").to_owned();
    let mut body = actors::application_body("leader");
    try_create(applicant, body.clone()).problem(409, "citizen_id_differs");
    body["citizen_id"] = json!(actors::citizen_id());
    try_create(applicant, body.clone()).problem(409, "citizen_id_differs");
    let taken_over = cast.another_expert(&actors::ExpertEntry::new("member", "civil"));
    let mut entry =
        actors::admission_body(&actors::ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
    let own = actors::citizen_id();
    entry["citizen_id"] = json!(own);
    let made = cast.association.create("/api/v1/experts", entry.clone());
    let member =
        cast.association.speaking_as(cast.person(entry["account"]["login_name"].as_str().expect("a name")));
    assert_ne!(taken_over.expert_id, made.id);
    body["citizen_id"] = json!(own);
    body["pool"] = json!("member");
    try_create(&member, body.clone()).problem(409, "already_in_pool");
    body["pool"] = json!("leader");
    let draft = member.create("/api/v1/expert-applications", body.clone());
    assert_eq!(draft["expert_id"], json!(made.id));
    let reviewed = cast.review(&member, &draft);
    cast.pass(&[&reviewed]);
    cast.publish(&[&reviewed]);
    cast.wait(Duration::days(30));
    admitted(&cast, world, &reviewed);
    let now = cast.association.read(&made);
    assert_eq!(
        (&now["pools"], &now["titles"][0]["certificate_number"]),
        (&json!(["leader", "member"]), &body["titles"][0]["certificate_number"])
    );
    assert_eq!(now["admission"], made["admission"]);
    assert_ne!(expert_id, made.id);
}

/// A12.2: what the application leaves out is not forgotten, and a new employer takes the expert out of a group.
#[both_databases]
fn an_entry_keeps_what_the_application_leaves_out(world: &World) {
    let cast = Cast::new(world);
    let former = json!({ "employer": "厦门前任建设有限公司", "role": "总监", "from": "2023-01-01", "to": "2025-06-30", "relevant": true });
    let mut entry = ExpertEntry::new("member", "mechanical");
    entry.work_history = vec![former.clone()];
    let (member, made, own) = taken_over(&cast, &entry);
    let story = cast.bring_to(Stage::Confirmed);
    let group = [(&cast.leader, "civil"), (&member, "mechanical"), (&cast.electrician, "electrical")];
    cast.server.propose(story.visit(), actors::proposal_body(&group, cast.tomorrow_morning()));

    let mut body = actors::application_body("leader");
    body["citizen_id"] = json!(own);
    body["employer_name"] = json!(cast.contractor.name);
    body["specialties"] = json!(["civil"]);
    lead(&cast, world, &member, body.clone());

    let now = cast.association.read(&made);
    assert_eq!(
        (&now["pools"], &now["employer_name"]),
        (&json!(["leader", "member"]), &json!(cast.contractor.name))
    );
    assert_eq!(now["specialties"], json!(["civil", "mechanical"]));
    assert_eq!(now["titles"].as_array().map(Vec::len), Some(2));
    let worked = now["work_history"].as_array().expect("a history");
    assert!(worked.contains(&former), "{worked:#?}");
    // Whoever employed them until now is a former employer, though nothing but the entry told of it.
    assert!(
        worked.iter().any(|it| it["employer"] == "厦门市建筑科学研究院" && it["to"] == "2026-02-14"),
        "{worked:#?}"
    );
    // The new employer is a party: the group that has not begun is left.
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    assert_eq!(cast.contractor.notifications("expert_recused").len(), 1);
}

/// An employer that was changed while the application was pending is the newer.
#[both_databases]
fn an_employer_of_meanwhile_stays(world: &World) {
    let cast = Cast::new(world);
    let (member, made, own) = taken_over(&cast, &ExpertEntry::new("member", "civil"));
    let mut body = actors::application_body("leader");
    body["citizen_id"] = json!(own);
    let draft = member.create("/api/v1/expert-applications", body);
    let reviewed = cast.review(&member, &draft);
    cast.wait(Duration::minutes(1));
    let seen = cast.association.read(&made);
    let other = json!({ "employer_name": "厦门新任检测有限公司", "since": "2026-02-09" });
    member.put(format!("{}/employer", made.path)).if_match(&seen.etag).json(other).send().expect(200);
    cast.pass(&[&reviewed]);
    let notice = cast.publish(&[&reviewed]);
    cast.wait_for_the_end(&notice);
    admitted(&cast, world, &reviewed);
    let now = cast.association.read(&made);
    assert_eq!(
        (&now["pools"], &now["employer_name"]),
        (&json!(["leader", "member"]), &json!("厦门新任检测有限公司"))
    );
    let worked = now["work_history"].as_array().expect("a history");
    assert!(
        worked.iter().any(|it| it["employer"] == "厦门新任检测有限公司" && it["from"] == "2026-02-09"),
        "{worked:#?}"
    );
}

/// A renewed registration leaves what an application claims that is under way; full-width forms are no other number.
#[both_databases]
fn a_renewal_leaves_what_an_application_claims(world: &World) {
    let cast = Cast::new(world);
    let (member, made, own) = taken_over(&cast, &ExpertEntry::new("member", "civil"));
    let mut body = actors::application_body("leader");
    body["citizen_id"] = json!(own);
    let number = body["titles"][0]["certificate_number"].as_str().expect("a number").to_owned();
    let draft = member.create("/api/v1/expert-applications", body);
    cast.review(&member, &draft);
    let renewed = json!({ "level": "intermediate", "class": "construction", "certificate_number": "3519 0000009", "registered_until": "2027-05-10" });
    let path = format!("{}/registration", made.path);
    cast.association.put(&path).if_match(&cast.association.read(&made).etag).json(renewed).send().expect(200);
    let other = cast.registers();
    let wide: String =
        number
            .chars()
            .map(|it| {
                if it.is_ascii_graphic() { char::from_u32(u32::from(it) + 0xfee0).unwrap_or(it) } else { it }
            })
            .collect();
    for same in [number, wide] {
        let mut theirs = actors::application_body("member");
        theirs["titles"][0]["certificate_number"] = json!(same);
        let draft = other.create("/api/v1/expert-applications", theirs);
        other.certify(&draft);
        other.try_act(&draft, "submit", Value::Null).problem(409, "certificate_in_use");
        other.act(&draft, "withdraw", actors::because());
    }
}

/// A20.1: who is suspended becomes no leader meanwhile: neither is the application passed on, nor does it lead to
/// anything once it was.
#[both_databases]
fn who_is_suspended_is_not_admitted(world: &World) {
    let cast = Cast::new(world);
    let (member, made, own) = taken_over(&cast, &ExpertEntry::new("member", "civil"));
    let mut body = actors::application_body("leader");
    body["citizen_id"] = json!(own);
    let draft = member.create("/api/v1/expert-applications", body);
    member.certify(&draft);
    let submitted = member.submit(&draft);
    let suspended = cast.association.act(&made, "suspend", actors::because());
    cast.association.try_act(&submitted, "review", Value::Null).problem(409, "entry_not_active");
    let back = cast.association.act(&suspended, "reinstate", actors::because());
    let reviewed = cast.association.act(&submitted, "review", Value::Null);
    cast.pass(&[&reviewed]);
    let notice = cast.publish(&[&reviewed]);
    cast.association.act(&back, "suspend", actors::because());
    cast.wait_for_the_end(&notice);
    cast.wait_for_housekeeping(world, || status(&cast, &reviewed) == "rejected");
    let now = cast.association.read(&made);
    assert_eq!((now.status(), &now["pools"]), ("suspended", &json!(["member"])));
    assert_eq!(member.notifications("application_rejected").len(), 1);
}

/// A certificate that is another's when the notice has ended ends the application, and does not hold it for ever.
#[both_databases]
fn a_certificate_that_is_anothers_by_the_end_ends_the_application(world: &World) {
    let cast = Cast::new(world);
    let published = cast.on_notice(1);
    let (applicant, application) = &published.applicants[0];
    let holder = "(SELECT user_id FROM experts LIMIT 1)";
    let theirs = "user_id NOT IN (SELECT user_id FROM experts)";
    assert_eq!(
        world.database().execute(&format!("UPDATE certificates SET user_id = {holder} WHERE {theirs}")),
        1
    );
    cast.wait_for_the_end(&published.notice);
    cast.wait_for_housekeeping(world, || status(&cast, application) == "rejected");
    let told = applicant.notifications("application_rejected");
    assert_eq!(told.len(), 1);
    assert!(applicant.get("/api/v1/me").send().expect(200).body.get("expert_id").is_none());
}

/// Who was removed comes back by the way of everyone, as the entry that they were; an application from before
/// does not undo the removal.
#[both_databases]
fn who_was_removed_comes_back_by_admission(world: &World) {
    let cast = Cast::new(world);
    let (member, made, own) = taken_over(&cast, &ExpertEntry::new("member", "civil"));
    let mut body = actors::application_body("leader");
    body["citizen_id"] = json!(own);
    let draft = member.create("/api/v1/expert-applications", body.clone());
    let reviewed = cast.review(&member, &draft);
    cast.pass(&[&reviewed]);
    let notice = cast.publish(&[&reviewed]);
    cast.wait(Duration::minutes(1));
    cast.association.act(&made, "remove", json!({ "reason": "收受礼金" }));
    cast.wait_for_the_end(&notice);
    cast.wait_for_housekeeping(world, || status(&cast, &reviewed) == "rejected");
    assert_eq!(cast.association.read(&made).status(), "removed");
    assert_eq!(member.notifications("application_rejected").len(), 1);

    body["pool"] = json!("member");
    lead(&cast, world, &member, body);
    let back = cast.association.read(&made);
    assert_eq!((back.status(), &back["pools"]), ("active", &json!(["member"])));
    assert_ne!(back["admission"], made["admission"]);
    let records = cast.association.all(&format!("{}/conduct-records", made.path));
    assert_eq!(records.len(), 1);
    assert_eq!(member.get("/api/v1/me").send().expect(200)["expert_id"], json!(made.id));
}
