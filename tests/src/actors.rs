//! Who appears in a test: organisations of the seven ports and experts, each of whom speaks for themselves.
//!
//! `cast.contractor.register_project(…)`, `cast.insurer.record_policy(…)`: every helper is one person's or system's call, and
//! returns the [`Record`] that it made or changed. [`Cast::bring_to`] walks the seven steps (A4.1–A4.7) up to a [`Stage`].

mod admission;
mod bodies;
mod enrol;
mod flow;
mod identity;
mod site;
mod stage;

use std::{ops::Deref, ops::Index, sync::Arc};

use anze_api::app::clock::{Clock, FixedClock, SystemClock};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::Value;

use crate::{Answer, Binary, Client, Recording, World};

pub use admission::{Published, application_body, session_body};
pub use bodies::{
    commission_body, hazard_body, line, plan_body, policy_body, project_body, proposal_body, slots_body,
};
pub use enrol::{ExpertEntry, Roles, SCOPES, admission_body, registration_body};
pub use flow::because;
pub use identity::{citizen_id, credit_code, login_name, mobile};
pub use site::{
    STEPS, advice_body, conclusion_body, jpeg, jpeg_with, pdf, pdf_with, percent_encoded, png,
    rectification_body, step_body,
};
pub use stage::{Stage, Story};

/// A resource as its last answer showed it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Where it is, such as `/api/v1/projects/…`.
    pub path: String,
    /// Its id.
    pub id: String,
    /// Its version when it was last answered.
    pub etag: String,
    /// Its body.
    pub body: Value,
}

impl Record {
    /// The resource of this collection that an answer holds.
    #[track_caller]
    pub fn of(collection: &str, answer: &Answer) -> Record {
        let id = answer.id();
        Record { path: format!("{collection}/{id}"), id, etag: answer.etag(), body: answer.body.clone() }
    }

    /// Its state.
    #[track_caller]
    pub fn status(&self) -> &str {
        self.body["status"].as_str().unwrap_or_else(|| panic!("no state: {:#}", self.body))
    }

    fn updated(&self, answer: &Answer) -> Record {
        Record { etag: answer.etag(), body: answer.body.clone(), ..self.clone() }
    }
}

impl Index<&str> for Record {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        &self.body[member]
    }
}

/// A person or system with a place in the field. Speaks HTTP as the [`Client`] that it is.
#[derive(Clone, Debug)]
pub struct Actor {
    client: Client,
    /// What they log in with; empty for a system.
    pub login_name: String,
    /// Their organisation; empty for an individual expert.
    pub organization_id: String,
    /// Their organisation's name, or their own.
    pub name: String,
    /// The expert that they are; empty for others.
    pub expert_id: String,
}

impl Deref for Actor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Actor {
    /// The same, as this client speaks: after a server was started again, or with a token.
    pub fn speaking_as(&self, client: Client) -> Actor {
        Actor { client, ..self.clone() }
    }

    /// Makes a record of a collection, such as `/api/v1/projects`.
    #[track_caller]
    pub fn create(&self, collection: &str, body: Value) -> Record {
        let answer = self.post(collection).json(body).send().expect(201);
        let record = Record::of(collection, &answer);
        assert_eq!(answer.header("location"), Some(record.path.as_str()), "{answer}");
        record
    }

    /// Reads the record as it is now, for this caller.
    #[track_caller]
    pub fn read(&self, record: &Record) -> Record {
        record.updated(&self.get(&record.path).send().expect(200))
    }

    /// Does something to the record as it is now; null for no body.
    #[track_caller]
    pub fn act(&self, record: &Record, verb: &str, body: Value) -> Record {
        record.updated(&self.try_act(record, verb, body).expect(200))
    }

    /// Tries to do something to the record as it is now, whatever comes of it.
    #[track_caller]
    pub fn try_act(&self, record: &Record, verb: &str, body: Value) -> Answer {
        let seen = self.get(&record.path).send();
        let etag = if seen.status == 200 { seen.etag() } else { record.etag.clone() };
        self.act_at(record, verb, &etag, body)
    }

