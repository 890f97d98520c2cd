//! How one change of one of the applications for the expert library is read and written.

use anze_domain::{
    Id,
    access::{Caller, Operation},
    library::expert_application::ExpertApplication,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{find_locked, save};
use crate::{Reader, StoreError, Writer, store::aggregate::Aggregate};

impl Aggregate for ExpertApplication {
    type Related = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(find_locked(db, Id::new(id))?.map(|application| (application, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        save(db, self, now)
    }
}
