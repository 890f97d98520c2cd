//! Savepoints inside a change: a part of it that can be undone while the rest is kept.
//!
//! Locks that the change needs are taken before the first savepoint, as PostgreSQL gives back with a savepoint those that
//! were taken in it.

use crate::{StoreError, Writer, dialect, event::Heads};

/// Begins a part that can be undone.
///
/// # Errors
/// The store's.
pub fn begin(db: &mut Writer<'_>) -> Result<(), StoreError> {
    Ok(dialect::begin_nested(db.connection())?)
}

/// Ends the part, which stays.
///
/// # Errors
/// The store's.
pub fn keep(db: &mut Writer<'_>) -> Result<(), StoreError> {
    Ok(dialect::commit(db.connection())?)
}

/// Ends the part, which is undone.
///
/// # Errors
/// The store's.
pub fn undo(db: &mut Writer<'_>) -> Result<(), StoreError> {
    // Where the streams stand is read anew: what was appended in this part is gone.
    *db.heads() = Heads::default();
    Ok(dialect::rollback(db.connection())?)
}
