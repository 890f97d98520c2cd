//! Into the library: application, review, vote, public notice, objections.

use anze_tests::{
    Actor, Answer, Record,
    actors::{application_body, pdf_with, percent_encoded, session_body},
};
use serde_json::{Value, json};

use super::{
    roles,
    tour::{Tour, reason, record},
};

const APPLICATIONS: &str = "/api/v1/expert-applications";
const SESSIONS: &str = "/api/v1/council-sessions";
const NOTICES: &str = "/api/v1/public-notices";
const OBJECTIONS: &str = "/api/v1/objections";

/// Someone who applies, with the application.
struct Applicant {
    actor: Actor,
    application: Record,
}

pub fn admit(tour: &Tour) {
    let applicant = apply(tour);
    let other = pass_on(tour, 32, "周晓峰", "zhou-xiaofeng");
    give_up(tour);
    vote(tour, &applicant, &other);
    publish(tour, &applicant, &other);
    let own = &applicant.actor;
    own.read(&applicant.application);
    own.get(format!("{}/events?limit=2", applicant.application.path)).send().expect(200);
    let listed = tour.cast.association.get(format!("{APPLICATIONS}?status=on_notice&limit=2")).send();
    listed.expect(200);
}

/// Someone registers who is to apply.
fn registered(tour: &Tour, number: u32, name: &str, login_name: &str) -> Actor {
    let body = roles::applicant(number, name, login_name);
    tour.cast.nobody().post("/api/v1/expert-registrations").json(body).send().expect(201);
    tour.cast.association.speaking_as(tour.cast.person(login_name))
}

fn body_of(number: u32, name: &str) -> Value {
    let mut body = application_body("leader");
    body["name"] = json!(name);
    body["mobile"] = json!(roles::mobile(number));
    body["citizen_id"] = json!(roles::citizen_id(number));
    body["titles"][0]["certificate_number"] = json!(format!("闽G2012-{number:04}"));
    body
}

fn drafted(tour: &Tour, number: u32, name: &str, login_name: &str) -> Applicant {
    let actor = registered(tour, number, name, login_name);
    let application = actor.create(APPLICATIONS, body_of(number, name));
    Applicant { actor, application }
}

fn certify(applicant: &Applicant) -> Answer {
    let name = percent_encoded("高级工程师证书.pdf");
    let path = format!("{}/files?kind=title_certificate&file_name={name}", applicant.application.path);
    let certificate = pdf_with(*b"cert");
    applicant.actor.post(path).body("application/octet-stream", certificate).send().expect(201)
}

/// The application of the story: drafted, returned, and passed on.
fn apply(tour: &Tour) -> Applicant {
    let association = &tour.cast.association;
    let applicant = drafted(tour, 31, "王小明", "wang-xiaoming");
    let Applicant { actor, application } = &applicant;
    let mut body = body_of(31, "王小明");
    body["work_history"][0]["role"] = json!("安全总监、总工程师");
    actor.replace(application, body);
    let file = format!("/api/v1/expert-application-files/{}", certify(&applicant).id());
    actor.get(&file).send().expect(200);
    actor.get(format!("{file}/content")).send().expect(200);
    actor.get(format!("{}/files?limit=2", application.path)).send().expect(200);
    actor.submit(application);
    association.act(application, "return", reason("请补充注册安全工程师执业证明。"));
    actor.submit(application);
    let unmask = reason("核对身份证件与职称证书。");
    association.post(format!("{}/unmask", application.path)).json(unmask).send().expect(200);
    association.get(format!("{}/assessment", application.path)).send().expect(200);
    association.act(application, "review", Value::Null);
    applicant
}

/// Another application that is passed on without more ado.
fn pass_on(tour: &Tour, number: u32, name: &str, login_name: &str) -> Applicant {
    let applicant = drafted(tour, number, name, login_name);
    certify(&applicant);
    applicant.actor.submit(&applicant.application);
    tour.cast.association.act(&applicant.application, "review", Value::Null);
    applicant
}

