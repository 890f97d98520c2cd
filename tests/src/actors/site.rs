//! What happens on site: the group and its time, the five steps, hazards, and the material.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Actor, Cast, Record, hazard_body, proposal_body};
use crate::Answer;

/// The four steps that are recorded as such; the fifth is the rectification proposal (A13.1).
pub const STEPS: [&str; 4] = ["briefing", "division_of_work", "site_survey", "document_review"];

impl Cast {
    /// The visits of a commission, as its server sees them, oldest first.
    #[track_caller]
    pub fn visits(&self, commission: &Record) -> Vec<Record> {
        let path = format!("/api/v1/visits?commission_id={}&sort=created_at", commission.id);
        let found = self.server.all(&path);
        found.iter().map(|visit| self.visit(visit["id"].as_str().expect("an id"))).collect()
    }

    /// A visit, as its server sees it.
    #[track_caller]
    pub fn visit(&self, id: &str) -> Record {
        let answer = self.server.get(format!("/api/v1/visits/{id}")).send().expect(200);
        Record::of("/api/v1/visits", &answer)
    }

    /// The server of the commission proposes the usual group from an instant, and everyone agrees (A12.1).
    #[track_caller]
    pub fn agree_on(&self, visit: &Record, start: DateTime<Utc>) -> Record {
        let proposed = self.server.propose(visit, proposal_body(&self.group(), start));
        for (expert, _) in self.group() {
            expert.agree(&proposed);
        }
        self.contractor.agree(&proposed)
    }

    /// The leader begins the agreed visit at its time, and the group takes the first four steps.
    #[track_caller]
    pub fn walk_the_site(&self, visit: &Record) -> Record {
        let begun = self.begin(visit);
        STEPS.iter().fold(begun, |visit, step| self.leader.take_step(&visit, step, self.now()))
    }

    /// The leader begins the agreed visit at its time.
    #[track_caller]
    pub fn begin(&self, visit: &Record) -> Record {
        let start: DateTime<Utc> =
            visit["scheduled_start"].as_str().and_then(|text| text.parse().ok()).expect("an agreed time");
        if self.now() < start {
            self.set_time(start);
        }
        self.leader.act(visit, "start", Value::Null)
    }

    /// The leader issues the proposal and ends the visit.
    #[track_caller]
    pub fn end(&self, visit: &Record) -> Record {
        self.leader.issue_proposal(visit, self.now());
        self.leader.act(visit, "end", Value::Null)
    }

    /// The leader uploads everything that a visit must bring, and submits it.
    #[track_caller]
    pub fn upload(&self, visit: &Record) -> Record {
        let materials = self.leader.get(format!("{}/materials", visit.path)).send().expect(200);
        for missing in materials["required"].as_array().into_iter().flatten() {
            if missing["have"] == json!(false) {
                let kind = missing["kind"].as_str().expect("a kind");
                self.leader.attach(visit, kind, if kind == "photo" { jpeg() } else { pdf() });
            }
        }
        self.leader.submit_material(visit)
    }
}

impl Actor {
    /// The provider proposes a group and a time.
    #[track_caller]
    pub fn propose(&self, visit: &Record, body: Value) -> Record {
        self.act(visit, "propose", body)
    }

    /// The contractor or an expert agrees to every proposed slot.
    #[track_caller]
    pub fn agree(&self, visit: &Record) -> Record {
        let count = visit["slots"].as_array().map_or(0, Vec::len);
        self.agree_to(visit, &(1..=count).collect::<Vec<_>>())
    }

    /// The contractor or an expert agrees to some of the slots.
    #[track_caller]
    pub fn agree_to(&self, visit: &Record, slots: &[usize]) -> Record {
        self.act(visit, "agree", json!({ "slots": slots }))
    }

    /// An expert records a step.
    #[track_caller]
    pub fn take_step(&self, visit: &Record, step: &str, at: DateTime<Utc>) -> Record {
        self.act(visit, "steps", step_body(step, at))
    }

    /// The leader issues the rectification proposal, the fifth step.
    #[track_caller]
    pub fn issue_proposal(&self, visit: &Record, at: DateTime<Utc>) -> Answer {
        self.try_act(visit, "rectification-proposal", advice_body(at)).expect(201)
    }

    /// The leader submits the material.
    #[track_caller]
    pub fn submit_material(&self, visit: &Record) -> Record {
        self.act(visit, "submit", conclusion_body())
    }

    /// An expert records a hazard; major where it names an item of the national criteria.
    #[track_caller]
    pub fn record_hazard(&self, visit: &Record, item: Option<&str>, due_on: NaiveDate) -> Record {
        self.create("/api/v1/hazards", hazard_body(visit, item, due_on))
    }

    /// The contractor says what was done about a hazard.
    #[track_caller]
    pub fn rectify(&self, hazard: &Record) -> Record {
        self.act(hazard, "rectify", rectification_body())
    }

    /// Uploads a file to a visit or a hazard.
    #[track_caller]
    pub fn attach(&self, to: &Record, kind: &str, bytes: Vec<u8>) -> Record {
        let answer = self.try_attach(to, kind, "现场.jpg", bytes).expect(201);
        Record::of("/api/v1/attachments", &answer)
    }

    /// Tries to upload a file to a visit or a hazard, whatever comes of it.
    #[track_caller]
    pub fn try_attach(&self, to: &Record, kind: &str, file_name: &str, bytes: Vec<u8>) -> Answer {
        self.post(format!("{}/attachments?kind={kind}&file_name={}", to.path, percent_encoded(file_name)))
            .body("application/octet-stream", bytes)
            .send()
    }
}

/// A text as a query carries it.
pub fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A step, taken at an instant on the site.
pub fn step_body(step: &str, at: DateTime<Utc>) -> Value {
    json!({
        "step": step,
        "taken_at": at,
        "place": { "longitude": 118.097, "latitude": 24.575, "coordinate_system": "gcj02" }
    })
}

/// The advice of a rectification proposal.
pub fn advice_body(at: DateTime<Utc>) -> Value {
    json!({ "advice": "限期完成临边防护整改，并复查脚手架连墙件。", "taken_at": at })
}

/// What a group concludes.
pub fn conclusion_body() -> Value {
    json!({ "conclusion": "现场安全管理总体受控。" })
}

/// What a contractor did about a hazard.
pub fn rectification_body() -> Value {
    json!({ "rectification": "已恢复防护栏杆并加设踢脚板。" })
}

/// Different in every file, so that no two are the same.
fn different() -> [u8; 4] {
    static MADE: AtomicU32 = AtomicU32::new(0);
    MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes()
}

/// A small picture, unlike any other.
pub fn jpeg() -> Vec<u8> {
    jpeg_with(different())
}

/// A small picture: a JPEG with this comment.
pub fn jpeg_with(comment: [u8; 4]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xfe, 0x00, 0x06];
    bytes.extend(comment);
    bytes.extend([0xff, 0xe0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9]);
    bytes
}

/// A small picture of another type, unlike any other.
pub fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde".to_vec();
    bytes.extend(different());
    bytes
}

/// A small document, unlike any other.
pub fn pdf() -> Vec<u8> {
    pdf_with(different())
}

/// A small document with this comment.
pub fn pdf_with(comment: [u8; 4]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n%".to_vec();
    bytes.extend(comment.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()));
    bytes.extend(b"\n%%EOF\n");
    bytes
}
