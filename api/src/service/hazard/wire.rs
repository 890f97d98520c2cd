//! Hazards on the wire.

use anze_domain::{
    access::{self, Caller, Resource},
    service::{
        hazard::{Finding, Hazard, HazardAmendment, Notice},
        service_report::ReportedHazard,
        visit::Visit,
    },
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    http::problem::ApiError,
    wire::{
        summary::{NamesOthers, ProjectSummary, Summaries},
        terms::{HazardGradeTerm, HazardStatusTerm},
    },
};

/// Hazard as an expert of the group found it on site.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HazardInput {
    /// Id of the visit during which the hazard was found; the visit must be in progress.
    pub visit_id: Uuid,
    /// Grade of the hazard: general or major (A15.1).
    pub grade: HazardGradeTerm,
    /// Code of the item of the national criteria under which a major hazard falls (A15.1). `GET
    /// /api/v1/reference` lists the codes. Left out for a general hazard.
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9-]+$", example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// Place of the hazard on the site, in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "3 号楼 12 层东侧临边")]
    pub place: String,
    /// Description of the hazard as it was found.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "临边防护栏杆缺失约 6 米。")]
    pub description: String,
    /// Provision of a law or standard that the hazard breaks.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: String,
    /// Measures by which the contractor must rectify the hazard (A11.2).
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "按规范恢复防护栏杆及密目网。")]
    pub measures: String,
    /// Last day for the rectification (date in Xiamen), not before today.
    #[schema(example = "2026-03-20")]
    pub due_on: NaiveDate,
    /// Reason of the due date of a major hazard that lies further ahead than `ANZE_MAJOR_HAZARD_DAYS` allows (A15.1). May be left out
    /// for an earlier day.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "加固方案须经专家论证。")]
    pub due_on_reason: Option<String>,
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

/// Hazard as its author corrects it. Every field is given, also one that stays the same.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HazardCorrectionInput {
    /// Grade of the hazard. A general hazard can become major, and a major one stays major (A15.1).
    pub grade: HazardGradeTerm,
    /// Code of the item of the national criteria under which a major hazard falls (A15.1). `GET
    /// /api/v1/reference` lists the codes. Left out for a general hazard.
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9-]+$", example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// Place of the hazard on the site, in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "3 号楼 12 层西侧临边")]
    pub place: String,
    /// Description of the hazard as it was found.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "临边防护栏杆缺失约 8 米。")]
    pub description: String,
    /// Provision of a law or standard that the hazard breaks.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: String,
    /// Measures by which the contractor must rectify the hazard (A11.2).
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "按规范恢复防护栏杆及密目网。")]
    pub measures: String,
    /// Last day for the rectification (date in Xiamen). A new day must not lie before today.
    #[schema(example = "2026-03-20")]
    pub due_on: NaiveDate,
    /// Reason of the due date of a major hazard that lies further ahead than `ANZE_MAJOR_HAZARD_DAYS` allows (A15.1). May be left out
    /// for an earlier day.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "加固方案须经专家论证。")]
    pub due_on_reason: Option<String>,
}

impl HazardCorrectionInput {
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

/// Corrections of an acknowledged hazard with their reason. A field that is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct HazardAmendmentInput {
    /// Reason of the amendment, in the expert's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "复核后确认楼层有误。")]
    pub reason: String,
    /// New code of the item of the national criteria, of a major hazard only (A15.1).
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9-]+$", example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// New place of the hazard on the site, in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "3 号楼 11 层东侧临边")]
    pub place: Option<String>,
    /// New description of the hazard.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "临边防护栏杆缺失约 8 米。")]
    pub description: Option<String>,
    /// New provision of a law or standard that the hazard breaks.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: Option<String>,
    /// New measures by which the contractor must rectify the hazard (A11.2).
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "按规范恢复防护栏杆及密目网。")]
    pub measures: Option<String>,
}

impl HazardAmendmentInput {
    /// The domain's amendment.
    #[must_use]
    pub fn amendment(&self) -> HazardAmendment {
        HazardAmendment {
            major_hazard_item: self.major_hazard_item.clone(),
            place: self.place.clone(),
            description: self.description.clone(),
            legal_basis: self.legal_basis.clone(),
            measures: self.measures.clone(),
        }
    }
}

/// Contractor's report that a hazard is rectified.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RectificationInput {
    /// Account of the measures that the contractor took.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S", example = "已恢复防护栏杆并加设踢脚板。")]
    pub rectification: String,
}

/// Supervisor's comment on a hazard or its rectification.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// Text of the comment, which appears in the project's timeline.
    #[schema(
        min_length = 1,
        max_length = 1000,
        pattern = r"\S",
        example = "已现场督促，整改前该部位停止作业。"
    )]
    pub comment: String,
}

/// Later due date for the rectification of a hazard, with the reason.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// New last day for the rectification (date in Xiamen), later than the present due date and not before
    /// today.
    #[schema(example = "2026-03-27")]
    pub due_on: NaiveDate,
    /// Reason of the extension, in the leader's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "材料到场延迟，经复核同意延期。")]
    pub reason: String,
}

