//! Visits with their groups and steps.

mod aggregate;
mod due;
mod end;
mod list;
mod negotiation;
mod proposal;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use anze_domain::{
    Id, Period, RecordKind, Vocabulary,
    access::District,
    base::{
        id::{CommissionId, ServiceLineId, VisitId},
        location::CoordinateSystem,
    },
    service::{
        commission::ServiceCategory,
        visit::{Member, Negotiation, Step, TakenStep, Visit, VisitStatus},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    library::qualification::SpecialtiesRow,
    service::booking,
    store::{
        dialect::{Document, Instant, Key, Stored, insert_all},
        event::lock_by,
        location::location,
        parties::{parties_of, provider_of},
        schema::{visit_members, visit_steps, visits},
        search::{self, Searchable},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

use end::forget_former_members;
use negotiation::AgreedSlotsRow;

pub use due::{ReminderPosition, due_reminders, overdue, provisional};
pub use end::cancel_all;
pub use list::{Filter, list, steps_by};
pub(crate) use negotiation::NegotiationRow;
pub use proposal::{RectificationProposal, find_proposal, insert_proposal, receive_proposal, received};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = visits, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<VisitStatus>,
    plan_id: Key,
    planned_service_id: Key,
    line_id: Key,
    commission_id: Key,
    project_id: Key,
    category: Stored<ServiceCategory>,
    window_start: NaiveDate,
    window_end: NaiveDate,
    group_size: i32,
    scheduled_start: Option<Instant>,
    scheduled_end: Option<Instant>,
    leader_id: Option<Key>,
    missing_specialty_reason: Option<String>,
    contractor_agreed_at: Option<Instant>,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    upload_due_at: Option<Instant>,
    upload_due_provisional: Option<bool>,
    submitted_at: Option<Instant>,
    first_submitted_at: Option<Instant>,
    late: Option<bool>,
    conclusion: Option<String>,
    submitted_by: Option<Key>,
    accepted_at: Option<Instant>,
    status_reason: Option<String>,
    negotiation: Document<NegotiationRow>,
    prompt_at: Option<Instant>,
    answers_due_at: Option<Instant>,
    last_slot_start: Option<Instant>,
    insurer_id: Key,
    provider_id: Key,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    owner_id: Option<Key>,
    district: Stored<District>,
    created_at: Instant,
    updated_at: Instant,
}

impl TryFrom<&Visit> for Row {
    type Error = StoreError;

    fn try_from(visit: &Visit) -> Result<Self, StoreError> {
        let parties = &visit.parties;
        Ok(Self {
            id: visit.id.into(),
            version: visit.version,
            number: visit.number.clone(),
            status: visit.status.into(),
            plan_id: visit.plan_id.into(),
            planned_service_id: visit.planned_service_id.into(),
            line_id: visit.line_id.into(),
            commission_id: visit.commission_id.into(),
            project_id: visit.project_id.into(),
            category: visit.category.into(),
            window_start: visit.window.start,
            window_end: visit.window.end,
            group_size: i32::try_from(visit.group_size).unwrap_or(i32::MAX),
            scheduled_start: visit.scheduled_start.map(Instant::from),
            scheduled_end: visit.scheduled_end.map(Instant::from),
            leader_id: visit.leader_id.map(Key),
            missing_specialty_reason: visit.missing_specialty_reason.clone(),
            contractor_agreed_at: visit.contractor_agreed_at.map(Instant::from),
            started_at: visit.started_at.map(Instant::from),
            ended_at: visit.ended_at.map(Instant::from),
            upload_due_at: visit.upload_due_at.map(Instant::from),
            upload_due_provisional: visit.upload_due_provisional,
            submitted_at: visit.submitted_at.map(Instant::from),
            first_submitted_at: visit.first_submitted_at.map(Instant::from),
            late: visit.late,
            conclusion: visit.conclusion.clone(),
            submitted_by: visit.submitted_by.map(Key),
            accepted_at: visit.accepted_at.map(Instant::from),
            status_reason: visit.status_reason.clone(),
            negotiation: Document::of(&visit.negotiation),
            prompt_at: visit.negotiation.prompt_at.map(Instant::from),
            answers_due_at: visit.negotiation.answers_due_at().map(Instant::from),
            last_slot_start: visit.negotiation.last_slot_start().map(Instant::from),
            insurer_id: parties.insurer_id.into(),
            provider_id: provider_of(parties)?,
            contractor_id: parties.contractor_id.into(),
            supervisor_id: parties.supervisor_id.map(Key::from),
            owner_id: parties.owner_id.map(Key::from),
            district: parties.district.into(),
            created_at: visit.created_at.into(),
            updated_at: visit.updated_at.into(),
        })
    }
}

fn with_group_and_steps(row: Row, members: Vec<Member>, steps: Vec<TakenStep>) -> Visit {
    Visit {
        id: row.id.into(),
        version: row.version,
        number: row.number,
        status: row.status.0,
        status_reason: row.status_reason,
        plan_id: row.plan_id.into(),
        planned_service_id: row.planned_service_id.into(),
        line_id: row.line_id.into(),
        commission_id: row.commission_id.into(),
        project_id: row.project_id.into(),
        category: row.category.0,
        window: Period { start: row.window_start, end: row.window_end },
        group_size: u32::try_from(row.group_size).unwrap_or(0),
        scheduled_start: row.scheduled_start.map(DateTime::from),
        scheduled_end: row.scheduled_end.map(DateTime::from),
        leader_id: row.leader_id.map(|key| key.0),
        members,
        missing_specialty_reason: row.missing_specialty_reason,
        contractor_agreed_at: row.contractor_agreed_at.map(DateTime::from),
        negotiation: Negotiation { prompt_at: row.prompt_at.map(DateTime::from), ..row.negotiation.value() },
        steps,
        started_at: row.started_at.map(DateTime::from),
        ended_at: row.ended_at.map(DateTime::from),
        upload_due_at: row.upload_due_at.map(DateTime::from),
        upload_due_provisional: row.upload_due_provisional,
        submitted_at: row.submitted_at.map(DateTime::from),
        first_submitted_at: row.first_submitted_at.map(DateTime::from),
        submitted_by: row.submitted_by.map(|key| key.0),
        late: row.late,
        conclusion: row.conclusion,
        accepted_at: row.accepted_at.map(DateTime::from),
        parties: parties_of!(row),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

#[derive(Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = visit_members, treat_none_as_default_value = false)]
struct MemberRow {
    visit_id: Key,
    expert_id: Key,
    project_id: Key,
    position: i32,
    specialties: Document<SpecialtiesRow>,
    agreed_at: Option<Instant>,
    agreed_slots: Document<AgreedSlotsRow>,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            expert_id: row.expert_id.0,
            specialties: row.specialties.value(),
            agreed_at: row.agreed_at.map(DateTime::from),
            agreed_slots: row.agreed_slots.value(),
        }
    }
}

fn member_rows(visit: &Visit) -> impl Iterator<Item = MemberRow> {
    visit.members.iter().enumerate().map(|(index, member)| MemberRow {
        visit_id: visit.id.into(),
        expert_id: Key(member.expert_id),
        project_id: visit.project_id.into(),
        position: i32::try_from(index).unwrap_or(i32::MAX),
        specialties: Document::of(&member.specialties),
        agreed_at: member.agreed_at.map(Instant::from),
        agreed_slots: Document::of(&member.agreed_slots),
    })
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = visit_steps, treat_none_as_default_value = false)]
struct StepRow {
    visit_id: Key,
    position: i32,
    step: Stored<Step>,
    taken_at: Instant,
    recorded_at: Instant,
    longitude: Option<f64>,
    latitude: Option<f64>,
    coordinate_system: Option<Stored<CoordinateSystem>>,
    distance_metres: Option<i64>,
    recorded_by: Key,
    note: Option<String>,
}

impl From<StepRow> for TakenStep {
    fn from(row: StepRow) -> Self {
        Self {
            step: row.step.0,
            taken_at: row.taken_at.into(),
            recorded_at: row.recorded_at.into(),
            place: location(row.longitude, row.latitude, row.coordinate_system),
            distance_metres: row.distance_metres,
            recorded_by: row.recorded_by.0,
            note: row.note,
        }
    }
}

fn step_rows(visit: &Visit) -> impl Iterator<Item = StepRow> {
    visit.steps.iter().enumerate().map(|(index, step)| StepRow {
        visit_id: visit.id.into(),
        position: i32::try_from(index).unwrap_or(i32::MAX),
        step: step.step.into(),
        taken_at: step.taken_at.into(),
        recorded_at: step.recorded_at.into(),
        longitude: step.place.map(|place| place.longitude),
        latitude: step.place.map(|place| place.latitude),
        coordinate_system: step.place.map(|place| place.coordinate_system.into()),
        distance_metres: step.distance_metres,
        recorded_by: Key(step.recorded_by),
        note: step.note.clone(),
    })
}

/// Inserts the visits that a plan becomes.
pub fn insert_all(db: &mut Writer<'_>, all: &[Visit]) -> Result<(), StoreError> {
    let rows = all.iter().map(Row::try_from).collect::<Result<Vec<_>, _>>()?;
    if !rows.is_empty() {
        insert_all!(db, visits::table, &rows)?;
    }
    let searchable = all.iter().map(|visit| Searchable {
        kind: RecordKind::Visit,
        id: visit.id.uuid(),
        name: "",
        number: &visit.number,
    });
    search::insert(db, &searchable.collect::<Vec<_>>())?;
    insert_members(db, all.iter().flat_map(member_rows).collect())?;
    insert_steps(db, all.iter().flat_map(step_rows).collect())
}

fn insert_members(db: &mut Writer<'_>, rows: Vec<MemberRow>) -> Result<(), StoreError> {
    if !rows.is_empty() {
        insert_all!(db, visit_members::table, &rows)?;
    }
    Ok(())
}

fn insert_steps(db: &mut Writer<'_>, rows: Vec<StepRow>) -> Result<(), StoreError> {
    if !rows.is_empty() {
        insert_all!(db, visit_steps::table, &rows)?;
    }
    Ok(())
}

/// Saves a visit that was read at its version; gives it its next one. Its group is replaced where it
/// changed, and is booked for what is agreed until it begins; of its steps, those that came are added, as what was recorded stays.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut visit: Visit, now: DateTime<Utc>) -> Result<Visit, StoreError> {
    let id = Key::from(visit.id);
    save_row!(db, visits, visit, now, |it| Row::try_from(it)?)?;
    let members: Vec<_> = member_rows(&visit).collect();
    if stored_members(db, &[id])? != members {
        diesel::delete(visit_members::table.filter(visit_members::visit_id.eq(id)))
            .execute(db.connection())?;
        insert_members(db, members)?;
        forget_former_members(db, visit.project_id)?;
    } else if visit.status == VisitStatus::Cancelled {
        forget_former_members(db, visit.project_id)?;
    }
    if !visit.status.has_begun() {
        booking::follow(db, &visit)?;
    }
    let recorded: i64 =
        visit_steps::table.filter(visit_steps::visit_id.eq(id)).count().get_result(db.connection())?;
    let new_steps = step_rows(&visit).filter(|row| i64::from(row.position) >= recorded).collect();
    insert_steps(db, new_steps)?;
    Ok(visit)
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes; none where more than its row has to be written.
///
/// # Errors
/// [`StoreError::Internal`] where it cannot be written as a row.
pub fn single_statement_update(
    visit: &mut Visit,
    now: DateTime<Utc>,
) -> Result<Option<RowUpdate>, StoreError> {
    // From its end on, its group and its steps stay as they are.
    if !matches!(visit.status, VisitStatus::Submitted | VisitStatus::Returned | VisitStatus::Accepted) {
        return Ok(None);
    }
    Ok(Some(single_statement_update!(visits, visit, now, |it| Row::try_from(it)?)))
}

/// The visit with this id.
pub fn find(db: &mut Reader<'_>, id: VisitId) -> Result<Option<Visit>, StoreError> {
    let row: Option<Row> =
        visits::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    match row {
        None => Ok(None),
        Some(row) => attach(db, vec![row]).map(|mut all| all.pop()),
    }
}

/// The visits with these ids, with one query for each table.
pub fn find_all(db: &mut Reader<'_>, ids: &[Uuid]) -> Result<Vec<Visit>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key).collect();
    let rows: Vec<Row> =
        visits::table.filter(visits::id.eq_any(ids)).select(Row::as_select()).load(db.connection())?;
    attach(db, rows)
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Reader<'_>, id: VisitId) -> Result<Option<Visit>, StoreError> {
    lock_by!(db, visits::table.find(Key::from(id)).select(visits::project_id))?;
    find(db, id)
}

fn stored_members(db: &mut Reader<'_>, visits: &[Key]) -> Result<Vec<MemberRow>, StoreError> {
    Ok(visit_members::table
        .filter(visit_members::visit_id.eq_any(visits))
        .order((visit_members::visit_id, visit_members::position))
        .select(MemberRow::as_select())
        .load(db.connection())?)
}

/// Reads the groups and the steps of all these visits, one query for each.
fn attach(db: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<Visit>, StoreError> {
    let ids: Vec<Key> = rows.iter().map(|row| row.id).collect();
    let mut members = stored_members(db, &ids)?;
    let mut steps: Vec<StepRow> = visit_steps::table
        .filter(visit_steps::visit_id.eq_any(&ids))
        .order((visit_steps::visit_id, visit_steps::position))
        .select(StepRow::as_select())
        .load(db.connection())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let group =
                members.extract_if(.., |member| member.visit_id == row.id).map(Member::from).collect();
            let taken = steps.extract_if(.., |step| step.visit_id == row.id).map(TakenStep::from).collect();
            with_group_and_steps(row, group, taken)
        })
        .collect())
}

