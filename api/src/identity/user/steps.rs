//! Steps that change users.

use anze_domain::{
    EventName, Id, Violation, Vocabulary, access::Operation, base::identifier::MobileNumber,
    identity::organization::User,
};
use anze_persistence::identity::{session, user as store};
use uuid::Uuid;

use super::{PasswordResetInput, UserInput, UserUpdateInput};
use crate::{
    app::{
        context::{Changed, WriteContext, or_not_found},
        passwords as password,
    },
    http::{extract::IfMatch, problem::ApiError},
};

/// Makes a user in the organisation of the caller, with the hash of their password.
pub fn create(tx: &mut WriteContext<'_, '_>, input: &UserInput, hash: &str) -> Result<User, ApiError> {
    let user = User {
        id: Id::new(tx.new_id()),
        version: 1,
        organization_id: Some(or_not_found(tx.caller.organization_id)?),
        login_name: input.login_name.clone(),
        display_name: input.display_name.clone(),
        mobile: mobile(&input.mobile)?,
        role: input.role.0,
        disabled: false,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    store::insert(tx.db, &user, hash)?;
    tx.append(user.stream(), &user.event(EventName::UserCreated))?;
    Ok(user)
}

/// Replaces what can be changed of a user. At least one enabled administrator of their organisation remains.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &UserUpdateInput,
) -> Result<Changed<User>, ApiError> {
    tx.change(id, if_match, Operation::UpdateUser, |user: User, tx| {
        let others = other_administrators(tx, &user)?;
        Ok(user.update(input.display_name.clone(), mobile(&input.mobile)?, input.role.0, others)?)
    })
}

/// Disables a user and ends their sessions. At least one enabled administrator of their organisation remains.
pub fn disable(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<User>, ApiError> {
    tx.change(id, if_match, Operation::DisableUser, |user: User, tx| {
        user.must_be_another(tx.caller.id())?;
        session::end_all(tx.db, user.id, None, EventName::UserDisabled.code(), tx.now())?;
        let others = other_administrators(tx, &user)?;
        Ok(user.set_disabled(true, others)?)
    })
}

/// Lets a disabled user log in again.
pub fn enable(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<User>, ApiError> {
    tx.change(id, if_match, Operation::EnableUser, |user: User, tx| {
        let others = other_administrators(tx, &user)?;
        Ok(user.set_disabled(false, others)?)
    })
}

/// Gives a user another password, whose hash is `hash`, and ends their sessions.
pub fn reset_password(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &PasswordResetInput,
    hash: &str,
) -> Result<Changed<User>, ApiError> {
    tx.change(id, if_match, Operation::ResetUserPassword, |user: User, tx| {
        user.must_be_another(tx.caller.id())?;
        password::check(&input.new_password, &user.login_name, "/new_password")?;
        store::set_password(tx.db, user.id, hash)?;
        session::end_all(tx.db, user.id, None, EventName::PasswordReset.code(), tx.now())?;
        let event = user.event(EventName::PasswordReset);
        Ok((user, event))
    })
}

/// How many other enabled administrators their organisation has; none for experts and applicants, who belong to none.
fn other_administrators(tx: &mut WriteContext<'_, '_>, user: &User) -> Result<u64, ApiError> {
    let Some(organization) = user.organization_id else { return Ok(0) };
    Ok(store::other_administrators(tx.db, organization, user.id)?)
}

fn mobile(text: &str) -> Result<MobileNumber, Violation> {
    text.parse().map_err(|it: Violation| it.at("/mobile"))
}
