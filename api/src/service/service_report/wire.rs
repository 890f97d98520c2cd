//! Service reports on the wire.

use std::collections::{HashMap, HashSet};

use anze_domain::{
    access::{self, Caller, Resource},
    base::id::CommissionId,
    service::{
        commission::ParentStates,
        service_report::{ReportedLine, ReportedVisit, ServiceReport, Snapshot},
    },
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    http::problem::ApiError,
    service::hazard::ReportedHazardOut,
    wire::{
        summary::{NamesOthers, ProjectSummary, Summaries},
        terms::{ServiceCategoryTerm, ServiceReportStatusTerm},
    },
};

/// Content of a service report, as the provider writes it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServiceReportInput {
    /// Id of the commission on which the provider reports; it must be in service.
    pub commission_id: Uuid,
    /// Provider's evaluation of work safety on the project.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "项目安全管理体系基本健全，重大风险受控。"
    )]
    pub evaluation: String,
    /// Conclusion of the report on the service as a whole.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "约定服务已全部完成，隐患已全部销号。"
    )]
    pub conclusion: String,
}

/// Corrected content of a service report. The commission stays the same.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServiceReportUpdateInput {
    /// Provider's evaluation of work safety on the project.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "项目安全管理体系基本健全，重大风险受控。"
    )]
    pub evaluation: String,
    /// Conclusion of the report on the service as a whole.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "约定服务已全部完成，隐患已全部销号。"
    )]
    pub conclusion: String,
}

/// What the provider acknowledges when it submits a report.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ServiceReportSubmissionInput)]
pub struct SubmissionInput {
    /// Whether the provider knows that hazards of the commission are not closed. Needed if there are any.
    #[serde(default)]
    #[schema(example = true)]
    pub open_hazards_acknowledged: bool,
}

/// Line of the commission, with the number of services agreed and given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedLine)]
pub struct ReportedLineOut {
    /// Category of the commissioned service, among the seven of Article 6.
    pub category: ServiceCategoryTerm,
    /// Exact content that was commissioned. May be empty.
    #[schema(max_length = 4000, example = "深基坑与起重机械隐患排查")]
    pub description: String,
    /// Number of services that the commission agrees for the line.
    #[schema(minimum = 0, example = 4)]
    pub agreed: u32,
    /// Number of visits for the line that took place and were accepted.
    #[schema(minimum = 0, example = 4)]
    pub served: u32,
}

impl From<ReportedLine> for ReportedLineOut {
    fn from(it: ReportedLine) -> Self {
        Self {
            category: it.category.into(),
            description: it.description,
            agreed: it.agreed,
            served: it.served,
        }
    }
}

/// Visit as it stood when the report was last submitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedVisit)]
pub struct ReportedVisitOut {
    /// Number of the visit for people.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "FW-2026-000123")]
    pub number: String,
    /// Instant at which the service on site ended (RFC 3339, UTC). Absent if no end was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether the group submitted its material after the deadline (A14.1).
    pub late: bool,
    /// Conclusion that the group drew from the visit.
    #[schema(max_length = 10000, example = "现场安全管理总体受控，已提出整改建议 3 条。")]
    pub conclusion: String,
}

impl From<ReportedVisit> for ReportedVisitOut {
    fn from(it: ReportedVisit) -> Self {
        Self { number: it.number, ended_at: it.ended_at, late: it.late, conclusion: it.conclusion }
    }
}

/// State of the records at the last submission of a report. It no longer changes with the records.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceReportSnapshot {
    /// Commissioned lines, with the number of services agreed and given.
    #[schema(max_items = 1000)]
    pub lines: Vec<ReportedLineOut>,
    /// Visits of the commission, without the cancelled visits.
    #[schema(max_items = 10000)]
    pub visits: Vec<ReportedVisitOut>,
    /// Hazards that were found under the commission, each in its state at that time.
    #[schema(max_items = 10000)]
    pub hazards: Vec<ReportedHazardOut>,
}

impl From<Snapshot> for ServiceReportSnapshot {
    fn from(it: Snapshot) -> Self {
        Self {
            lines: it.lines.into_iter().map(ReportedLineOut::from).collect(),
            visits: it.visits.into_iter().map(ReportedVisitOut::from).collect(),
            hazards: it.hazards.into_iter().map(ReportedHazardOut::from).collect(),
        }
    }
}

