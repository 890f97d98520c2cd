//! What is held about an expert beside their record, as their export gives it: of others who had a part in it, nothing.

use anze_domain::{
    library::{expert_application::ExpertApplication, objection::Objection, tie::RecusalRequest},
    service::visit::{TakenStep, TieFoundLater},
};
use anze_persistence::{
    identity::session::Session,
    library::standing::group::{Membership, Snapshot},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    library::expert_application::ExpertApplicationOut,
    service::visit::{ExpertSnapshot, TieFoundLaterOut, VisitStep},
    wire::terms::{ObjectionStatusTerm, RecusalStatusTerm, TieKindTerm, VisitStatusTerm},
};

/// An application of the expert.
#[derive(Serialize, ToSchema)]
pub struct ExportedExpertApplication {
    /// The application.
    pub application: ExpertApplicationOut,
    /// The citizen id that it was made with.
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
}

impl ExportedExpertApplication {
    /// The application as its applicant sees it, with the number.
    pub fn new(it: &ExpertApplication, caller: &anze_domain::access::Caller, citizen_id: String) -> Self {
        Self { application: ExpertApplicationOut::new(it, caller), citizen_id }
    }
}

/// A group that an expert is or was of.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroupMembership {
    /// The visit.
    pub visit_id: Uuid,
    /// Its number.
    #[schema(max_length = 32, example = "FW-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: VisitStatusTerm,
    /// Whether they lead.
    pub leads: bool,
    /// Its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_start: Option<DateTime<Utc>>,
}

impl From<Membership> for VisitGroupMembership {
    fn from(it: Membership) -> Self {
        Self {
            visit_id: it.visit_id,
            number: it.number,
            status: it.status.into(),
            leads: it.leads,
            scheduled_start: it.scheduled_start,
        }
    }
}

/// What the expert was when a group with them was proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedExpertSnapshot {
    /// The visit.
    pub visit_id: Uuid,
    /// What they were.
    pub snapshot: ExpertSnapshot,
}

impl From<(Uuid, Snapshot)> for ExportedExpertSnapshot {
    fn from((visit_id, it): (Uuid, Snapshot)) -> Self {
        Self { visit_id, snapshot: ExpertSnapshot::new(it, true) }
    }
}

/// A tie of the expert that was found after a visit had begun (A12.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedTieFoundLater {
    /// The visit.
    pub visit_id: Uuid,
    /// The tie.
    pub tie: TieFoundLaterOut,
}

impl From<(Uuid, TieFoundLater)> for ExportedTieFoundLater {
    fn from((visit_id, it): (Uuid, TieFoundLater)) -> Self {
        Self { visit_id, tie: TieFoundLaterOut::from(&it) }
    }
}

/// A step on site that the expert recorded, with where they were (A13.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedVisitStep {
    /// The visit.
    pub visit_id: Uuid,
    /// The step.
    pub step: VisitStep,
}

impl From<(Uuid, TakenStep)> for ExportedVisitStep {
    fn from((visit_id, it): (Uuid, TakenStep)) -> Self {
        Self { visit_id, step: VisitStep::new(it, true) }
    }
}

/// A request that the expert be recused; not who made it, nor on which project.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedRecusalRequest {
    /// Its id.
    pub id: Uuid,
    /// Its state.
    pub status: RecusalStatusTerm,
    /// The reason of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Which kind of tie is alleged.
    pub kind: TieKindTerm,
    /// The party to which it is alleged.
    pub organization_id: Uuid,
    /// On what grounds.
    #[schema(max_length = 1000, example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl From<RecusalRequest> for ExportedRecusalRequest {
    fn from(it: RecusalRequest) -> Self {
        Self {
            id: it.id.uuid(),
            status: it.status.into(),
            status_reason: it.status_reason,
            kind: it.kind.into(),
            organization_id: it.organization_id.uuid(),
            grounds: it.grounds,
            decided_at: it.decided_at,
            created_at: it.created_at,
        }
    }
}

/// An objection to an application of the expert; not who made it, nor how they are reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedObjection {
    /// Its id.
    pub id: Uuid,
    /// Its state.
    pub status: ObjectionStatusTerm,
    /// Why it was decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The application.
    pub application_id: Uuid,
    /// The notice.
    pub public_notice_id: Uuid,
    /// On what grounds.
    #[schema(max_length = 2000, example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
}

impl From<Objection> for ExportedObjection {
    fn from(it: Objection) -> Self {
        Self {
            id: it.id.uuid(),
            status: it.status.into(),
            status_reason: it.status_reason,
            application_id: it.application_id.uuid(),
            public_notice_id: it.public_notice_id.uuid(),
            grounds: it.grounds,
            decided_at: it.decided_at,
            created_at: it.created_at,
        }
    }
}

/// A session of the expert, from login to logout.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedLoginSession {
    /// Its id.
    pub id: Uuid,
    /// What the client called itself.
    #[schema(max_length = 200, example = "Mozilla/5.0")]
    pub client: String,
    /// From where it was begun.
    #[schema(max_length = 64, example = "203.0.113.7")]
    pub address: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// Until when it can be refreshed.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<Session> for ExportedLoginSession {
    fn from(it: Session) -> Self {
        Self {
            id: it.id.uuid(),
            client: it.client,
            address: it.address,
            created_at: it.created_at,
            last_used_at: it.last_used_at,
            expires_at: it.expires_at,
            ended_at: it.ended_at,
        }
    }
}
