//! Steps that change the standing of experts, and what of their record changes by itself.

use anze_domain::{
    Event, EventName, FactName, Id, RecordKind, Violation,
    access::Operation,
    base::{code::UNKNOWN_REFERENCE, id::ExpertId},
    calendar::working_calendar::shanghai_date,
    identity::notification::{Notification, NotificationKind, Recipients, masked_name},
    library::{
        expert::Expert,
        qualification::Pool,
        standing::{
            ConductKind, ConductRecord, DECLINE_JUSTIFIED_ALREADY, EmployerChange, Lapse, LapseNotice, listed,
        },
    },
    service::visit::GroupDeparture,
};
use anze_persistence::{
    ChangeError,
    library::{certificate, expert, expert_application, standing as store},
    store::event,
};
use uuid::Uuid;

use super::wire::{DeclineJustificationInput, ExpertEmployerInput};
use crate::{
    app::context::{SystemWriteContext, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::{expert::EngineerIo, group_departure},
};

/// What vouches for an employer beside the admission.
const VOUCHING: [EventName; 2] = [EventName::ExpertEmployerChanged, EventName::ExpertRequalified];

/// The association takes a measure against an expert (A20.1): its record, its event, and what follows for the groups of
/// the expert.
pub fn take_measure(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    operation: Operation,
    kind: ConductKind,
    grounds: &str,
) -> Result<(Expert, ConductRecord), ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.guard(operation, &expert.relations(), if_match, expert.version)?;
    let why = match kind {
        ConductKind::Warning => None,
        ConductKind::Suspension => Some(GroupDeparture::Suspended),
        ConductKind::Removal => Some(GroupDeparture::Removed),
    };
    let groups =
        if why.is_some() { Some(group_departure::lock_groups_of_expert(tx.db, expert.id)?) } else { None };
    let (next, event) = expert.answer_for(kind, grounds)?;
    let next = expert::save(tx.db, next, tx.now())?;
    let record = ConductRecord {
        id: Id::new(tx.new_id()),
        expert_id: next.id,
        kind,
        grounds: grounds.trim().to_owned(),
        recorded_by: tx.caller.id(),
        created_at: tx.now(),
    };
    store::insert(tx.db, &record)?;
    tx.append(next.id, &event)?;
    if let Some(groups) = groups {
        group_departure::leave(&mut tx.as_system(), &next, &groups, |_, _| why.clone())?;
    }
    let notification = match kind {
        ConductKind::Warning => NotificationKind::ExpertWarned,
        ConductKind::Suspension => NotificationKind::ExpertSuspended,
        ConductKind::Removal => NotificationKind::ExpertRemoved,
    };
    notify_of_standing(tx, &next, notification, &record.grounds)?;
    Ok((next, record))
}

/// The association ends the suspension of an expert.
pub fn reinstate(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.guard(Operation::ReinstateExpert, &expert.relations(), if_match, expert.version)?;
    let (next, event) = expert.reinstate(reason)?;
    let next = expert::save(tx.db, next, tx.now())?;
    tx.append(next.id, &event)?;
    notify_of_standing(tx, &next, NotificationKind::ExpertReinstated, reason.trim())?;
    Ok(next)
}

/// The association holds a decline to be justified, once (A20.1).
pub fn justify_decline(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    input: &DeclineJustificationInput,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.may(Operation::JustifyDecline, &expert.relations())?;
    let (decline, reason) = ((input.project_id, input.seq), input.reason.trim());
    match store::justify(tx.db, &expert, decline, reason, tx.caller.id(), tx.now())? {
        None => return Err(Violation::new(UNKNOWN_REFERENCE).at("/seq").into()),
        Some(false) => return Err(Violation::new(DECLINE_JUSTIFIED_ALREADY).at("/seq").into()),
        Some(true) => {}
    }
    let event = Event::new(EventName::DeclineJustified, RecordKind::Expert, expert.id)
        .fact(FactName::ProjectId, input.project_id)
        .fact(FactName::Seq, input.seq)
        .because(reason);
    tx.append(expert.id, &event)?;
    Ok(expert)
}

