//! Visits as the handlers look them up: for the caller, and with the names of their experts.

use anze_domain::{
    access::{self, Caller, Operation},
    base::id::VisitId,
    service::visit::Visit,
};
use anze_persistence::{
    Reader,
    library::{expert, standing::group::marks_of},
    service::visit as store,
};
use uuid::Uuid;

use super::wire::Names;
use crate::{app::context::or_not_found, http::problem::ApiError};

/// The visit, for who may do this with it.
pub(super) fn seen(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: VisitId,
    operation: Operation,
) -> Result<Visit, ApiError> {
    let visit = or_not_found(store::find(db, id)?)?;
    access::may(caller, operation, &visit.relations())?;
    Ok(visit)
}

/// The names of the experts of all these visits, and ties of theirs found later, one query for each.
pub(super) fn names(db: &mut Reader<'_>, visits: &[Visit]) -> Result<Names, ApiError> {
    let members = visits.iter().flat_map(|visit| &visit.members);
    let mut ids: Vec<Uuid> = members.map(|member| member.expert_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Names::default());
    }
    let visits: Vec<Uuid> = visits.iter().map(|visit| visit.id.uuid()).collect();
    Ok(Names { experts: expert::names(db, &ids)?.into_iter().collect(), ties: marks_of(db, &visits)? })
}
