//! How a session ends: closed, with what follows from the votes, or adjourned, without a decision.

use actix_web::post;
use anze_domain::{Id, calendar::working_calendar::shanghai_date};
use uuid::Uuid;

use super::{ApplicationResult, CouncilSessionBatch, CouncilSessionOut, batch, shown, steps};
use crate::{
    app::context::RequestContext,
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::ReasonInput,
};

/// Close a council session
///
/// A8.1: the quorum is met and every application has its votes; what passed and what did not follows from the
/// numbers, for all of them at once, with one result for each. A closed session never changes.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    responses((status = 207, description = "The closed session, and one result for each",
        body = CouncilSessionBatch)))]
#[post("/council-sessions/{id}/close")]
pub(crate) async fn close_council_session(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let (session, outcomes) = steps::close(tx, id, &if_match)?;
            let results = outcomes.into_iter().map(|(application, outcome)| ApplicationResult {
                application_id: application.uuid(),
                status: 200,
                outcome: Some(outcome.into()),
                problem: None,
            });
            batch(tx, &session, results.collect())
        })
        .await
}

/// Adjourn a council session
///
/// A8.1: it ends without a decision, with the reason: for want of a quorum, because nothing is left to vote on, or
/// because its rules were recorded wrongly. What was put to it can be put to another session. An adjourned session
/// never changes.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The adjourned session", body = CouncilSessionOut)))]
#[post("/council-sessions/{id}/adjourn")]
pub(crate) async fn adjourn_council_session(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let next = steps::adjourn(tx, id, &if_match, &input.reason)?;
            let today = shanghai_date(tx.now());
            let wire = shown(tx.db, &next, today, tx.caller)?;
            Reply::ok(&wire, next.version)
        })
        .await
}
