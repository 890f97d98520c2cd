//! How someone comes into the library by the way of A8.1: application, review, vote, notice.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Actor, Cast, Record, citizen_id, login_name, mobile, pdf};
use crate::{Answer, World, world::PASSWORD};

/// Who is on a public notice, and what led to it.
#[derive(Clone, Debug)]
pub struct Published {
    /// The applicants, each with their application as it was on the notice.
    pub applicants: Vec<(Actor, Record)>,
    /// The closed session.
    pub session: Record,
    /// The notice.
    pub notice: Record,
}

/// An application by who qualifies for the pool, and for the leaders' too.
pub fn application_body(pool: &str) -> Value {
    json!({
        "pool": pool,
        "name": "王小明",
        "mobile": mobile(),
        "citizen_id": citizen_id(),
        "employer_name": "厦门市建筑科学研究院",
        "specialties": ["civil", "electrical"],
        "titles": [{
            "level": "senior", "field": "building_municipal",
            "certificate_number": login_name("闽Z"), "obtained_on": "2012-06-30"
        }],
        "work_history": [{
            "employer": "厦门市建筑科学研究院", "role": "安全总监", "from": "2010-01-01", "to": "2022-12-31", "relevant": true
        }]
    })
}

/// A session of so many members, so many of them present; two thirds are a quorum, more than half a majority.
pub fn session_body(council_size: u32, members_present: u32) -> Value {
    json!({
        "number": login_name("厦质安协理"),
        "held_on": "2026-02-09",
        "council_size": council_size,
        "members_present": members_present,
        "quorum": { "numerator": 2, "denominator": 3 },
        "majority": { "numerator": 1, "denominator": 2 },
        "majority_rule": "more_than"
    })
}

/// The votes on an application.
fn votes(application: &str, votes_for: u32, votes_against: u32) -> Value {
    json!({
        "application_id": application, "votes_for": votes_for, "votes_against": votes_against, "votes_abstain": 0
    })
}

impl Actor {
    /// Uploads a certificate of a title to an application.
    #[track_caller]
    pub fn certify(&self, application: &Record) -> Record {
        let path = format!("{}/files?kind=title_certificate&file_name=zs.pdf", application.path);
        let answer = self.post(path).body("application/octet-stream", pdf()).send().expect(201);
        Record::of("/api/v1/expert-application-files", &answer)
    }
}

impl Cast {
    /// Someone registers who is nobody here yet.
    #[track_caller]
    pub fn registers(&self) -> Actor {
        let name = login_name("applicant");
        let body = json!({
            "name": "王小明", "mobile": mobile(), "account": { "login_name": name, "password": PASSWORD }
        });
        self.nobody().post("/api/v1/expert-registrations").json(body).send().expect(201);
        let client = self.person(&name);
        Actor {
            login_name: name,
            organization_id: String::new(),
            expert_id: String::new(),
            ..self.association.speaking_as(client)
        }
    }

    /// Someone registers and drafts an application.
    #[track_caller]
    pub fn applies(&self, pool: &str) -> (Actor, Record) {
        let applicant = self.registers();
        let draft = applicant.create("/api/v1/expert-applications", application_body(pool));
        (applicant, draft)
    }

    /// Someone applies, and the association passes it on.
    #[track_caller]
    pub fn is_reviewed(&self, pool: &str) -> (Actor, Record) {
        let (applicant, draft) = self.applies(pool);
        let reviewed = self.review(&applicant, &draft);
        (applicant, reviewed)
    }

    /// An application is certified, submitted and passed on.
    #[track_caller]
    pub fn review(&self, applicant: &Actor, draft: &Record) -> Record {
        applicant.certify(draft);
        let submitted = applicant.act(draft, "submit", Value::Null);
        self.association.act(&submitted, "review", Value::Null)
    }

    /// So many apply and are passed on, several at a time.
    #[track_caller]
    pub fn are_reviewed(&self, count: usize) -> Vec<(Actor, Record)> {
        let left = AtomicU32::new(u32::try_from(count).expect("not so many"));
        let take =
            || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        thread::scope(|scope| {
            let work = || {
                let mut reviewed = Vec::new();
                while take() {
                    reviewed.push(self.is_reviewed("member"));
                }
                reviewed
            };
            let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("all is well")).collect()
        })
    }

    /// The association calls a session of the council for today.
    #[track_caller]
    pub fn call_session(&self, council_size: u32, members_present: u32) -> Record {
        let mut body = session_body(council_size, members_present);
        body["held_on"] = json!(self.today());
        self.association.create("/api/v1/council-sessions", body)
    }

    /// Does many things to a session at once.
    #[track_caller]
    pub fn at_session(&self, session: &Record, what: &str, body: Value) -> Answer {
        self.association.try_act(session, what, body)
    }

    /// Puts them all to a new session of three, all of whom vote for everyone, and closes it.
    #[track_caller]
    pub fn pass(&self, applications: &[&Record]) -> Record {
        let session = self.call_session(3, 3);
        let ids: Vec<&str> = applications.iter().map(|it| it.id.as_str()).collect();
        self.at_session(&session, "applications", json!({ "application_ids": ids })).expect(207);
        let all: Vec<Value> = ids.iter().map(|id| votes(id, 3, 0)).collect();
        self.at_session(&session, "votes", json!({ "votes": all })).expect(207);
        self.at_session(&session, "close", Value::Null).expect(207);
        self.association.read(&session)
    }

    /// Publishes these.
    #[track_caller]
    pub fn publish(&self, applications: &[&Record]) -> Record {
        let ids: Vec<&str> = applications.iter().map(|it| it.id.as_str()).collect();
        let body = json!({ "number": login_name("厦质安协公示"), "application_ids": ids });
        self.association.create("/api/v1/public-notices", body)
    }

    /// So many go the whole way to a notice of five working days.
    #[track_caller]
    pub fn on_notice(&self, count: usize) -> Published {
        let mut applicants = self.are_reviewed(count);
        let all: Vec<&Record> = applicants.iter().map(|(_, it)| it).collect();
        let session = self.pass(&all);
        let notice = self.publish(&all);
        for (_, application) in &mut applicants {
            *application = self.association.read(application);
        }
        Published { applicants, session, notice }
    }

    /// Someone at this address objects, if proxies are believed in this world.
    #[track_caller]
    pub fn object(&self, notice: &Record, application: &Record, address: &str) -> Answer {
        let body = json!({
            "application_id": application.id, "grounds": "从业经历与事实不符。", "name": "李建军", "contact": "13806000009"
        });
        let request = self.nobody().post(format!("{}/objections", notice.path)).json(body);
        request.header("x-forwarded-for", address).send()
    }

    /// Time passes until the notice has ended and what came in its last moment has been looked at.
    #[track_caller]
    pub fn wait_for_the_end(&self, notice: &Record) {
        let ends_at: DateTime<Utc> =
            notice["ends_at"].as_str().and_then(|text| text.parse().ok()).expect("an instant");
        self.set_time(ends_at + Duration::seconds(30));
    }

    /// As [`World::wait_for_housekeeping`]. Then time passes, as this node knows of callers what was true a second ago.
    #[track_caller]
    pub fn wait_for_housekeeping(&self, world: &World, is_visible: impl Fn() -> bool) {
        world.wait_for_housekeeping(is_visible);
        self.wait(Duration::seconds(2));
    }
}
