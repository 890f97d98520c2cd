//! Projects (项目) and their timeline.

pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{Operation, Relations},
    service::project::Project,
};
use anze_persistence::service::project as store;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, View, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ListQuery, ReasonInput,
        terms::{DistrictTerm, ProjectStatusTerm},
    },
};

pub use wire::{ProjectInput, ProjectOut};

/// Create a project
///
/// The contractor drafts a project; nothing is served before it is registered (A2.1).
#[utoipa::path(tag = "projects", request_body = ProjectInput, responses(
    (status = 201, description = "The draft", body = ProjectOut)))]
#[post("/projects")]
pub(crate) async fn create_project(
    context: RequestContext,
    Json(input): Json<ProjectInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let project = steps::create(tx, &input)?;
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

/// List projects
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "projects", params(ListQuery<ProjectFilter>), responses(
    (status = 200, description = "A page of projects", body = Page<ProjectOut>)))]
#[get("/projects")]
pub(crate) async fn list_projects(
    context: RequestContext,
    query: ListQuery<ProjectFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        district: filter.district.map(|term| term.0),
        contractor_id: filter.contractor_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            list.page(
                page,
                |project| project.id,
                |project| {
                    // Whatever is listed, the caller has the part that listed it.
                    let relations = project.relations().listed_to(caller);
                    ProjectOut::new(&project, caller, &relations)
                },
            )
        })
        .await
}

/// Read a project
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

/// Update a project
///
/// The contractor, while it is a draft.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ProjectInput, responses((status = 200, description = "The draft", body = ProjectOut)))]
#[put("/projects/{id}")]
pub(crate) async fn update_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ProjectInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Register a project
///
/// A4.1: the first step. Supervisor and owner must be named.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The registered project", body = ProjectOut)))]
#[post("/projects/{id}/register")]
pub(crate) async fn register_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::register(tx, id.0, &if_match)).await
}

/// Cancel a project
///
/// The contractor gives a draft up, with the reason.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The cancelled project", body = ProjectOut)))]
#[post("/projects/{id}/cancel")]
pub(crate) async fn cancel_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::cancel(tx, id.0, &if_match, &input.reason)).await
}

/// Suspend a project
///
/// The contractor says that work has stopped, with the reason; nothing is served meanwhile.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The suspended project", body = ProjectOut)))]
#[post("/projects/{id}/suspend")]
pub(crate) async fn suspend_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::suspend(tx, id.0, &if_match, &input.reason)).await
}

/// Resume a project
///
/// The contractor says that work goes on.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The registered project", body = ProjectOut)))]
#[post("/projects/{id}/resume")]
pub(crate) async fn resume_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::resume(tx, id.0, &if_match)).await
}

/// Complete a project
///
/// The contractor says that the works are completed.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), IfMatch),
    responses((status = 200, description = "The completed project", body = ProjectOut)))]
#[post("/projects/{id}/complete")]
pub(crate) async fn complete_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::complete(tx, id.0, &if_match)).await
}

impl View for Project {
    fn relations(&self, related: &Relations) -> Relations {
        related.clone()
    }

    fn show(self, related: Relations, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&ProjectOut::new(&self, to.caller, &related), self.version)
    }
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
