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
/// Starts a visit on its agreed day (A4.5, A12.1). The day counts in Xiamen time.
///
/// - The project is registered (A2.1) and the commission is `in_service`.
/// - Before the agreed day the visit cannot start. After it, the visit must be rescheduled first.
/// - The qualification, pools and employer of each expert are recorded as they are now. `get_visit_group` shows them.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    responses((status = 200, description = "The visit, now `in_progress`.", body = VisitOut)))]
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
/// Records one of the first four steps on site. They follow in their order: briefing, division of work, site survey,
/// document review (A13.1).
///
/// - `taken_at` is not before the previous step. For the first step it may be up to five minutes before the start.
/// - `taken_at` is at most five minutes ahead of the server's clock.
/// - If a place is sent, the platform computes its distance from the site.
/// - The fifth step is the rectification proposal: `issue_rectification_proposal`.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = VisitStepInput, responses((status = 200, description = "The visit with the recorded step.", body = VisitOut)))]
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
/// Ends a visit once all five steps are taken (A13.1). The material is then due within {A14.1 in words} working days: until
/// 24:00 in Xiamen on the last of them (A14.1). The day of the end does not count. `upload_due_at` shows the deadline.
/// `provisional` says whether a calendar that is not published yet may move it.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    responses((status = 200, description = "The visit, now `ended`, with the deadline of its material.", body = VisitOut)))]
#[post("/visits/{id}/end")]
pub(crate) async fn end_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::end(tx, id.0, &if_match)).await
}
