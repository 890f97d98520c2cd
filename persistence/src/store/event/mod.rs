//! The event log: appended in the change's own transaction, one hash chain per stream.
//!
//! A stream is a project, an organisation, or the platform itself. Each entry holds the digest of the
//! one before it, so that a change, a gap or a reordering shows ([`verify`]). Appending takes the
//! stream's lock: writers of one stream follow each other, writers of different streams never wait.

mod audit;
mod pending;
#[cfg(test)]
mod tests;

use anze_domain::Event;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{self, Document, Instant, Key, locked_head},
        facts::FactsRow,
        schema::{event_streams, events},
    },
};

pub use audit::{Audit, Misfit, verify};
pub(crate) use pending::{Log, flush_and_run, flush_pending_events, insert_entry, move_head, move_head_from};

use pending::{Happened, Stream};

/// The stream of what belongs to no project and no organisation.
pub const PLATFORM: Uuid = Uuid::nil();

/// Who did it, and when: what every entry carries beside the event.
#[derive(Debug, Clone)]
pub struct Author {
    /// `user`, `token` or `system`.
    pub kind: &'static str,
    /// Id of the user or token.
    pub id: Option<Uuid>,
    /// Their organisation.
    pub organization_id: Option<Uuid>,
    /// When.
    pub at: DateTime<Utc>,
    /// The request in which it was done.
    pub request_id: String,
}

impl Author {
    /// The platform itself: a deadline that passed, a command that an operator typed.
    #[must_use]
    pub fn system(at: DateTime<Utc>) -> Self {
        Self { kind: "system", id: None, organization_id: None, at, request_id: "system".to_owned() }
    }
}

/// An entry of the log.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct Entry {
    /// The stream.
    stream_id: Key,
    /// Place in the stream, from 1.
    pub seq: i64,
    /// When.
    occurred_at: Instant,
    /// What happened.
    pub name: String,
    /// Kind of record.
    pub subject: String,
    /// The record.
    subject_id: Key,
    /// State before.
    pub from_state: Option<String>,
    /// State after.
    pub to_state: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Further facts, by name.
    facts: Document<FactsRow>,
    /// `user`, `token` or `system`.
    pub actor_kind: String,
    /// Who.
    actor_id: Option<Key>,
    /// Their organisation.
    organization_id: Option<Key>,
    /// The request.
    pub request_id: String,
    /// Digest of this entry and all before it.
    pub digest: Vec<u8>,
}

