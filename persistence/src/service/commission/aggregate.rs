//! How one change of one of the commissions is read and written.

use anze_domain::{
    Id,
    access::{Caller, Operation},
    service::commission::Commission,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Premiums, find_priced_locked, save, save_with_lines, single_statement_update};
use crate::{
    Reader, StoreError, Writer,
    store::{aggregate::Aggregate, single_statement::RowUpdate},
};

impl Aggregate for Commission {
    type Related = Premiums;

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, Premiums)>, StoreError> {
        find_priced_locked(db, Id::new(id))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        if operation == Operation::UpdateCommission {
            save_with_lines(db, self, now)
        } else {
            save(db, self, now)
        }
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(single_statement_update(self, now))
    }
}
