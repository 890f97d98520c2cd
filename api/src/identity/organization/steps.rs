//! Steps that change organisations.

use anze_domain::{Event, EventName, Id, Violation, access::Operation, identity::organization::Organization};
use anze_persistence::identity::{organization as store, user};
use uuid::Uuid;

use super::wire::{OrganizationContactInput, OrganizationRegistrationInput};
use crate::{
    app::context::{Changed, View, WriteContext},
    http::{extract::IfMatch, problem::ApiError},
};

/// A company registers itself with its first administrator (A16), whose password has this hash. The association
/// approves it.
pub fn register(
    tx: &mut WriteContext<'_, '_>,
    input: &OrganizationRegistrationInput,
    hash: &str,
) -> Result<Organization, ApiError> {
    insert(tx, input, hash, Organization::register)
}

/// The association makes an organisation with its first administrator, whose password has this hash. It is active at
/// once.
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    input: &OrganizationRegistrationInput,
    hash: &str,
) -> Result<Organization, ApiError> {
    insert(tx, input, hash, |organization| Ok(organization.create()))
}

fn insert(
    tx: &mut WriteContext<'_, '_>,
    input: &OrganizationRegistrationInput,
    hash: &str,
    begin: impl FnOnce(Organization) -> Result<(Organization, Event), Violation>,
) -> Result<Organization, ApiError> {
    let organization = input.organization.organization(Id::new(tx.new_id()), tx.now())?;
    let (organization, event) = begin(organization)?;
    store::insert(tx.db, &organization)?;
    tx.append(organization.id, &event)?;
    tx.hand_over(&[event], organization.told(), &organization.relations())?;
    let administrator = input.administrator.user(Id::new(tx.new_id()), organization.id, tx.now())?;
    user::insert(tx.db, &administrator, hash)?;
    tx.append(organization.id, &administrator.event(EventName::UserCreated))?;
    Ok(organization)
}

/// Replaces an organisation's contact.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &OrganizationContactInput,
) -> Result<Changed<Organization>, ApiError> {
    tx.change(id, if_match, Operation::UpdateOrganization, |it: Organization, _| {
        Ok(it.update(input.contact_name.clone(), input.mobile()?)?)
    })
}

/// The association lets an organisation in.
pub fn approve(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Organization>, ApiError> {
    tx.change(id, if_match, Operation::ApproveOrganization, |it: Organization, _| Ok(it.approve()?))
}

/// The association does not let an organisation in.
pub fn reject(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Organization>, ApiError> {
    tx.change(id, if_match, Operation::RejectOrganization, |it: Organization, _| Ok(it.reject(reason)?))
}

/// Suspends an organisation: its people and tokens can do nothing until it is reinstated.
pub fn suspend(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Organization>, ApiError> {
    tx.change(id, if_match, Operation::SuspendOrganization, |it: Organization, tx| {
        Ok(it.suspend(reason, tx.caller.organization_id)?)
    })
}

/// Ends the suspension of an organisation.
pub fn reinstate(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Organization>, ApiError> {
    tx.change(id, if_match, Operation::ReinstateOrganization, |it: Organization, _| Ok(it.reinstate()?))
}