/// Every visit of a commission, oldest first: as many as its plans have services.
pub fn of_commission(db: &mut Reader<'_>, commission: CommissionId) -> Result<Vec<Visit>, StoreError> {
    let rows: Vec<Row> = visits::table
        .filter(visits::commission_id.eq(Key::from(commission)))
        .order(visits::id)
        .select(Row::as_select())
        .load(db.connection())?;
    attach(db, rows)
}

/// Those of these commissions that have a visit that is still to be served, or whose material is to be accepted, in one query.
pub fn open_in(
    db: &mut Reader<'_>,
    commissions: impl IntoIterator<Item = CommissionId>,
) -> Result<HashSet<CommissionId>, StoreError> {
    let ids: Vec<Key> = commissions.into_iter().map(Key::from).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let closed = VisitStatus::ALL.iter().copied().filter(|status| !status.is_open()).map(Stored);
    let found: Vec<Key> = visits::table
        .filter(visits::commission_id.eq_any(ids))
        .filter(visits::status.ne_all(closed.collect::<Vec<_>>()))
        .select(visits::commission_id)
        .distinct()
        .load(db.connection())?;
    Ok(found.into_iter().map(Id::from).collect())
}

/// The line of each visit of a commission that has begun, once for every such visit (A7.1).
pub fn begun_lines(db: &mut Reader<'_>, commission: CommissionId) -> Result<Vec<ServiceLineId>, StoreError> {
    let begun = VisitStatus::ALL.iter().copied().filter(|status| status.has_begun()).map(Stored);
    let lines: Vec<Key> = visits::table
        .filter(visits::commission_id.eq(Key::from(commission)))
        .filter(visits::status.eq_any(begun.collect::<Vec<_>>()))
        .order(visits::id)
        .select(visits::line_id)
        .load(db.connection())?;
    Ok(lines.into_iter().map(Id::from).collect())
}
