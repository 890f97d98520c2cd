//! How a project or a commission stands: the progress of its lines, the visits that are next, open hazards, and what is due next. Each is
//! one query along the index of the project or of the commission, narrowed to what the caller may list.

use std::collections::HashMap;

use anze_domain::{
    access::{Caller, ListScope, Resource, list_scope},
    base::id::{CommissionId, HazardId, ProjectId, ServiceLineId, VisitId},
    calendar::working_calendar::end_of_day,
    oversight::task::TaskKind,
    service::{
        commission::ServiceCategory,
        hazard::{HazardGrade, HazardStatus},
        visit::VisitStatus,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{dsl::count_star, prelude::*};
use uuid::Uuid;

use crate::{
    Direction, Page, PageRequest, Reader, StoreError,
    store::{
        dialect::{Instant, Key, Stored},
        parties::in_scope_below,
        schema::{hazards, visit_members, visits},
    },
};

/// Of what an overview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Of a project.
    Project(ProjectId),
    /// Of a commission.
    Commission(CommissionId),
}

/// How far the services of a commissioned line have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineProgress {
    /// Visits that are planned or were served.
    pub planned: u32,
    /// Visits whose material was accepted.
    pub done: u32,
}

/// A visit that has yet to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextVisit {
    /// Its id.
    pub id: VisitId,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: VisitStatus,
    /// Its commission.
    pub commission_id: CommissionId,
    /// Its category.
    pub category: ServiceCategory,
    /// The first and the last day of its window.
    pub window: (NaiveDate, NaiveDate),
    /// Its agreed start and end.
    pub scheduled: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What has to be done by then, whoever has to do it.
    pub kind: TaskKind,
    /// The record that waits.
    pub record_id: Uuid,
    /// Its number.
    pub label: String,
    /// Until when.
    pub due_at: DateTime<Utc>,
}

/// Narrows a boxed query of a table below a commission to the whole and to what the caller may list.
macro_rules! seen_of {
    ($query:expr, $table:ident, $visit:expr, $resource:expr, $caller:expr, $whole:expr) => {{
        let query = match $whole {
            Whole::Project(id) => $query.filter($table::project_id.eq(Key::from(id))),
            Whole::Commission(id) => $query.filter($table::commission_id.eq(Key::from(id))),
        };
        match list_scope($caller, $resource) {
            ListScope::Expert(expert) => query.filter(
                $visit.eq_any(
                    visit_members::table
                        .filter(visit_members::expert_id.eq(Key(expert)))
                        .select(visit_members::visit_id),
                ),
            ),
            scope => in_scope_below!(query, $table, scope),
        }
    }};
}

/// How far the lines of these commissions have come. A line without visits is left out.
pub fn progress(
    db: &mut Reader<'_>,
    commissions: &[CommissionId],
) -> Result<HashMap<ServiceLineId, LineProgress>, StoreError> {
    let mut found: HashMap<ServiceLineId, LineProgress> = HashMap::new();
    if commissions.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Key> = commissions.iter().copied().map(Key::from).collect();
    let rows: Vec<(Key, Stored<VisitStatus>, i64)> = visits::table
        .filter(visits::commission_id.eq_any(ids))
        .filter(visits::status.ne(Stored(VisitStatus::Cancelled)))
        .group_by((visits::line_id, visits::status))
        .select((visits::line_id, visits::status, count_star()))
        .load(db.connection())?;
    for (line, Stored(status), count) in rows {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let line = found.entry(line.into()).or_default();
        line.planned = line.planned.saturating_add(count);
        if status == VisitStatus::Accepted {
            line.done = line.done.saturating_add(count);
        }
    }
    Ok(found)
}

