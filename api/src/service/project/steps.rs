//! Steps that change projects.

use std::collections::BTreeSet;

use anze_domain::{
    Id, Violation,
    access::{Operation, Port, state_machine},
    base::{id::OrganizationId, key::comparison_key},
    identity::organization::{Organization, OrganizationStatus},
    oversight::hand_over,
    service::project::{NamedParty, PARTY_OF_OTHER_PORT, PartyNames, Project, ProjectDetails, ProjectStatus},
};
use anze_persistence::{
    Reader, identity::organization, service::project as store, store::aggregate::Aggregate,
};
use uuid::Uuid;

use super::{amendment::ProjectAmendmentInput, wire::ProjectInput};
use crate::{
    app::context::{Changed, DecisionContext, View, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::group_departure,
};

/// Number prefix of projects.
const NUMBER: &str = "XM";

/// The contractor drafts a project.
pub fn create(tx: &mut WriteContext<'_, '_>, input: &ProjectInput) -> Result<Project, ApiError> {
    let contractor_id = or_not_found(tx.caller.organization_id)?;
    let project = Project {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: ProjectStatus::Draft,
        status_reason: None,
        contractor_id,
        details: details(tx.db, input)?,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (project, event) = project.create()?;
    store::insert(tx.db, &project)?;
    tx.append(project.id, &event)?;
    Ok(project)
}

/// The contractor replaces a draft project.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ProjectInput,
) -> Result<Changed<Project>, ApiError> {
    tx.change(id, if_match, Operation::UpdateProject, |project: Project, tx| {
        Ok(project.update(details(tx.db, input)?)?)
    })
}

/// The contractor registers a project (A4.1). The parties that it names have a part in it from now on.
pub fn register(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Project>, ApiError> {
    tx.change(id, if_match, Operation::RegisterProject, |project: Project, tx| {
        let (next, event) = project.register()?;
        store::add_named_parties(tx.db, &next)?;
        Ok((next, event))
    })
}

/// The contractor gives a draft up.
pub fn cancel(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Project>, ApiError> {
    tx.decide(id, if_match, Operation::CancelProject, |project: Project, _| Ok(project.cancel(reason)?))
}

/// The contractor says that work has stopped.
pub fn suspend(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Project>, ApiError> {
    tx.decide(id, if_match, Operation::SuspendProject, |project: Project, _| Ok(project.suspend(reason)?))
}

/// The contractor says that work goes on.
pub fn resume(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Project>, ApiError> {
    tx.decide(id, if_match, Operation::ResumeProject, |project: Project, _| Ok(project.resume()?))
}

/// The contractor says that the works are completed.
pub fn complete(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Project>, ApiError> {
    tx.decide(id, if_match, Operation::CompleteProject, |project: Project, _| Ok(project.complete()?))
}

/// The contractor corrects a project after its registration. A supervisor or an owner that it names anew has a part in everything below the
/// project from now on, and who was named before has none. Experts with a tie to a party that joins leave the groups that have not begun
/// (A12.2).
pub fn amend(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ProjectAmendmentInput,
) -> Result<Changed<Project>, ApiError> {
    let (before, relations) = or_not_found(Project::find(tx.db, tx.caller, id)?)?;
    tx.guard(Operation::AmendProject, &relations, if_match, before.version)?;
    state_machine::step(before.status, Operation::AmendProject)?;
    let amendment = input.amendment()?;
    let named = [
        (
            &before.details.supervisor,
            amendment.supervisor.as_ref(),
            Port::Supervisor,
            "/supervisor/organization_id",
        ),
        (&before.details.owner, amendment.owner.as_ref(), Port::Owner, "/owner/organization_id"),
    ];
    // Whoever was a party before needs not be active: only who joins is asked.
    let joins = named.map(|(before, now, port, pointer)| {
        (
            now.and_then(|it| it.organization_id).filter(|id| before.organization_id != Some(*id)),
            port,
            pointer,
        )
    });
    let ids: BTreeSet<OrganizationId> = named
        .iter()
        .filter_map(|(before, ..)| before.organization_id)
        .chain(joins.iter().filter_map(|it| it.0))
        .collect();
    let known = organizations(tx.db, ids)?;
    check_ports(&known, joins)?;
    let names = PartyNames(known.into_iter().map(|it| (it.id, it.name)).collect());
    let (next, event) = before.clone().amend(&amendment, &input.reason, &names)?;
    let next = store::save(tx.db, next, tx.now())?;
    store::follow_parties(tx.db, &before, &next)?;
    tx.append(next.id, &event)?;
    let relations = store::relations(tx.db, &next, tx.caller)?;
    tx.hand_over(&[event], next.told(), &relations)?;
    tx.notify(&hand_over::of_changed_parties(&before, &next, &input.reason))?;
    recuse_for_new_parties(tx, &before.details, &next)?;
    Ok((next, relations))
}

/// A12.2: holds the groups of the project against a supervisor or an owner that it names anew, be it by name only.
fn recuse_for_new_parties(
    tx: &mut WriteContext<'_, '_>,
    before: &ProjectDetails,
    project: &Project,
) -> Result<(), ApiError> {
    let now = &project.details;
    let new: Vec<&NamedParty> = [(&before.supervisor, &now.supervisor), (&before.owner, &now.owner)]
        .into_iter()
        .filter_map(|(before, now)| (before != now).then_some(now))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = new.iter().filter_map(|it| it.name.as_deref()).map(comparison_key).collect();
    let by_name = if keys.is_empty() { Vec::new() } else { organization::find_named(tx.db, &keys)? };
    let join: Vec<_> =
        new.iter().filter_map(|it| it.organization_id).chain(by_name.iter().map(|it| it.id)).collect();
    let groups = group_departure::lock_groups_of_project(tx.db, project.id, &join)?;
    Ok(group_departure::recuse(&mut tx.as_system(), &groups)?)
}

/// What the input says, with its parties looked up.
fn details(db: &mut Reader<'_>, input: &ProjectInput) -> Result<ProjectDetails, ApiError> {
    let named = [
        (input.supervisor.organization_id.map(Id::new), Port::Supervisor, "/supervisor/organization_id"),
        (input.owner.organization_id.map(Id::new), Port::Owner, "/owner/organization_id"),
    ];
    let known = organizations(db, named.iter().filter_map(|(id, ..)| *id).collect())?;
    check_ports(&known, named)?;
    Ok(input.details()?)
}

fn organizations(db: &mut Reader<'_>, ids: BTreeSet<OrganizationId>) -> Result<Vec<Organization>, ApiError> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() { Ok(Vec::new()) } else { Ok(organization::find_all(db, &ids)?) }
}

/// A16: an organisation that is named must be active and of its port.
fn check_ports(
    known: &[Organization],
    named: [(Option<OrganizationId>, Port, &'static str); 2],
) -> Result<(), Violation> {
    let wrong = named.into_iter().filter_map(|(id, port, pointer)| {
        let id = id?;
        let fits =
            known.iter().any(|it| it.id == id && it.port == port && it.status == OrganizationStatus::Active);
        (!fits).then(|| Violation::new(PARTY_OF_OTHER_PORT).with("port", port).at(pointer))
    });
    Violation::all(wrong.collect())
}
