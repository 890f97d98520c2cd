//! Hazards, and the notices of the major ones.

mod aggregate;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use anze_domain::{
    RecordKind,
    access::{Caller, District, ListScope, Resource, list_scope},
    base::id::{CommissionId, HazardId, ProjectId, VisitId},
    base::search::SearchText,
    service::hazard::{Finding, Hazard, HazardGrade, HazardStatus, Notice},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::Bool,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored, run_fixed},
        event::lock_by,
        page::keyset,
        parties::{in_scope, in_state, parties_of, provider_of},
        schema::{hazards, major_hazard_notices as notices, visit_members},
        search::{self, Searchable, in_found_below_project},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hazards, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<HazardStatus>,
    grade: Stored<HazardGrade>,
    major_hazard_item: Option<String>,
    visit_id: Key,
    commission_id: Key,
    project_id: Key,
    place: String,
    description: String,
    legal_basis: String,
    measures: String,
    due_on: NaiveDate,
    recorded_by: Key,
    acknowledged_at: Option<Instant>,
    rectified_at: Option<Instant>,
    rectification: Option<String>,
    closed_at: Option<Instant>,
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

impl TryFrom<&Hazard> for Row {
    type Error = StoreError;

    fn try_from(hazard: &Hazard) -> Result<Self, StoreError> {
        let (finding, parties) = (&hazard.finding, &hazard.parties);
        Ok(Self {
            id: hazard.id.into(),
            version: hazard.version,
            number: hazard.number.clone(),
            status: hazard.status.into(),
            grade: finding.grade.into(),
            major_hazard_item: finding.major_hazard_item.clone(),
            visit_id: hazard.visit_id.into(),
            commission_id: hazard.commission_id.into(),
            project_id: hazard.project_id.into(),
            place: finding.place.clone(),
            description: finding.description.clone(),
            legal_basis: finding.legal_basis.clone(),
            measures: finding.measures.clone(),
            due_on: finding.due_on,
            recorded_by: Key(hazard.recorded_by),
            acknowledged_at: hazard.acknowledged_at.map(Instant::from),
            rectified_at: hazard.rectified_at.map(Instant::from),
            rectification: hazard.rectification.clone(),
            closed_at: hazard.closed_at.map(Instant::from),
            status_reason: hazard.status_reason.clone(),
            insurer_id: parties.insurer_id.into(),
            provider_id: provider_of(parties)?,
            contractor_id: parties.contractor_id.into(),
            supervisor_id: parties.supervisor_id.map(Key::from),
            owner_id: parties.owner_id.map(Key::from),
            district: parties.district.into(),
            created_at: hazard.created_at.into(),
            updated_at: hazard.updated_at.into(),
        })
    }
}

fn with_notice(row: Row, notice: Option<Notice>) -> Hazard {
    Hazard {
        id: row.id.into(),
        version: row.version,
        number: row.number,
        status: row.status.0,
        status_reason: row.status_reason,
        visit_id: row.visit_id.into(),
        commission_id: row.commission_id.into(),
        project_id: row.project_id.into(),
        finding: Finding {
            grade: row.grade.0,
            major_hazard_item: row.major_hazard_item,
            place: row.place,
            description: row.description,
            legal_basis: row.legal_basis,
            measures: row.measures,
            due_on: row.due_on,
        },
        notice,
        recorded_by: row.recorded_by.0,
        acknowledged_at: row.acknowledged_at.map(DateTime::from),
        rectified_at: row.rectified_at.map(DateTime::from),
        rectification: row.rectification,
        closed_at: row.closed_at.map(DateTime::from),
        parties: parties_of!(row),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
struct NoticeRow {
    hazard_id: Key,
    number: String,
    contractor_id: Key,
    issued_at: Instant,
    received_at: Option<Instant>,
    received_by: Option<Key>,
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Self {
        Self {
            number: row.number,
            issued_at: row.issued_at.into(),
            received_at: row.received_at.map(DateTime::from),
            received_by: row.received_by.map(|key| key.0),
        }
    }
}

/// Inserts a new hazard, a major one with its notice.
pub fn insert(db: &mut Writer<'_>, hazard: &Hazard) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(hazards::table).values(Row::try_from(hazard)?))?;
    let (id, number) = (hazard.id.uuid(), hazard.number.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::Hazard, id, name: "", number }])?;
    insert_notice(db, hazard)
}

/// Inserts the notice of a hazard that has one, and had none before.
pub fn insert_notice(db: &mut Writer<'_>, hazard: &Hazard) -> Result<(), StoreError> {
    if let Some(notice) = &hazard.notice {
        let row = NoticeRow {
            hazard_id: hazard.id.into(),
            number: notice.number.clone(),
            contractor_id: hazard.parties.contractor_id.into(),
            issued_at: notice.issued_at.into(),
            received_at: notice.received_at.map(Instant::from),
            received_by: notice.received_by.map(Key),
        };
        diesel::insert_into(notices::table).values(row).execute(db.connection())?;
    }
    Ok(())
}

