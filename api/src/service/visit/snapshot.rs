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

use super::view::{find_authorized, names};
use crate::{
    app::context::RequestContext,
    http::{extract::Path, problem::ApiError, respond::Reply},
    library::expert::{EngineerIo, TitleIo, WorkPeriodIo},
    wire::terms::{PoolTerm, SpecialtyTerm},
};

/// A visit's group, with what its experts were when it began; before that, when it was proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroup {
    /// The visit.
    pub visit_id: Uuid,
    /// The group, in its order; empty while there is none.
    #[schema(max_items = 20)]
    pub members: Vec<VisitGroupMember>,
}

/// An expert of a group, as they were then.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroupMember {
    /// The expert.
    pub expert_id: Uuid,
    /// Their name; masked for who does not meet them.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Whether they lead.
    pub leads: bool,
    /// What they cover here.
    #[schema(max_items = 3)]
    pub covers: Vec<SpecialtyTerm>,
    /// What they were; absent where the group was proposed before this was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snapshot: Option<ExpertSnapshot>,
}

/// What an expert was when the visit began, or its group was proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpertSnapshot {
    /// When.
    pub taken_at: DateTime<Utc>,
    /// Their pools.
    #[schema(max_items = 2)]
    pub pools: Vec<PoolTerm>,
    /// Their specialties.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Their employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Titles; for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub titles: Option<Vec<TitleIo>>,
    /// Registration as a safety engineer; for the association and the expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_safety_engineer: Option<EngineerIo>,
    /// Work history; for the association and the expert.
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
/// With the qualification, pools and employer of each expert as they were when the visit began, and before that when the
/// group was proposed (A9, A10.1); what changes later does not change them here. Certificates and work history are for the
/// association and for the expert whose they are (A11.3).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit")), responses(
    (status = 200, description = "The group", body = VisitGroup)))]
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
            let names = names(db, std::slice::from_ref(&visit))?;
            let mut snapshots = group::snapshot(db, id)?;
            let members = visit.members.iter().map(|member| VisitGroupMember {
                expert_id: member.expert_id,
                name: names.shown(member.expert_id, caller, &relations),
                leads: visit.leader_id == Some(member.expert_id),
                covers: member.specialties.iter().copied().map(Into::into).collect(),
                snapshot: snapshots
                    .extract_if(.., |snapshot| snapshot.expert_id == member.expert_id)
                    .next()
                    .map(|snapshot| ExpertSnapshot::new(snapshot, full(member.expert_id))),
            });
            let group = VisitGroup { visit_id: id.uuid(), members: members.collect() };
            Reply::ok(&group, visit.version)
        })
        .await
}
