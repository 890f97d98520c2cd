//! How a session ends: closed, with what follows from the votes, or adjourned, without a decision.

use std::collections::HashMap;

use actix_web::post;
use anze_domain::{
    FactName, Id,
    access::Operation,
    base::id::{CouncilSessionId, ExpertApplicationId},
    calendar::working_calendar::shanghai_date,
    identity::notification::NotificationKind,
    library::{
        council_session::{SessionItem, VoteOutcome, Votes},
        expert_application::ExpertApplicationStatus,
    },
};
use anze_persistence::library::{
    council_session as store,
    expert_application::{self, Onward},
};
use uuid::Uuid;

use super::{ApplicationResult, CouncilSessionBatch, CouncilSessionOut, guarded, shown};
use crate::{
    app::context::{RequestContext, WriteContext},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    library::expert_application::{notifications, release_certificates},
    wire::ReasonIn,
};

/// 结束会议 · Close a council session
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
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(BodyDigest::of(b""), move |tx| {
            let session = guarded(tx, id, Operation::CloseCouncilSession, &read)?;
            let (open, gone) = put_to_it(tx, id)?;
            let votes: Vec<Option<Votes>> = open.iter().map(|item| item.votes).collect();
            let (next, event, outcomes) = session.close(&votes, shanghai_date(tx.now()), tx.now())?;
            let decided: HashMap<_, _> = open
                .iter()
                .zip(outcomes)
                .filter_map(|(item, outcome)| Some((item.application_id, (item.votes?, outcome))))
                .collect();
            let (mut happened, mut messages, mut ended) = (vec![event], Vec::new(), Vec::new());
            let (mut passed, mut voted_down) = (Vec::new(), Vec::new());
            for application in expert_application::find_all(tx.db, &ids(&open))? {
                let Some((votes, outcome)) = decided.get(&application.id).copied() else { continue };
                let (application, event) = application.decide(&next.terms, votes, outcome)?;
                happened.push(event);
                let kind = if outcome == VoteOutcome::Passed {
                    passed.push(application.id);
                    NotificationKind::ApplicationPassed
                } else {
                    voted_down.push(application.id);
                    NotificationKind::ApplicationVotedDown
                };
                let told = notifications::with(
                    notifications::applicant(kind, &application),
                    FactName::HeldOn,
                    next.terms.held_on,
                );
                let told = notifications::with(told, FactName::VotesFor, votes.votes_for);
                let told = notifications::with(told, FactName::VotesAgainst, votes.votes_against);
                messages.push(notifications::with(told, FactName::VotesAbstain, votes.votes_abstain));
                if outcome != VoteOutcome::Passed {
                    ended.push(application);
                }
            }
            expert_application::advance_all(tx.db, &passed, Onward::Passed, tx.now())?;
            expert_application::advance_all(tx.db, &voted_down, Onward::VotedDown, tx.now())?;
            for (outcome, of) in [
                (VoteOutcome::Passed, &passed),
                (VoteOutcome::VotedDown, &voted_down),
                (VoteOutcome::Withdrawn, &ids(&gone)),
            ] {
                store::set_outcome(tx.db, id, of, outcome)?;
            }
            if !ended.is_empty() {
                release_certificates(tx, &ended.iter().collect::<Vec<_>>())?;
            }
            tx.notify(&messages)?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append_all(id, &happened)?;
            let outcome_of = |item: &SessionItem| {
                decided.get(&item.application_id).map_or(VoteOutcome::Withdrawn, |(_, outcome)| *outcome)
            };
            let results = open.iter().chain(&gone).map(|item| ApplicationResult {
                application_id: item.application_id.uuid(),
                status: 200,
                outcome: Some(outcome_of(item).into()),
                problem: None,
            });
            let (results, today) = (results.collect(), shanghai_date(tx.now()));
            let council_session = shown(tx.db, &next, today, tx.caller)?;
            let wire = CouncilSessionBatch { council_session, results };
            Reply::multi_status(&wire, next.version)
        })
        .await
}

/// 会议休会 · Adjourn a council session
///
/// A8.1: it ends without a decision, with the reason: for want of a quorum, because nothing is left to vote on, or
/// because its rules were recorded wrongly. What was put to it can be put to another session. An adjourned session
/// never changes.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The adjourned session", body = CouncilSessionOut)))]
#[post("/council-sessions/{id}/adjourn")]
pub(crate) async fn adjourn_council_session(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let id = Id::new(id.0);
    context
        .write(body_digest, move |tx| {
            let session = guarded(tx, id, Operation::AdjournCouncilSession, &read)?;
            let (open, gone) = put_to_it(tx, id)?;
            let (next, event) = session.adjourn(&input.reason, tx.now())?;
            let (mut happened, mut messages) = (vec![event], Vec::new());
            for application in expert_application::find_all(tx.db, &ids(&open))? {
                let (application, event) = application.adjourn(&input.reason)?;
                happened.push(event);
                let told = notifications::applicant(NotificationKind::ApplicationAdjourned, &application);
                messages.push(notifications::with(told, FactName::Reason, input.reason.trim()));
            }
            expert_application::advance_all(tx.db, &ids(&open), Onward::Adjourned, tx.now())?;
            store::set_outcome(tx.db, id, &ids(&open), VoteOutcome::Adjourned)?;
            store::set_outcome(tx.db, id, &ids(&gone), VoteOutcome::Withdrawn)?;
            tx.notify(&messages)?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append_all(id, &happened)?;
            let today = shanghai_date(tx.now());
            let wire = shown(tx.db, &next, today, tx.caller)?;
            Reply::ok(&wire, next.version)
        })
        .await
}

/// What a session decides on, and what was put to it and is withdrawn by now. Nobody withdraws until the commit.
fn put_to_it(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
) -> Result<(Vec<SessionItem>, Vec<SessionItem>), ApiError> {
    let items = store::items_locked(tx.db, id)?.into_iter();
    let (open, gone): (Vec<_>, Vec<_>) =
        items.partition(|(_, status)| *status == ExpertApplicationStatus::PutToVote);
    let only =
        |items: Vec<(SessionItem, ExpertApplicationStatus)>| items.into_iter().map(|it| it.0).collect();
    Ok((only(open), only(gone)))
}

fn ids(items: &[SessionItem]) -> Vec<ExpertApplicationId> {
    items.iter().map(|item| item.application_id).collect()
}