/// The visits that have yet to be served, at most so many: first those whose time is agreed, by it; then the others by their windows.
pub fn next_visits(
    db: &mut Reader<'_>,
    caller: &Caller,
    whole: Whole,
    limit: u32,
) -> Result<Page<NextVisit>, StoreError> {
    type Columns = (
        Key,
        String,
        Stored<VisitStatus>,
        Key,
        Stored<ServiceCategory>,
        NaiveDate,
        NaiveDate,
        Option<Instant>,
        Option<Instant>,
    );
    let page = PageRequest::<Uuid> { after: None, limit, direction: Direction::Ascending };
    let next = [VisitStatus::Planned, VisitStatus::Proposed, VisitStatus::Agreed, VisitStatus::InProgress];
    let query = visits::table
        .filter(visits::status.eq_any(next.map(Stored)))
        .select((
            visits::id,
            visits::number,
            visits::status,
            visits::commission_id,
            visits::category,
            visits::window_start,
            visits::window_end,
            visits::scheduled_start,
            visits::scheduled_end,
        ))
        .into_boxed();
    let query = seen_of!(query, visits, visits::id, Resource::Visit, caller, whole);
    let rows: Vec<Columns> = query
        .order((
            visits::scheduled_start.is_null().asc(),
            visits::scheduled_start.asc(),
            visits::window_start.asc(),
            visits::id.asc(),
        ))
        .limit(page.fetch())
        .load(db.connection())?;
    let next = |(id, number, status, commission, category, first, last, start, end): Columns| NextVisit {
        id: id.into(),
        number,
        status: status.0,
        commission_id: commission.into(),
        category: category.0,
        window: (first, last),
        scheduled: start.zip(end).map(|(start, end)| (start.into(), end.into())),
    };
    Ok(page.cut(rows).map(next))
}

/// How many hazards are not closed, by their grade. A grade without one is left out.
pub fn open_hazards(
    db: &mut Reader<'_>,
    caller: &Caller,
    whole: Whole,
) -> Result<HashMap<HazardGrade, u32>, StoreError> {
    let query = hazards::table
        .group_by(hazards::grade)
        .select((hazards::grade, count_star()))
        .filter(hazards::status.ne(Stored(HazardStatus::Closed)))
        .into_boxed();
    let query = seen_of!(query, hazards, hazards::visit_id, Resource::Hazard, caller, whole);
    let rows: Vec<(Stored<HazardGrade>, i64)> = query.load(db.connection())?;
    let count =
        |(grade, count): (Stored<HazardGrade>, i64)| (grade.0, u32::try_from(count).unwrap_or(u32::MAX));
    Ok(rows.into_iter().map(count).collect())
}

/// What is due next of the visits: answers to proposed times, or material.
pub fn next_deadline_of_visits(
    db: &mut Reader<'_>,
    caller: &Caller,
    whole: Whole,
) -> Result<Option<Deadline>, StoreError> {
    macro_rules! first {
        ($due_at:expr, $states:expr) => {{
            let query = visits::table
                .filter($due_at.is_not_null())
                .filter(visits::status.eq_any($states.map(Stored)))
                .select((visits::id, visits::number, $due_at.assume_not_null()))
                .into_boxed();
            let query = seen_of!(query, visits, visits::id, Resource::Visit, caller, whole);
            let row: Option<(Key, String, Instant)> =
                query.order(($due_at.asc(), visits::id.asc())).first(db.connection()).optional()?;
            row
        }};
    }
    let answers = first!(visits::answers_due_at, [VisitStatus::Proposed]);
    let material = first!(visits::upload_due_at, [VisitStatus::Ended, VisitStatus::Returned]);
    let deadline = |kind| {
        move |(id, label, due_at): (Key, String, Instant)| Deadline {
            kind,
            record_id: id.0,
            label,
            due_at: due_at.into(),
        }
    };
    let (answers, material) =
        (answers.map(deadline(TaskKind::AgreeVisit)), material.map(deadline(TaskKind::SubmitVisit)));
    Ok(answers.into_iter().chain(material).min_by_key(|it| (it.due_at, it.record_id)))
}

/// What is due next of the hazards: a rectification.
pub fn next_deadline_of_hazards(
    db: &mut Reader<'_>,
    caller: &Caller,
    whole: Whole,
) -> Result<Option<Deadline>, StoreError> {
    let waiting = [HazardStatus::Open, HazardStatus::Acknowledged];
    let query = hazards::table
        .filter(hazards::status.eq_any(waiting.map(Stored)))
        .select((hazards::id, hazards::number, hazards::status, hazards::due_on))
        .into_boxed();
    let query = seen_of!(query, hazards, hazards::visit_id, Resource::Hazard, caller, whole);
    let row: Option<(Key, String, Stored<HazardStatus>, NaiveDate)> =
        query.order((hazards::due_on.asc(), hazards::id.asc())).first(db.connection()).optional()?;
    let Some((id, label, status, due_on)) = row else { return Ok(None) };
    let kind = match status.0 {
        HazardStatus::Open => TaskKind::AcknowledgeHazard,
        _ => TaskKind::RectifyHazard,
    };
    let record_id = HazardId::from(id).uuid();
    Ok(end_of_day(due_on).map(|due_at| Deadline { kind, record_id, label, due_at }))
}
