//! Service reports.

mod aggregate;
mod snapshot;
#[cfg(test)]
mod tests;

use anze_domain::{
    RecordKind,
    access::{Caller, District, Resource, list_scope},
    base::id::{CommissionId, ProjectId, ServiceReportId},
    base::search::SearchText,
    service::service_report::{ServiceReport, ServiceReportStatus},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, select},
    prelude::*,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Document, Instant, Key, Stored, run_fixed},
        event::lock_by,
        page::keyset,
        parties::{in_scope, in_state, parties_of, provider_of},
        schema::service_reports,
        search::{self, Searchable, in_found_below_project},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

pub(crate) use snapshot::{ReportedHazardsRow, SnapshotRow};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = service_reports, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<ServiceReportStatus>,
    commission_id: Key,
    project_id: Key,
    evaluation: String,
    conclusion: String,
    snapshot: Option<Document<SnapshotRow>>,
    prepared_by: Key,
    decided_by: Option<Key>,
    submitted_at: Option<Instant>,
    acknowledged_at: Option<Instant>,
    status_reason: Option<String>,
    insurer_id: Key,
    provider_id: Key,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    owner_id: Option<Key>,
    district: Stored<District>,
    created_at: Instant,
    updated_at: Instant,
}

impl TryFrom<&ServiceReport> for Row {
    type Error = StoreError;

    fn try_from(report: &ServiceReport) -> Result<Self, StoreError> {
        let parties = &report.parties;
        Ok(Self {
            id: report.id.into(),
            version: report.version,
            number: report.number.clone(),
            status: report.status.into(),
            commission_id: report.commission_id.into(),
            project_id: report.project_id.into(),
            evaluation: report.evaluation.clone(),
            conclusion: report.conclusion.clone(),
            snapshot: report.snapshot.as_ref().map(Document::of),
            prepared_by: report.prepared_by.into(),
            decided_by: report.decided_by.map(Key),
            submitted_at: report.submitted_at.map(Instant::from),
            acknowledged_at: report.acknowledged_at.map(Instant::from),
            status_reason: report.status_reason.clone(),
            insurer_id: parties.insurer_id.into(),
            provider_id: provider_of(parties)?,
            contractor_id: parties.contractor_id.into(),
            supervisor_id: parties.supervisor_id.map(Key::from),
            owner_id: parties.owner_id.map(Key::from),
            district: parties.district.into(),
            created_at: report.created_at.into(),
            updated_at: report.updated_at.into(),
        })
    }
}

impl From<Row> for ServiceReport {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            number: row.number,
            status: row.status.0,
            status_reason: row.status_reason,
            commission_id: row.commission_id.into(),
            project_id: row.project_id.into(),
            evaluation: row.evaluation,
            conclusion: row.conclusion,
            snapshot: row.snapshot.map(Document::value),
            prepared_by: row.prepared_by.0,
            decided_by: row.decided_by.map(|key| key.0),
            submitted_at: row.submitted_at.map(DateTime::from),
            acknowledged_at: row.acknowledged_at.map(DateTime::from),
            parties: parties_of!(row),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Inserts a new report.
pub fn insert(db: &mut Writer<'_>, report: &ServiceReport) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(service_reports::table).values(Row::try_from(report)?))?;
    let (id, number) = (report.id.uuid(), report.number.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::ServiceReport, id, name: "", number }])
}

/// Saves a report that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut report: ServiceReport,
    now: DateTime<Utc>,
) -> Result<ServiceReport, StoreError> {
    save_row!(db, service_reports, report, now, |it| Row::try_from(it)?)?;
    Ok(report)
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes; none where more than its row has to be written.
///
/// # Errors
/// [`StoreError::Internal`] where it cannot be written as a row.
pub fn single_statement_update(
    report: &mut ServiceReport,
    now: DateTime<Utc>,
) -> Result<Option<RowUpdate>, StoreError> {
    Ok(Some(single_statement_update!(service_reports, report, now, |it| Row::try_from(it)?)))
}

/// The report with this id.
pub fn find(db: &mut Reader<'_>, id: ServiceReportId) -> Result<Option<ServiceReport>, StoreError> {
    let row: Option<Row> = service_reports::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(ServiceReport::from))
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Reader<'_>, id: ServiceReportId) -> Result<Option<ServiceReport>, StoreError> {
    lock_by!(db, service_reports::table.find(Key::from(id)).select(service_reports::project_id))?;
    find(db, id)
}

/// Whether the commission has a report (A4.7).
pub fn exists_for(db: &mut Reader<'_>, commission: CommissionId) -> Result<bool, StoreError> {
    Ok(select(exists(
        service_reports::table.filter(service_reports::commission_id.eq(Key::from(commission))),
    ))
    .get_result(db.connection())?)
}

/// What a list of reports is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<ServiceReportStatus>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Of this commission.
    pub commission_id: Option<CommissionId>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the reports that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<ServiceReport>, StoreError> {
    let query = service_reports::table.select(Row::as_select()).into_boxed();
    let scope = list_scope(caller, Resource::ServiceReport);
    let mut query = in_scope!(query, service_reports, scope);
    if !scope.sees_drafts_of_provider() {
        // As `ServiceReport::relations` says.
        query = query.filter(service_reports::status.ne(Stored(ServiceReportStatus::Draft)));
    }
    if let Some(status) = filter.status {
        query = in_state!(query, service_reports::status, status);
    }
    if let Some(project) = filter.project_id {
        query = query.filter(service_reports::project_id.eq(Key::from(project)));
    }
    if let Some(commission) = filter.commission_id {
        query = query.filter(service_reports::commission_id.eq(Key::from(commission)));
    }
    query = in_found_below_project!(
        db,
        query,
        RecordKind::ServiceReport,
        service_reports,
        "service_reports.id",
        filter.text.as_ref()
    );
    let rows: Vec<Row> = keyset!(query, service_reports::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(ServiceReport::from))
}
