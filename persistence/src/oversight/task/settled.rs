//! Settled tasks (已办): what somebody did, read from the event log.

use anze_domain::{
    EventName, RecordKind, Vocabulary, access::Operation, base::id::ProjectId, oversight::task::TaskKind,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError,
    oversight::{
        statement::Statement,
        summary::{PROJECT_COLUMNS, ProjectColumns, ProjectSummary},
    },
    store::{
        dialect::{Guid, Instant, Key},
        event::EventPosition,
    },
};

/// A task that somebody settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledTask {
    /// Kind of the task.
    pub kind: TaskKind,
    /// The operation by which it was settled.
    pub operation: Operation,
    /// Kind of the record that was changed or made.
    pub record_kind: RecordKind,
    /// Id of the record that was changed or made.
    pub record_id: Uuid,
    /// What people call the record: its number, or the name where it has none.
    pub label: String,
    /// The project of the record. None where the record belongs to no project.
    pub project: Option<ProjectSummary>,
    /// When it was settled, in UTC.
    pub settled_at: DateTime<Utc>,
    stream_id: Uuid,
    seq: i64,
}

impl SettledTask {
    /// Its place among all events.
    #[must_use]
    pub fn position(&self) -> EventPosition {
        (self.settled_at, self.stream_id, self.seq)
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Guid)]
    stream_id: Key,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Timestamp)]
    occurred_at: Instant,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Guid)]
    subject_id: Key,
    #[diesel(sql_type = Nullable<Text>)]
    label: Option<String>,
    #[diesel(embed)]
    project: ProjectColumns,
}

/// The latest first; as the index of an actor's events has them.
const ORDER: &str = "occurred_at DESC, stream_id DESC, seq DESC";

/// What the records of these kinds are called, each by a join of its own.
fn labels() -> (String, String) {
    let tables = [
        (RecordKind::Organization, "organizations", "name"),
        (RecordKind::Project, "projects", "number"),
        (RecordKind::Commission, "commissions", "number"),
        (RecordKind::ServicePlan, "service_plans", "number"),
        (RecordKind::Visit, "visits", "number"),
        (RecordKind::Hazard, "hazards", "number"),
        (RecordKind::ServiceReport, "service_reports", "number"),
        (RecordKind::ExpertApplication, "expert_applications", "number"),
        (RecordKind::CouncilSession, "council_sessions", "number"),
    ];
    let (mut columns, mut joins) = (Vec::new(), String::new());
    for (index, (kind, table, column)) in tables.iter().enumerate() {
        columns.push(format!("l{index}.{column}"));
        joins.push_str(&format!(
            " LEFT JOIN {table} l{index} ON t.subject = '{}' AND l{index}.id = t.subject_id",
            kind.code()
        ));
    }
    let (objection, recusal) = (RecordKind::Objection, RecordKind::RecusalRequest);
    joins.push_str(&format!(
        " LEFT JOIN objections o ON t.subject = '{objection}' AND o.id = t.subject_id \
          LEFT JOIN expert_applications oa ON oa.id = o.application_id \
          LEFT JOIN recusal_requests q ON t.subject = '{recusal}' AND q.id = t.subject_id \
          LEFT JOIN experts qe ON qe.id = q.expert_id"
    ));
    columns.extend(["oa.number".to_owned(), "qe.name".to_owned()]);
    (format!("COALESCE({})", columns.join(", ")), joins)
}

/// A page of what this user has settled, the latest first. Each name of an event is a range of the index of its own.
pub fn list_settled(
    db: &mut Reader<'_>,
    user: Uuid,
    kind: Option<TaskKind>,
    project: Option<ProjectId>,
    page: &PageRequest<EventPosition>,
) -> Result<Page<SettledTask>, StoreError> {
    let names = EventName::ALL.iter().filter(|name| {
        TaskKind::settled_by(**name).is_some_and(|(its, _)| kind.is_none_or(|wanted| wanted == its))
    });
    let mut all = Statement::default();
    for name in names {
        all.next(
            "SELECT * FROM (SELECT e.stream_id, e.seq, e.occurred_at, e.name, e.subject, e.subject_id FROM events e \
             WHERE e.actor_kind = 'user' AND e.actor_id = ",
            " UNION ALL ",
        );
        all.key(user);
        all.push(&format!(" AND e.name = '{}'", name.code()));
        if let Some(project) = project {
            all.push(" AND e.stream_id = ");
            all.key(project.uuid());
        }
        if let Some((at, stream, seq)) = page.after {
            all.push(" AND (e.occurred_at, e.stream_id, e.seq) < (");
            all.instant(at);
            all.push(", ");
            all.key(stream);
            all.push(&format!(", {seq})"));
        }
        all.push(&format!(" ORDER BY {ORDER} LIMIT {}) AS one", page.fetch()));
    }
    if all.is_empty() {
        return Ok(Page { items: Vec::new(), more: false });
    }
    let (label, joins) = labels();
    let statement = all.within(
        &format!(
            "SELECT t.stream_id, t.seq, t.occurred_at, t.name, t.subject, t.subject_id, {label} AS label, \
             {PROJECT_COLUMNS} FROM (SELECT * FROM ("
        ),
        &format!(
            ") AS each_name ORDER BY {ORDER} LIMIT {}) AS t LEFT JOIN projects p ON p.id = t.stream_id{joins} ORDER BY {ORDER}",
            page.fetch()
        ),
    );
    let rows: Vec<Row> = statement.load(db)?;
    page.cut(rows).try_map(settled)
}

fn settled(row: Row) -> Result<SettledTask, StoreError> {
    let unknown = |code: &str| StoreError::Internal(format!("no settled task is told by `{code}`"));
    let name = EventName::from_code(&row.name);
    let (kind, operation) = name.and_then(TaskKind::settled_by).ok_or_else(|| unknown(&row.name))?;
    Ok(SettledTask {
        kind,
        operation,
        record_kind: RecordKind::from_code(&row.subject).ok_or_else(|| unknown(&row.subject))?,
        record_id: row.subject_id.0,
        label: row.label.unwrap_or_default(),
        project: row.project.summary(),
        settled_at: row.occurred_at.into(),
        stream_id: row.stream_id.0,
        seq: row.seq,
    })
}
