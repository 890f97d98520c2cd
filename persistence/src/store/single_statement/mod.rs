//! A change that is one row of one record: how the row is saved, and how PostgreSQL does all of it in one statement.
//!
//! Most steps of the regulation change one row, append to its stream and keep the answer. In a transaction this costs a
//! round trip for begin, lock, each statement, commit. Here what is read is read without a lock, and one
//! statement writes everything, if the stream still stands where it stood before anything was read. Whatever changes a record
//! appends to its stream, so nothing that the change was decided from has changed since.

use anze_domain::Event;
use diesel::{pg::Pg, prelude::*, query_builder::QueryFragment};
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    store::{
        dialect::{AllOrNothing, AnyConnection, Fixed},
        event::{self, Author},
        idempotency::{self, StoredAnswer},
    },
};

/// The update of a record's row.
pub type RowUpdate = Box<dyn QueryFragment<Pg> + Send>;

/// The insert of rows that go with it.
pub type RowInsert = Box<dyn QueryFragment<Pg> + Send>;

/// The update of a record's row from the version that was seen.
macro_rules! row_update {
    ($table:ident, $record:expr, $seen:expr, $row:expr) => {
        diesel::update($table::table.find($crate::store::dialect::Key::from($record.id)))
            .filter($table::version.eq($seen))
            .set($row)
    };
}
pub(crate) use row_update;

/// Gives a record its next version; gives the one that it was read at.
macro_rules! next_version {
    ($record:expr, $now:expr) => {{
        let seen = $record.version;
        $record.version += 1;
        $record.updated_at = $now;
        seen
    }};
}
pub(crate) use next_version;

/// Saves the row of a record that was read at its version, and gives the record its next one: [`StoreError::Stale`] where
/// another changed it since.
macro_rules! save_row {
    ($db:expr, $table:ident, $record:expr, $now:expr, |$it:ident| $row:expr) => {{
        let seen = $crate::store::single_statement::next_version!($record, $now);
        let $it = &$record;
        match $crate::store::dialect::run_fixed!(
            $db,
            $crate::store::single_statement::row_update!($table, $it, seen, $row)
        )? {
            0 => Err($crate::StoreError::Stale),
            _ => Ok(()),
        }
    }};
}
pub(crate) use save_row;

/// As [`save_row`], as the statement that would do it.
macro_rules! single_statement_update {
    ($table:ident, $record:expr, $now:expr, |$it:ident| $row:expr) => {{
        let seen = $crate::store::single_statement::next_version!($record, $now);
        let $it = &*$record;
        let update: $crate::store::single_statement::RowUpdate =
            Box::new($crate::store::single_statement::row_update!($table, $it, seen, $row));
        update
    }};
}
pub(crate) use single_statement_update;

/// All that a change of one record writes.
pub struct SingleStatementWrite {
    /// Its row.
    pub row: RowUpdate,
    /// Stream to which the events are appended.
    pub stream: Uuid,
    /// Who did it.
    pub author: Author,
    /// Events of the change, in their order.
    pub events: Vec<Event>,
    /// Further rows that are told of the change, such as notifications. None where there are none.
    pub further: Option<RowInsert>,
    /// The answer to give to a repeated request.
    pub kept: Option<StoredAnswer>,
}

impl SingleStatementWrite {
    /// Writes it whole, or not at all: says whether it did. It does not where the stream has moved on since it was read, where
    /// the row or the key is another's by now, or where the stream has no beginning yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Busy`], where it is not known what became of it.
    pub(crate) fn write(self, db: &mut Reader<'_>) -> Result<bool, StoreError> {
        let Some(happened) = event::continued(db, self.stream, &self.author, &self.events) else {
            return Ok(false);
        };
        let AnyConnection::Postgres(connection) = db.connection() else { return Ok(false) };
        let head = event::move_head_from!(&happened);
        let entries = event::insert_entry!(&happened.entries);
        let kept = self.kept.as_ref().map(idempotency::insert_answer);
        let mut others: Vec<&dyn QueryFragment<Pg>> = vec![&entries];
        if let Some(kept) = &kept {
            others.push(kept);
        }
        if let Some(further) = &self.further {
            others.push(further);
        }
        let all = AllOrNothing { first: &head, second: &self.row, others };
        match Fixed::new(all).execute(connection).map_err(StoreError::from) {
            Ok(_) => Ok(true),
            Err(lost @ (StoreError::Unavailable(_) | StoreError::Busy)) => Err(lost),
            // It was refused whole: the way with the lock says why, or does it.
            Err(_refused) => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests;
