//! Steps that change commissions.

use anze_domain::{
    Id, Violation,
    access::{Operation, Relation},
    base::{code::REFERENCE_FIXED, id::OrganizationId},
    service::commission::{Commission, CommissionStatus, NOT_A_PROVIDER, ParentStates},
};
use anze_persistence::{
    identity::organization,
    service::{
        commission::{self as store, Premiums},
        policy, project,
    },
    store::event,
};
use uuid::Uuid;

use super::{
    visits::cancel_open_visits,
    wire::{CommissionInput, TerminationInput},
};
use crate::{
    app::context::{Changed, DecisionContext, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
};

/// Number prefix of commissions.
const NUMBER: &str = "WT";

/// The insurer drafts a commission against its policy (A3.1, A3.2, A7.1). Answers it with the premiums of the policy
/// and the states on which its next steps depend.
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    input: &CommissionInput,
) -> Result<(Commission, Premiums, ParentStates), ApiError> {
    // What can never be right is told before what is not there.
    let terms = input.terms(|| tx.new_id())?;
    terms.check()?;
    let policy = policy::find_locked(tx.db, Id::new(input.policy_id))?;
    let policy =
        tx.named(policy, Operation::CreateCommission, |policy| policy.parties.relations(), "/policy_id")?;
    let project = or_not_found(project::find(tx.db, policy.project_id)?)?;
    must_serve(tx, terms.provider_id)?;
    let commission = Commission {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: CommissionStatus::Draft,
        status_reason: None,
        policy_id: policy.id,
        project_id: project.id,
        parties: policy.parties.served_by(terms.provider_id),
        first_submission: None,
        terms,
        amount_due: None,
        holds_contract_number: true,
        ended_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (commission, event) = commission.create(&project)?;
    store::insert(tx.db, &commission)?;
    tx.append(project.id, &event)?;
    let premiums = Premiums { total: policy.terms.premium_total, received: policy.terms.premium_received };
    let parents = ParentStates { project: project.status, commission: commission.status };
    Ok((commission, premiums, parents))
}

/// Locks the projects of all commissions that are to be drafted, before the first of them, in the order that all who
/// want several locks take.
pub fn lock_projects<'i>(
    tx: &mut WriteContext<'_, '_>,
    inputs: impl Iterator<Item = &'i CommissionInput>,
) -> Result<(), ApiError> {
    let policies: Vec<_> = inputs.map(|input| Id::new(input.policy_id)).collect();
    let projects = policy::projects_of(tx.db, &policies)?;
    Ok(event::lock_all(tx.db, projects.into_iter().map(Id::uuid))?)
}

/// The insurer replaces a commission that is a draft or returned. Its policy stays.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &CommissionInput,
) -> Result<Changed<Commission>, ApiError> {
    tx.change(id, if_match, Operation::UpdateCommission, |commission: Commission, tx| {
        if commission.policy_id != Id::new(input.policy_id) {
            return Err(Violation::new(REFERENCE_FIXED).at("/policy_id").into());
        }
        let terms = input.terms(|| tx.new_id())?;
        terms.check()?;
        must_serve(tx, terms.provider_id)?;
        Ok(commission.update(terms)?)
    })
}

/// The insurer submits a commission, whose fee is measured now (A3.1). The provider has a part in the project from now
/// on.
pub fn submit(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Commission>, ApiError> {
    tx.change(id, if_match, Operation::SubmitCommission, |commission: Commission, tx| {
        // The project's lock is held: no other commission against the policy is submitted meanwhile.
        let policy = or_not_found(policy::find_locked(tx.db, commission.policy_id)?)?;
        let project = or_not_found(project::find(tx.db, commission.project_id)?)?;
        let provider = or_not_found(organization::find(tx.db, commission.terms.provider_id)?)?;
        let elsewhere = policy::committed(tx.db, policy.id, Some(commission.id.uuid()))?;
        let base = tx.app().settings.fee_base;
        let standing = (provider.port, provider.status);
        let (next, event) =
            commission.submit(&project, &policy.terms, base, standing, elsewhere, tx.now())?;
        project::add_party(tx.db, project.id, provider.id, Relation::Provider)?;
        Ok((next, event))
    })
}

/// The insurer takes a commission back before it is accepted.
pub fn withdraw(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Commission>, ApiError> {
    tx.change(id, if_match, Operation::WithdrawCommission, |commission: Commission, _| {
        Ok(commission.withdraw(reason)?)
    })
}

/// The provider accepts a commission (A4.3).
pub fn accept(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Commission>, ApiError> {
    tx.decide(id, if_match, Operation::AcceptCommission, |commission: Commission, _| Ok(commission.accept()?))
}

/// The provider returns a commission to be corrected.
pub fn return_for_correction(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Commission>, ApiError> {
    tx.decide(id, if_match, Operation::ReturnCommission, |commission: Commission, _| {
        Ok(commission.return_for_correction(reason)?)
    })
}

/// A commission ends early, with what is due. Its visits that have not begun are cancelled.
pub fn terminate(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &TerminationInput,
) -> Result<Changed<Commission>, ApiError> {
    tx.change(id, if_match, Operation::TerminateCommission, |commission: Commission, tx| {
        let (project, id) = (commission.project_id, commission.id);
        let (next, terminated) = commission.terminate(&input.reason, input.amount_due.0, tx.now())?;
        let mut events = vec![terminated];
        events.extend(cancel_open_visits(tx, project, id, &input.reason)?);
        Ok((next, events))
    })
}

/// The provider must be one that could serve.
fn must_serve(tx: &mut WriteContext<'_, '_>, id: OrganizationId) -> Result<(), ApiError> {
    let serves = organization::find(tx.db, id)?.is_some_and(|provider| provider.port.is_service_provider());
    if serves { Ok(()) } else { Err(Violation::new(NOT_A_PROVIDER).at("/provider_id").into()) }
}
