//! Visits (现场服务): the group and its time, the five steps on site, and the material.

mod course;
mod group;
mod material;
mod notifications;
mod proposal;
mod reminder;
mod slots;
mod snapshot;
mod step_name;
pub(crate) mod steps;
mod suggestion;
mod view;
mod wire;

use actix_web::get;
use anze_domain::{Id, access::Operation};
use anze_persistence::service::visit as store;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::RequestContext,
    http::{extract::Path, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, search::SearchTextIo, terms::VisitStatusTerm},
};

pub(crate) use notifications::cancelled as cancelled_notifications;
pub(crate) use reminder::remind_of_answers;
pub use snapshot::ExpertSnapshot;
use view::{find_authorized, shown, view_context};
pub use wire::{TieFoundLaterOut, VisitOut, VisitStep};

/// What a list of visits is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VisitFilter {
    /// Lists only visits in this state.
    #[param(nullable = false)]
    status: Option<VisitStatusTerm>,
    /// Id of a project. Lists only visits to this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Id of a commission. Lists only visits under this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Keeps only visits whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List visits
///
/// Lists the visits that the caller may read, newest first (A11.3). An expert sees the visits of the groups to which the
/// expert belongs.
#[utoipa::path(tag = "visits", params(ListQuery<VisitFilter>), responses(
    (status = 200, description = "A page of visits, newest first.", body = Page<VisitOut>)))]
#[get("/visits")]
pub(crate) async fn list_visits(
    context: RequestContext,
    query: ListQuery<VisitFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    let now = context.now;
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let view_context = view_context(db, &page.items, now)?;
            let page = page.try_map(|visit| VisitOut::new(visit, &view_context, caller))?;
            list.page(page, |visit| visit.id, |visit| visit)
        })
        .await
}

/// Read a visit
///
/// Returns one visit with its group, proposed slots, steps and deadlines. A visit in which the caller has no part is
/// answered as not found (A11.3).
///
/// - Names of experts are masked for callers who neither arrange nor meet them.
/// - The exact position of a step is shown only to the association, the provider and the group.
/// - Use the `ETag` of this answer as `If-Match` in the next change.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit.")), responses(
    (status = 200, description = "The visit as it stands now.", body = VisitOut)))]
#[get("/visits/{id}")]
pub(crate) async fn get_visit(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, now) = (Id::new(id.0), context.now);
    context
        .read(move |db, caller| {
            let visit = find_authorized(db, caller, id, Operation::GetVisit)?;
            shown(db, visit, caller, now)
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(list_visits)
        .service(get_visit)
        .service(snapshot::get_visit_group)
        .service(suggestion::get_group_suggestions)
        .service(group::propose_visit)
        .service(group::agree_visit)
        .service(group::decline_visit)
        .service(group::reschedule_visit)
        .service(group::cancel_visit)
        .service(course::start_visit)
        .service(course::record_visit_step)
        .service(course::end_visit)
        .service(proposal::issue_rectification_proposal)
        .service(proposal::get_rectification_proposal)
        .service(proposal::receive_rectification_proposal)
        .service(material::list_visit_materials)
        .service(material::submit_visit)
        .service(material::accept_visit)
        .service(material::return_visit);
}
