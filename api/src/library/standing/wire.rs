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

/// A measure that the association takes against an expert.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ConductRecordInput {
    /// Kind of the measure: warning, suspension or removal from the library.
    pub kind: ConductKindTerm,
    /// Grounds of the measure, as the association states them.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "一年内三次逾期上传资料。")]
    pub grounds: String,
}

/// Record of a measure that the association took against an expert (A20.1).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConductRecord)]
pub struct ConductRecordOut {
    /// Id of the record of the measure.
    pub id: Uuid,
    /// Id of the expert against whom the measure was taken.
    pub expert_id: Uuid,
    /// Kind of the measure: warning, suspension or removal from the library.
    pub kind: ConductKindTerm,
    /// Grounds of the measure, as the association states them.
    #[schema(max_length = 1000, example = "一年内三次逾期上传资料。")]
    pub grounds: String,
    /// Id of the user of the association who recorded the measure.
    pub recorded_by: Uuid,
    /// Instant at which the measure was recorded (UTC).
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

/// Conduct of an expert, counted from the measures, visits and declines on record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertConduct)]
pub struct ConductOut {
    /// Id of the expert whose conduct this is.
    pub expert_id: Uuid,
    /// Current standing of the expert in the library.
    pub status: ExpertStatusTerm,
    /// Number of warnings on record.
    #[schema(minimum = 0, example = 1)]
    pub warnings: i64,
    /// Number of suspensions on record.
    #[schema(minimum = 0, example = 0)]
    pub suspensions: i64,
    /// Number of removals from the library on record.
    #[schema(minimum = 0, example = 0)]
    pub removals: i64,
    /// Number of visits that the expert led and whose material is late (A14.1).
    #[schema(minimum = 0, example = 2)]
    pub late_uploads_as_leader: i64,
    /// Number of visits in which the expert was a member and whose material is late (A14.1).
    #[schema(minimum = 0, example = 0)]
    pub late_uploads_as_member: i64,
    /// Number of times that the expert declined a visit.
    #[schema(minimum = 0, example = 3)]
    pub declines: i64,
    /// Number of declines that the association has not recognised as justified.
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

/// Answer by which an expert declined the proposed times of a visit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitDecline)]
pub struct DeclineOut {
    /// Id of the project whose timeline holds the decline.
    pub project_id: Uuid,
    /// Number of the decline's event in the timeline of the project.
    #[schema(minimum = 1, example = 17)]
    pub seq: i64,
    /// Id of the visit that the expert declined.
    pub visit_id: Uuid,
    /// Reason that the expert gave. Absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Instant at which the expert declined (UTC).
    pub declined_at: DateTime<Utc>,
    /// Reason for which the association recognised the decline as justified. Absent if it has not done so.
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

/// Recognition of a decline as justified, with the association's reason.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DeclineJustificationInput {
    /// Id of the project whose timeline holds the decline, as `list_declines` shows it.
    pub project_id: Uuid,
    /// Number of the decline's event in that timeline, as `list_declines` shows it.
    #[schema(minimum = 1, maximum = 9007199254740991_i64, example = 17)]
    pub seq: i64,
    /// Reason for which the association recognises the decline as justified.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "住院治疗，已提交证明。")]
    pub reason: String,
}

/// New employer of an expert.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExpertEmployerInput {
    /// Full name of the new employer.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Unified social credit code of the new employer, if known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub employer_code: Option<String>,
    /// First day of the employment (date in Xiamen). It is not in the future.
    #[schema(example = "2026-02-01")]
    pub since: NaiveDate,
    /// Reason of the association for correcting an employment that is already on record.
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
