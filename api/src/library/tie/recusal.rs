//! Requests of a party that an expert be recused (回避申请), which the association decides (A12.2).

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Caller, Operation, may, may_ever},
    library::tie::RecusalRequest,
};
use anze_persistence::{Reader, library::tie::recusal as store};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    steps,
    wire::{RecusalRequestInput, RecusalRequestOut, RecusalUpholdingInput},
};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, ReasonInput, summary::Summaries, terms::RecusalStatusTerm},
};

/// Request the recusal of an expert
///
/// Requests that an expert with a tie to a party be recused from a project (A12.2). The platform notifies the
/// association, which decides. The request does not appear in the timeline of the project (A11.3).
#[utoipa::path(tag = "ties", request_body = RecusalRequestInput,
    responses((status = 201, description = "The recusal request, now `open`.", body = RecusalRequestOut)))]
#[post("/recusal-requests")]
pub(crate) async fn create_recusal_request(
    context: RequestContext,
    Json(input): Json<RecusalRequestInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let request = steps::request_recusal(tx, &input)?;
            let location = format!("/api/v1/recusal-requests/{}", request.id);
            let summaries = Summaries::of(tx.db, [&request])?;
            let wire = RecusalRequestOut::new(&request, &summaries, tx.caller)?;
            Reply::created(location, &wire, request.version)
        })
        .await
}

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecusalFilter {
    /// Keeps the requests in this state.
    #[param(nullable = false)]
    status: Option<RecusalStatusTerm>,
}

/// List recusal requests
///
/// Lists the recusal requests that the caller may read (A12.2).
#[utoipa::path(tag = "ties", params(ListQuery<RecusalFilter>), responses(
    (status = 200, description = "A page of recusal requests.", body = Page<RecusalRequestOut>)))]
#[get("/recusal-requests")]
pub(crate) async fn list_recusal_requests(
    context: RequestContext,
    query: ListQuery<RecusalFilter>,
) -> Result<Reply, ApiError> {
    query
        .reply(&context, move |db, caller, list| {
            may_ever(caller, Operation::ListRecusalRequests)?;
            let page = store::list(db, caller, list.filter.status.map(|term| term.0), &list.wanted)?;
            let summaries = Summaries::of(db, &page.items)?;
            let page = page.try_map(|it| RecusalRequestOut::new(&it, &summaries, caller))?;
            list.page(page, |it| it.id, |it| it)
        })
        .await
}

/// Read a recusal request
///
/// Reads one recusal request and its decision (A12.2).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the recusal request.")),
    responses((status = 200, description = "The recusal request.", body = RecusalRequestOut)))]
#[get("/recusal-requests/{id}")]
pub(crate) async fn get_recusal_request(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let request = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetRecusalRequest, &request.relations())?;
            shown(db, &request, caller)
        })
        .await
}

/// Uphold a recusal request
///
/// Upholds a recusal request and records the tie of the expert (A12.2). The expert leaves affected groups whose visits
/// have not begun; visits that have begun are marked. The platform notifies the requesting organisation and the expert
/// of the decision. The parties and the group learn of its effects.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the recusal request."), IfMatch),
    request_body = RecusalUpholdingInput,
    responses((status = 200, description = "The recusal request, now `upheld`.", body = RecusalRequestOut)))]
#[post("/recusal-requests/{id}/uphold")]
pub(crate) async fn uphold_recusal_request(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<RecusalUpholdingInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::uphold_recusal(tx, id.0, &if_match, &input)?;
            shown(tx.db, &next, tx.caller)
        })
        .await
}

/// Dismiss a recusal request
///
/// Dismisses a recusal request, with the reason (A12.2). The groups stay as they are. The platform notifies the
/// requesting organisation and the expert.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the recusal request."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The recusal request, now `dismissed`.", body = RecusalRequestOut)))]
#[post("/recusal-requests/{id}/dismiss")]
pub(crate) async fn dismiss_recusal_request(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::dismiss_recusal(tx, id.0, &if_match, &input.reason)?;
            shown(tx.db, &next, tx.caller)
        })
        .await
}

/// The answer that shows a request.
fn shown(db: &mut Reader<'_>, request: &RecusalRequest, caller: &Caller) -> Result<Reply, ApiError> {
    let summaries = Summaries::of(db, [request])?;
    Reply::ok(&RecusalRequestOut::new(request, &summaries, caller)?, request.version)
}
