//! Tasks: one query over the tables of every kind that the caller may have.

mod settled;
mod source;

use anze_domain::{
    Vocabulary, access::Caller, base::id::ProjectId, calendar::working_calendar::end_of_day,
    oversight::task::TaskKind,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp},
};
use uuid::Uuid;

use crate::{
    Page, Reader, StoreError,
    oversight::{
        ordered::{Column, Following},
        statement::{Moment, Statement},
        summary::{PROJECT_COLUMNS, ProjectColumns, ProjectSummary},
    },
    store::dialect::{Guid, Instant, Key},
};
use source::{Source, source};

pub use settled::{SettledTask, list_settled};

/// The most tasks of a kind that are counted.
pub const MOST_COUNTED: u32 = 100;

/// What a list of tasks is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<TaskKind>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Past their due date, or not.
    pub overdue: Option<bool>,
    /// Due until the end of this day in Xiamen.
    pub due_by: Option<NaiveDate>,
}

/// Place of a task in the list: those with a due date first, by it; then the others, by the instant since which they wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Whether it has no due date.
    pub undated: bool,
    /// Due date, or the instant since which it waits.
    pub at: DateTime<Utc>,
    /// Kind of the task.
    pub kind: TaskKind,
    /// Id of the record.
    pub id: Uuid,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Kind of the task: what has to be done.
    pub kind: TaskKind,
    /// The record that waits.
    pub record_id: Uuid,
    /// What people call the record: its number, or the name where it has none.
    pub label: String,
    /// The project of the record. None where the record belongs to no project.
    pub project: Option<ProjectSummary>,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    /// Until when it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether that has passed.
    pub overdue: bool,
}

impl Task {
    /// Its place in the list.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            undated: self.due_at.is_none(),
            at: self.due_at.unwrap_or(self.since),
            kind: self.kind,
            id: self.record_id,
        }
    }
}

/// How many tasks of a kind wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Kind of the counted tasks.
    pub kind: TaskKind,
    /// How many, at most [`MOST_COUNTED`].
    pub count: u32,
    /// How many of them are overdue.
    pub overdue: u32,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    kind: i32,
    #[diesel(sql_type = Guid)]
    id: Key,
    #[diesel(sql_type = Nullable<Text>)]
    label: Option<String>,
    #[diesel(sql_type = Timestamp)]
    since: Instant,
    #[diesel(sql_type = Nullable<Timestamp>)]
    due_at: Option<Instant>,
    #[diesel(sql_type = Nullable<Date>)]
    due_on: Option<NaiveDate>,
    #[diesel(embed)]
    project: ProjectColumns,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Integer)]
    kind: i32,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
}

/// A page of the caller's tasks, the most urgent first.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    after: Option<Position>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Page<Task>, StoreError> {
    let moment = Moment::new(now);
    let mut all = Statement::default();
    for (kind, me, source) in sources(caller, filter) {
        let Some(after) = position_in(kind, &source, after) else { continue };
        all.next("SELECT * FROM (SELECT ", " UNION ALL ");
        all.push(&format!(
            "{} AS kind, r.id AS id, {} AS label, {} AS since, ",
            number_of(kind),
            source.label,
            source.since
        ));
        let (due_at, due_on) = match source.column {
            Column::DueAt(column) => (column, "CAST(NULL AS date)"),
            Column::DueOn(column) => ("CAST(NULL AS timestamp)", column),
            Column::Since => ("CAST(NULL AS timestamp)", "CAST(NULL AS date)"),
        };
        let project = source.project.unwrap_or("r.id");
        let is_of_project = if source.project.is_some() { "1 = 1" } else { "1 = 0" };
        all.push(&format!(
            "{due_at} AS due_at, {due_on} AS due_on, {project} AS project, {is_of_project} AS of_project "
        ));
        narrow(&mut all, &source, me, caller, filter, &moment);
        after.narrow(&mut all, source.column, source.since);
        all.push(&format!(
            " ORDER BY {}, r.id LIMIT {}) AS t",
            source.column.order(source.since),
            limit.saturating_add(1)
        ));
    }
    if all.is_empty() {
        return Ok(Page { items: Vec::new(), more: false });
    }
    let statement = all.within(
        &format!("SELECT t.kind, t.id, t.label, t.since, t.due_at, t.due_on, {PROJECT_COLUMNS} FROM ("),
        ") AS t LEFT JOIN projects p ON t.of_project AND p.id = t.project",
    );
    let rows: Vec<Row> = statement.load(db)?;
    let mut items = rows.into_iter().map(|row| task(row, &moment)).collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(Task::position);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// How many tasks of each kind the caller has; kinds without a task are left out.
