//! How a project or a commission stands, for one screen: each part only as far as the caller may list it.

use std::collections::HashMap;

use actix_web::get;
use anze_domain::{
    Id,
    access::{Caller, Operation, may, may_ever},
    base::id::{ProjectId, ServiceLineId},
    service::{
        commission::{Commission, ServiceLine},
        hazard::HazardGrade,
        policy::{FeeBase, Policy},
    },
};
use anze_persistence::{
    Direction, PageRequest, Reader,
    oversight::{
        overview::{self as store, Deadline, LineProgress, NextVisit, Whole},
        summary::Named,
    },
    service::{commission, policy, project},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{extract::Path, language::Language, problem::ApiError, respond::Reply},
    service::policy::PolicyOut,
    wire::{
        record::RecordReference,
        summary::{NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::{CommissionStatusTerm, ServiceCategoryTerm, TaskKindTerm, VisitStatusTerm},
    },
};

/// The most policies, commissions and visits of an overview, each.
const AT_MOST: u32 = 20;

/// How a project stands: its policies, its commissions with their progress, and what comes next.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectOverview {
    /// The project in short.
    pub project: ProjectSummary,
    /// Policies of the project, the newest first, at most 20. Absent if the caller may not list policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub policies: Option<Vec<PolicyOut>>,
    /// Commissions of the project with their progress, the newest first, at most 20. Absent if the caller may not list
    /// commissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20)]
    pub commissions: Option<Vec<CommissionProgress>>,
    /// What comes next. Absent if the caller may not list visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<UpcomingService>,
    /// Names of the lists of this answer that are longer than it shows: `policies`, `commissions`, `visits`. The list operations
    /// give the rest.
    #[schema(value_type = Vec<String>, max_items = 3, example = json!([]))]
    pub truncated: Vec<&'static str>,
}

/// How a commission stands: the progress of its lines, and what comes next.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionOverview {
    /// The project that the commission serves, in short.
    pub project: ProjectSummary,
    /// The commission with its progress.
    pub commission: CommissionProgress,
    /// What comes next. Absent if the caller may not list visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<UpcomingService>,
    /// Names of the lists of this answer that are longer than it shows: `visits`. The list operation gives the rest.
    #[schema(value_type = Vec<String>, max_items = 3, example = json!([]))]
    pub truncated: Vec<&'static str>,
}

/// A commission in short, with the progress of its lines.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionProgress {
    /// Id of the commission.
    pub id: Uuid,
    /// Number of the commission for people.
    #[schema(max_length = 32, pattern = "^WT-[0-9]{4}-[0-9]{6,}$", example = "WT-2026-000123")]
    pub number: String,
    /// Current state of the commission.
    pub status: CommissionStatusTerm,
    /// The insurer that made the commission, in short.
    pub insurer: OrganizationSummary,
    /// The provider that is to serve, in short.
    pub provider: OrganizationSummary,
    /// First day of the service period (date in Xiamen).
    pub period_start: NaiveDate,
    /// Last day of the service period (date in Xiamen).
    pub period_end: NaiveDate,
    /// Commissioned lines with their progress.
    #[schema(max_items = 50)]
    pub lines: Vec<LineProgressOut>,
}

/// Line of a commission, with the number of services agreed, planned and done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LineProgress)]
pub struct LineProgressOut {
    /// Id of the line.
    pub id: Uuid,
    /// Category of the service, among the seven of Article 6.
    pub category: ServiceCategoryTerm,
    /// Exact content of the service. May be empty, except for the category `other`.
    #[schema(max_length = 1000, example = "深基坑与起重机械隐患排查")]
    pub description: String,
    /// Number of services that the commission agrees for the line.
    #[schema(minimum = 1, maximum = 366, example = 4)]
    pub agreed: u32,
    /// Number of visits for the line under confirmed plans, without the cancelled visits.
    #[schema(minimum = 0, example = 4)]
    pub planned: u32,
    /// Number of these visits whose material was accepted.
    #[schema(minimum = 0, example = 2)]
    pub done: u32,
}

/// Visits that are next, hazards that are open, and the next deadline.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpcomingService {
    /// Visits that are planned, proposed, agreed or in progress, at most 20: first those whose time is agreed, by that time, then
    /// the others by the first day of their window.
    #[schema(max_items = 20)]
    pub visits: Vec<UpcomingVisit>,
    /// Numbers of hazards that are not closed.
    pub open_hazards: OpenHazards,
    /// The next deadline, whoever has to keep it. Absent if nothing is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub deadline: Option<NextDeadline>,
}

/// A visit that has yet to be served, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpcomingVisit {
    /// Id of the visit.
    pub id: Uuid,
    /// Number of the visit for people.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "FW-2026-000123")]
    pub number: String,
    /// State of the visit.
    pub status: VisitStatusTerm,
    /// Id of the commission to which the visit belongs.
    pub commission_id: Uuid,
    /// Category of the service (A6).
    pub category: ServiceCategoryTerm,
    /// First day on which the visit may take place (date in Xiamen), from the plan.
    pub window_start: NaiveDate,
    /// Last day on which the visit may take place (date in Xiamen), from the plan.
    pub window_end: NaiveDate,
    /// Agreed start of the visit (UTC). Absent until a time is agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_start: Option<DateTime<Utc>>,
    /// Agreed end of the visit (UTC). Absent until a time is agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_end: Option<DateTime<Utc>>,
}

