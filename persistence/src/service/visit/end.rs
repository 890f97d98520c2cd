//! What ends with a visit, or with a place in its group: the part in the project (A11.3).

use anze_domain::{
    access::Relation,
    base::id::{ProjectId, VisitId},
    service::visit::VisitStatus,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    StoreError, Writer,
    service::booking,
    store::{
        dialect::{Instant, Key, Stored},
        schema::{project_parties, visit_members, visits},
    },
};

/// Cancels all these visits of one project, whose lock is held, for one reason.
pub fn cancel_all(
    db: &mut Writer<'_>,
    project: ProjectId,
    ids: &[VisitId],
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    booking::forget(db, &ids)?;
    diesel::update(visits::table.filter(visits::id.eq_any(ids)))
        .set((
            visits::status.eq(Stored(VisitStatus::Cancelled)),
            visits::status_reason.eq(reason),
            visits::prompt_at.eq(None::<Instant>),
            visits::version.eq(visits::version + 1),
            visits::updated_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    forget_former_members(db, project)
}

/// Takes the project out of sight of experts who are in no group of it any more that serves, served or
/// will serve (A11.3).
pub(super) fn forget_former_members(db: &mut Writer<'_>, project: ProjectId) -> Result<(), StoreError> {
    let key = Key::from(project);
    let members = visit_members::table
        .inner_join(visits::table)
        .filter(visits::project_id.eq(key))
        .filter(visits::status.ne(Stored(VisitStatus::Cancelled)))
        .select(visit_members::expert_id);
    diesel::delete(project_parties::table)
        .filter(project_parties::project_id.eq(key))
        .filter(project_parties::part.eq(Stored(Relation::Member)))
        .filter(project_parties::party_id.ne_all(members))
        .execute(db.connection())?;
    Ok(())
}
