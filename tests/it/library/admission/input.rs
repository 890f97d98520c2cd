//! Bad input: each has its own code, field and rule, and nothing is half done.

use anze_domain::base::identifier::citizen_id_check;
use anze_tests::{
    Answer, Cast, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use serde_json::{Value, json};

use super::try_create;

/// What is written down when something happens.
const TABLES: [&str; 5] = ["expert_applications", "experts", "certificates", "events", "users"];

fn written(world: &World) -> [i64; 5] {
    TABLES.map(|table| world.database().number(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

/// It is this problem, at this field, by this rule; and nothing was written.
#[track_caller]
fn refused(world: &World, answer: Answer, (status, code, pointer, rule): Refusal, before: [i64; 5]) {
    let told = answer.problem(status, code).invalid_field(pointer, code);
    assert_eq!(told["rule"], rule, "{told}");
    assert_eq!(written(world), before, "{told}");
}

type Change = fn(&mut Value);
/// Status, code, field and rule.
type Refusal = (u16, &'static str, &'static str, &'static str);

/// What is said of someone, wrongly, and how it is told.
fn wrong() -> Vec<(Change, Refusal)> {
    vec![
        (
            |it| it["citizen_id"] = json!("110105194912310021"),
            (422, "citizen_id_invalid", "/citizen_id", "A8.1"),
        ),
        (|it| it["citizen_id"] = json!(born_in_2030()), (422, "birth_date_in_future", "/citizen_id", "A8.1")),
        (
            |it| it["titles"][0]["obtained_on"] = json!("2026-02-10"),
            (422, "title_in_future", "/titles/0/obtained_on", "A9.1"),
        ),
        (
            |it| {
                it["work_history"][0]["from"] = json!("2026-02-10");
                it["work_history"][0]["to"] = Value::Null;
            },
            (422, "work_period_in_future", "/work_history/0/from", "A9.1"),
        ),
        (
            |it| it["work_history"][0]["to"] = json!("2026-02-10"),
            (422, "work_period_in_future", "/work_history/0/to", "A9.1"),
        ),
        (
            |it| it["work_history"][0]["to"] = json!("2007-12-31"),
            (422, "work_period_reversed", "/work_history/0/to", "A9.1"),
        ),
        (
            |it| {
                let title = it["titles"][0].clone();
                it["titles"] = json!([title, title]);
            },
            (422, "certificate_repeated", "/titles/1/certificate_number", "A8.1"),
        ),
    ]
}

fn born_in_2030() -> String {
    let first = "35020320300101001";
    format!("{first}{}", citizen_id_check(first).expect("digits"))
}

/// Of an application, and of an entry that is taken over, the same is told.
#[both_databases]
fn bad_input_is_told(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    let before = written(world);
    for (change, expected) in wrong() {
        let mut body = actors::application_body("member");
        change(&mut body);
        refused(world, try_create(&applicant, body), expected, before);
        let mut entry =
            actors::admission_body(&ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
        change(&mut entry);
        refused(world, cast.association.post("/api/v1/experts").json(entry).send(), expected, before);
    }
    // Two at once: each with its own code and rule.
    let mut body = actors::application_body("member");
    body["citizen_id"] = json!(born_in_2030());
    body["titles"][0]["obtained_on"] = json!("2026-02-10");
    let told = try_create(&applicant, body).problem(422, "invalid_input");
    let both: Vec<_> =
        told["errors"].as_array().into_iter().flatten().map(|it| (&it["code"], &it["rule"])).collect();
    assert!(both.contains(&(&json!("birth_date_in_future"), &json!("A8.1"))), "{told}");
    assert!(both.contains(&(&json!("title_in_future"), &json!("A9.1"))), "{told}");
    let mut body = actors::application_body("member");
    body.as_object_mut().expect("an object").remove("citizen_id");
    try_create(&applicant, body).problem(422, "required").invalid_field("/citizen_id", "required");
    cast.contractor
        .post("/api/v1/expert-applications")
        .json(actors::application_body("member"))
        .send()
        .problem(403, "forbidden");
    assert_eq!(written(world), before);
}

/// Taking over entries of the library is for an administrator of the association.
#[both_databases]
fn an_entry_is_taken_over_by_an_administrator(world: &World) {
    let cast = Cast::new(world);
    let operator = cast.colleague(&cast.association, "operator");
    let entry = actors::admission_body(&ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
    operator.post("/api/v1/experts").json(entry.clone()).send().problem(403, "forbidden");
    cast.association.post("/api/v1/experts").json(entry).send().expect(201);
}

/// A draft claims nothing of anybody: who submits first has it.
#[both_databases]
fn what_is_claimed_is_claimed_by_submitting(world: &World) {
    let cast = Cast::new(world);
    let body = || actors::application_body("member");
    let mine = body();
    let (blocker, real) = (cast.registers(), cast.registers());
    let drafted = blocker.create("/api/v1/expert-applications", mine.clone());
    try_create(&blocker, body()).problem(409, "application_live");
    // Somebody else's draft holds nobody up.
    let own = real.create("/api/v1/expert-applications", mine.clone());
    for (who, draft) in [(&blocker, &drafted), (&real, &own)] {
        who.certify(draft);
    }
    real.act(&own, "submit", Value::Null);
    let before = written(world);
    let told = blocker.try_act(&drafted, "submit", Value::Null).expect(409);
    assert!(["application_live", "certificate_in_use"].contains(&told.text("code")), "{told}");
    assert_eq!((&told["rule"], written(world)), (&json!("A8.1"), before));
    // By certificate alone, whatever spaces and case.
    let mut same = body();
    let number = mine["titles"][0]["certificate_number"].as_str().expect("a number");
    same["titles"][0]["certificate_number"] = json!(format!(" {} ", number.to_lowercase()));
    let drafted = blocker.replace(&drafted, same);
    let before = written(world);
    let told = blocker.try_act(&drafted, "submit", Value::Null);
    refused(world, told, (409, "certificate_in_use", "/titles/0/certificate_number", "A8.1"), before);
    // By citizen id alone.
    let mut same = body();
    same["citizen_id"] = mine["citizen_id"].clone();
    let drafted = blocker.replace(&drafted, same);
    let before = written(world);
    assert_eq!(
        blocker.try_act(&drafted, "submit", Value::Null).problem(409, "application_live")["rule"],
        "A8.1"
    );
    assert_eq!(written(world), before);
    // What was returned is still claimed, and what is withdrawn is free again.
    cast.association.act(&own, "return", json!({ "reason": "请补充" }));
    blocker.try_act(&drafted, "submit", Value::Null).problem(409, "application_live");
    real.act(&own, "withdraw", json!({ "reason": "不再申请" }));
    blocker.act(&drafted, "submit", Value::Null);
}

/// What is an expert's is nobody else's, also in a draft, and also where they came in while it was one.
#[both_databases]
fn what_is_an_experts_is_nobody_elses(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    let mine = actors::application_body("member");
    let draft = applicant.create("/api/v1/expert-applications", mine.clone());
    applicant.certify(&draft);
    let mut entry =
        actors::admission_body(&ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
    entry["citizen_id"] = mine["citizen_id"].clone();
    cast.association.create("/api/v1/experts", entry.clone());
    let before = written(world);
    let told = applicant.try_act(&draft, "submit", Value::Null);
    refused(world, told, (409, "expert_exists", "/citizen_id", "A8.1"), before);
    applicant.act(&draft, "withdraw", json!({ "reason": "不再申请" }));
    let before = written(world);
    refused(world, try_create(&applicant, mine), (409, "expert_exists", "/citizen_id", "A8.1"), before);
    let mut theirs = actors::application_body("member");
    theirs["titles"][0]["certificate_number"] = entry["titles"][0]["certificate_number"].clone();
    let draft = applicant.create("/api/v1/expert-applications", theirs);
    applicant.certify(&draft);
    let before = written(world);
    let told = applicant.try_act(&draft, "submit", Value::Null);
    refused(world, told, (409, "certificate_in_use", "/titles/0/certificate_number", "A8.1"), before);
}

/// One certificate, one file.
#[both_databases]
fn each_certificate_has_its_file(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    let mut body = actors::application_body("member");
    let mut second = body["titles"][0].clone();
    second["certificate_number"] = json!(actors::login_name("闽Y"));
    body["titles"] = json!([body["titles"][0], second]);
    let draft = applicant.create("/api/v1/expert-applications", body);
    let path = format!("{}/files?kind=title_certificate&file_name=zs.pdf", draft.path);
    let upload =
        |bytes: Vec<u8>| applicant.post(&path).body("application/octet-stream", bytes).send().expect(201);
    // The same twice is one.
    let bytes = actors::pdf();
    upload(bytes.clone());
    upload(bytes);
    let told = applicant.try_act(&draft, "submit", Value::Null).problem(409, "certificate_file_missing");
    assert_eq!(told["rule"], "A8.1");
    upload(actors::pdf());
    applicant.act(&draft, "submit", Value::Null);
}

/// A10.1: nobody is twice in a group.
#[both_databases]
fn nobody_is_twice_in_a_group(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let group = [
        (&cast.leader, "civil"),
        (&cast.mechanic, "mechanical"),
        (&cast.electrician, "electrical"),
        (&cast.mechanic, "mechanical"),
    ];
    let before = written(world);
    let told =
        cast.server.try_act(story.visit(), "propose", actors::proposal_body(&group, cast.tomorrow_morning()));
    refused(world, told, (422, "expert_listed_twice", "/members/3", "A10.1"), before);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
}
