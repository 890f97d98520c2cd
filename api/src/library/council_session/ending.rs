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
/// Closes a council session and decides on all of its applications by the votes (A8.1).
///
/// - The session is `open`, and its day has come.
/// - The quorum is met. At least one application is still to be decided, and each of these has its votes.
/// - An application becomes `passed` or `voted_down`, and its applicant is notified with the votes. An
///   application that was withdrawn keeps its state.
/// - A closed session can no longer be changed.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session."), IfMatch),
    responses((status = 207, description = "The session, now `closed`, with the outcome for each application.",
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
/// Adjourns a council session without a decision, with the reason (A8.1). The session is `open`. Its applications
/// become `reviewed` again and can be put to another session. Their applicants are notified of the reason. An
/// adjourned session can no longer be changed.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The session, now `adjourned`.", body = CouncilSessionOut)))]
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
