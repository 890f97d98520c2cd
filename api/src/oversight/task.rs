//! Tasks (待办) over all kinds of records: what waits for the caller, and what the caller has settled (已办).

use actix_web::{get, http::StatusCode};
use anze_domain::{Id, access::Operation};
use anze_persistence::oversight::task::{self as store, Count, MOST_COUNTED, Position, SettledTask, Task};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::RequestContext,
    http::{extract::Query, language::Language, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, OneOrder, record::RecordReference, summary::ProjectSummary, terms::TaskKindTerm},
};

/// A task: one record that waits for the caller, with what has to be done about it; or, where settled tasks are asked for,
/// what the caller has done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskOut {
    /// Kind of the task.
    pub kind: TaskKindTerm,
    /// What has to be done in words, in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "确认技术服务方案")]
    pub title: String,
    /// The record that waits. For a settled task the record that was changed or created.
    pub record: RecordReference,
    /// The project of the record. Absent if the record belongs to no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project: Option<ProjectSummary>,
    /// Instant since which the record waits in its present state, in UTC. For a settled task the instant at which it was
    /// settled.
    pub since: DateTime<Utc>,
    /// Instant until which the task is due, in UTC: the end of the plan's window, the time by which answers are due, the
    /// agreed time of a visit, the deadline of an upload (A14.1), the end of the day on which a hazard is due or a council
    /// session is held. Absent if the task has no due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due_at: Option<DateTime<Utc>>,
    /// Whether `due_at` has passed.
    #[schema(example = false)]
    pub overdue: bool,
    /// Whether the caller has settled the task.
    #[schema(example = false)]
    pub done: bool,
    /// The `operationId`s of the operations that settle the task, the usual one first. The record's
    /// `allowed_actions` says which of them are possible at the moment. For a settled task the operation by which it was
    /// settled.
    #[schema(min_items = 1, max_items = 4, example = json!(["confirm_service_plan", "return_service_plan"]))]
    pub operations: Vec<&'static str>,
}

impl TaskOut {
    /// The task, with its words in a language.
    #[must_use]
    pub fn new(task: Task, language: Language) -> Self {
        Self {
            kind: task.kind.into(),
            title: language.pick(task.kind.into()),
            record: RecordReference::new(task.kind.record(), task.record_id, task.label, language),
            project: task.project.as_ref().map(ProjectSummary::from),
            since: task.since,
            due_at: task.due_at,
            overdue: task.overdue,
            done: false,
            operations: task.kind.operations().iter().copied().map(Operation::code).collect(),
        }
    }

    /// The settled task, with its words in a language.
    #[must_use]
    pub fn settled(task: SettledTask, language: Language) -> Self {
        Self {
            kind: task.kind.into(),
            title: language.pick(task.kind.into()),
            record: RecordReference::new(task.record_kind, task.record_id, task.label, language),
            project: task.project.as_ref().map(ProjectSummary::from),
            since: task.settled_at,
            due_at: None,
            overdue: false,
            done: true,
            operations: vec![task.operation.code()],
        }
    }
}

/// What a list of tasks is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskFilter {
    /// Tasks of this kind only.
    #[param(nullable = false)]
    kind: Option<TaskKindTerm>,
    /// Tasks of this project only.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// `true` keeps tasks past their due date only, `false` keeps all others.
    #[param(nullable = false)]
    overdue: Option<bool>,
    /// Tasks only that are due at the latest on this day (date in Xiamen). Tasks without a due date are left out.
    #[param(nullable = false, example = "2026-03-31")]
    due_by: Option<NaiveDate>,
    /// `true` lists the tasks that the caller has settled, the latest first, in place of those that wait.
    #[param(nullable = false)]
    done: Option<bool>,
}

/// The place of a task in the list, in a cursor.
#[derive(Debug, Serialize, Deserialize)]
struct TaskKey {
    undated: bool,
    at: DateTime<Utc>,
    kind: TaskKindTerm,
    id: Uuid,
}

impl From<Position> for TaskKey {
    fn from(position: Position) -> Self {
        let Position { undated, at, kind, id } = position;
        Self { undated, at, kind: kind.into(), id }
    }
}
impl From<&TaskKey> for Position {
    fn from(key: &TaskKey) -> Self {
        Self { undated: key.undated, at: key.at, kind: key.kind.0, id: key.id }
    }
}

