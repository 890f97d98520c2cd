//! The side of an agreement on a visit's time for which a caller speaks.

use anze_domain::{
    access::Caller,
    service::visit::{Side, Visit},
};
use uuid::Uuid;

/// For whom the caller speaks where a time is agreed: an expert of the group for themselves, anyone else
/// who may for the contractor.
pub(super) fn side_of(visit: &Visit, caller: &Caller) -> Side {
    let of_group = |id: &Uuid| visit.members.iter().any(|member| member.expert_id == *id);
    caller.expert_id.filter(of_group).map_or(Side::Contractor, Side::Expert)
}
