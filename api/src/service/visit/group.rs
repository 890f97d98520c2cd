//! The group of a visit and its time: proposed, agreed, declined, taken back.

use actix_web::post;
use uuid::Uuid;

use super::{
    steps,
    wire::{VisitAnswerInput, VisitOut, VisitProposalInput},
};
use crate::{
    app::context::RequestContext,
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::ReasonInput,
};

/// Propose a group and times for a visit
///
/// A10.1, A10.2, A12.2: at least {A10.1 in words} experts, a leader of the leader pool, the three specialties, and nobody with
/// a tie to a party of the project on a day of any slot, or whose registration lapses before one (A9.1). A12.1: one to five slots in the window of the plan (A11.1), of
/// twelve hours at the most, in which everyone is available. Where every slot was proposed before, who stays keeps their answer.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitProposalInput, responses((status = 200, description = "The proposed visit", body = VisitOut)))]
#[post("/visits/{id}/propose")]
pub(crate) async fn propose_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<VisitProposalInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::propose(tx, id.0, &if_match, &input)).await
}

/// Agree to proposed times of a visit
///
/// A12.1: the contractor, and every expert of the group, to one or several of the proposed slots. Once all have
/// answered, the earliest that suits everyone, for which nobody is booked elsewhere, and on which nobody has a tie
/// (A12.2) or is left by their pool (A9.1), is agreed; where none suits all, times are to be proposed anew. A slot that
/// meets another booking of an expert by then is none of theirs any more; where none is left, the visit is open again,
/// what was answered stands, and the provider is told.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitAnswerInput,
    responses((status = 200, description = "The visit, answered by one more or by all", body = VisitOut)))]
#[post("/visits/{id}/agree")]
pub(crate) async fn agree_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<VisitAnswerInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::agree(tx, id.0, &if_match, &input)).await
}

/// Decline the proposed times of a visit
///
/// A12.1: an expert's place in the group is open again, and what the others answered stands; where the contractor
/// declines, the group stays and other times are to be proposed.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, to be arranged further", body = VisitOut)))]
#[post("/visits/{id}/decline")]
pub(crate) async fn decline_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::decline(tx, id.0, &if_match, &input.reason)).await
}

/// Reschedule a visit
///
/// The provider takes group and time back before the visit begins, to propose others (A12.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, to be arranged anew", body = VisitOut)))]
#[post("/visits/{id}/reschedule")]
pub(crate) async fn reschedule_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::reschedule(tx, id.0, &if_match, &input.reason)).await
}

/// Cancel a visit
///
/// The provider says that it does not take place. A line that is then served less often than agreed needs
/// a new version of the plan (A7.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The cancelled visit", body = VisitOut)))]
#[post("/visits/{id}/cancel")]
pub(crate) async fn cancel_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::cancel(tx, id.0, &if_match, &input.reason)).await
}
