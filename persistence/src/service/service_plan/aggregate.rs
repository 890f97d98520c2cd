//! How one change of one of the service plans is read and written.

use anze_domain::{
    Id,
    access::{Caller, Operation},
    service::service_plan::ServicePlan,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{find_locked, save, save_with_services, single_statement_update};
use crate::{
    Reader, StoreError, Writer,
    store::{aggregate::Aggregate, single_statement::RowUpdate},
};

impl Aggregate for ServicePlan {
    type Related = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(find_locked(db, Id::new(id))?.map(|plan| (plan, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        if operation == Operation::UpdateServicePlan {
            save_with_services(db, self, now)
        } else {
            save(db, self, now)
        }
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        single_statement_update(self, now)
    }
}