pub fn counts(
    db: &mut Reader<'_>,
    caller: &Caller,
    project: Option<ProjectId>,
    now: DateTime<Utc>,
) -> Result<Vec<Count>, StoreError> {
    let moment = Moment::new(now);
    let filter = Filter { project_id: project, ..Filter::default() };
    let mut all = Statement::default();
    for (kind, me, source) in sources(caller, &filter) {
        all.next(
            &format!("SELECT {} AS kind, count(*) AS count, CAST(coalesce(sum(t.late), 0) AS bigint) AS overdue FROM (SELECT ", number_of(kind)),
            " UNION ALL ",
        );
        all.push("CASE WHEN ");
        match overdue(&source) {
            Some(late) => all.template(&late, me, caller, &moment),
            None => all.push("1 = 0"),
        }
        all.push(" THEN 1 ELSE 0 END AS late ");
        narrow(&mut all, &source, me, caller, &filter, &moment);
        all.push(&format!(" LIMIT {MOST_COUNTED}) AS t"));
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<CountRow> = all.load(db)?;
    let counted = rows.into_iter().filter(|row| row.count > 0).map(|row| {
        let number = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
        Ok(Count { kind: kind_of(row.kind)?, count: number(row.count), overdue: number(row.overdue) })
    });
    counted.collect()
}

/// The sources of every kind that the caller may have and the filter leaves, with the assignee's id.
fn sources<'a>(
    caller: &'a Caller,
    filter: &'a Filter,
) -> impl Iterator<Item = (TaskKind, Uuid, Source)> + 'a {
    let kinds = TaskKind::ALL.iter().copied().filter(|kind| filter.kind.is_none_or(|it| it == *kind));
    kinds.filter_map(|kind| {
        let assignee = kind.assignee(caller)?;
        let source = source(kind, assignee)?;
        let left = filter.project_id.is_none() || source.project.is_some();
        let dated = source.column != Column::Since;
        let due = dated || (filter.due_by.is_none() && filter.overdue != Some(true));
        // The association's tasks are found by no id.
        (left && due).then(|| (kind, assignee.id(caller).unwrap_or_default(), source))
    })
}

/// Adds `FROM` and `WHERE`: the rows that are tasks, as far as the filter leaves them.
fn narrow(all: &mut Statement, source: &Source, me: Uuid, caller: &Caller, filter: &Filter, moment: &Moment) {
    all.push(&format!("FROM {} WHERE ", source.from));
    all.template(source.rows, me, caller, moment);
    for condition in source.conditions {
        all.push(" AND ");
        all.template(condition, me, caller, moment);
    }
    if let (Some(project), Some(column)) = (filter.project_id, source.project) {
        all.push(&format!(" AND {column} = "));
        all.key(project.uuid());
    }
    if let (Some(wanted), Some(late)) = (filter.overdue, overdue(source)) {
        all.push(if wanted { " AND (" } else { " AND NOT (" });
        all.template(&late, me, caller, moment);
        all.push(")");
    }
    if let Some(day) = filter.due_by {
        match source.column {
            Column::DueOn(column) => {
                all.push(&format!(" AND {column} <= "));
                all.date(day);
            }
            Column::DueAt(column) => {
                all.push(&format!(" AND {column} <= "));
                all.instant(end_of_day(day).unwrap_or(DateTime::<Utc>::MAX_UTC));
            }
            Column::Since => {}
        }
    }
}

/// When the tasks of the source are overdue; none where they have no due date.
fn overdue(source: &Source) -> Option<String> {
    match source.column {
        Column::DueAt(column) => Some(format!("{column} < :now")),
        Column::DueOn(column) => Some(format!("{column} < :today")),
        Column::Since => None,
    }
}

/// Where the tasks of this kind go on; none where all of them come before.
fn position_in(kind: TaskKind, source: &Source, after: Option<Position>) -> Option<Following> {
    let undated = source.column == Column::Since;
    match after {
        None => Some(Following::All),
        Some(after) if after.undated == undated => {
            Some(Following::after(kind.cmp(&after.kind), after.at, after.id))
        }
        Some(after) => (undated && !after.undated).then_some(Following::All),
    }
}

fn task(row: Row, moment: &Moment) -> Result<Task, StoreError> {
    let due_at = row.due_at.map(DateTime::<Utc>::from).or(row.due_on.and_then(end_of_day));
    let overdue = match (row.due_at, row.due_on) {
        (Some(at), _) => DateTime::<Utc>::from(at) < moment.now,
        (None, Some(day)) => day < moment.today,
        (None, None) => false,
    };
    Ok(Task {
        kind: kind_of(row.kind)?,
        record_id: row.id.0,
        label: row.label.unwrap_or_default(),
        project: row.project.summary(),
        since: row.since.into(),
        due_at,
        overdue,
    })
}

/// The number of a kind in a statement: its place in the vocabulary.
fn number_of(kind: TaskKind) -> usize {
    TaskKind::ALL.iter().position(|it| *it == kind).unwrap_or(usize::MAX)
}

fn kind_of(number: i32) -> Result<TaskKind, StoreError> {
    let kind = usize::try_from(number).ok().and_then(|index| TaskKind::ALL.get(index)).copied();
    kind.ok_or_else(|| StoreError::Internal(format!("no kind of task has the number {number}")))
}
