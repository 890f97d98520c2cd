//! The event log: appended in the change's own transaction, one hash chain per stream.
//!
//! A stream is a project, an organisation, or the platform itself. Each entry holds the digest of the
//! one before it, so that a change, a gap or a reordering shows ([`verify`]). Appending takes the
//! stream's lock: writers of one stream follow each other, writers of different streams never wait.

mod audit;
mod log;
mod pending;
mod stream;
#[cfg(test)]
mod tests;

use anze_domain::{ActorKind, Event, Vocabulary};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::{
    dialect::{Document, Instant, Key},
    facts::FactsRow,
    schema::{event_streams, events},
};

pub use audit::{Audit, Misfit, verify};
pub(crate) use log::Log;
pub(crate) use pending::{flush_and_run, flush_pending_events, insert_entry, move_head, move_head_from};
pub use stream::{append, append_all, last, list, lock, lock_all, lock_all_shared, of_application};
pub(crate) use stream::{continued, lock_by};

/// The stream of what belongs to no project and no organisation.
pub const PLATFORM: Uuid = Uuid::nil();

/// Who did it, and when: what every entry carries beside the event.
#[derive(Debug, Clone)]
pub struct Author {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Id of the user or token.
    pub id: Option<Uuid>,
    /// Their organisation.
    pub organization_id: Option<Uuid>,
    /// Time of the change, in UTC.
    pub at: DateTime<Utc>,
    /// The request in which it was done.
    pub request_id: String,
}

impl Author {
    /// The platform itself: a deadline that passed, a command that an operator typed.
    #[must_use]
    pub fn system(at: DateTime<Utc>) -> Self {
        Self { kind: ActorKind::System, id: None, organization_id: None, at, request_id: "system".to_owned() }
    }
}

/// An entry of the log.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct Entry {
    /// The stream.
    stream_id: Key,
    /// Sequence number of the entry in its stream, from 1.
    pub seq: i64,
    /// Time of the change, in UTC.
    occurred_at: Instant,
    /// What happened: the code of an [`EventName`], or one that an earlier version stored.
    pub name: String,
    /// Kind of record: the code of a [`RecordKind`], or one that an earlier version stored.
    pub subject: String,
    /// The record.
    subject_id: Key,
    /// State before.
    pub from_state: Option<String>,
    /// State after.
    pub to_state: Option<String>,
    /// Reason of the change. Absent if it has none.
    pub reason: Option<String>,
    /// Further facts, by name.
    facts: Document<FactsRow>,
    /// The code of an `ActorKind`.
    pub actor_kind: String,
    /// Id of the user or token. Absent for the platform and for callers without login.
    actor_id: Option<Key>,
    /// Their organisation.
    organization_id: Option<Key>,
    /// The request.
    pub request_id: String,
    /// Digest of this entry and all before it.
    pub digest: Vec<u8>,
}

impl Entry {
    /// The entry of an event with its sequence number in a stream, before it has its digest.
    fn new(stream: Key, seq: i64, author: &Author, event: &Event) -> Self {
        Self {
            stream_id: stream,
            seq,
            occurred_at: author.at.into(),
            name: event.name.code().to_owned(),
            subject: event.subject.code().to_owned(),
            subject_id: Key(event.subject_id),
            from_state: event.from.map(str::to_owned),
            to_state: event.to.map(str::to_owned),
            reason: event.reason.clone(),
            facts: Document(FactsRow(
                event.facts.iter().map(|(name, value)| (name.code().to_owned(), value.clone())).collect(),
            )),
            actor_kind: author.kind.code().to_owned(),
            actor_id: author.id.map(Key),
            organization_id: author.organization_id.map(Key),
            request_id: author.request_id.clone(),
            digest: Vec::new(),
        }
    }

    /// When it happened.
    #[must_use]
    pub fn occurred_at(&self) -> DateTime<Utc> {
        self.occurred_at.into()
    }

    /// Its position among the entries of its record.
    #[must_use]
    pub fn position(&self) -> EventPosition {
        (self.occurred_at(), self.stream_id.0, self.seq)
    }

    /// The record it happened to.
    #[must_use]
    pub fn subject_id(&self) -> Uuid {
        self.subject_id.0
    }

    /// Who did it.
    #[must_use]
    pub fn actor_id(&self) -> Option<Uuid> {
        self.actor_id.map(|key| key.0)
    }

    /// Their organisation.
    #[must_use]
    pub fn organization_id(&self) -> Option<Uuid> {
        self.organization_id.map(|key| key.0)
    }

    /// Further facts, by name.
    #[must_use]
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts.0.0
    }

    /// SHA-256 over the digest before and every field, each with its length in front.
    fn chained(&self, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        let optional = |text: &Option<String>| text.as_ref().map_or(String::new(), |text| format!("={text}"));
        let key = |key: Option<Key>| key.map_or(Vec::new(), |key| key.0.as_bytes().to_vec());
        field(before);
        field(self.stream_id.0.as_bytes());
        field(&self.seq.to_be_bytes());
        field(&DateTime::<Utc>::from(self.occurred_at).timestamp_micros().to_be_bytes());
        field(self.name.as_bytes());
        field(self.subject.as_bytes());
        field(self.subject_id.0.as_bytes());
        field(optional(&self.from_state).as_bytes());
        field(optional(&self.to_state).as_bytes());
        field(optional(&self.reason).as_bytes());
        for (name, value) in self.facts() {
            field(name.as_bytes());
            field(value.as_bytes());
        }
        field(self.actor_kind.as_bytes());
        field(&key(self.actor_id));
        field(&key(self.organization_id));
        field(self.request_id.as_bytes());
        hash.finalize().to_vec()
    }
}

/// Where a stream stands: what the next entry continues.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = event_streams, primary_key(stream_id))]
pub(crate) struct Head {
    pub(crate) stream_id: Key,
    last_seq: i64,
    last_digest: Vec<u8>,
}

impl Head {
    /// The next entry, after which the stream stands there.
    fn next(&mut self, author: &Author, event: &Event) -> Entry {
        self.last_seq = self.last_seq.saturating_add(1);
        let mut entry = Entry::new(self.stream_id, self.last_seq, author, event);
        entry.digest = entry.chained(&self.last_digest);
        self.last_digest.clone_from(&entry.digest);
        entry
    }
}

/// The position of an entry among those of a record, whichever streams they are in: its time, its stream, and its number in
/// the stream.
pub type EventPosition = (DateTime<Utc>, Uuid, i64);
