//! Steps that change policies.

use anze_domain::{
    Event, FactName, Id,
    access::{Operation, Relation},
    base::id::{PolicyId, ProjectId},
    oversight::hand_over::Told,
    service::{
        policy::{Committed, Endorsement, Parties, Policy},
        project::Project,
    },
};
use anze_persistence::{
    service::{policy as store, project},
    store::event,
};

use super::wire::{EndorsementInput, PolicyInput};
use crate::{
    app::context::{WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::group_departure,
};

/// The insurer records its policy on a registered project (A2.1, A4.2) and has a part in it from now on. Experts with a
/// tie to it leave the groups of the project that have not begun (A12.2).
pub fn record(tx: &mut WriteContext<'_, '_>, input: &PolicyInput) -> Result<Policy, ApiError> {
    let insurer_id = or_not_found(tx.caller.organization_id)?;
    let project = insured(tx, Id::new(input.project_id))?;
    let policy = Policy {
        id: Id::new(tx.new_id()),
        version: 1,
        project_id: project.id,
        policy_number: input.policy_number.clone(),
        terms: input.terms(),
        indemnity_limit: input.indemnity_limit.0,
        parties: Parties::of(&project, insurer_id),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (policy, event) = policy.record(&project)?;
    store::insert(tx.db, &policy)?;
    tx.append(project.id, &event)?;
    hand_over(tx, &policy, event)?;
    if project::add_party(tx.db, project.id, insurer_id, Relation::Insurer)? {
        // A12.2: from now on it is a party, also to groups under the policy of another.
        let groups = group_departure::lock_groups_of_project(tx.db, project.id, &[insurer_id])?;
        group_departure::recuse(&mut tx.as_system(), &groups)?;
    }
    Ok(policy)
}

/// The project that a policy is recorded on: any that is registered; another only for who has a part in it.
fn insured(tx: &mut WriteContext<'_, '_>, id: ProjectId) -> Result<Project, ApiError> {
    const POINTER: &str = "/project_id";
    let found = project::find_locked(tx.db, id)?;
    let Some(project) = found.as_ref() else {
        return tx.named(found, Operation::GetProject, Project::relations, POINTER);
    };
    let Err(violation) = project.must_be_registered() else { return or_not_found(found) };
    let relations = project::relations(tx.db, project, tx.caller)?;
    tx.named(found, Operation::GetProject, |_project| relations, POINTER)?;
    Err(violation.at(POINTER).into())
}

/// Locks the projects of all policies that are to be recorded, before the first of them, in the order that all who want
/// several locks take.
pub fn lock_projects<'i>(
    tx: &mut WriteContext<'_, '_>,
    inputs: impl Iterator<Item = &'i PolicyInput>,
) -> Result<(), ApiError> {
    Ok(event::lock_all(tx.db, inputs.map(|input| input.project_id))?)
}

/// The insurer changes premium or period of its policy (A3.1). Answers with what is committed against it.
pub fn endorse(
    tx: &mut WriteContext<'_, '_>,
    id: PolicyId,
    if_match: &IfMatch,
    input: &EndorsementInput,
) -> Result<(Policy, Endorsement, Committed), ApiError> {
    let policy = or_not_found(store::find_locked(tx.db, id)?)?;
    tx.guard(Operation::EndorsePolicy, &policy.parties.relations(), if_match, policy.version)?;
    let base = tx.app().settings.fee_base;
    let committed = store::committed(tx.db, id, None)?;
    let endorsement = input.endorsement(Id::new(tx.new_id()), &policy, tx.now());
    let (next, event) = policy.endorse(&endorsement, base, committed)?;
    let next = store::save(tx.db, next, tx.now())?;
    store::insert_endorsement(tx.db, &endorsement)?;
    let event = event.fact(FactName::EndorsementNumber, &endorsement.endorsement_number);
    tx.append(next.project_id, &event)?;
    hand_over(tx, &next, event)?;
    Ok((next, endorsement, committed))
}

/// The contractor and the owner are notified of a policy on the project, and of each change of it.
fn hand_over(tx: &mut WriteContext<'_, '_>, policy: &Policy, event: Event) -> Result<(), ApiError> {
    let told =
        Told { label: &policy.policy_number, project: Some(policy.project_id), version: policy.version };
    tx.hand_over(&[event], told, &policy.parties.relations())
}