impl Entry {
    /// The entry of an event at a place in a stream, before it has its digest.
    fn new(stream: Key, seq: i64, author: &Author, event: &Event) -> Self {
        Self {
            stream_id: stream,
            seq,
            occurred_at: author.at.into(),
            name: event.name.to_owned(),
            subject: event.subject.to_owned(),
            subject_id: Key(event.subject_id),
            from_state: event.from.map(str::to_owned),
            to_state: event.to.map(str::to_owned),
            reason: event.reason.clone(),
            facts: Document(FactsRow(
                event.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            )),
            actor_kind: author.kind.to_owned(),
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

/// Takes the stream's lock, so that what is read after it is not changed by another before the commit. Outside of a
/// transaction it only notes the head of the stream, for a change that is written by a
/// [single statement](crate::store::single_statement).
pub fn lock(db: &mut Reader<'_>, stream: impl Into<Uuid>) -> Result<(), StoreError> {
    let stream = Key(stream.into());
    if db.log().stream(stream).is_none() {
        let head = locked_head!(db, stream)?;
        head.into_iter().for_each(|head| db.log().locked(head));
    }
    Ok(())
}

/// Takes the lock of the stream whose id this query finds, in one: of the project that a record is below.
macro_rules! lock_by {
    ($db:expr, $project:expr) => {
        match $crate::store::dialect::locked_head!($db, $project.single_value().assume_not_null()) {
            Ok(head) => Ok(head.into_iter().for_each(|head| $db.log().locked(head))),
            Err(error) => Err($crate::StoreError::from(error)),
        }
    };
}
pub(crate) use lock_by;

/// Takes the locks of several streams, in one order, so that two who want the same wait for each other.
pub fn lock_all(db: &mut Writer<'_>, streams: impl IntoIterator<Item = Uuid>) -> Result<(), StoreError> {
    let streams: Vec<Key> = streams.into_iter().map(Key).collect();
    Ok(dialect::lock_streams(db.connection(), &streams, dialect::Lock::Alone)?)
}

/// As [`lock_all`], for who only relies on what lies under the locks: many may at once.
pub fn lock_all_shared(
    db: &mut Writer<'_>,
    streams: impl IntoIterator<Item = Uuid>,
) -> Result<(), StoreError> {
    let streams: Vec<Key> = streams.into_iter().map(Key).collect();
    Ok(dialect::lock_streams(db.connection(), &streams, dialect::Lock::Shared)?)
}

/// Appends what happened to a stream.
pub fn append(
    db: &mut Writer<'_>,
    stream: impl Into<Uuid>,
    author: &Author,
    event: &Event,
) -> Result<(), StoreError> {
    append_all(db, stream, author, std::slice::from_ref(event))
}

/// Appends all that happened to a stream at once, in its order.
///
/// What is appended is written at the end of the transaction, all of it together.
pub fn append_all(
    db: &mut Writer<'_>,
    stream: impl Into<Uuid>,
    author: &Author,
    happened: &[Event],
) -> Result<(), StoreError> {
    if happened.is_empty() {
        return Ok(());
    }
    let id = Key(stream.into());
    lock(db, id.0)?;
    let log = db.log();
    if log.stream(id).is_none() {
        let head = Head { stream_id: id, last_seq: 0, last_digest: Vec::new() };
        log.streams.push(Stream { head, begun: false, moved: false });
    }
    let Log { streams, entries } = log;
    let Some(stream) = streams.iter_mut().find(|stream| stream.head.stream_id == id) else { return Ok(()) };
    entries.extend(happened.iter().map(|event| stream.head.next(author, event)));
    stream.moved = true;
    Ok(())
}

/// What happened, as it continues a stream of which it was noted where it stands; none where the stream has no beginning yet.
pub(crate) fn continued(
    db: &mut Reader<'_>,
    stream: Uuid,
    author: &Author,
    happened: &[Event],
) -> Option<Happened> {
    let stream = db.log().stream(Key(stream)).filter(|stream| stream.begun && !stream.moved)?;
    let from = stream.head.last_seq;
    let mut head = stream.head.clone();
    let entries = happened.iter().map(|event| head.next(author, event)).collect();
    Some(Happened { from, head, entries })
}

/// A page of a stream, by place in it.
pub fn list(
    db: &mut Reader<'_>,
    stream: impl Into<Uuid>,
    page: &PageRequest<i64>,
) -> Result<Page<Entry>, StoreError> {
    flush_pending_events(db)?;
    let mut query = events::table
        .filter(events::stream_id.eq(Key(stream.into())))
        .select(Entry::as_select())
        .limit(page.fetch())
        .into_boxed();
    query = match (page.is_descending(), page.after) {
        (true, Some(after)) => query.filter(events::seq.lt(after)),
        (false, Some(after)) => query.filter(events::seq.gt(after)),
        (_, None) => query,
    };
    query =
        if page.is_descending() { query.order(events::seq.desc()) } else { query.order(events::seq.asc()) };
    Ok(page.cut(query.load(db.connection())?))
}

/// The position of an entry among those of a record, whichever streams they are in: its time, its stream, and its number in
/// the stream.
pub type EventPosition = (DateTime<Utc>, Uuid, i64);

/// A page of what happened to an application for the library, by time: it stands in the application's own stream,
/// in its session's and in its notice's.
pub fn of_application(
    db: &mut Reader<'_>,
    application: impl Into<Uuid>,
    page: &PageRequest<EventPosition>,
) -> Result<Page<Entry>, StoreError> {
    flush_pending_events(db)?;
    let mut query = events::table
        .filter(events::subject_id.eq(Key(application.into())))
        // Said so that the index of just these is found.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("subject = 'expert_application'"))
        .select(Entry::as_select())
        .limit(page.fetch())
        .into_boxed();
    if let Some((at, stream, seq)) = page.after {
        let (at, stream) = (Instant::from(at), Key(stream));
        query = if page.is_descending() {
            query.filter(events::occurred_at.le(at)).filter(
                events::occurred_at
                    .lt(at)
                    .or(events::stream_id.lt(stream))
                    .or(events::stream_id.eq(stream).and(events::seq.lt(seq))),
            )
        } else {
            query.filter(events::occurred_at.ge(at)).filter(
                events::occurred_at
                    .gt(at)
                    .or(events::stream_id.gt(stream))
                    .or(events::stream_id.eq(stream).and(events::seq.gt(seq))),
            )
        };
    }
    query = if page.is_descending() {
        query.order((events::occurred_at.desc(), events::stream_id.desc(), events::seq.desc()))
    } else {
        query.order((events::occurred_at.asc(), events::stream_id.asc(), events::seq.asc()))
    };
    Ok(page.cut(query.load(db.connection())?))
}

/// When this last happened to a record of a stream; none where it never did.
pub fn last(
    db: &mut Reader<'_>,
    stream: impl Into<Uuid>,
    subject: impl Into<Uuid>,
    name: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    flush_pending_events(db)?;
    let at: Option<Instant> = events::table
        .filter(events::stream_id.eq(Key(stream.into())))
        .filter(events::subject_id.eq(Key(subject.into())))
        .filter(events::name.eq(name))
        .order(events::seq.desc())
        .select(events::occurred_at)
        .first(db.connection())
        .optional()?;
    Ok(at.map(DateTime::from))
}
