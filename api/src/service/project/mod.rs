//! Projects (项目) and their timeline.

mod wire;

use actix_web::{HttpRequest, get, post, put};
use anze_domain::{
    Id, Violation,
    access::{Caller, Operation, Port, Relations},
    base::id::OrganizationId,
    identity::organization::OrganizationStatus,
    service::project::{self, PARTY_OF_OTHER_PORT, Project, ProjectDetails},
};
use anze_persistence::{
    Reader, StoreError, Writer, identity::organization, service::project as store,
    store::single_statement::RowUpdate,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, change, decide, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ReasonIn, SortQuery, page_out, page_request,
        terms::{DistrictTerm, ProjectStatusTerm},
    },
};

pub use wire::{LocationIn, ProjectIn, ProjectOut};

/// Number prefix of projects.
const NUMBER: &str = "XM";

/// 新建项目 · Create a project
///
/// The contractor drafts a project; nothing is served before it is registered (A2.1).
#[utoipa::path(tag = "projects", request_body = ProjectIn, responses(
    (status = 201, description = "The draft", body = ProjectOut)))]
#[post("/projects")]
pub(crate) async fn create_project(
    context: RequestContext,
    input: Json<ProjectIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let contractor_id = or_not_found(tx.caller.organization_id)?;
            let project = Project {
                id: Id::new(tx.new_id()),
                version: 1,
                number: tx.next_number(NUMBER)?,
                status: project::ProjectStatus::Draft,
                status_reason: None,
                contractor_id,
                details: details(tx.db, &input)?,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (project, event) = project.create()?;
            store::insert(tx.db, &project)?;
            tx.append(project.id, &event)?;
            let location = format!("/api/v1/projects/{}", project.id);
            let relations = store::relations(tx.db, &project, tx.caller)?;
            Reply::created(location, &ProjectOut::new(&project, tx.caller, &relations), project.version)
        })
        .await
}

/// What a list of projects is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<ProjectStatusTerm>,
    /// In this district.
    #[param(nullable = false)]
    district: Option<DistrictTerm>,
    /// Of this contractor.
    #[param(nullable = false)]
    contractor_id: Option<Uuid>,
}

/// 项目列表 · List projects
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "projects", params(ProjectFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of projects", body = Page<ProjectOut>)))]
#[get("/projects")]
pub(crate) async fn list_projects(
    context: RequestContext,
    filter: Query<ProjectFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        district: filter.district.map(|term| term.0),
        contractor_id: filter.contractor_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            page_out(
                page,
                sort,
                &filter,
                |project| project.id,
                |project| {
                    // Whatever is listed, the caller has the part that listed it.
                    let relations = project.relations().listed_to(caller);
                    ProjectOut::new(&project, caller, &relations)
                },
            )
        })
        .await?;
    page.reply(&request)
}

/// 项目详情 · Read a project
///
/// For those who have a part in it (A11.3); others are told that it is not there.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project")), responses(
    (status = 200, description = "The project", body = ProjectOut)))]
#[get("/projects/{id}")]
pub(crate) async fn get_project(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let project = or_not_found(store::find(db, id)?)?;
            let relations = store::relations(db, &project, caller)?;
            anze_domain::access::may(caller, Operation::GetProject, &relations)?;
            Reply::ok(&ProjectOut::new(&project, caller, &relations), project.version)
        })
        .await
}

/// 修改项目 · Replace a draft project
///
/// The contractor, while it is a draft.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ProjectIn, responses((status = 200, description = "The draft", body = ProjectOut)))]
#[put("/projects/{id}")]
pub(crate) async fn update_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ProjectIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::UpdateProject, move |project: Project, tx| {
        Ok(project.update(details(tx.db, &input)?)?)
    })
    .await
}

/// 项目登记 · Register a project
///
/// A4.1: the first step. Supervisor and owner must be named.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The registered project", body = ProjectOut)))]
#[post("/projects/{id}/register")]
pub(crate) async fn register_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::RegisterProject, |project: Project, tx| {
        let (next, event) = project.register()?;
        store::add_named_parties(tx.db, &next)?;
        Ok((next, event))
    })
    .await
}

/// 取消项目 · Cancel a draft project
///
/// The contractor gives a draft up, with the reason.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The cancelled project", body = ProjectOut)))]
#[post("/projects/{id}/cancel")]
pub(crate) async fn cancel_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::CancelProject, move |project: Project, _| {
        Ok(project.cancel(&input.reason)?)
    })
    .await
}

/// 停工 · Suspend a project
///
/// The contractor says that work has stopped, with the reason; nothing is served meanwhile.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The suspended project", body = ProjectOut)))]
#[post("/projects/{id}/suspend")]
pub(crate) async fn suspend_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::SuspendProject, move |project: Project, _| {
        Ok(project.suspend(&input.reason)?)
    })
    .await
}

/// 复工 · Resume a project
///
/// The contractor says that work goes on.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The registered project", body = ProjectOut)))]
#[post("/projects/{id}/resume")]
pub(crate) async fn resume_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::ResumeProject, |project: Project, _| Ok(project.resume()?))
        .await
}

/// 项目完工 · Complete a project
///
/// The contractor says that the works are completed.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The completed project", body = ProjectOut)))]
#[post("/projects/{id}/complete")]
pub(crate) async fn complete_project(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::CompleteProject, |project: Project, _| Ok(project.complete()?))
        .await
}

impl Subject for Project {
    type ParentStates = Relations;

    fn find(db: &mut Reader<'_>, caller: &Caller, id: Uuid) -> Result<Option<(Self, Relations)>, StoreError> {
        let Some(project) = store::find_locked(db, Id::new(id))? else { return Ok(None) };
        let relations = store::relations(db, &project, caller)?;
        Ok(Some((project, relations)))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, around: &Relations) -> Relations {
        around.clone()
    }

    fn stream(&self) -> Uuid {
        self.id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(store::single_statement_update(self, now))
    }

    fn show(self, around: Relations, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&ProjectOut::new(&self, to.caller, &around), self.version)
    }
}

/// What the input says, with its parties looked up: an organisation named must be active and of its port.
fn details(db: &mut Reader<'_>, input: &ProjectIn) -> Result<ProjectDetails, ApiError> {
    let named = [
        (input.supervisor.organization_id, Port::Supervisor, "/supervisor/organization_id"),
        (input.owner.organization_id, Port::Owner, "/owner/organization_id"),
    ];
    let ids: Vec<OrganizationId> = named.iter().filter_map(|(id, ..)| id.map(Id::new)).collect();
    let found = if ids.is_empty() { Vec::new() } else { organization::find_all(db, &ids)? };
    let wrong = named.into_iter().filter_map(|(id, port, pointer)| {
        let id: OrganizationId = Id::new(id?);
        let fits =
            found.iter().any(|it| it.id == id && it.kind == port && it.status == OrganizationStatus::Active);
        (!fits).then(|| Violation::new(PARTY_OF_OTHER_PORT).with("port", port).at(pointer))
    });
    Violation::all(wrong.collect())?;
    Ok(input.details()?)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_project)
        .service(list_projects)
        .service(get_project)
        .service(update_project)
        .service(register_project)
        .service(cancel_project)
        .service(suspend_project)
        .service(resume_project)
        .service(complete_project);
}
