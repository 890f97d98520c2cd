//! The course of a visit on site: its start, its steps in their order, its end.

use actix_web::post;
use uuid::Uuid;

use super::{
    steps,
    wire::{VisitOut, VisitStepInput},
};
use crate::{
    app::context::RequestContext,
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
};

/// Start a visit
///
/// A4.5: the leader begins it on its agreed day (A12.1), on a registered project (A2.1) whose commission is in service.
/// Past that day it is rescheduled first. What its experts are now stays readable with the group.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The visit in progress", body = VisitOut)))]
#[post("/visits/{id}/start")]
pub(crate) async fn start_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::start(tx, id.0, &if_match)).await
}

/// Record a step of a visit
///
/// A13.1: the group records each step in its order; the last is the rectification proposal.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitStepInput, responses((status = 200, description = "The visit with the step", body = VisitOut)))]
#[post("/visits/{id}/steps")]
pub(crate) async fn record_visit_step(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<VisitStepInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::record_step(tx, id.0, &if_match, &input)).await
}

/// End a visit
///
/// The leader ends it when all five steps are taken (A13.1); the material is due within {A14.1 in words} working days (A14.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The ended visit", body = VisitOut)))]
#[post("/visits/{id}/end")]
pub(crate) async fn end_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::end(tx, id.0, &if_match)).await
}
