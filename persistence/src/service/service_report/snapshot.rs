//! What stood on record when a service report was submitted or a rectification proposal issued, as it is stored.

use anze_domain::service::{
    commission::ServiceCategory,
    hazard::{HazardGrade, HazardStatus},
    service_report::{ReportedHazard, ReportedLine, ReportedVisit, Snapshot},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::dialect::document_row;

/// A hazard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReportedHazardRow {
    number: String,
    grade: HazardGrade,
    status: HazardStatus,
    description: String,
}

impl From<&ReportedHazard> for ReportedHazardRow {
    fn from(hazard: &ReportedHazard) -> Self {
        let ReportedHazard { number, grade, status, description } = hazard.clone();
        Self { number, grade, status, description }
    }
}
impl From<ReportedHazardRow> for ReportedHazard {
    fn from(row: ReportedHazardRow) -> Self {
        let ReportedHazardRow { number, grade, status, description } = row;
        Self { number, grade, status, description }
    }
}

/// The hazards of a visit or of a commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ReportedHazardsRow(Vec<ReportedHazardRow>);

impl From<&Vec<ReportedHazard>> for ReportedHazardsRow {
    fn from(hazards: &Vec<ReportedHazard>) -> Self {
        Self(hazards.iter().map(ReportedHazardRow::from).collect())
    }
}
impl From<ReportedHazardsRow> for Vec<ReportedHazard> {
    fn from(row: ReportedHazardsRow) -> Self {
        row.0.into_iter().map(ReportedHazard::from).collect()
    }
}
document_row!(reported_hazards: ReportedHazardsRow => Vec<ReportedHazard>, form 1);

/// A line of the commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReportedLineRow {
    category: ServiceCategory,
    description: String,
    agreed: u32,
    served: u32,
}

impl From<&ReportedLine> for ReportedLineRow {
    fn from(line: &ReportedLine) -> Self {
        let ReportedLine { category, description, agreed, served } = line.clone();
        Self { category, description, agreed, served }
    }
}
impl From<ReportedLineRow> for ReportedLine {
    fn from(row: ReportedLineRow) -> Self {
        let ReportedLineRow { category, description, agreed, served } = row;
        Self { category, description, agreed, served }
    }
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReportedVisitRow {
    number: String,
    ended_at: Option<DateTime<Utc>>,
    late: bool,
    conclusion: String,
}

impl From<&ReportedVisit> for ReportedVisitRow {
    fn from(visit: &ReportedVisit) -> Self {
        let ReportedVisit { number, ended_at, late, conclusion } = visit.clone();
        Self { number, ended_at, late, conclusion }
    }
}
impl From<ReportedVisitRow> for ReportedVisit {
    fn from(row: ReportedVisitRow) -> Self {
        let ReportedVisitRow { number, ended_at, late, conclusion } = row;
        Self { number, ended_at, late, conclusion }
    }
}

/// The snapshot of a service report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SnapshotRow {
    lines: Vec<ReportedLineRow>,
    visits: Vec<ReportedVisitRow>,
    hazards: ReportedHazardsRow,
}

impl From<&Snapshot> for SnapshotRow {
    fn from(snapshot: &Snapshot) -> Self {
        let Snapshot { lines, visits, hazards } = snapshot;
        Self {
            lines: lines.iter().map(ReportedLineRow::from).collect(),
            visits: visits.iter().map(ReportedVisitRow::from).collect(),
            hazards: hazards.into(),
        }
    }
}
impl From<SnapshotRow> for Snapshot {
    fn from(row: SnapshotRow) -> Self {
        Self {
            lines: row.lines.into_iter().map(ReportedLine::from).collect(),
            visits: row.visits.into_iter().map(ReportedVisit::from).collect(),
            hazards: row.hazards.into(),
        }
    }
}
document_row!(service_report_snapshot: SnapshotRow => Snapshot, form 1);