/// Notice that tells the contractor at once to rectify a major hazard (A15.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct MajorHazardNotice {
    /// Number of the notice for people, assigned by the platform.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "GZ-2026-000123")]
    pub number: String,
    /// Instant at which the notice was issued, the same as the record of the hazard (RFC 3339, UTC).
    pub issued_at: DateTime<Utc>,
    /// Instant at which the contractor first acknowledged the hazard (RFC 3339, UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_at: Option<DateTime<Utc>>,
    /// Id of the user of the contractor who first acknowledged the hazard. Absent before that.
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

/// Hazard that a visit found, with its rectification.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hazard)]
pub struct HazardOut {
    /// Id of the hazard, assigned by the platform.
    pub id: Uuid,
    /// Number of the hazard for people, assigned by the platform.
    #[schema(max_length = 32, pattern = "^YH-[0-9]{4}-[0-9]{6,}$", example = "YH-2026-000123")]
    pub number: String,
    /// Current state of the hazard.
    pub status: HazardStatusTerm,
    /// Reason that the leader gave for the last rejection or extension, or an expert for a late due date of a major hazard. Absent if
    /// the last step of the hazard needed no reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the visit during which the hazard was found.
    pub visit_id: Uuid,
    /// Id of the commission to which the visit belongs.
    pub commission_id: Uuid,
    /// Id of the project on whose site the hazard was found.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Grade of the hazard: general or major (A15.1).
    pub grade: HazardGradeTerm,
    /// Code of the item of the national criteria under which a major hazard falls (A15.1). Absent for a
    /// general hazard.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, example = "MH2024-07-2")]
    pub major_hazard_item: Option<String>,
    /// Place of the hazard on the site, in words.
    #[schema(max_length = 200, example = "3 号楼 12 层东侧临边")]
    pub place: String,
    /// Description of the hazard as it was found.
    #[schema(max_length = 4000, example = "临边防护栏杆缺失约 6 米。")]
    pub description: String,
    /// Provision of a law or standard that the hazard breaks.
    #[schema(max_length = 1000, example = "JGJ 80-2016 第 4.1.1 条")]
    pub legal_basis: String,
    /// Measures by which the contractor must rectify the hazard (A11.2).
    #[schema(max_length = 4000, example = "按规范恢复防护栏杆及密目网。")]
    pub measures: String,
    /// Last day for the rectification (date in Xiamen), as the leader last extended it.
    pub due_on: NaiveDate,
    /// Notice that was issued when a major hazard was recorded (A15.1). Absent for a general hazard.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notice: Option<MajorHazardNotice>,
    /// Id of the user who recorded the hazard.
    pub recorded_by: Uuid,
    /// Instant at which the contractor acknowledged the hazard (RFC 3339, UTC). Absent before that, and again
    /// after a rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Instant at which the contractor reported the rectification (RFC 3339, UTC). Absent before that, and
    /// again after a rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rectified_at: Option<DateTime<Utc>>,
    /// Last account that the contractor gave of the rectification. Absent before the first report; kept after
    /// a rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 4000)]
    pub rectification: Option<String>,
    /// Instant at which the leader closed the hazard (RFC 3339, UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<DateTime<Utc>>,
    /// Instant at which the hazard was recorded (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which the hazard was last changed or commented on (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the hazard now, such as `acknowledge` for `acknowledge_hazard`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["acknowledge"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl HazardOut {
    /// The hazard of this visit as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the hazard.
    pub fn new(
        hazard: Hazard,
        visit: &Visit,
        summaries: &Summaries,
        caller: &Caller,
    ) -> Result<Self, ApiError> {
        let relations = hazard.relations(visit);
        let allowed_actions = access::allowed_actions(caller, Resource::Hazard, &relations, |operation| {
            hazard.check_allowed_now(operation, visit, caller).is_ok()
        });
        let finding = hazard.finding;
        Ok(Self {
            id: hazard.id.uuid(),
            number: hazard.number,
            status: hazard.status.into(),
            status_reason: hazard.status_reason,
            visit_id: hazard.visit_id.uuid(),
            commission_id: hazard.commission_id.uuid(),
            project_id: hazard.project_id.uuid(),
            project: summaries.project(hazard.project_id)?,
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
        })
    }
}

impl NamesOthers for Hazard {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
    }
}

/// Hazard as it stood when a rectification proposal was issued or a service report submitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedHazard)]
pub struct ReportedHazardOut {
    /// Number of the hazard for people.
    #[schema(max_length = 32, pattern = "^YH-[0-9]{4}-[0-9]{6,}$", example = "YH-2026-000123")]
    pub number: String,
    /// Grade of the hazard: general or major (A15.1).
    pub grade: HazardGradeTerm,
    /// State of the hazard at that time.
    pub status: HazardStatusTerm,
    /// Description of the hazard as it was found.
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