impl From<NextVisit> for UpcomingVisit {
    fn from(it: NextVisit) -> Self {
        Self {
            id: it.id.uuid(),
            number: it.number,
            status: it.status.into(),
            commission_id: it.commission_id.uuid(),
            category: it.category.into(),
            window_start: it.window.0,
            window_end: it.window.1,
            scheduled_start: it.scheduled.map(|(start, _)| start),
            scheduled_end: it.scheduled.map(|(_, end)| end),
        }
    }
}

/// Numbers of hazards that are not closed, by their grade.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenHazards {
    /// Number of open general hazards.
    #[schema(minimum = 0, example = 2)]
    pub general: u32,
    /// Number of open major hazards (A15.1).
    #[schema(minimum = 0, example = 1)]
    pub major: u32,
}

/// The next deadline: the answers to the proposed times of a visit, the material of a visit (A14.1), or the rectification of a
/// hazard.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextDeadline {
    /// Kind of the task that is due.
    pub kind: TaskKindTerm,
    /// What has to be done in words, in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "提交服务资料")]
    pub title: String,
    /// The record that waits.
    pub record: RecordReference,
    /// Instant until which it is due, in UTC. A hazard is due until the end of its day in Xiamen.
    pub due_at: DateTime<Utc>,
    /// Whether `due_at` has passed.
    #[schema(example = false)]
    pub overdue: bool,
}

impl NextDeadline {
    fn new(it: Deadline, now: DateTime<Utc>, language: Language) -> Self {
        Self {
            kind: it.kind.into(),
            title: language.pick(it.kind.into()),
            record: RecordReference::new(it.kind.record(), it.record_id, it.label, language),
            due_at: it.due_at,
            overdue: it.due_at < now,
        }
    }
}

impl LineProgressOut {
    fn new(line: &ServiceLine, progress: LineProgress) -> Self {
        Self {
            id: line.id.uuid(),
            category: line.category.into(),
            description: line.description.clone(),
            agreed: line.times,
            planned: progress.planned,
            done: progress.done,
        }
    }
}

impl CommissionProgress {
    fn new(
        commission: &Commission,
        progress: &HashMap<ServiceLineId, LineProgress>,
        summaries: &Summaries,
    ) -> Result<Self, ApiError> {
        let terms = &commission.terms;
        let line = |line: &ServiceLine| {
            LineProgressOut::new(line, progress.get(&line.id).copied().unwrap_or_default())
        };
        Ok(Self {
            id: commission.id.uuid(),
            number: commission.number.clone(),
            status: commission.status.into(),
            insurer: summaries.organization(commission.parties.insurer_id)?,
            provider: summaries.organization(terms.provider_id)?,
            period_start: terms.period.start,
            period_end: terms.period.end,
            lines: terms.lines.iter().map(line).collect(),
        })
    }
}

/// The records of an overview, which name others.
struct Parts<'a> {
    project: ProjectId,
    policies: &'a [Policy],
    commissions: &'a [Commission],
}

impl NamesOthers for Parts<'_> {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project);
        self.policies.iter().for_each(|policy| policy.name_others(named));
        self.commissions.iter().for_each(|commission| commission.name_others(named));
    }
}

/// The newest records of a list.
fn newest() -> PageRequest<Uuid> {
    PageRequest { after: None, limit: AT_MOST, direction: Direction::Descending }
}

/// Whether the caller may list such records at all. Which of them, the list scope decides.
fn may_list(caller: &Caller, operation: Operation) -> bool {
    may_ever(caller, operation).is_ok()
}

/// What comes next, as far as the caller may list it.
fn upcoming(
    db: &mut Reader<'_>,
    caller: &Caller,
    whole: Whole,
    truncated: &mut Vec<&'static str>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<Option<UpcomingService>, ApiError> {
    if !may_list(caller, Operation::ListVisits) || !may_list(caller, Operation::ListHazards) {
        return Ok(None);
    }
    let page = store::next_visits(db, caller, whole, AT_MOST)?;
    if page.more {
        truncated.push("visits");
    }
    let open = store::open_hazards(db, caller, whole)?;
    let of_grade = |grade| open.get(&grade).copied().unwrap_or_default();
    let of_visits = store::next_deadline_of_visits(db, caller, whole)?;
    let of_hazards = store::next_deadline_of_hazards(db, caller, whole)?;
    let deadline = of_visits.into_iter().chain(of_hazards).min_by_key(|it| it.due_at);
    Ok(Some(UpcomingService {
        visits: page.items.into_iter().map(UpcomingVisit::from).collect(),
        open_hazards: OpenHazards {
            general: of_grade(HazardGrade::General),
            major: of_grade(HazardGrade::Major),
        },
        deadline: deadline.map(|it| NextDeadline::new(it, now, language)),
    }))
}

