//! Service plans with what they plan.

mod aggregate;
#[cfg(test)]
mod tests;

use anze_domain::{
    Period, RecordKind,
    access::{Caller, District, Resource, list_scope},
    base::id::{CommissionId, ProjectId, ServicePlanId},
    base::search::SearchText,
    service::{
        commission::ServiceCategory,
        service_plan::{PlannedService, ServicePlan, ServicePlanStatus},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{exists, max, select},
    prelude::*,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    library::qualification::SpecialtiesRow,
    store::{
        dialect::{Document, Instant, Key, Stored, insert_all, run_fixed},
        event::lock_by,
        page::keyset,
        parties::{in_scope, in_state, parties_of, provider_of},
        schema::{planned_services, service_plans},
        search::{self, Searchable, in_found_below_project},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = service_plans, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<ServicePlanStatus>,
    commission_id: Key,
    project_id: Key,
    plan_version: i32,
    summary: String,
    prepared_by: Key,
    decided_by: Option<Key>,
    submitted_at: Option<Instant>,
    confirmed_at: Option<Instant>,
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

impl TryFrom<&ServicePlan> for Row {
    type Error = StoreError;

    fn try_from(plan: &ServicePlan) -> Result<Self, StoreError> {
        let parties = &plan.parties;
        Ok(Self {
            id: plan.id.into(),
            version: plan.version,
            number: plan.number.clone(),
            status: plan.status.into(),
            commission_id: plan.commission_id.into(),
            project_id: plan.project_id.into(),
            plan_version: i32::try_from(plan.plan_version).unwrap_or(i32::MAX),
            summary: plan.summary.clone(),
            prepared_by: plan.prepared_by.into(),
            decided_by: plan.decided_by.map(Key),
            submitted_at: plan.submitted_at.map(Instant::from),
            confirmed_at: plan.confirmed_at.map(Instant::from),
            status_reason: plan.status_reason.clone(),
            insurer_id: parties.insurer_id.into(),
            provider_id: provider_of(parties)?,
            contractor_id: parties.contractor_id.into(),
            supervisor_id: parties.supervisor_id.map(Key::from),
            owner_id: parties.owner_id.map(Key::from),
            district: parties.district.into(),
            created_at: plan.created_at.into(),
            updated_at: plan.updated_at.into(),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = planned_services)]
struct ServiceRow {
    id: Key,
    plan_id: Key,
    position: i32,
    line_id: Key,
    category: Stored<ServiceCategory>,
    window_start: NaiveDate,
    window_end: NaiveDate,
    method: String,
    expected_outcome: String,
    group_size: i32,
    specialties: Document<SpecialtiesRow>,
}

impl From<ServiceRow> for PlannedService {
    fn from(row: ServiceRow) -> Self {
        Self {
            id: row.id.into(),
            line_id: row.line_id.into(),
            category: row.category.0,
            window: Period { start: row.window_start, end: row.window_end },
            method: row.method,
            expected_outcome: row.expected_outcome,
            group_size: u32::try_from(row.group_size).unwrap_or(0),
            specialties: row.specialties.value(),
        }
    }
}

fn with_services(row: Row, services: Vec<PlannedService>) -> ServicePlan {
    ServicePlan {
        id: row.id.into(),
        version: row.version,
        number: row.number,
        status: row.status.0,
        status_reason: row.status_reason,
        commission_id: row.commission_id.into(),
        project_id: row.project_id.into(),
        plan_version: u32::try_from(row.plan_version).unwrap_or(0),
        summary: row.summary,
        services,
        prepared_by: row.prepared_by.0,
        decided_by: row.decided_by.map(|key| key.0),
        submitted_at: row.submitted_at.map(DateTime::from),
        confirmed_at: row.confirmed_at.map(DateTime::from),
        parties: parties_of!(row),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

fn insert_services(db: &mut Writer<'_>, plan: &ServicePlan) -> Result<(), StoreError> {
    let services: Vec<_> = plan
        .services
        .iter()
        .enumerate()
        .map(|(index, service)| ServiceRow {
            id: service.id.into(),
            plan_id: plan.id.into(),
            position: i32::try_from(index).unwrap_or(i32::MAX),
            line_id: service.line_id.into(),
            category: service.category.into(),
            window_start: service.window.start,
            window_end: service.window.end,
            method: service.method.clone(),
            expected_outcome: service.expected_outcome.clone(),
            group_size: i32::try_from(service.group_size).unwrap_or(i32::MAX),
            specialties: Document::of(&service.specialties),
        })
        .collect();
    if !services.is_empty() {
        insert_all!(db, planned_services::table, &services)?;
    }
    Ok(())
}

/// Inserts a new version of a plan with its services.
pub fn insert(db: &mut Writer<'_>, plan: &ServicePlan) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(service_plans::table).values(Row::try_from(plan)?))?;
    let (id, number) = (plan.id.uuid(), plan.number.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::ServicePlan, id, name: "", number }])?;
    insert_services(db, plan)
}

/// Saves a plan that was read at its version; gives it its next one. Its services stay as they are.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut plan: ServicePlan,
    now: DateTime<Utc>,
) -> Result<ServicePlan, StoreError> {
    save_row!(db, service_plans, plan, now, |it| Row::try_from(it)?)?;
    Ok(plan)
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes; none where more than its row has to be written.
///
/// # Errors
/// [`StoreError::Internal`] where it cannot be written as a row.
pub fn single_statement_update(
    plan: &mut ServicePlan,
    now: DateTime<Utc>,
) -> Result<Option<RowUpdate>, StoreError> {
    Ok(Some(single_statement_update!(service_plans, plan, now, |it| Row::try_from(it)?)))
}

/// As [`save`], with its services replaced: for a draft, which no visit comes from yet.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save_with_services(
    db: &mut Writer<'_>,
    plan: ServicePlan,
    now: DateTime<Utc>,
) -> Result<ServicePlan, StoreError> {
    let plan = save(db, plan, now)?;
    diesel::delete(planned_services::table.filter(planned_services::plan_id.eq(Key::from(plan.id))))
        .execute(db.connection())?;
    insert_services(db, &plan)?;
    Ok(plan)
}

/// The plan with this id.
pub fn find(db: &mut Reader<'_>, id: ServicePlanId) -> Result<Option<ServicePlan>, StoreError> {
    let row: Option<Row> = service_plans::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    match row {
        None => Ok(None),
        Some(row) => attach_services(db, vec![row]).map(|mut all| all.pop()),
    }
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Reader<'_>, id: ServicePlanId) -> Result<Option<ServicePlan>, StoreError> {
    lock_by!(db, service_plans::table.find(Key::from(id)).select(service_plans::project_id))?;
    find(db, id)
}

/// Reads the services of all these plans in one query.
fn attach_services(db: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<ServicePlan>, StoreError> {
    let ids: Vec<Key> = rows.iter().map(|row| row.id).collect();
    let mut services: Vec<ServiceRow> = planned_services::table
        .filter(planned_services::plan_id.eq_any(ids))
        .order((planned_services::plan_id, planned_services::position))
        .select(ServiceRow::as_select())
        .load(db.connection())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = services.extract_if(.., |service| service.plan_id == row.id);
            let own = own.map(PlannedService::from).collect();
            with_services(row, own)
        })
        .collect())
}

/// The number of the latest version of a commission's plan; 0 where there is none.
pub fn latest_plan_version(db: &mut Reader<'_>, commission: CommissionId) -> Result<u32, StoreError> {
    let latest: Option<i32> = service_plans::table
        .filter(service_plans::commission_id.eq(Key::from(commission)))
        .select(max(service_plans::plan_version))
        .first(db.connection())?;
    Ok(latest.and_then(|latest| u32::try_from(latest).ok()).unwrap_or(0))
}

/// Whether a version of a commission's plan is a draft or waits for confirmation (A4.3).
pub fn open_exists(db: &mut Reader<'_>, commission: CommissionId) -> Result<bool, StoreError> {
    let open = [ServicePlanStatus::Draft, ServicePlanStatus::Submitted].map(Stored);
    Ok(select(exists(
        service_plans::table
            .filter(service_plans::commission_id.eq(Key::from(commission)))
            .filter(service_plans::status.eq_any(open)),
    ))
    .get_result(db.connection())?)
}

/// What a list of plans is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<ServicePlanStatus>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Of this commission.
    pub commission_id: Option<CommissionId>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the plans that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<ServicePlan>, StoreError> {
    let query = service_plans::table.select(Row::as_select()).into_boxed();
    let scope = list_scope(caller, Resource::ServicePlan);
    let mut query = in_scope!(query, service_plans, scope);
    if !scope.sees_drafts_of_provider() {
        // As `ServicePlan::relations` says.
        query = query.filter(service_plans::status.ne(Stored(ServicePlanStatus::Draft)));
    }
    if let Some(status) = filter.status {
        query = in_state!(query, service_plans::status, status);
    }
    if let Some(project) = filter.project_id {
        query = query.filter(service_plans::project_id.eq(Key::from(project)));
    }
    if let Some(commission) = filter.commission_id {
        query = query.filter(service_plans::commission_id.eq(Key::from(commission)));
    }
    query = in_found_below_project!(
        db,
        query,
        RecordKind::ServicePlan,
        service_plans,
        "service_plans.id",
        filter.text.as_ref()
    );
    let rows: Vec<Row> = keyset!(query, service_plans::id, page).load(db.connection())?;
    let Page { items, more } = page.cut(rows);
    Ok(Page { items: attach_services(db, items)?, more })
}
