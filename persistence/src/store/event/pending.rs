//! What a transaction has appended and not written yet: it is written once, at the transaction's end.

use diesel::prelude::*;

use super::Head;
use crate::{
    Reader, StoreError,
    store::{
        dialect::{insert_all, run_fixed, run_together},
        schema::{event_streams, events},
    },
};

/// How many entries go into one statement: both databases bound how many values one may have.
const TOGETHER: usize = 1000;

/// Writes an entry.
macro_rules! insert_entry {
    ($entry:expr) => {
        diesel::insert_into($crate::store::schema::events::table).values($entry)
    };
}
pub(crate) use insert_entry;

/// Writes where a stream stands now.
macro_rules! move_head {
    ($head:expr) => {
        diesel::update($crate::store::schema::event_streams::table.find($head.stream_id)).set($head)
    };
}
pub(crate) use move_head;

/// As [`move_head`], where the stream still stands where it was continued from.
macro_rules! move_head_from {
    ($happened:expr) => {
        $crate::store::event::move_head!(&$happened.head)
            .filter($crate::store::schema::event_streams::last_seq.eq($happened.from))
    };
}
pub(crate) use move_head_from;

/// Writes the events that were appended in this transaction and are not written yet, and the heads of their streams.
pub(crate) fn flush_pending_events(db: &mut Reader<'_>) -> Result<(), StoreError> {
    if let Some((entry, head)) = db.log().take_single_entry() {
        run_together!(db, [insert_entry!(&entry), move_head!(&head)])?;
        return Ok(());
    }
    let entries = std::mem::take(&mut db.log().entries);
    for some in entries.chunks(TOGETHER) {
        match some {
            [entry] => run_fixed!(db, insert_entry!(entry))?,
            many => insert_all!(db, events::table, many)?,
        };
    }
    let mut streams = std::mem::take(&mut db.log().streams);
    for stream in streams.iter_mut().filter(|stream| stream.moved) {
        if stream.begun {
            run_fixed!(db, move_head!(&stream.head))?;
        } else {
            begin_stream(db, &stream.head)?;
        }
        (stream.begun, stream.moved) = (true, false);
    }
    db.log().streams = streams;
    Ok(())
}

/// Writes the pending events, then runs one more statement; on PostgreSQL all in one statement where only one entry is pending.
/// Returns how many rows the statement changed.
macro_rules! flush_and_run {
    ($db:expr, $statement:expr) => {
        match $db.log().take_single_entry() {
            Some((entry, head)) => $crate::store::dialect::run_together!(
                $db,
                [
                    $crate::store::event::insert_entry!(&entry),
                    $crate::store::event::move_head!(&head),
                    $statement
                ]
            ),
            None => {
                $crate::store::event::flush_pending_events($db)?;
                $crate::store::dialect::run_fixed!($db, $statement)
            }
        }
    };
}
pub(crate) use flush_and_run;

fn begin_stream(db: &mut Reader<'_>, head: &Head) -> Result<(), StoreError> {
    diesel::insert_into(event_streams::table).values(head).execute(db.connection()).map(drop).map_err(
        |error| match StoreError::from(error) {
            // Two that begin a stream at once: the second is tried again and finds it.
            StoreError::Duplicate(_) => StoreError::Conflict,
            other => other,
        },
    )
}
