//! Savepoints inside a change: a part of it that can be undone while the rest is kept.
//!
//! Locks that the change needs are taken before the first savepoint, as PostgreSQL gives back with a savepoint those that
//! were taken in it.

use crate::{
    StoreError, Writer,
    store::{
        dialect,
        event::{Log, settle},
    },
};

/// Begins a part that can be undone.
///
/// # Errors
/// The store's.
pub fn begin(db: &mut Writer<'_>) -> Result<(), StoreError> {
    // What came before this part stays whatever becomes of it.
    settle(db)?;
    Ok(dialect::begin_nested(db.connection())?)
}

/// Ends the part, which stays.
///
/// # Errors
/// The store's.
pub fn keep(db: &mut Writer<'_>) -> Result<(), StoreError> {
    settle(db)?;
    Ok(dialect::commit(db.connection())?)
}

/// Ends the part, which is undone.
///
/// # Errors
/// The store's.
pub fn undo(db: &mut Writer<'_>) -> Result<(), StoreError> {
    // Where the streams stand is read anew: what was appended in this part is gone.
    *db.log() = Log::default();
    Ok(dialect::rollback(db.connection())?)
}