/// Saves a hazard that was read at its version, with the receipt of its notice; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut hazard: Hazard, now: DateTime<Utc>) -> Result<Hazard, StoreError> {
    let id = Key::from(hazard.id);
    save_row!(db, hazards, hazard, now, |it| Row::try_from(it)?)?;
    let receipt = hazard.notice.as_ref().and_then(|notice| notice.received_at.zip(notice.received_by));
    if let Some((at, by)) = receipt {
        // The first receipt stays.
        diesel::update(notices::table.find(id))
            .filter(notices::received_at.is_null())
            .set((notices::received_at.eq(Instant::from(at)), notices::received_by.eq(Key(by))))
            .execute(db.connection())?;
    }
    Ok(hazard)
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes; none where more than its row has to be written.
///
/// # Errors
/// [`StoreError::Internal`] where it cannot be written as a row.
pub fn single_statement_update(
    hazard: &mut Hazard,
    now: DateTime<Utc>,
) -> Result<Option<RowUpdate>, StoreError> {
    if hazard.notice.as_ref().is_some_and(|notice| notice.received_at.is_some()) {
        return Ok(None);
    }
    Ok(Some(single_statement_update!(hazards, hazard, now, |it| Row::try_from(it)?)))
}

/// The hazard with this id.
pub fn find(db: &mut Reader<'_>, id: HazardId) -> Result<Option<Hazard>, StoreError> {
    let row: Option<Row> =
        hazards::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    match row {
        None => Ok(None),
        Some(row) => attach_notices(db, vec![row]).map(|mut all| all.pop()),
    }
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Reader<'_>, id: HazardId) -> Result<Option<Hazard>, StoreError> {
    lock_by!(db, hazards::table.find(Key::from(id)).select(hazards::project_id))?;
    find(db, id)
}

/// Reads the notices of the major ones among these hazards in one query.
fn attach_notices(db: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<Hazard>, StoreError> {
    let major: Vec<Key> =
        rows.iter().filter(|row| row.grade.0 == HazardGrade::Major).map(|row| row.id).collect();
    let mut issued: Vec<NoticeRow> = if major.is_empty() {
        Vec::new()
    } else {
        notices::table
            .filter(notices::hazard_id.eq_any(major))
            .select(NoticeRow::as_select())
            .load(db.connection())?
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = issued.extract_if(.., |notice| notice.hazard_id == row.id).next().map(Notice::from);
            with_notice(row, own)
        })
        .collect())
}

/// Every hazard of a visit, oldest first.
pub fn of_visit(db: &mut Reader<'_>, visit: VisitId) -> Result<Vec<Hazard>, StoreError> {
    let rows: Vec<Row> = hazards::table
        .filter(hazards::visit_id.eq(Key::from(visit)))
        .order(hazards::id)
        .select(Row::as_select())
        .load(db.connection())?;
    attach_notices(db, rows)
}

/// Every hazard of a commission, oldest first: what its visits found.
pub fn of_commission(db: &mut Reader<'_>, commission: CommissionId) -> Result<Vec<Hazard>, StoreError> {
    let rows: Vec<Row> = hazards::table
        .filter(hazards::commission_id.eq(Key::from(commission)))
        .order(hazards::id)
        .select(Row::as_select())
        .load(db.connection())?;
    attach_notices(db, rows)
}

/// How many hazards of each of these commissions are not closed, in one query; commissions without any are left out.
pub fn open_in(
    db: &mut Reader<'_>,
    commissions: impl IntoIterator<Item = CommissionId>,
) -> Result<HashMap<CommissionId, u32>, StoreError> {
    let ids: Vec<Key> = commissions.into_iter().map(Key::from).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(Key, i64)> = hazards::table
        .group_by(hazards::commission_id)
        .filter(hazards::commission_id.eq_any(ids))
        .filter(hazards::status.ne(Stored(HazardStatus::Closed)))
        .select((hazards::commission_id, count_star()))
        .load(db.connection())?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(found.into_iter().map(|(id, count)| (id.into(), number(count))).collect())
}

/// What a list of hazards is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<HazardStatus>,
    /// Of this grade.
    pub grade: Option<HazardGrade>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Of this commission.
    pub commission_id: Option<CommissionId>,
    /// Of this visit.
    pub visit_id: Option<VisitId>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the hazards that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Hazard>, StoreError> {
    let query = hazards::table.select(Row::as_select()).into_boxed();
    let mut query = match list_scope(caller, Resource::Hazard) {
        ListScope::Expert(expert) => query.filter(
            hazards::visit_id.eq_any(
                visit_members::table
                    .filter(visit_members::expert_id.eq(Key(expert)))
                    .select(visit_members::visit_id),
            ),
        ),
        scope => in_scope!(query, hazards, scope),
    };
    if let Some(status) = filter.status {
        query = in_state!(query, hazards::status, status);
    }
    query = match filter.grade {
        // Literal condition, so that the partial index applies.
        Some(HazardGrade::Major) => query.filter(sql::<Bool>("hazards.grade = 'major'")),
        Some(grade) => query.filter(hazards::grade.eq(Stored(grade))),
        None => query,
    };
    if let Some(project) = filter.project_id {
        query = query.filter(hazards::project_id.eq(Key::from(project)));
    }
    if let Some(commission) = filter.commission_id {
        query = query.filter(hazards::commission_id.eq(Key::from(commission)));
    }
    if let Some(visit) = filter.visit_id {
        query = query.filter(hazards::visit_id.eq(Key::from(visit)));
    }
    query =
        in_found_below_project!(db, query, RecordKind::Hazard, hazards, "hazards.id", filter.text.as_ref());
    let rows: Vec<Row> = keyset!(query, hazards::id, page).load(db.connection())?;
    let Page { items, more } = page.cut(rows);
    Ok(Page { items: attach_notices(db, items)?, more })
}
