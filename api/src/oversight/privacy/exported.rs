//! What is held about an expert beside their record, as their export gives it: of others who had a part in it, nothing.

use anze_domain::{
    library::{expert_application::ExpertApplication, objection::Objection, tie::RecusalRequest},
    service::visit::{TakenStep, TieFoundLater},
};
use anze_persistence::{
    identity::{delivery::Delivery, session::Session},
    library::standing::group::{Membership, Snapshot},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    library::expert_application::ExpertApplicationOut,
    service::visit::{ExpertSnapshot, TieFoundLaterOut, VisitStep},
    wire::terms::{
        DeliveryKindTerm, DeliveryStateTerm, ObjectionStatusTerm, RecusalStatusTerm, TieKindTerm,
        VisitStatusTerm,
    },
};

/// An application of the expert for the expert library, with its citizen id in full.
#[derive(Serialize, ToSchema)]
pub struct ExportedExpertApplication {
    /// Application as its applicant reads it.
    pub application: ExpertApplicationOut,
    /// Citizen id with which the application was made, in full.
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
}

impl ExportedExpertApplication {
    /// The application as its applicant sees it, with the number.
    pub fn new(it: &ExpertApplication, caller: &anze_domain::access::Caller, citizen_id: String) -> Self {
        Self { application: ExpertApplicationOut::new(it, caller), citizen_id }
    }
}

/// A visit to whose group the expert belongs or belonged.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitGroupMembership {
    /// Id of the visit.
    pub visit_id: Uuid,
    /// Number of the visit, assigned by the platform.
    #[schema(max_length = 32, example = "FW-2026-000123")]
    pub number: String,
    /// State of the visit.
    pub status: VisitStatusTerm,
    /// Whether the expert is the leader of the group.
    pub leads: bool,
    /// Agreed start of the visit (UTC). Absent until a time is agreed.
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

/// Record of the expert from the proposal of a group or the start of its visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedExpertSnapshot {
    /// Id of the visit.
    pub visit_id: Uuid,
    /// Pools, qualification and employer of the expert at that time.
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
    /// Id of the visit.
    pub visit_id: Uuid,
    /// Tie that was found, and the time at which it was found.
    pub tie: TieFoundLaterOut,
}

impl From<(Uuid, TieFoundLater)> for ExportedTieFoundLater {
    fn from((visit_id, it): (Uuid, TieFoundLater)) -> Self {
        Self { visit_id, tie: TieFoundLaterOut::from(&it) }
    }
}

/// A step on site that the expert recorded, with the position of the device (A13.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedVisitStep {
    /// Id of the visit.
    pub visit_id: Uuid,
    /// Step that the expert recorded.
    pub step: VisitStep,
}

impl From<(Uuid, TakenStep)> for ExportedVisitStep {
    fn from((visit_id, it): (Uuid, TakenStep)) -> Self {
        Self { visit_id, step: VisitStep::new(it, true) }
    }
}

/// A request that the expert be recused, without its author and its project.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedRecusalRequest {
    /// Id of the recusal request.
    pub id: Uuid,
    /// State of the recusal request.
    pub status: RecusalStatusTerm,
    /// Reason of the association's decision. Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Kind of the alleged tie.
    pub kind: TieKindTerm,
    /// Id of the organisation to which the expert is said to be tied.
    pub organization_id: Uuid,
    /// Grounds that the request states.
    #[schema(max_length = 1000, example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
    /// Time of the decision (UTC). Absent before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Time at which the request was made (UTC).
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

/// An objection to an application of the expert, without its author and the author's contact details.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedObjection {
    /// Id of the objection.
    pub id: Uuid,
    /// State of the objection.
    pub status: ObjectionStatusTerm,
    /// Reason of the decision on the objection. Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the application to which the objection was made.
    pub application_id: Uuid,
    /// Id of the public notice during which the objection was made.
    pub public_notice_id: Uuid,
    /// Grounds that the objection states.
    #[schema(max_length = 2000, example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// Time of the decision (UTC). Absent before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Time at which the objection was made (UTC).
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

/// What was sent to the expert by e-mail, or was to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedDelivery {
    /// Id of the delivery; of a notification, its id.
    pub id: Uuid,
    /// What is sent.
    pub kind: DeliveryKindTerm,
    /// Address to which it goes.
    #[schema(max_length = 254, format = "email", example = "huang.xiuying@example.com")]
    pub address: String,
    /// What became of it.
    pub state: DeliveryStateTerm,
    /// Number of attempts that were made.
    #[schema(minimum = 0, maximum = 100, example = 1)]
    pub attempts: u32,
    /// Time at which it was written (UTC).
    pub created_at: DateTime<Utc>,
}

impl From<Delivery> for ExportedDelivery {
    fn from(it: Delivery) -> Self {
        Self {
            id: it.id(),
            kind: it.kind().into(),
            state: it.status().into(),
            attempts: it.attempts(),
            created_at: it.created_at(),
            address: it.address,
        }
    }
}

/// A login session of the expert's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedLoginSession {
    /// Id of the session.
    pub id: Uuid,
    /// Name that the client sent for itself at login (`User-Agent`).
    #[schema(max_length = 200, example = "Mozilla/5.0")]
    pub client: String,
    /// IP address from which the session was opened.
    #[schema(max_length = 64, example = "203.0.113.7")]
    pub address: String,
    /// Time of the login (UTC).
    pub created_at: DateTime<Utc>,
    /// Time at which the session was last refreshed (UTC).
    pub last_used_at: DateTime<Utc>,
    /// Time until which the session can be refreshed (UTC).
    pub expires_at: DateTime<Utc>,
    /// Time at which the session was ended (UTC). Absent while nobody ended it.
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
