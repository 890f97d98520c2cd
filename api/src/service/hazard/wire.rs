//! Hazards on the wire.

use anze_domain::{
    access::{self, Caller, Resource, state_machine::State},
    service::{
        hazard::{Finding, Hazard, Notice},
        service_report::ReportedHazard,
        visit::Visit,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{HazardGradeTerm, HazardStatusTerm};

/// What an expert says of a hazard.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HazardInput {
    /// The visit that found it; in progress.
    pub visit_id: Uuid,
    /// General or major.
    pub grade: HazardGradeTerm,
    /// Item of the national criteria, for a major one (A15.1).
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9-]+$", example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// Where on the site.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "3 号楼 12 层东侧临边")]
    pub place: String,
    /// What it is.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "临边防护栏杆缺失约 6 米。")]
    pub description: String,
    /// Which law or standard it breaks.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: String,
    /// What to do.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "按规范恢复防护栏杆及密目网。")]
    pub measures: String,
    /// Until when.
    #[schema(example = "2026-03-20")]
    pub due_on: NaiveDate,
}

impl HazardInput {
    /// The domain's finding.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding {
            grade: self.grade.0,
            major_hazard_item: self.major_hazard_item.clone(),
            place: self.place.clone(),
            description: self.description.clone(),
            legal_basis: self.legal_basis.clone(),
            measures: self.measures.clone(),
            due_on: self.due_on,
        }
    }
}

/// What the contractor did about a hazard.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RectificationInput {
    /// What was done.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "已恢复防护栏杆并加设踢脚板。")]
    pub rectification: String,
}

/// What the supervisor has to say.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// The comment.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = r"\S",
        example = "已现场督促，整改前该部位停止作业。"
    )]
    pub comment: String,
}

/// A later due date.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// The new due date.
    #[schema(example = "2026-03-27")]
    pub due_on: NaiveDate,
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "材料到场延迟，经复核同意延期。")]
    pub reason: String,
}

/// The notice of a major hazard (重大隐患告知书).
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardNotice {
    /// Its number.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "GZ-2026-000123")]
    pub number: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When the contractor received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_at: Option<DateTime<Utc>>,
    /// Who received it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_by: Option<Uuid>,
}

impl From<Notice> for MajorHazardNotice {
    fn from(it: Notice) -> Self {
        Self {
            number: it.number,
            issued_at: it.issued_at,
            received_at: it.received_at,
            received_by: it.received_by,
        }
    }
}

/// A hazard.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hazard)]
pub struct HazardOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^YH-[0-9]{4}-[0-9]{6,}$", example = "YH-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: HazardStatusTerm,
    /// Why it is in its state, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The visit that found it.
    pub visit_id: Uuid,
    /// The commission.
    pub commission_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// General or major.
    pub grade: HazardGradeTerm,
    /// Item of the national criteria, for a major one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// Where on the site.
    #[schema(max_length = 200, example = "3 号楼 12 层东侧临边")]
    pub place: String,
    /// What it is.
    #[schema(max_length = 4000, example = "临边防护栏杆缺失约 6 米。")]
    pub description: String,
    /// Which law or standard it breaks.
    #[schema(max_length = 1000, example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: String,
    /// What to do.
    #[schema(max_length = 4000, example = "按规范恢复防护栏杆及密目网。")]
    pub measures: String,
    /// Until when.
    pub due_on: NaiveDate,
    /// The notice, for a major one (A15.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notice: Option<MajorHazardNotice>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When the contractor acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When the contractor reported it rectified.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rectified_at: Option<DateTime<Utc>>,
    /// What the contractor did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 4000)]
    pub rectification: Option<String>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["acknowledge"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl HazardOut {
    /// The hazard of this visit as this caller sees it.
    #[must_use]
    pub fn new(hazard: Hazard, visit: &Visit, caller: &Caller) -> Self {
        let relations = hazard.relations(visit);
        let allowed_actions = access::allowed_actions(caller, Resource::Hazard, &relations, |operation| {
            hazard.status.after(operation).is_some()
        });
        let finding = hazard.finding;
        Self {
            id: hazard.id.uuid(),
            number: hazard.number,
            status: hazard.status.into(),
            status_reason: hazard.status_reason,
            visit_id: hazard.visit_id.uuid(),
            commission_id: hazard.commission_id.uuid(),
            project_id: hazard.project_id.uuid(),
            grade: finding.grade.into(),
            major_hazard_item: finding.major_hazard_item,
            place: finding.place,
            description: finding.description,
            legal_basis: finding.legal_basis,
            measures: finding.measures,
            due_on: finding.due_on,
            notice: hazard.notice.map(MajorHazardNotice::from),
            recorded_by: hazard.recorded_by,
            acknowledged_at: hazard.acknowledged_at,
            rectified_at: hazard.rectified_at,
            rectification: hazard.rectification,
            closed_at: hazard.closed_at,
            created_at: hazard.created_at,
            updated_at: hazard.updated_at,
            allowed_actions,
        }
    }
}

/// A hazard, as it stood when a proposal or a report was issued.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedHazard)]
pub struct ReportedHazardOut {
    /// Its number.
    #[schema(max_length = 32, pattern = "^YH-[0-9]{4}-[0-9]{6,}$", example = "YH-2026-000123")]
    pub number: String,
    /// General or major.
    pub grade: HazardGradeTerm,
    /// Its state then.
    pub status: HazardStatusTerm,
    /// What it is.
    #[schema(max_length = 4000, example = "临边防护栏杆缺失约 6 米。")]
    pub description: String,
}

impl From<ReportedHazard> for ReportedHazardOut {
    fn from(it: ReportedHazard) -> Self {
        Self {
            number: it.number,
            grade: it.grade.into(),
            status: it.status.into(),
            description: it.description,
        }
    }
}
