//! Steps that change projects.

use anze_domain::{
    Id, Violation,
    access::{Operation, Port},
    base::id::OrganizationId,
    identity::organization::OrganizationStatus,
    service::project::{PARTY_OF_OTHER_PORT, Project, ProjectDetails, ProjectStatus},
};
use anze_persistence::{Reader, identity::organization, service::project as store};
use uuid::Uuid;

use super::wire::ProjectInput;
use crate::{
    app::context::{Changed, DecisionContext, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
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

/// What the input says, with its parties looked up: an organisation named must be active and of its port.
fn details(db: &mut Reader<'_>, input: &ProjectInput) -> Result<ProjectDetails, ApiError> {
    let named = [
        (input.supervisor.organization_id, Port::Supervisor, "/supervisor/organization_id"),
        (input.owner.organization_id, Port::Owner, "/owner/organization_id"),
    ];
    let ids: Vec<OrganizationId> = named.iter().filter_map(|(id, ..)| id.map(Id::new)).collect();
    let found = if ids.is_empty() { Vec::new() } else { organization::find_all(db, &ids)? };
    let wrong = named.into_iter().filter_map(|(id, port, pointer)| {
        let id: OrganizationId = Id::new(id?);
        let fits =
            found.iter().any(|it| it.id == id && it.port == port && it.status == OrganizationStatus::Active);
        (!fits).then(|| Violation::new(PARTY_OF_OTHER_PORT).with("port", port).at(pointer))
    });
    Violation::all(wrong.collect())?;
    Ok(input.details()?)
}
