//! Savepoints inside a change: a part of it that can be undone while the rest is kept.
//!
//! Locks that the change needs are taken before the first savepoint, as PostgreSQL gives back with a savepoint those that
//! were taken in it.

use crate::{
    StoreError, Writer,
    store::{
        dialect,
        event::{Log, flush_pending_events},
    },
};

/// Begins a part of the change that can be undone.
pub fn begin(db: &mut Writer<'_>) -> Result<(), StoreError> {
    // What came before this part stays whatever becomes of it.
    flush_pending_events(db)?;
    Ok(dialect::begin_nested(db.connection())?)
}

/// Ends the part and keeps what it changed.
pub fn release(db: &mut Writer<'_>) -> Result<(), StoreError> {
    flush_pending_events(db)?;
    Ok(dialect::commit(db.connection())?)
}

/// Ends the part and undoes what it changed.
pub fn undo(db: &mut Writer<'_>) -> Result<(), StoreError> {
    // Where the streams stand is read anew: what was appended in this part is gone.
    *db.log() = Log::default();
    Ok(dialect::rollback(db.connection())?)
}