    /// Tries to do something to the record at this version.
    #[track_caller]
    pub fn act_at(&self, record: &Record, verb: &str, etag: &str, body: Value) -> Answer {
        let request = self.post(format!("{}/{verb}", record.path)).if_match(etag);
        if body.is_null() { request.send() } else { request.json(body).send() }
    }

    /// Replaces what can be changed of the record.
    #[track_caller]
    pub fn replace(&self, record: &Record, body: Value) -> Record {
        let seen = self.read(record);
        seen.updated(&self.put(&record.path).if_match(&seen.etag).json(body).send().expect(200))
    }

    /// Every item of a list, page by page.
    #[track_caller]
    pub fn all(&self, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(format!("{path}{join}limit=100{cursor}")).send().expect(200);
            items.extend(page.items().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// The notifications of one kind in the inbox.
    #[track_caller]
    pub fn notifications(&self, kind: &str) -> Vec<Value> {
        let mut all = self.all("/api/v1/notifications");
        all.retain(|notification| notification["kind"] == kind);
        all
    }
}

/// Everyone whom a test of the flow needs.
#[derive(Clone, Debug)]
pub struct Cast {
    anonymous: Client,
    clock: Option<Arc<FixedClock>>,
    /// 质安协会: runs the platform.
    pub association: Actor,
    /// 施工单位.
    pub contractor: Actor,
    /// 监理单位.
    pub supervisor: Actor,
    /// 建设单位.
    pub owner: Actor,
    /// 保险机构. In the flow whoever stands here insures: a person, or a system.
    pub insurer: Actor,
    /// The insurer's system, with every scope.
    pub insurer_system: Actor,
    /// A third-party service organisation.
    pub provider: Actor,
    /// 行业主管, of the whole city.
    pub regulator: Actor,
    /// Who serves in the flow: the association, unless a test puts another here.
    pub server: Actor,
    /// Leader, civil.
    pub leader: Actor,
    /// Member, mechanical.
    pub mechanic: Actor,
    /// Member, electrical.
    pub electrician: Actor,
}

impl Cast {
    /// Everyone, in this world.
    #[track_caller]
    pub fn new(world: &World) -> Cast {
        Cast::assemble(world.anonymous(), Some(world.shared_clock()), Roles::default())
    }

    /// Everyone, in this world, in these roles. Their calls are recorded.
    #[track_caller]
    pub fn recorded(world: &World, roles: Roles, recording: &Arc<Recording>) -> Cast {
        Cast::assemble(world.anonymous().recorded_in(recording), Some(world.shared_clock()), roles)
    }

    /// Everyone, before a process of its own.
    #[track_caller]
    pub fn before(binary: &Binary) -> Cast {
        Cast::assemble(binary.anonymous(), None, Roles::default())
    }

    /// The same cast, in which someone else insures.
    pub fn insured_by(self, insurer: Actor) -> Cast {
        Cast { insurer, ..self }
    }

    /// The same cast, in which someone else serves.
    pub fn served_by(self, server: Actor) -> Cast {
        Cast { server, ..self }
    }

    /// Someone without credentials.
    pub fn nobody(&self) -> &Client {
        &self.anonymous
    }

    /// The experts of the usual group, the leader first, with what they cover.
    pub fn group(&self) -> [(&Actor, &'static str); 3] {
        [(&self.leader, "civil"), (&self.mechanic, "mechanical"), (&self.electrician, "electrical")]
    }

    /// The server's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.as_ref().map_or_else(|| SystemClock::new().now(), |clock| clock.now())
    }

    /// Today in Xiamen.
    pub fn today(&self) -> NaiveDate {
        anze_domain::calendar::working_calendar::shanghai_date(self.now())
    }

    /// Moves the server's time to an instant.
    #[track_caller]
    pub fn set_time(&self, instant: DateTime<Utc>) {
        self.clock.as_ref().expect("a world whose time can be moved").set(instant);
    }

    /// Moves the server's time on.
    #[track_caller]
    pub fn wait(&self, time: Duration) {
        self.clock.as_ref().expect("a world whose time can be moved").advance(time);
    }
}
