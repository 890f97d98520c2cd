//! Steps that change sessions of the council, and with them the applications that are put to them.

use std::collections::{HashMap, HashSet};

use anze_domain::{
    Event, FactName, Id, Violation,
    access::Operation,
    base::{
        code::UNKNOWN_REFERENCE,
        id::{CouncilSessionId, ExpertApplicationId},
    },
    calendar::working_calendar::shanghai_date,
    identity::notification::NotificationKind,
    library::{
        council_session::{
            CouncilSession, CouncilSessionStatus, ITEM_REPEATED, NOT_PUT_TO_SESSION, SessionItem,
            VoteOutcome, Votes,
        },
        expert_application::ExpertApplicationStatus,
    },
};
use anze_persistence::library::{
    council_session as store,
    expert_application::{self, BulkTransition},
};

use super::wire::CouncilSessionInput;
use crate::{
    app::context::{WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::expert_application::{applicant_notification, release_certificates, with_fact},
};

/// The session, and in the order of what was sent, whether each item was taken.
type ItemOutcomes = (CouncilSession, Vec<Result<(), Violation>>);

/// The association opens a session with its day, its members and the rules by which it decides (A8.1).
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    input: &CouncilSessionInput,
) -> Result<CouncilSession, ApiError> {
    let session = CouncilSession {
        id: Id::new(tx.new_id()),
        version: 1,
        status: CouncilSessionStatus::Open,
        status_reason: None,
        terms: input.terms(),
        created_by: tx.caller.id(),
        closed_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (session, event) = session.create()?;
    store::insert(tx.db, &session)?;
    tx.append(session.id, &event)?;
    Ok(session)
}

/// The association replaces the terms of a session that has no votes yet (A8.1).
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    if_match: &IfMatch,
    input: &CouncilSessionInput,
) -> Result<CouncilSession, ApiError> {
    let session = find_guarded(tx, id, Operation::UpdateCouncilSession, if_match)?;
    let items: Vec<_> = store::items(tx.db, id)?.into_iter().map(|(item, _)| item).collect();
    let (next, event) = session.update(input.terms(), &items)?;
    let next = store::save(tx.db, next, tx.now())?;
    tx.append(id, &event)?;
    Ok(next)
}

/// The association puts applications to a session (A8.1): each by itself, so that one that is refused leaves the
/// others.
pub fn put_to_vote(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    if_match: &IfMatch,
    applications: &[ExpertApplicationId],
) -> Result<ItemOutcomes, ApiError> {
    let session = find_guarded(tx, id, Operation::PutApplicationsToVote, if_match)?;
    let found = expert_application::find_all(tx.db, applications)?;
    let mut found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
    let (mut outcomes, mut taken, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for application in applications {
        let put = if taken.contains(application) {
            Err(Violation::new(ITEM_REPEATED))
        } else {
            found
                .remove(application)
                .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE))
                .and_then(|it| it.put_to_vote(&session))
        };
        outcomes.push(put.map(|(_, event)| {
            taken.push(*application);
            events.push(event);
        }));
    }
    let existing = store::items(tx.db, id)?.len();
    let (next, event) = session.put_to_vote(existing, taken.len())?;
    store::add_items(tx.db, id, &taken)?;
    expert_application::advance_all(tx.db, &taken, BulkTransition::ToVote(id), tx.now())?;
    Ok((save(tx, next, event, events)?, outcomes))
}

