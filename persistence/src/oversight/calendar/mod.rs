//! The calendar: one query over the tables whose dates a caller may read.

mod source;
pub mod subscription;

use anze_domain::{
    Vocabulary,
    access::{Caller, list_scope},
    base::id::ProjectId,
    calendar::working_calendar::end_of_day,
    oversight::calendar::{CalendarEntryKind, CalendarPeriod},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Date, Integer, Nullable, Text, Timestamp},
};
use uuid::Uuid;

use crate::{
    Page, Reader, StoreError,
    oversight::{
        ordered::{Column, Following},
        statement::Statement,
    },
    store::dialect::{Guid, Instant, Key},
};
use source::{narrow_to_scope, source};

/// What a calendar is narrowed to.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The days.
    pub period: CalendarPeriod,
    /// Entries of this kind.
    pub kind: Option<CalendarEntryKind>,
    /// Entries of this project.
    pub project_id: Option<ProjectId>,
}

/// Place of an entry in the calendar: by its instant, its kind and its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When it begins or is due; of a day, its end.
    pub at: DateTime<Utc>,
    /// Kind of the entry.
    pub kind: CalendarEntryKind,
    /// Id of the record.
    pub id: Uuid,
}

/// When an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From one instant to another; both are the same for what is due at an instant.
    Time(DateTime<Utc>, DateTime<Utc>),
    /// On a day in Xiamen.
    Day(NaiveDate),
}

/// The project of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProject {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Address of the site.
    pub address: String,
}

/// An entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Kind of the entry.
    pub kind: CalendarEntryKind,
    /// The record.
    pub record_id: Uuid,
    /// Number of the record.
    pub label: String,
    /// When it is.
    pub when: When,
    /// Its project. None where the record belongs to none.
    pub project: Option<EntryProject>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Entry {
    /// Its place in the calendar.
    #[must_use]
    pub fn position(&self) -> Position {
        let at = match self.when {
            When::Time(at, _) => at,
            When::Day(day) => end_of_day(day).unwrap_or(DateTime::<Utc>::MAX_UTC),
        };
        Position { at, kind: self.kind, id: self.record_id }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    kind: i32,
    #[diesel(sql_type = Guid)]
    id: Key,
    #[diesel(sql_type = Text)]
    label: String,
    #[diesel(sql_type = Nullable<Timestamp>)]
    starts_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    ends_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Date>)]
    day: Option<NaiveDate>,
    #[diesel(sql_type = Timestamp)]
    updated_at: Instant,
    #[diesel(sql_type = Nullable<Guid>)]
    project_id: Option<Key>,
    #[diesel(sql_type = Nullable<Text>)]
    project_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    project_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    project_address: Option<String>,
}

/// A page of the caller's calendar, the earliest first.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
) -> Result<Page<Entry>, StoreError> {
    let mut all = Statement::default();
    let kinds = CalendarEntryKind::ALL.iter().copied().zip(0_i32..);
    for (kind, number) in kinds.filter(|(kind, _)| filter.kind.is_none_or(|wanted| wanted == *kind)) {
        let scope = list_scope(caller, kind.resource());
        let Some(source) = source(kind, scope) else { continue };
        if filter.project_id.is_some() && source.project.is_none() {
            continue;
        }
        let following =
            after.map_or(Following::All, |after| Following::after(kind.cmp(&after.kind), after.at, after.id));
        all.next("SELECT * FROM (SELECT ", " UNION ALL ");
        let (starts_at, ends_at, day) = match source.column {
            Column::DueOn(column) => ("CAST(NULL AS timestamp)", "CAST(NULL AS timestamp)", column),
            column => {
                let column = column.order("r.updated_at");
                (column, source.ends_at.unwrap_or(column), "CAST(NULL AS date)")
            }
        };
        let project = source.project.unwrap_or("r.id");
        let is_of_project = if source.project.is_some() { "1 = 1" } else { "1 = 0" };
        all.push(&format!(
            "{number} AS kind, r.id AS id, {} AS label, {starts_at} AS starts_at, {ends_at} AS ends_at, \
             {day} AS on_day, r.updated_at AS updated_at, {project} AS project, {is_of_project} AS of_project \
             FROM {} WHERE {}",
            source.label, source.from, source.rows
        ));
        narrow_to_scope(&mut all, scope);
        within(&mut all, source.column, filter.period);
        if let (Some(project), Some(column)) = (filter.project_id, source.project) {
            all.push(&format!(" AND {column} = "));
            all.key(project.uuid());
        }
        following.narrow(&mut all, source.column, "r.updated_at");
        all.push(&format!(
            " ORDER BY {}, r.id LIMIT {}) AS t",
            source.column.order("r.updated_at"),
            limit.saturating_add(1)
        ));
    }
    if all.is_empty() {
        return Ok(Page { items: Vec::new(), more: false });
    }
    let statement = all.within(
        "SELECT t.kind, t.id, t.label, t.starts_at, t.ends_at, t.on_day AS day, t.updated_at, p.id AS project_id, \
         p.number AS project_number, p.name AS project_name, p.address AS project_address FROM (",
        ") AS t LEFT JOIN projects p ON t.of_project AND p.id = t.project",
    );
    let rows: Vec<Row> = statement.load(db)?;
    let mut items = rows.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(Entry::position);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// Narrows to the days of a period.
fn within(all: &mut Statement, column: Column, period: CalendarPeriod) {
    match column {
        Column::DueOn(column) => {
            all.push(&format!(" AND {column} >= "));
            all.date(period.from);
            all.push(&format!(" AND {column} <= "));
            all.date(period.to);
        }
        column => {
            let column = column.order("r.updated_at");
            let begins = period.from.pred_opt().and_then(end_of_day);
            all.push(&format!(" AND {column} >= "));
            all.instant(begins.unwrap_or(DateTime::<Utc>::MIN_UTC));
            all.push(&format!(" AND {column} < "));
            all.instant(end_of_day(period.to).unwrap_or(DateTime::<Utc>::MAX_UTC));
        }
    }
}

fn entry(row: Row) -> Result<Entry, StoreError> {
    let kind = usize::try_from(row.kind).ok().and_then(|index| CalendarEntryKind::ALL.get(index)).copied();
    let kind =
        kind.ok_or_else(|| StoreError::Internal(format!("no kind of entry has the number {}", row.kind)))?;
    let when = match (row.starts_at, row.ends_at, row.day) {
        (Some(start), Some(end), _) => When::Time(start.into(), end.into()),
        (_, _, Some(day)) => When::Day(day),
        _ => return Err(StoreError::Internal(format!("the calendar entry of {} has no date", row.id.0))),
    };
    let project = row.project_id.zip(row.project_number).zip(row.project_name).zip(row.project_address);
    Ok(Entry {
        kind,
        record_id: row.id.0,
        label: row.label,
        when,
        project: project.map(|(((id, number), name), address)| EntryProject {
            id: id.0,
            number,
            name,
            address,
        }),
        updated_at: row.updated_at.into(),
    })
}
