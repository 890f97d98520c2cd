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
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    service::hazard::ReportedHazardOut,
    wire::terms::{ServiceCategoryTerm, ServiceReportStatusTerm},
};

/// What a provider reports of a commission.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServiceReportInput {
    /// The commission; in service.
    pub commission_id: Uuid,
    /// How the provider judges the project's safety.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "项目安全管理体系基本健全，重大风险受控。"
    )]
    pub evaluation: String,
    /// What it concludes.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "约定服务已全部完成，隐患已全部销号。"
    )]
    pub conclusion: String,
}

/// What a provider reports, corrected.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServiceReportUpdateInput {
    /// How the provider judges the project's safety.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "项目安全管理体系基本健全，重大风险受控。"
    )]
    pub evaluation: String,
    /// What it concludes.
    #[schema(
        min_length = 1,
        max_length = 20000,
        pattern = r"\S",
        example = "约定服务已全部完成，隐患已全部销号。"
    )]
    pub conclusion: String,
}

/// A line of the commission, and what was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedLine)]
pub struct ReportedLineOut {
    /// Category of Art. 6.
    pub category: ServiceCategoryTerm,
    /// What was commissioned.
    #[schema(max_length = 4000, example = "深基坑与起重机械隐患排查")]
    pub description: String,
    /// How many times it was agreed.
    #[schema(minimum = 0, example = 4)]
    pub agreed: u32,
    /// How many times it was done.
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

/// A visit, as it stood when the report was submitted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedVisit)]
pub struct ReportedVisitOut {
    /// Its number.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "FW-2026-000123")]
    pub number: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether its material was late.
    pub late: bool,
    /// What the group concluded.
    #[schema(max_length = 10000, example = "现场安全管理总体受控，已提出整改建议 3 条。")]
    pub conclusion: String,
}

impl From<ReportedVisit> for ReportedVisitOut {
    fn from(it: ReportedVisit) -> Self {
        Self { number: it.number, ended_at: it.ended_at, late: it.late, conclusion: it.conclusion }
    }
}

/// What stood on record when a report was submitted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceReportSnapshot {
    /// What was done against what was agreed.
    #[schema(max_items = 1000)]
    pub lines: Vec<ReportedLineOut>,
    /// The visits.
    #[schema(max_items = 10000)]
    pub visits: Vec<ReportedVisitOut>,
    /// The hazards and their state.
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

/// A service report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceReport)]
pub struct ServiceReportOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^BG-[0-9]{4}-[0-9]{6,}$", example = "BG-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: ServiceReportStatusTerm,
    /// Why it is in its state, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The commission.
    pub commission_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// How the provider judges the project's safety.
    #[schema(max_length = 20000, example = "项目安全管理体系基本健全，重大风险受控。")]
    pub evaluation: String,
    /// What it concludes.
    #[schema(max_length = 20000, example = "约定服务已全部完成，隐患已全部销号。")]
    pub conclusion: String,
    /// What stood on record when it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub snapshot: Option<ServiceReportSnapshot>,
    /// Who prepared it.
    pub prepared_by: Uuid,
    /// Who acknowledged or returned it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["acknowledge", "return"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// What the next steps of reports depend on, by their commissions.
#[derive(Debug, Default)]
pub struct ViewContext {
    /// How the commissions stand.
    pub parents: HashMap<CommissionId, ParentStates>,
    /// Those with visits that are still open.
    pub open: HashSet<CommissionId>,
}

impl ViewContext {
    fn parents(&self, report: &ServiceReport) -> Option<ParentStates> {
        self.parents.get(&report.commission_id).copied()
    }

    fn visits_open(&self, report: &ServiceReport) -> bool {
        self.open.contains(&report.commission_id)
    }
}

impl ServiceReportOut {
    /// The report as this caller sees it.
    #[must_use]
    pub fn new(report: ServiceReport, view_context: &ViewContext, caller: &Caller) -> Self {
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
        Self {
            id: report.id.uuid(),
            number: report.number,
            status: report.status.into(),
            status_reason: report.status_reason,
            commission_id: report.commission_id.uuid(),
            project_id: report.project_id.uuid(),
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
        }
    }
}