/// Service report: the provider's account of the service that a commission ordered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceReport)]
pub struct ServiceReportOut {
    /// Id of the service report, assigned by the platform.
    pub id: Uuid,
    /// Number of the service report for people, assigned by the platform on creation.
    #[schema(max_length = 32, pattern = "^BG-[0-9]{4}-[0-9]{6,}$", example = "BG-2026-000123")]
    pub number: String,
    /// Current state of the service report.
    pub status: ServiceReportStatusTerm,
    /// Reason for which the insurer last returned the report. Absent unless the report is `returned`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the commission on which the provider reports.
    pub commission_id: Uuid,
    /// Id of the project that was served.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Provider's evaluation of work safety on the project.
    #[schema(max_length = 20000, example = "项目安全管理体系基本健全，重大风险受控。")]
    pub evaluation: String,
    /// Conclusion of the report on the service as a whole.
    #[schema(max_length = 20000, example = "约定服务已全部完成，隐患已全部销号。")]
    pub conclusion: String,
    /// State of lines, visits and hazards at the last submission. Absent before the first submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snapshot: Option<ServiceReportSnapshot>,
    /// Number of hazards of the commission that are not closed: at the last submission, or at present while the report is `draft` or
    /// `returned`.
    #[schema(minimum = 0, example = 0)]
    pub open_hazards: u32,
    /// Id of the user or the API token that created the report. The same caller cannot acknowledge it.
    pub prepared_by: Uuid,
    /// Id of the user or the API token that last acknowledged or returned the report. Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// Instant at which the report was last submitted (RFC 3339, UTC). Absent before the first submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// Instant at which the insurer acknowledged the report (RFC 3339, UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Instant at which the report was created (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which the report was last changed (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the report now, such as `acknowledge`
    /// for `acknowledge_service_report`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["acknowledge", "return"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// What is shown beside reports, and what their next steps depend on, by their commissions.
#[derive(Debug)]
pub struct ViewContext {
    /// The records that they name.
    pub summaries: Summaries,
    /// How the commissions stand.
    pub parents: HashMap<CommissionId, ParentStates>,
    /// Those with visits that are still open.
    pub open: HashSet<CommissionId>,
    /// How many hazards are not closed.
    pub open_hazards: HashMap<CommissionId, u32>,
}

impl ViewContext {
    fn parents(&self, report: &ServiceReport) -> Option<ParentStates> {
        self.parents.get(&report.commission_id).copied()
    }

    fn open_hazards(&self, report: &ServiceReport) -> u32 {
        let now = || self.open_hazards.get(&report.commission_id).copied().unwrap_or_default();
        report.open_hazards_reported().unwrap_or_else(now)
    }

    fn visits_open(&self, report: &ServiceReport) -> bool {
        self.open.contains(&report.commission_id)
    }
}

impl ServiceReportOut {
    /// The report as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the context is not that of the report.
    pub fn new(report: ServiceReport, view_context: &ViewContext, caller: &Caller) -> Result<Self, ApiError> {
        let allowed_actions =
            access::allowed_actions(caller, Resource::ServiceReport, &report.relations(), |operation| {
                report
                    .check_allowed_now(
                        operation,
                        view_context.parents(&report),
                        view_context.visits_open(&report),
                        caller.id(),
                    )
                    .is_ok()
            });
        Ok(Self {
            open_hazards: view_context.open_hazards(&report),
            id: report.id.uuid(),
            number: report.number,
            status: report.status.into(),
            status_reason: report.status_reason,
            commission_id: report.commission_id.uuid(),
            project_id: report.project_id.uuid(),
            project: view_context.summaries.project(report.project_id)?,
            evaluation: report.evaluation,
            conclusion: report.conclusion,
            snapshot: report.snapshot.map(ServiceReportSnapshot::from),
            prepared_by: report.prepared_by,
            decided_by: report.decided_by,
            submitted_at: report.submitted_at,
            acknowledged_at: report.acknowledged_at,
            created_at: report.created_at,
            updated_at: report.updated_at,
            allowed_actions,
        })
    }
}

impl NamesOthers for ServiceReport {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
    }
}
