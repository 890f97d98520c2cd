//! How visits are found and shown.

use std::collections::BTreeMap;

use anze_domain::{
    access::{self, Caller, Operation, Relations},
    base::id::VisitId,
    oversight::hand_over::Told,
    service::visit::{TieFoundLater, Visit},
};
use anze_persistence::{
    Reader,
    library::standing::group::marks_of,
    service::{commission, visit as store},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::wire::{ViewContext, VisitOut};
use crate::{
    app::context::{ReadContext, View, or_not_found},
    http::{problem::ApiError, respond::Reply},
    wire::summary::Summaries,
};

/// The visit, for who may do this with it.
pub(super) fn find_authorized(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: VisitId,
    operation: Operation,
) -> Result<Visit, ApiError> {
    let visit = or_not_found(store::find(db, id)?)?;
    access::may(caller, operation, &visit.relations())?;
    Ok(visit)
}

impl View for Visit {
    fn relations(&self, _: &()) -> Relations {
        Visit::relations(self)
    }

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.project_id), version: self.version }
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        let now = to.now();
        shown(to.db, self, to.caller, now)
    }
}

/// The answer that shows a visit.
pub(super) fn shown(
    db: &mut Reader<'_>,
    visit: Visit,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<Reply, ApiError> {
    let (version, view_context) = (visit.version, view_context(db, std::slice::from_ref(&visit), now)?);
    Reply::ok(&VisitOut::new(visit, &view_context, caller)?, version)
}

/// Ties of the experts in the groups of these visits that were found later, by visit, in one query.
fn ties_found_later(
    db: &mut Reader<'_>,
    visits: &[Visit],
) -> Result<BTreeMap<Uuid, Vec<TieFoundLater>>, ApiError> {
    let with_group = visits.iter().filter(|visit| !visit.members.is_empty());
    let visits: Vec<Uuid> = with_group.map(|visit| visit.id.uuid()).collect();
    if visits.is_empty() { Ok(BTreeMap::new()) } else { Ok(marks_of(db, &visits)?) }
}

/// What these visits are shown with, one query for each kind.
pub(super) fn view_context(
    db: &mut Reader<'_>,
    visits: &[Visit],
    now: DateTime<Utc>,
) -> Result<ViewContext, ApiError> {
    let parents = commission::parent_states(db, visits.iter().filter_map(Visit::depends_on))?;
    let issued = visits.iter().filter(|visit| visit.next_step().is_none()).map(|visit| visit.id);
    let received = store::received(db, issued)?;
    let (summaries, ties) = (Summaries::of(db, visits)?, ties_found_later(db, visits)?);
    Ok(ViewContext { summaries, ties, now, parents, received })
}
