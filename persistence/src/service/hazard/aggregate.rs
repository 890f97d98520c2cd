//! How one change of one of the hazards is read and written.

use anze_domain::{
    Id,
    access::{Caller, Operation},
    service::{hazard::Hazard, visit::Visit},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{find_locked, save, single_statement_update};
use crate::{
    Reader, StoreError, Writer,
    service::visit,
    store::{aggregate::Aggregate, single_statement::RowUpdate},
};

impl Aggregate for Hazard {
    type Related = Visit;

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, Visit)>, StoreError> {
        let Some(hazard) = find_locked(db, Id::new(id))? else { return Ok(None) };
        Ok(visit::find(db, hazard.visit_id)?.map(|visit| (hazard, visit)))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        save(db, self, now)
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        single_statement_update(self, now)
    }
}
