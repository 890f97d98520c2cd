//! Entries of the event log, as timelines and histories show them.

use anze_persistence::store::event;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Place in the project's log, from 1.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What happened, such as `commission_submitted`.
    #[schema(max_length = 64, pattern = "^[a-z_]+$", example = "commission_submitted")]
    pub name: String,
    /// Kind of record.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = "commission")]
    pub subject: String,
    /// The record.
    pub subject_id: Uuid,
    /// State before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "draft")]
    pub from: Option<String>,
    /// State after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "submitted")]
    pub to: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Further facts, by name.
    #[schema(max_items = 32)]
    pub facts: Vec<Fact>,
    /// Whether reason and facts are withheld, as the caller does not read the record.
    pub details_withheld: bool,
    /// Who: `user`, `token` or `system`.
    #[schema(max_length = 16, pattern = "^[a-z]+$", example = "user")]
    pub actor_kind: String,
    /// The user or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor_id: Option<Uuid>,
    /// Their organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// SHA-256 over this entry and the digest before it, in hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub digest: String,
}

/// A fact of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fact {
    /// Its name.
    #[schema(max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = "fee")]
    pub name: String,
    /// Its value, as text.
    #[schema(max_length = 1000, example = "21000.00")]
    pub value: String,
}

impl From<event::Entry> for TimelineEntry {
    fn from(entry: event::Entry) -> Self {
        Self {
            seq: entry.seq,
            occurred_at: entry.occurred_at(),
            subject_id: entry.subject_id(),
            actor_id: entry.actor_id(),
            organization_id: entry.organization_id(),
            digest: entry.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            facts: entry
                .facts()
                .iter()
                .map(|(name, value)| Fact { name: name.clone(), value: value.clone() })
                .collect(),
            details_withheld: false,
            name: entry.name,
            subject: entry.subject,
            from: entry.from_state,
            to: entry.to_state,
            reason: entry.reason,
            actor_kind: entry.actor_kind,
        }
    }
}