/// List the caller's tasks
///
/// Lists what waits for the caller now, over all kinds of records, the most urgent first: tasks with a due date by that
/// date, then the others by the instant since which they wait.
///
/// - A task follows from the state of a record. It disappears as soon as somebody has settled it, or can no longer settle
///   it.
/// - An organisation's people share the tasks of the organisation, as far as their role lets them act. Who may only read
///   has no task.
/// - An expert has the tasks of the visits in whose group the expert is; steps, end and material of a visit are the
///   leader's task (A10.1).
///
/// With `done=true` the list holds what the caller has settled so far, by the event log, the latest first. Settled tasks have
/// no due date.
#[utoipa::path(tag = "tasks", params(ListQuery<TaskFilter, OneOrder>), responses(
    (status = 200, description = "A page of tasks, the most urgent first; of settled tasks, the latest first.", body = Page<TaskOut>)))]
#[get("/tasks")]
pub(crate) async fn list_tasks(
    context: RequestContext,
    query: ListQuery<TaskFilter, OneOrder>,
) -> Result<Reply, ApiError> {
    let (language, now) = (context.language, context.now);
    let TaskFilter { kind, project_id, overdue, due_by, done } = query.filter;
    let (kind, project_id) = (kind.map(|term| term.0), project_id.map(Id::new));
    if done == Some(true) {
        let dated_only = overdue == Some(true) || due_by.is_some();
        let reply = query
            .reply(&context, move |db, caller, list| {
                let page = if dated_only {
                    anze_persistence::Page { items: Vec::new(), more: false }
                } else {
                    store::list_settled(db, caller.id(), kind, project_id, &list.wanted)?
                };
                list.page(page, SettledTask::position, |task| TaskOut::settled(task, language))
            })
            .await?;
        return Ok(reply.in_language(language));
    }
    let filter = store::Filter { kind, project_id, overdue, due_by };
    let reply = query
        .reply(&context, move |db, caller, list| {
            let after = list.wanted.after.as_ref().map(|key: &TaskKey| Position::from(key));
            let page = store::list(db, caller, &filter, after, list.wanted.limit, now)?;
            list.page(page, |task| TaskKey::from(task.position()), |task| TaskOut::new(task, language))
        })
        .await?;
    Ok(reply.in_language(language))
}

/// For which project tasks are counted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TaskCountQuery {
    /// Tasks of this project only.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
}

/// How many tasks of each kind wait for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskCounts {
    /// The kinds of which the caller has a task. Kinds without a task are left out.
    #[schema(max_items = 64)]
    pub items: Vec<TaskCount>,
}

/// How many tasks of one kind wait for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskCount {
    /// Kind of the tasks.
    pub kind: TaskKindTerm,
    /// What has to be done in words, in the caller's language.
    #[schema(max_length = 200, example = "确认技术服务方案")]
    pub title: String,
    /// Number of tasks. Tasks beyond 100 are not counted.
    #[schema(minimum = 1, maximum = 100, example = 3)]
    pub count: u32,
    /// Number of the counted tasks that are past their due date.
    #[schema(minimum = 0, maximum = 100, example = 1)]
    pub overdue: u32,
    /// Whether there may be more tasks than were counted.
    #[schema(example = false)]
    pub more: bool,
}

impl TaskCount {
    fn new(it: Count, language: Language) -> Self {
        let Count { kind, count, overdue } = it;
        Self {
            kind: kind.into(),
            title: language.pick(kind.into()),
            count,
            overdue,
            more: count >= MOST_COUNTED,
        }
    }
}

/// Count the caller's tasks
///
/// Counts the tasks of the caller by their kind, for the badges of a home screen. The tasks are those of the list of tasks.
#[utoipa::path(tag = "tasks", params(TaskCountQuery), responses(
    (status = 200, description = "The number of tasks of each kind.", body = TaskCounts)))]
#[get("/tasks/counts")]
pub(crate) async fn get_task_counts(
    context: RequestContext,
    Query(query): Query<TaskCountQuery>,
) -> Result<Reply, ApiError> {
    let (language, now) = (context.language, context.now);
    let project = query.project_id.map(Id::new);
    let counts = context.read(move |db, caller| Ok(store::counts(db, caller, project, now)?)).await?;
    let items = counts.into_iter().map(|it| TaskCount::new(it, language)).collect();
    Ok(Reply::json(StatusCode::OK, &TaskCounts { items })?.in_language(language))
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(list_tasks).service(get_task_counts);
}
