//! Projects (项目) and their timeline.

mod amendment;
mod lookup;
pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{Caller, Operation, Relations},
    oversight::hand_over::Told,
    service::project::Project,
};
use anze_persistence::{Reader, service::project as store};
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
        search::SearchTextIo,
        summary::Summaries,
        terms::{DistrictTerm, ProjectStatusTerm},
    },
};

pub use amendment::ProjectAmendmentInput;
pub use wire::{ProjectInput, ProjectOut};

/// Create a project
///
/// Creates a project as a `draft` of the caller's organisation, which becomes its contractor. No service is
/// possible before the project is registered (A2.1). A supervisor or owner that is given by id must be an
/// active organisation of that port (A16). Supervisor and owner cannot read the project before it is
/// registered.
#[utoipa::path(tag = "projects", request_body = ProjectInput, responses(
    (status = 201, description = "The new project, a `draft`.", body = ProjectOut)))]
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
            let summaries = Summaries::of(tx.db, [&project])?;
            let wire = ProjectOut::new(&project, tx.caller, &relations, &summaries)?;
            Reply::created(location, &wire, project.version)
        })
        .await
}

/// What a list of projects is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectFilter {
    /// Keeps only projects in this state.
    #[param(nullable = false)]
    status: Option<ProjectStatusTerm>,
    /// Keeps only projects whose site lies in this district.
    #[param(nullable = false)]
    district: Option<DistrictTerm>,
    /// Keeps only projects of the contractor with this id.
    #[param(nullable = false)]
    contractor_id: Option<Uuid>,
    /// Keeps only projects in whose name this text stands, or whose number begins with it.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List projects
///
/// Lists the projects in which the caller has a part (A11.3), newest first by default. A project must match
/// every filter that is given.
#[utoipa::path(tag = "projects", params(ListQuery<ProjectFilter>), responses(
    (status = 200, description = "One page of the matching projects.", body = Page<ProjectOut>)))]
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
        text: SearchTextIo::of(filter.q.as_ref()),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let summaries = Summaries::of(db, &page.items)?;
            let page = page.try_map(|project| {
                // Whatever is listed, the caller has the part that listed it.
                let relations = project.relations().listed_to(caller);
                ProjectOut::new(&project, caller, &relations, &summaries)
            })?;
            list.page(page, |project| project.id, |project| project)
        })
        .await
}

/// Read a project
///
/// Returns one project. A project in which the caller has no part is treated as one that does not exist
/// (A11.3).
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project.")), responses(
    (status = 200, description = "The project as the caller may see it.", body = ProjectOut)))]
#[get("/projects/{id}")]
pub(crate) async fn get_project(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let project = or_not_found(store::find(db, id)?)?;
            let relations = store::relations(db, &project, caller)?;
            anze_domain::access::may(caller, Operation::GetProject, &relations)?;
            shown(db, &project, caller, &relations)
        })
        .await
}

/// Update a project
///
/// Replaces all details of a project that is still a draft. Optional fields that the request leaves out are
/// emptied. A supervisor or owner that is given by id must be an active organisation of that port (A16).
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    request_body = ProjectInput,
    responses((status = 200, description = "The changed project, still a `draft`.", body = ProjectOut)))]
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
/// Registers a draft project, which is the first of the seven steps (A4.1). Supervisor and owner must be
/// named, each as an organisation or by name. From now on the project can be insured and served (A2.1), and
/// its details change only by `amend_project`. Supervisor and owner on the platform can read it from now on.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    responses((status = 200, description = "The project, now `registered`.", body = ProjectOut)))]
#[post("/projects/{id}/register")]
pub(crate) async fn register_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::register(tx, id.0, &if_match)).await
}

/// Amend a registered project
///
/// Corrects fields of a registered or suspended project, with a reason. The request names only the fields that
/// change:
///
/// - project leader (A12.1), safety officer, construction permit, planned dates and site can change;
/// - supervisor and owner can change to an active organisation of that port (A16), or to a name; a party that was
///   given by name can be linked to its organisation;
/// - name, category, contract price and floor area cannot change, because they decide the insurance and the fee cap
///   (A3.1): another value than the present one is refused.
///
/// A supervisor or owner that joins can read the project and everything below it from now on, and one that leaves
/// cannot any more. Both are notified. Experts with a tie to a party that joins are recused (A12.2): they leave the
/// project's groups whose visits have not begun. Where a visit has begun, the tie is marked on it. The other parties, the
/// association and the regulator are notified of the amendment. The timeline holds each changed field with its former and
/// its new value, of persons only that they changed.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    request_body = ProjectAmendmentInput,
    responses((status = 200, description = "The amended project, in the state that it had.", body = ProjectOut)))]
#[post("/projects/{id}/amend")]
pub(crate) async fn amend_project(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ProjectAmendmentInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::amend(tx, id.0, &if_match, &input)).await
}

/// Cancel a project
///
/// Cancels a draft project that will not be registered, with a reason. A cancelled project cannot be changed
/// again.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The project, now `cancelled`.", body = ProjectOut)))]
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
/// Records that the works of a registered project have stopped, with a reason. Until they resume, no policy
/// can be recorded, no commission created or submitted, and no visit started (A2.1). Times of visits can
/// still be proposed and agreed.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The project, now `suspended`.", body = ProjectOut)))]
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
/// Records that the works of a suspended project go on. The project is registered again, and service is
/// possible again (A2.1). The reason of the suspension remains in the project's timeline.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    responses((status = 200, description = "The project, `registered` again.", body = ProjectOut)))]
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
/// Records that the works of a registered project are completed. Afterwards no policy can be recorded, no
/// commission created or submitted, and no visit proposed or started (A2.1). Earlier records stay as they
/// are.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), IfMatch),
    responses((status = 200, description = "The project, now `completed`.", body = ProjectOut)))]
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

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.id), version: self.version }
    }

    fn show(self, related: Relations, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, &self, to.caller, &related)
    }
}

/// The answer that shows a project.
fn shown(
    db: &mut Reader<'_>,
    project: &Project,
    caller: &Caller,
    relations: &Relations,
) -> Result<Reply, ApiError> {
    let summaries = Summaries::of(db, [project])?;
    Reply::ok(&ProjectOut::new(project, caller, relations, &summaries)?, project.version)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_project)
        .service(list_projects)
        .service(lookup::look_up_project)
        .service(get_project)
        .service(update_project)
        .service(register_project)
        .service(cancel_project)
        .service(suspend_project)
        .service(resume_project)
        .service(complete_project)
        .service(amend_project);
}
