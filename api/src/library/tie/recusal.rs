//! Requests of a party that an expert be recused (回避申请), which the association decides (A12.2).

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Operation, may, may_ever},
};
use anze_persistence::library::tie::recusal as store;
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
    wire::{ListQuery, ReasonInput, terms::RecusalStatusTerm},
};

/// Request the recusal of an expert
///
/// A12.2: by the contractor, the supervisor, the owner or an insurer of the project, with the grounds. The
/// association decides.
#[utoipa::path(tag = "ties", request_body = RecusalRequestInput,
    responses((status = 201, description = "The request", body = RecusalRequestOut)))]
#[post("/recusal-requests")]
pub(crate) async fn create_recusal_request(
    context: RequestContext,
    Json(input): Json<RecusalRequestInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let request = steps::request_recusal(tx, &input)?;
            let location = format!("/api/v1/recusal-requests/{}", request.id);
            Reply::created(location, &RecusalRequestOut::new(&request, tx.caller), request.version)
        })
        .await
}

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecusalFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<RecusalStatusTerm>,
}

/// List recusal requests
///
/// All for the association, those of its area for the regulator, else the own organisation's.
#[utoipa::path(tag = "ties", params(ListQuery<RecusalFilter>), responses(
    (status = 200, description = "A page of requests", body = Page<RecusalRequestOut>)))]
#[get("/recusal-requests")]
pub(crate) async fn list_recusal_requests(
    context: RequestContext,
    query: ListQuery<RecusalFilter>,
) -> Result<Reply, ApiError> {
    query
        .reply(&context, move |db, caller, list| {
            may_ever(caller, Operation::ListRecusalRequests)?;
            let page = store::list(db, caller, list.filter.status.map(|term| term.0), &list.wanted)?;
            list.page(page, |it| it.id, |it| RecusalRequestOut::new(&it, caller))
        })
        .await
}

/// Read a recusal request
///
/// For who made it, the association, and the regulator.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request")),
    responses((status = 200, description = "The request", body = RecusalRequestOut)))]
#[get("/recusal-requests/{id}")]
pub(crate) async fn get_recusal_request(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let request = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetRecusalRequest, &request.relations())?;
            Reply::ok(&RecusalRequestOut::new(&request, caller), request.version)
        })
        .await
}

/// Uphold a recusal request
///
/// A12.2: the association, with the reason and since when the tie is held to bind. The expert leaves the groups of
/// that party's projects that have not begun, and what was served is marked.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request"), IfMatch),
    request_body = RecusalUpholdingInput,
    responses((status = 200, description = "The upheld request", body = RecusalRequestOut)))]
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
            Reply::ok(&RecusalRequestOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Dismiss a recusal request
///
/// The association, with the reason.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request"), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The dismissed request", body = RecusalRequestOut)))]
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
            Reply::ok(&RecusalRequestOut::new(&next, tx.caller), next.version)
        })
        .await
}
