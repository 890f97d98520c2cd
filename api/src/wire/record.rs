//! A record in short, where a task or a calendar entry names it.

use anze_domain::RecordKind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::terms::RecordKindTerm;
use crate::http::language::Language;

/// A record in short: what it is, what people call it, and where it is read.
// The contract names it after its first use: the names of a contract that has landed stay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TaskRecord)]
pub struct RecordReference {
    /// Kind of the record.
    pub kind: RecordKindTerm,
    /// Kind of the record in words, in the caller's language.
    #[schema(max_length = 200, example = "技术服务方案")]
    pub kind_title: String,
    /// Id of the record.
    pub id: Uuid,
    /// What people call the record: its number, or a name where it has no number.
    #[schema(max_length = 200, example = "FA-2026-000001")]
    pub label: String,
    /// Path at which the record is read.
    #[schema(
        max_length = 200,
        pattern = "^/api/v1/[a-z-]+/[0-9a-f-]{36}$",
        example = "/api/v1/service-plans/019c3fe9-9a80-7525-be8a-1c49e7b35604"
    )]
    pub path: String,
}

impl RecordReference {
    /// The record of this kind with this id, with its words in a language.
    #[must_use]
    pub fn new(kind: RecordKind, id: Uuid, label: String, language: Language) -> Self {
        Self {
            kind: kind.into(),
            kind_title: language.pick(kind.into()),
            id,
            label,
            path: format!("/api/v1/{}/{id}", collection(kind)),
        }
    }
}

/// The path below `/api/v1` at which records of this kind are read.
const fn collection(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Organization => "organizations",
        RecordKind::ExpertApplication => "expert-applications",
        RecordKind::CouncilSession => "council-sessions",
        RecordKind::Objection => "objections",
        RecordKind::RecusalRequest => "recusal-requests",
        RecordKind::Policy => "policies",
        RecordKind::Commission => "commissions",
        RecordKind::ServicePlan => "service-plans",
        RecordKind::Visit => "visits",
        RecordKind::Hazard => "hazards",
        RecordKind::ServiceReport => "service-reports",
        _ => "projects",
    }
}
