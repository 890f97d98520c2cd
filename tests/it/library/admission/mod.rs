//! Admission to the library (A8.1): application, review, vote, public notice, and nothing skipped.

mod council;
mod entry;
mod input;
mod notice;
mod record;

use anze_api::app::settings::Settings;
use anze_tests::{Actor, Cast, Record, World, actors, both_databases};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Objections come from addresses that a proxy tells.
fn behind_a_proxy(settings: &mut Settings) {
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

const LAST_SECOND: &str = "2026-02-26T15:59:59Z";
const END: &str = "2026-02-26T16:00:00Z";

fn status(cast: &Cast, record: &Record) -> String {
    cast.association.read(record).status().to_owned()
}

#[track_caller]
fn admitted(cast: &Cast, world: &World, application: &Record) {
    cast.wait_for_housekeeping(world, || status(cast, application) == "admitted");
}

/// Tries to make an application of this body.
fn try_create(applicant: &Actor, body: Value) -> anze_tests::Answer {
    applicant.post("/api/v1/expert-applications").json(body).send()
}

fn results(answer: &anze_tests::Answer) -> Vec<(u64, String)> {
    let results = answer["results"].as_array().expect("results");
    let one = |it: &Value| {
        (
            it["status"].as_u64().unwrap_or_default(),
            it["problem"]["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    results.iter().map(one).collect()
}

fn vote(application: &Record, votes_for: u32, votes_against: u32, votes_abstain: u32) -> Value {
    json!({
        "application_id": application.id, "votes_for": votes_for, "votes_against": votes_against,
        "votes_abstain": votes_abstain
    })
}

/// The whole way, over the Spring Festival of 2026: five working days from 12 February end with the 26th.
#[both_databases(settings = behind_a_proxy)]
fn from_registration_to_the_directory_over_the_spring_festival(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    assert!(applicant.get("/api/v1/me").send().expect(200)["expert_id"].is_null());
    let mut body = actors::application_body("leader");
    body["work_history"] = json!([
        { "employer": "甲公司", "role": "安全员", "from": "2013-03-02", "to": "2015-02-28", "relevant": true },
        { "employer": "乙公司", "role": "安全总监", "from": "2014-03-01", "to": "2023-02-28", "relevant": true }
    ]);
    let citizen_id = body["citizen_id"].as_str().expect("a number").to_owned();
    let draft = applicant.create("/api/v1/expert-applications", body.clone());
    assert!(!draft.body.to_string().contains(&citizen_id));
    applicant.try_act(&draft, "submit", Value::Null).problem(409, "certificate_file_missing");
    applicant.certify(&draft);
    let submitted = applicant.act(&draft, "submit", Value::Null);

    // A day short of ten years, said to the day.
    let assessment = cast.association.get(format!("{}/assessment", draft.path)).send().expect(200);
    assert_eq!(assessment["qualified"], false);
    assert_eq!(
        assessment["ways"][0]["findings"][1]["en"],
        "ten years: 9 years 364 days, overlap 2014-03-01–2015-02-28 counted once"
    );
    assert_eq!(
        assessment["ways"][0]["findings"][1]["zh"],
        "满 10 年：9 年 364 天，重叠 2014-03-01 至 2015-02-28 只计一次"
    );
    assert_eq!(
        cast.association.try_act(&submitted, "review", Value::Null).problem(409, "leader_not_qualified")["rule"],
        "A9.1"
    );
    let returned = cast.association.act(&submitted, "return", json!({ "reason": "请补充从业经历" }));
    assert_eq!((returned.status(), &returned["status_reason"]), ("returned", &json!("请补充从业经历")));
    body["work_history"][1]["to"] = json!("2023-03-01");
    body.as_object_mut().expect("an object").remove("citizen_id");
    applicant.replace(&returned, body);
    applicant.act(&returned, "submit", Value::Null);
    let reviewed = cast.association.act(&returned, "review", Value::Null);
    assert_eq!(reviewed.status(), "reviewed");

    // Nothing is skipped: not published before the vote.
    let early = json!({ "number": "GS-1", "application_ids": [reviewed.id] });
    let told = cast.association.post("/api/v1/public-notices").json(early).send().problem(409, "not_passed");
    told.invalid_field("/application_ids/0", "not_passed");
    let session = cast.pass(&[&reviewed]);
    assert_eq!((session.status(), status(&cast, &reviewed).as_str()), ("closed", "passed"));

    cast.set_time(at("2026-02-12T02:00:00Z"));
    let notice = cast.publish(&[&reviewed]);
    assert_eq!(
        (&notice["published_on"], &notice["due_on"], &notice["ends_at"]),
        (&json!("2026-02-12"), &json!("2026-02-26"), &json!(END))
    );
    assert_eq!(notice["provisional"], false);
    let open = cast.nobody().get("/api/v1/public-notices?status=open").send().expect(200);
    assert_eq!(open.items()[0]["id"], json!(notice.id));
    let listed = cast.nobody().get(format!("{}/applications", notice.path)).send().expect(200);
    assert_eq!((&listed.items()[0]["name"], &listed.items()[0]["years"]), (&json!("王**"), &json!(10)));
    for secret in [citizen_id.as_str(), "王小明", reviewed["mobile"].as_str().expect("a number"), "闽Z"] {
        assert!(!listed.to_string().contains(secret), "{secret}: {listed}");
    }
    assert_eq!(
        cast.nobody()
            .get("/api/v1/expert-directory?specialty=civil&pool=leader")
            .send()
            .expect(200)
            .items()
            .len(),
        1
    );

    // To the last second, and not one later.
    cast.set_time(at(LAST_SECOND));
    let receipt = cast.object(&notice, &reviewed, "203.0.113.9").expect(201);
    cast.set_time(at(END));
    cast.object(&notice, &reviewed, "203.0.113.10").problem(409, "objection_window_closed");

    // It ends by itself, but not over an objection that waits.
    cast.wait_for_the_end(&notice);
    cast.wait_for_housekeeping(world, || {
        status(&cast, &reviewed) == "on_notice" && {
            cast.nobody().get(&notice.path).send().expect(200)["status"] == "ended"
        }
    });
    let objection = Record::of("/api/v1/objections", &receipt);
    let seen = cast.association.read(&objection);
    assert_eq!((&seen["name"], &seen["contact"]), (&json!("李建军"), &json!("13806000009")));
    assert!(cast.regulator.read(&objection)["contact"].is_null());
    cast.contractor.get(&objection.path).send().problem(403, "forbidden");
    cast.association.act(&objection, "dismiss", json!({ "reason": "经核实属实" }));
    admitted(&cast, world, &reviewed);

    let me = applicant.get("/api/v1/me").send().expect(200);
    let expert = cast.association.get(format!("/api/v1/experts/{}", me.text("expert_id"))).send().expect(200);
    assert_eq!(expert["pools"], json!(["leader", "member"]));
    let by = &expert["admission"];
    assert_eq!(
        (&by["council_decision_number"], &by["public_notice_number"]),
        (&session["number"], &notice["number"])
    );
    assert_eq!(
        (&by["public_notice_from"], &by["public_notice_to"], &by["admitted_on"]),
        (&json!("2026-02-12"), &json!("2026-02-26"), &json!("2026-02-27"))
    );
    let directory =
        cast.nobody().get("/api/v1/expert-directory?specialty=civil&pool=leader").send().expect(200);
    let entry = directory.items().iter().find(|it| it["id"] == me["expert_id"]).expect("an entry");
    assert_eq!((&entry["name"], directory.items().len()), (&json!("王**"), 2));
    assert_eq!(
        cast.nobody().get("/api/v1/expert-directory?specialty=mechanical").send().expect(200).items().len(),
        1
    );
    let done = applicant.read(&reviewed);
    assert_eq!((done.status(), &done["allowed_actions"]), ("admitted", &json!([])));
}

/// A draft is the applicant's to read; once it is submitted, its certificates are the association's too, and nobody else's.
#[both_databases(settings = behind_a_proxy)]
fn files_are_for_the_applicant_and_the_association(world: &World) {
    let cast = Cast::new(world);
    let (applicant, draft) = cast.applies("member");
    let file = applicant.certify(&draft);
    let content = format!("{}/content", file.path);
    // A draft is its applicant's alone.
    for other in [&cast.association, &cast.regulator] {
        for path in [&draft.path, &format!("{}/assessment", draft.path), &format!("{}/events", draft.path)] {
            other.get(path).send().problem(404, "not_found");
        }
        assert_eq!(other.all("/api/v1/expert-applications"), Vec::<Value>::new());
    }
    for path in [&content, &file.path, &format!("{}/files", draft.path)] {
        cast.association.get(path).send().problem(404, "not_found");
    }
    let (other, given_up) = cast.applies("member");
    other.act(&given_up, "withdraw", json!({ "reason": "不再申请" }));
    cast.association.get(&given_up.path).send().problem(404, "not_found");
    assert_eq!(cast.association.all("/api/v1/expert-applications"), Vec::<Value>::new());
    applicant.act(&draft, "submit", Value::Null);
    for reader in [&applicant, &cast.association] {
        assert!(reader.get(&content).send().expect(200).bytes.starts_with(b"%PDF"));
        assert_eq!(reader.all(&format!("{}/files", draft.path)).len(), 1);
    }
    let stranger = cast.registers();
    for (other, status) in
        [(&stranger, 404), (&cast.leader, 404), (&cast.regulator, 403), (&cast.contractor, 403)]
    {
        for path in [&content, &file.path, &format!("{}/files", draft.path)] {
            other.get(path).send().expect(status);
        }
    }
    stranger.get(&draft.path).send().problem(404, "not_found");
    assert!(cast.regulator.read(&draft)["mobile"].as_str().expect("a number").contains('*'));
    let path = format!("{}/files?kind=other&file_name=a.pdf", draft.path);
    applicant.post(path).body("application/octet-stream", actors::pdf()).send().problem(409, "wrong_state");
}
