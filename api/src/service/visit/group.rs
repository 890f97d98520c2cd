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
/// Proposes a group of experts and one to five time slots for a visit. The contractor and every expert are then asked to
/// answer (A12.1).
///
/// The proposal must satisfy these rules:
/// - The project is registered or suspended (A2.1).
/// - The group has at least {A10.1 in words} experts, and at least `group_size` of the visit (A10.1, A11.1).
/// - The leader belongs to the leader pool and every expert to the member pool on the day of every slot (A9.1, A9.2,
///   A10.1).
/// - The group covers civil, mechanical and electrical, or `missing_specialty_reason` is given (A10.2).
/// - No expert has a tie to a party of the project on the day of a slot (A12.2).
/// - Every slot lies ahead, in the window of the plan, and lasts at most twelve hours (A11.1, A12.1).
/// - Every expert is available in every slot, and no other visit has the expert booked.
///
/// Effects:
/// - A new proposal replaces the previous one. If it contains only slots of the previous proposal, experts who stay keep
///   their answers; so does the contractor.
/// - Those who still have to answer are notified. If no answer is left, the time is agreed at once and all sides are notified.
/// - The proposed experts have a part in the project from then on.
/// - Before the answers are due, a reminder goes out (`ANZE_ANSWER_REMINDER_HOURS`). When they are overdue, the provider
///   and the association are notified.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = VisitProposalInput, responses((status = 200, description = "The visit with the proposal: `proposed`, or `agreed` if all answers were there already.", body = VisitOut)))]
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
/// Accepts one or several of the proposed slots, for the contractor or for the calling expert. Each side answers once
/// (A12.1).
///
/// The last answer settles the visit. The earliest slot that suits everyone is agreed. A slot does not count if:
/// - an expert is booked for another visit, or could not travel in time;
/// - an expert has a tie to a party of the project (A12.2);
/// - an expert no longer has the qualification that the group needs (A9.1).
///
/// Effects of the last answer:
/// - If a slot is agreed, the group is booked, and the group, the contractor and the provider are notified.
/// - If no slot suits everyone, the answers and slots are discarded, the visit returns to `planned`, and the provider is
///   notified.
/// - If bookings elsewhere rule out every common slot, the visit returns to `planned`. The other answers are kept, and the
///   provider is notified.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = VisitAnswerInput,
    responses((status = 200, description = "The visit with the answer: still `proposed`, now `agreed`, or back in `planned`.", body = VisitOut)))]
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
/// Declines the proposed slots or the agreed time of a visit, for the contractor or for the calling expert. A reason is
/// required (A12.1).
///
/// - If an expert declines, the expert leaves the group and the place is open. The answers of the others are kept. The
///   decline is recorded with the expert's conduct.
/// - If the contractor declines, the group stays. All slots and answers are discarded, and the provider must propose other
///   times.
/// - The provider is notified with the reason. The group is told only that somebody declined; so is the contractor if an
///   expert declined.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, now `planned` again, to be arranged further.", body = VisitOut)))]
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
/// Takes back the group and the time of a visit that has not begun, so that others can be proposed (A12.1). A reason is
/// required. The group, the slots and all answers are removed. The former group, the contractor and the provider are
/// notified with the reason.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, now `planned`, without group and time.", body = VisitOut)))]
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
/// Cancels a visit that has not begun. A reason is required. The group, the contractor and the provider are notified with
/// the reason. If its commissioned line is then served less often than agreed, the provider needs a new version of the plan
/// (A7.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, now `cancelled`.", body = VisitOut)))]
#[post("/visits/{id}/cancel")]
pub(crate) async fn cancel_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::cancel(tx, id.0, &if_match, &input.reason)).await
}