/// Changes the employer of an expert. The expert leaves the groups that have not begun on projects of the new one
/// (A12.2).
pub fn change_employer(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ExpertEmployerInput,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.guard(Operation::ChangeEmployer, &expert.relations(), if_match, expert.version)?;
    let employer = input.employer()?;
    let groups =
        group_departure::lock_groups_of_tied(tx.db, expert.id, &[employer.clone(), expert.employer()], None)?;
    let mut vouched_on = expert.admission.admitted_on;
    for vouches in VOUCHING {
        let recorded = event::last(tx.db, expert.id, expert.id, vouches)?.map(shanghai_date);
        vouched_on = vouched_on.max(recorded.unwrap_or_default());
    }
    let change = EmployerChange {
        employer: &employer,
        since: input.since,
        vouched_on,
        by_the_expert: tx.caller.is_expert(expert.id),
        reason: input.reason.as_deref(),
    };
    let (next, event) = expert.change_employer(&change, shanghai_date(tx.now()))?;
    let next = expert::save(tx.db, next, tx.now())?;
    tx.append(next.id, &event)?;
    group_departure::recuse(&mut tx.as_system(), &groups)?;
    Ok(next)
}

/// The association enters a registration as a safety engineer as it was renewed (A9.1).
pub fn renew_registration(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &EngineerIo,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find_locked(tx.db, Id::new(id))?)?;
    tx.guard(Operation::RenewRegistration, &expert.relations(), if_match, expert.version)?;
    let (next, event) = expert.renew_registration(input.into(), shanghai_date(tx.now()))?;
    let mut named = next.qualification.certificates();
    // What an application claims that is under way stays claimed.
    let under_way = expert_application::under_review_of(tx.db, next.user_id)?;
    named.extend(under_way.into_iter().flat_map(|application| application.terms.certificates()));
    certificate::claim_certificates(tx.db, next.user_id, &named).map_err(at_the_number)?;
    let next = expert::save(tx.db, next, tx.now())?;
    tx.append(next.id, &event)?;
    Ok(next)
}

/// Announces that the registration of an expert lapses, or takes what a lapsed one carried (A9.1), unless another node
/// did so meanwhile.
pub fn announce_lapse(context: &mut SystemWriteContext<'_, '_>, id: ExpertId) -> Result<(), ChangeError> {
    let today = shanghai_date(context.now);
    let groups = group_departure::lock_groups_of_expert(context.db, id)?;
    let Some(expert) = expert::find(context.db, id)? else { return Ok(()) };
    let Some(until) = expert.registered_until() else { return Ok(()) };
    let said = store::last_lapse_notice(context.db, id, until)?;
    let Some(Lapse { expert, event, notice, days, left, .. }) = expert.lapse(said, today) else {
        return Ok(());
    };
    store::record_lapse_notice(context.db, id, until, notice, context.now)?;
    context.append(id, &event)?;
    let kind =
        if notice == LapseNotice::Lapsed { NotificationKind::Lapsed } else { NotificationKind::LapseAhead };
    let notification = Notification::new(kind, RecordKind::Expert, id, format!("{until} {notice}"))
        .fact(FactName::Expert, masked_name(&expert.name))
        .fact(FactName::Until, until)
        .fact(FactName::Days, days)
        .fact(FactName::Left, listed(&left));
    context.notify(&[(Recipients::association().expert(id), notification)])?;
    if left.is_empty() {
        return Ok(());
    }
    let expert = expert::save(context.db, expert, context.now)?;
    let member = expert.pools.contains(&Pool::Member);
    group_departure::leave(context, &expert, &groups, |expert, visit| {
        let leads = visit.leader_id == Some(expert.id.uuid());
        (leads || !member).then_some(GroupDeparture::Lapsed)
    })
}

/// Notifies the expert and the association of what became of the expert.
fn notify_of_standing(
    tx: &mut WriteContext<'_, '_>,
    expert: &Expert,
    kind: NotificationKind,
    reason: &str,
) -> Result<(), ApiError> {
    let notification = Notification::new(kind, RecordKind::Expert, expert.id, expert.version)
        .fact(FactName::Expert, masked_name(&expert.name))
        .fact(FactName::Reason, reason);
    tx.notify(&[(Recipients::association().expert(expert.id), notification)])
}

/// The body is the registration alone: what is wrong with its certificate is wrong with its number.
fn at_the_number(error: anze_persistence::ChangeError) -> ApiError {
    let anze_persistence::ChangeError::Violation(violation) = error else { return error.into() };
    anze_domain::Violation::new(violation.code).at("/certificate_number").into()
}