/// The association records the votes on applications (A8.1): each by itself, so that one that is refused leaves the
/// others.
pub fn record_votes(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    if_match: &IfMatch,
    votes: &[(ExpertApplicationId, Votes)],
) -> Result<ItemOutcomes, ApiError> {
    let session = find_guarded(tx, id, Operation::RecordCouncilVotes, if_match)?;
    let items = store::items(tx.db, id)?;
    let items: HashMap<_, _> = items.into_iter().map(|it| (it.0.application_id, it)).collect();
    let mut named = HashSet::new();
    let (mut outcomes, mut taken, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for (application, votes) in votes.iter().copied() {
        let decided = if named.insert(application) {
            let item = items.get(&application).ok_or_else(|| Violation::new(NOT_PUT_TO_SESSION));
            item.and_then(|(item, status)| session.take_votes(item, *status, votes))
        } else {
            Err(Violation::new(ITEM_REPEATED))
        };
        outcomes.push(decided.map(|event| {
            taken.push((application, votes));
            events.push(event);
        }));
    }
    let (next, event) = session.record_votes(taken.len(), shanghai_date(tx.now()))?;
    store::set_votes(tx.db, id, &taken)?;
    Ok((save(tx, next, event, events)?, outcomes))
}

/// The association closes a session (A8.1): what passed and what did not follows from the votes. Answers with the
/// outcome of each application.
pub fn close(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    if_match: &IfMatch,
) -> Result<(CouncilSession, Vec<(ExpertApplicationId, VoteOutcome)>), ApiError> {
    let session = find_guarded(tx, id, Operation::CloseCouncilSession, if_match)?;
    let (open, gone) = items_by_state(tx, id)?;
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
        let notification =
            with_fact(applicant_notification(kind, &application), FactName::HeldOn, next.terms.held_on);
        let notification = with_fact(notification, FactName::VotesFor, votes.votes_for);
        let notification = with_fact(notification, FactName::VotesAgainst, votes.votes_against);
        messages.push(with_fact(notification, FactName::VotesAbstain, votes.votes_abstain));
        if outcome != VoteOutcome::Passed {
            ended.push(application);
        }
    }
    expert_application::advance_all(tx.db, &passed, BulkTransition::Passed, tx.now())?;
    expert_application::advance_all(tx.db, &voted_down, BulkTransition::VotedDown, tx.now())?;
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
    let outcomes = open.iter().chain(&gone).map(|item| (item.application_id, outcome_of(item))).collect();
    Ok((next, outcomes))
}

/// The association ends a session without a decision (A8.1). Its applications can be put to another.
pub fn adjourn(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    if_match: &IfMatch,
    reason: &str,
) -> Result<CouncilSession, ApiError> {
    let session = find_guarded(tx, id, Operation::AdjournCouncilSession, if_match)?;
    let (open, gone) = items_by_state(tx, id)?;
    let (next, event) = session.adjourn(reason, tx.now())?;
    let (mut happened, mut messages) = (vec![event], Vec::new());
    for application in expert_application::find_all(tx.db, &ids(&open))? {
        let (application, event) = application.adjourn(reason)?;
        happened.push(event);
        let notification = applicant_notification(NotificationKind::ApplicationAdjourned, &application);
        messages.push(with_fact(notification, FactName::Reason, reason.trim()));
    }
    expert_application::advance_all(tx.db, &ids(&open), BulkTransition::Adjourned, tx.now())?;
    store::set_outcome(tx.db, id, &ids(&open), VoteOutcome::Adjourned)?;
    store::set_outcome(tx.db, id, &ids(&gone), VoteOutcome::Withdrawn)?;
    tx.notify(&messages)?;
    let next = store::save(tx.db, next, tx.now())?;
    tx.append_all(id, &happened)?;
    Ok(next)
}

/// The session, locked, for who may do this to it at the version that they have read.
fn find_guarded(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    operation: Operation,
    if_match: &IfMatch,
) -> Result<CouncilSession, ApiError> {
    let session = or_not_found(store::find_locked(tx.db, id)?)?;
    tx.guard(operation, &session.relations(), if_match, session.version)?;
    Ok(session)
}

/// Saves the session and appends what happened to it and to each application, in one chain.
fn save(
    tx: &mut WriteContext<'_, '_>,
    session: CouncilSession,
    event: Event,
    mut events: Vec<Event>,
) -> Result<CouncilSession, ApiError> {
    events.insert(0, event);
    let session = store::save(tx.db, session, tx.now())?;
    tx.append_all(session.id, &events)?;
    Ok(session)
}

/// What a session decides on, and what was put to it and is withdrawn by now. Nobody withdraws until the commit.
fn items_by_state(
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
