//! A record that a call changes as a whole: found under its lock, saved at the version that was read, its events in one
//! stream.

use anze_domain::access::{Caller, Operation};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Reader, StoreError, Writer, store::single_statement::RowUpdate};

/// A record with its table: how one change of it is read and written.
pub trait Aggregate: Sized + Send + 'static {
    /// What is read together with the record, as who has a part in it, or what it is shown with, depends on that.
    type Related;

    /// The record with its lock. Outside of a transaction no lock is taken; instead it is noted where the record's
    /// stream stands.
    ///
    /// # Errors
    /// Where the database fails.
    fn find(
        db: &mut Reader<'_>,
        caller: &Caller,
        id: Uuid,
    ) -> Result<Option<(Self, Self::Related)>, StoreError>;

    /// Its version.
    fn version(&self) -> i64;

    /// The stream of its events.
    fn stream(&self) -> Uuid;

    /// Saves what this operation may have changed of it, and gives it its next version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where another changed it since it was read.
    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError>;

    /// As [`Aggregate::save`], as an update that is part of a [single statement](crate::store::single_statement). None
    /// where more than the record's row has to be written.
    ///
    /// # Errors
    /// Where the record cannot be written as a row.
    fn single_statement_update(&mut self, _now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(None)
    }
}
