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

/// An objection, as someone sends it.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    /// The application on the notice that it is about.
    pub application_id: Uuid,
    /// On what grounds.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// Who objects; for the association only.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "李建军")]
    pub name: String,
    /// How they are reached; for the association only.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "13806000009")]
    pub contact: String,
}

/// What someone is told who objected.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionReceipt {
    /// The objection.
    pub id: Uuid,
    /// Its state.
    pub status: ObjectionStatusTerm,
    /// The notice.
    pub public_notice_id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// When it came in.
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

/// An objection (异议).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Objection)]
pub struct ObjectionOut {
    /// Its id.
    pub id: Uuid,
    /// Its state.
    pub status: ObjectionStatusTerm,
    /// Why it was decided so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The notice.
    pub public_notice_id: Uuid,
    /// The application.
    pub application_id: Uuid,
    /// On what grounds.
    #[schema(max_length = 2000, example = "其申报的从业经历与事实不符。")]
    pub grounds: String,
    /// Who objects; for the association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub name: Option<String>,
    /// How they are reached; for the association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub contact: Option<String>,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided; for the association only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
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
