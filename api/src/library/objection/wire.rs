//! Objections on the wire.

use anze_domain::{
    access::{self, Caller, FieldGroup, Resource, disclosure, state_machine::State},
    library::objection::Objection,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::ObjectionStatusTerm;

/// Objection to an application on public notice, as the objector sends it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    /// Id of the application to which the person objects. The application must be on the notice.
    pub application_id: Uuid,
    /// Grounds of the objection, in the objector's words.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// Name of the objector. Only the association sees it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "李建军")]
    pub name: String,
    /// Telephone number or address at which the association reaches the objector. Only the association sees it.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "13806000009")]
    pub contact: String,
}

/// Receipt for an objection, returned to the objector.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionReceipt {
    /// Id of the objection.
    pub id: Uuid,
    /// State of the objection.
    pub status: ObjectionStatusTerm,
    /// Id of the public notice to which the objection belongs.
    pub public_notice_id: Uuid,
    /// Id of the application to which the objection was made.
    pub application_id: Uuid,
    /// Time at which the platform received the objection (UTC).
    pub created_at: DateTime<Utc>,
}

impl From<&Objection> for ObjectionReceipt {
    fn from(it: &Objection) -> Self {
        Self {
            id: it.id.uuid(),
            status: it.status.into(),
            public_notice_id: it.public_notice_id.uuid(),
            application_id: it.application_id.uuid(),
            created_at: it.created_at,
        }
    }
}

/// Objection to an application on public notice, with its grounds and decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Objection)]
pub struct ObjectionOut {
    /// Id of the objection.
    pub id: Uuid,
    /// State of the objection.
    pub status: ObjectionStatusTerm,
    /// Reason that the association gave for its decision. Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the public notice to which the objection belongs.
    pub public_notice_id: Uuid,
    /// Id of the application to which the objection was made.
    pub application_id: Uuid,
    /// Grounds of the objection, in the objector's words.
    #[schema(max_length = 2000, example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// Name of the objector. Absent for every caller but the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub name: Option<String>,
    /// Telephone number or address of the objector. Absent for every caller but the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub contact: Option<String>,
    /// Time of the association's decision (UTC). Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Id of the user who decided. Absent before the decision, and for every caller but the association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// Time at which the platform received the objection (UTC).
    pub created_at: DateTime<Utc>,
    /// Time of the last change to the objection (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations on the objection that are open to this caller now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["uphold", "dismiss"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl ObjectionOut {
    /// The objection as this caller sees it.
    #[must_use]
    pub fn new(it: &Objection, caller: &Caller) -> Self {
        let full = disclosure(caller, FieldGroup::Objector, &it.relations()).is_full();
        Self {
            id: it.id.uuid(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            public_notice_id: it.public_notice_id.uuid(),
            application_id: it.application_id.uuid(),
            grounds: it.grounds.clone(),
            name: full.then(|| it.objector_name.clone()),
            contact: full.then(|| it.contact.clone()),
            decided_at: it.decided_at,
            decided_by: it.decided_by.filter(|_| full),
            created_at: it.created_at,
            updated_at: it.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::Objection,
                &it.relations(),
                |operation| it.status.after(operation).is_some(),
            ),
        }
    }
}