/// One application that is rejected, and one that is withdrawn.
fn give_up(tour: &Tour) {
    let rejected = drafted(tour, 33, "高建成", "gao-jiancheng");
    certify(&rejected);
    rejected.actor.submit(&rejected.application);
    let because = reason("职称证书编号与发证机关登记不符。");
    tour.cast.association.act(&rejected.application, "reject", because);
    let withdrawn = drafted(tour, 34, "许雅芳", "xu-yafang");
    withdrawn.actor.act(&withdrawn.application, "withdraw", reason("工作变动，不再申请。"));
}

/// A session to which too few came, and the one that decides.
fn vote(tour: &Tour, applicant: &Applicant, other: &Applicant) {
    let association = &tour.cast.association;
    let ids = [&applicant.application.id, &other.application.id];
    let convened = |number: &str, present: u32| {
        let mut body = session_body(21, present);
        body["number"] = json!(number);
        body["held_on"] = json!(tour.cast.today());
        body
    };
    let put_to_vote = |session: &Record| {
        association.try_act(session, "applications", json!({ "application_ids": ids })).expect(207)
    };
    let short = association.create(SESSIONS, convened("厦质安协理〔2026〕1号", 9));
    put_to_vote(&short);
    association.act(&short, "adjourn", reason("出席人数不足，另行召开。"));
    tour.recording.show_next("create_council_session");
    tour.recording.show_next("put_applications_to_vote");
    let session = association.create(SESSIONS, convened("厦质安协理〔2026〕2号", 16));
    association.replace(&session, convened("厦质安协理〔2026〕2号", 17));
    put_to_vote(&session);
    let votes: Vec<Value> = ids
        .iter()
        .zip([(15, 1, 1), (13, 2, 2)])
        .map(|(id, (votes_for, votes_against, votes_abstain))| {
            json!({
                "application_id": id, "votes_for": votes_for, "votes_against": votes_against,
                "votes_abstain": votes_abstain
            })
        })
        .collect();
    association.try_act(&session, "votes", json!({ "votes": votes })).expect(207);
    association.try_act(&session, "close", Value::Null).expect(207);
    association.read(&session);
    association.get(format!("{SESSIONS}?status=closed&limit=2")).send().expect(200);
    association.get(format!("{}/applications?limit=2", session.path)).send().expect(200);
}

/// The notice, with an objection that is dismissed and one that is upheld.
fn publish(tour: &Tour, applicant: &Applicant, other: &Applicant) {
    let (association, nobody) = (&tour.cast.association, tour.cast.nobody());
    let notice = association.create(
        NOTICES,
        json!({
            "number": "厦质安协公示〔2026〕1号",
            "application_ids": [applicant.application.id, other.application.id]
        }),
    );
    let object = |about: &Applicant, grounds: &str, address: &str| {
        let body = json!({
            "application_id": about.application.id, "grounds": grounds, "name": "李建军", "contact": "13806000009"
        });
        let request = nobody.post(format!("{}/objections", notice.path)).json(body);
        let receipt = request.header("x-forwarded-for", address).send().expect(201);
        record(association, OBJECTIONS, &receipt["id"])
    };
    let doubted = object(applicant, "其申报的从业经历与事实不符。", "203.0.113.21");
    association.act(&doubted, "dismiss", reason("经核实社保记录，所反映问题不属实。"));
    let proved = object(other, "其职称证书发证单位不具备评审权限。", "203.0.113.22");
    association.act(&proved, "uphold", reason("经核实，职称证书无效。"));
    association.read(&doubted);
    association.get(format!("{OBJECTIONS}?limit=2")).send().expect(200);
    nobody.get(format!("{NOTICES}?status=open&limit=2")).send().expect(200);
    nobody.get(&notice.path).send().expect(200);
    nobody.get(format!("{}/applications?limit=2", notice.path)).send().expect(200);
}