/// The policies and the commissions of a project, as far as the caller may list them.
fn records_of_project(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: ProjectId,
    base: FeeBase,
) -> Result<ProjectOverview, ApiError> {
    let mut truncated = Vec::new();
    let (mut policies, mut commissions) = (None, None);
    if may_list(caller, Operation::ListPolicies) {
        let filter = policy::Filter { project_id: Some(id), ..policy::Filter::default() };
        let page = policy::list(db, caller, &filter, &newest())?;
        if page.more {
            truncated.push("policies");
        }
        policies = Some(page.items);
    }
    if may_list(caller, Operation::ListCommissions) {
        let filter = commission::Filter { project_id: Some(id), ..commission::Filter::default() };
        let page = commission::list(db, caller, &filter, &newest())?;
        if page.more {
            truncated.push("commissions");
        }
        commissions = Some(page.items.into_iter().map(|(commission, _)| commission).collect::<Vec<_>>());
    }
    let parts = Parts {
        project: id,
        policies: policies.as_deref().unwrap_or_default(),
        commissions: commissions.as_deref().unwrap_or_default(),
    };
    let summaries = Summaries::of(db, [&parts])?;
    let listed: Vec<_> = parts.policies.iter().map(|policy| policy.id).collect();
    let committed = if listed.is_empty() { HashMap::new() } else { policy::committed_for(db, &listed)? };
    let listed: Vec<_> = parts.commissions.iter().map(|commission| commission.id).collect();
    let progress = store::progress(db, &listed)?;
    let of_policy = |policy: Policy| {
        let committed = committed.get(&policy.id).copied().unwrap_or_default();
        PolicyOut::new(&policy, committed, base, &summaries, caller)
    };
    let of_commission = |it: &Commission| CommissionProgress::new(it, &progress, &summaries);
    Ok(ProjectOverview {
        project: summaries.project(id)?,
        commissions: commissions.map(|all| all.iter().map(of_commission).collect()).transpose()?,
        policies: policies.map(|all| all.into_iter().map(of_policy).collect()).transpose()?,
        next: None,
        truncated,
    })
}

/// Read how a project stands
///
/// Returns in one answer what a screen of a project shows: its policies, its commissions with their progress, the visits that are
/// next, the number of open hazards by grade, and the next deadline.
///
/// - Each part holds only records that the caller may list. A part of which the caller may list nothing, such as the policies for
///   a supervisor, is absent. For an API token, the scope of each list decides.
/// - Each list holds at most 20 records; `truncated` names those that are longer.
/// - Titles follow `Accept-Language`.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project.")), responses(
    (status = 200, description = "How the project stands.", body = ProjectOverview)))]
#[get("/projects/{id}/overview")]
pub(crate) async fn get_project_overview(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, now, language) = (Id::new(id.0), context.now, context.language);
    let base = context.app.settings.fee_base;
    let reply = context
        .read(move |db, caller| {
            let project = or_not_found(project::find(db, id)?)?;
            let relations = project::relations(db, &project, caller)?;
            may(caller, Operation::GetProjectOverview, &relations)?;
            let mut overview = records_of_project(db, caller, id, base)?;
            let whole = Whole::Project(id);
            overview.next = upcoming(db, caller, whole, &mut overview.truncated, now, language)?;
            Reply::ok(&overview, project.version)
        })
        .await?;
    Ok(reply.in_language(language))
}

/// Read how a commission stands
///
/// Returns in one answer what a screen of a commission shows: the progress of its lines, the visits that are next, the number of
/// open hazards by grade, and the next deadline.
///
/// - Each part holds only records that the caller may list. For an API token, the scope of each list decides.
/// - The list of visits holds at most 20; `truncated` names it if it is longer.
/// - Titles follow `Accept-Language`.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission.")), responses(
    (status = 200, description = "How the commission stands.", body = CommissionOverview)))]
#[get("/commissions/{id}/overview")]
pub(crate) async fn get_commission_overview(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let (id, now, language) = (Id::new(id.0), context.now, context.language);
    let reply = context
        .read(move |db, caller| {
            let commission = or_not_found(commission::find(db, id)?)?;
            may(caller, Operation::GetCommissionOverview, &commission.relations())?;
            let commissions = std::slice::from_ref(&commission);
            let parts = Parts { project: commission.project_id, policies: &[], commissions };
            let summaries = Summaries::of(db, [&parts])?;
            let progress = store::progress(db, &[id])?;
            let mut truncated = Vec::new();
            let next = upcoming(db, caller, Whole::Commission(id), &mut truncated, now, language)?;
            let overview = CommissionOverview {
                project: summaries.project(commission.project_id)?,
                commission: CommissionProgress::new(&commission, &progress, &summaries)?,
                next,
                truncated,
            };
            Reply::ok(&overview, commission.version)
        })
        .await?;
    Ok(reply.in_language(language))
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(get_project_overview).service(get_commission_overview);
}
