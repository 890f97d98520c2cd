//! The group of a visit with what its experts were when it began, and before that when it was proposed.

use actix_web::get;
use anze_domain::{
    Id,
    access::{FieldGroup, Operation, Relations, disclosure},
};
use anze_persistence::library::standing::group::{self, Snapshot};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::find_authorized;
use crate::{
    app::context::RequestContext,
    http::{extract::Path, problem::ApiError, respond::Reply},
    library::expert::{EngineerIo, TitleIo, WorkPeriodIo},
    wire::{
        summary::Summaries,
        terms::{PoolTerm, SpecialtyTerm},
    },
};

/// The group of a visit, with the record of each expert from the start of the visit. Before the start, it is the record
/// from the proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroup {
    /// Id of the visit to which the group belongs.
    pub visit_id: Uuid,
    /// Experts of the group. Empty while no group is proposed.
    #[schema(max_items = 20)]
    pub members: Vec<VisitGroupMember>,
}

/// An expert of the group, with the expert's record of that time.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroupMember {
    /// Id of the expert.
    pub expert_id: Uuid,
    /// Name of the expert. Masked for callers who neither arrange the visit nor meet the group.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Whether the expert is the leader of the group.
    pub leads: bool,
    /// Specialties that the expert covers in this visit.
    #[schema(max_items = 3)]
    pub covers: Vec<SpecialtyTerm>,
    /// Record of the expert at that time. Absent if the platform did not keep it yet when the group was proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snapshot: Option<ExpertSnapshot>,
}

/// Pools, qualification and employer of an expert, as they were when the visit began or its group was proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpertSnapshot {
    /// Time of which the record speaks (UTC): the proposal of the group, then the start of the visit.
    pub taken_at: DateTime<Utc>,
    /// Pools to which the expert belonged: leader, member or both (A9.3).
    #[schema(max_items = 2)]
    pub pools: Vec<PoolTerm>,
    /// Specialties that the expert had at that time.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Name of the expert's employer at that time.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Technical titles of the expert at that time. Absent unless the caller is the association or the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration as a safety engineer at that time. Absent if there was none, or the caller is neither the association
    /// nor the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history of the expert at that time. Absent unless the caller is the association or the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub work_history: Option<Vec<WorkPeriodIo>>,
}

impl ExpertSnapshot {
    /// What they were, in full or without what only who works with them sees.
    pub(crate) fn new(it: Snapshot, full: bool) -> Self {
        let its = it.qualification;
        Self {
            taken_at: it.taken_at,
            pools: it.pools.into_iter().map(Into::into).collect(),
            specialties: its.specialties.into_iter().map(Into::into).collect(),
            employer_name: it.employer_name,
            titles: full.then(|| its.titles.iter().map(TitleIo::from).collect()),
            registered_safety_engineer: its
                .registered_safety_engineer
                .as_ref()
                .filter(|_| full)
                .map(EngineerIo::from),
            work_history: full.then(|| its.work_history.iter().map(WorkPeriodIo::from).collect()),
        }
    }
}

/// Read a visit's group
///
/// Returns the group of a visit, with the pools, qualification and employer of each expert when the visit began. Before the
/// start, they are those from the proposal of the group (A9, A10.1).
///
/// - Later changes in the library do not change this record.
/// - Titles, registration and work history are shown only to the association and to the expert concerned (A11.3).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit.")), responses(
    (status = 200, description = "The group of the visit with the experts' records.", body = VisitGroup)))]
#[get("/visits/{id}/group")]
pub(crate) async fn get_visit_group(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let visit = find_authorized(db, caller, id, Operation::GetVisitGroup)?;
            let relations = visit.relations();
            let full = |expert| {
                let relations = Relations::of_expert(expert, None);
                disclosure(caller, FieldGroup::ExpertQualification, &relations).is_full()
            };
            let summaries = Summaries::of(db, [&visit])?;
            let mut snapshots = group::snapshot(db, id)?;
            let members = visit.members.iter().map(|member| {
                let expert = member.expert_id;
                Ok::<_, ApiError>(VisitGroupMember {
                    expert_id: expert,
                    name: summaries.expert(expert, caller, FieldGroup::VisitExpertName, &relations)?.name,
                    leads: visit.leader_id == Some(expert),
                    covers: member.specialties.iter().copied().map(Into::into).collect(),
                    snapshot: snapshots
                        .extract_if(.., |snapshot| snapshot.expert_id == expert)
                        .next()
                        .map(|snapshot| ExpertSnapshot::new(snapshot, full(expert))),
                })
            });
            let group = VisitGroup { visit_id: id.uuid(), members: members.collect::<Result<_, _>>()? };
            Reply::ok(&group, visit.version)
        })
        .await
}
