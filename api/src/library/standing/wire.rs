//! The experts' standing on the wire.

use anze_domain::{
    Violation,
    library::{
        company::Party,
        expert::Expert,
        standing::{Conduct, ConductRecord},
    },
};
use anze_persistence::library::standing::Decline;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    library::expert::credit_code,
    wire::terms::{ConductKindTerm, ExpertStatusTerm},
};

/// A measure against an expert.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ConductRecordInput {
    /// Which measure.
    pub kind: ConductKindTerm,
    /// On what grounds.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "一年内三次逾期上传资料。")]
    pub grounds: String,
}

/// A measure against an expert (A20.1).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConductRecord)]
pub struct ConductRecordOut {
    /// Its id.
    pub id: Uuid,
    /// The expert.
    pub expert_id: Uuid,
    /// Which measure.
    pub kind: ConductKindTerm,
    /// On what grounds.
    #[schema(max_length = 1000, example = "一年内三次逾期上传资料。")]
    pub grounds: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl From<ConductRecord> for ConductRecordOut {
    fn from(it: ConductRecord) -> Self {
        Self {
            id: it.id.uuid(),
            expert_id: it.expert_id.uuid(),
            kind: it.kind.into(),
            grounds: it.grounds,
            recorded_by: it.recorded_by,
            created_at: it.created_at,
        }
    }
}

/// What is on record of an expert's conduct, counted from records and events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertConduct)]
pub struct ConductOut {
    /// The expert.
    pub expert_id: Uuid,
    /// Their standing.
    pub status: ExpertStatusTerm,
    /// Warnings.
    #[schema(minimum = 0, example = 1)]
    pub warnings: i64,
    /// Suspensions.
    #[schema(minimum = 0, example = 0)]
    pub suspensions: i64,
    /// Removals.
    #[schema(minimum = 0, example = 0)]
    pub removals: i64,
    /// Visits that the expert led and whose material came late (A14.1).
    #[schema(minimum = 0, example = 2)]
    pub late_uploads_as_leader: i64,
    /// Visits in whose group the expert was otherwise and whose material came late.
    #[schema(minimum = 0, example = 0)]
    pub late_uploads_as_member: i64,
    /// Times that the expert declined.
    #[schema(minimum = 0, example = 3)]
    pub declines: i64,
    /// Of these, those that the association does not hold to be justified.
    #[schema(minimum = 0, example = 1)]
    pub unjustified_declines: i64,
}

impl ConductOut {
    /// The conduct of an expert.
    #[must_use]
    pub fn new(expert: &Expert, it: Conduct) -> Self {
        Self {
            expert_id: expert.id.uuid(),
            status: expert.status.into(),
            warnings: it.warnings,
            suspensions: it.suspensions,
            removals: it.removals,
            late_uploads_as_leader: it.late_as_leader,
            late_uploads_as_member: it.late_as_member,
            declines: it.declines,
            unjustified_declines: it.unjustified_declines(),
        }
    }
}

/// A time that an expert declined, as the events say it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitDecline)]
pub struct DeclineOut {
    /// The project.
    pub project_id: Uuid,
    /// Place in the project's timeline.
    #[schema(minimum = 1, example = 17)]
    pub seq: i64,
    /// The visit.
    pub visit_id: Uuid,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// When.
    pub declined_at: DateTime<Utc>,
    /// Why the association holds it to be justified; absent where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub justification: Option<String>,
}

impl From<Decline> for DeclineOut {
    fn from(it: Decline) -> Self {
        Self {
            project_id: it.project_id,
            seq: it.seq,
            visit_id: it.visit_id,
            reason: it.reason,
            declined_at: it.declined_at,
            justification: it.justified,
        }
    }
}

/// Which decline is held to be justified, and why.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DeclineJustificationInput {
    /// The project in whose timeline it is.
    pub project_id: Uuid,
    /// Its place there.
    #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 17)]
    pub seq: i64,
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "住院治疗，已提交证明。")]
    pub reason: String,
}

/// An expert's employer.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExpertEmployerInput {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Its unified social credit code, where known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// First day there; not in the future.
    #[schema(example = "2026-02-01")]
    pub since: NaiveDate,
    /// Why, where the association corrects what is on record.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "社保记录显示已于当年离职。")]
    pub reason: Option<String>,
}

impl ExpertEmployerInput {
    /// The company.
    ///
    /// # Errors
    /// A code that is none.
    pub fn employer(&self) -> Result<Party, Violation> {
        let code = credit_code(self.employer_code.as_deref(), "/employer_code".to_owned())?;
        Ok(Party { code, ..Party::named(self.employer_name.trim()) })
    }
}
