//! Streams: their locks, what is appended to them, and what is read from them.

use anze_domain::{Event, EventName, RecordKind, Vocabulary};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{
    Author, Entry, EventPosition, Head, flush_pending_events,
    log::{Log, Stream, StreamAppend},
};
use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{self, Instant, Key, locked_head},
        schema::events,
    },
};

/// Takes the stream's lock, so that what is read after it is not changed by another before the commit. Outside of a
/// transaction it is only noted where the stream stands, for a change that is written [at once](crate::store::single_statement).
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

/// Like [`lock_all`], in shared mode.
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
    events: &[Event],
) -> Result<(), StoreError> {
    if events.is_empty() {
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
    entries.extend(events.iter().map(|event| stream.head.next(author, event)));
    stream.moved = true;
    Ok(())
}

/// Entries that continue the stream; None if the stream does not exist.
pub(crate) fn continued(
    db: &mut Reader<'_>,
    stream: Uuid,
    author: &Author,
    events: &[Event],
) -> Option<StreamAppend> {
    let stream = db.log().stream(Key(stream)).filter(|stream| stream.begun && !stream.moved)?;
    let from = stream.head.last_seq;
    let mut head = stream.head.clone();
    let entries = events.iter().map(|event| head.next(author, event)).collect();
    Some(StreamAppend { from, head, entries })
}

/// A page of a stream, by sequence number.
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
        // Literal condition, so that the partial index applies.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(&format!(
            "subject = '{}'",
            RecordKind::ExpertApplication
        )))
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
    name: EventName,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    flush_pending_events(db)?;
    let at: Option<Instant> = events::table
        .filter(events::stream_id.eq(Key(stream.into())))
        .filter(events::subject_id.eq(Key(subject.into())))
        .filter(events::name.eq(name.code()))
        .order(events::seq.desc())
        .select(events::occurred_at)
        .first(db.connection())
        .optional()?;
    Ok(at.map(DateTime::from))
}
