//! Steps that change sessions and passwords.

use std::sync::OnceLock;

use anze_domain::{
    Event, EventName, FactName, Id, RecordKind, Vocabulary,
    base::id::SessionId,
    identity::{organization::User, session_end::SessionEndReason},
};
use anze_persistence::{
    Writer,
    identity::{
        session::{self as store, Refreshed, Session},
        user,
    },
    store::event,
};
use chrono::{DateTime, Utc};

use super::{life, too_many, wrong_password};
use crate::{
    app::{
        context::{WriteContext, or_not_found},
        tokens::PlainToken,
    },
    http::{catalogue, problem::ApiError},
};

/// Begins a session of a user whose password was verified against this hash.
pub fn begin(
    tx: &mut WriteContext<'_, '_>,
    user: &User,
    verified_hash: Option<&str>,
    client: &str,
    address: &str,
) -> Result<(Session, PlainToken), ApiError> {
    // Whoever changes the password or disables the user holds this lock, and ends the sessions that are there: one
    // begun by what was right before is not begun after.
    event::lock(tx.db, user.stream())?;
    let disabled = user::find(tx.db, user.id)?.is_none_or(|user| user.disabled);
    if disabled || user::password_hash(tx.db, user.id)?.as_deref() != verified_hash {
        return Err(ApiError::new(catalogue::INVALID_CREDENTIALS));
    }
    let refresh = PlainToken::new_refresh_token();
    let session = Session {
        id: Id::new(tx.new_id()),
        user_id: user.id,
        client: client.to_owned(),
        address: address.to_owned(),
        created_at: tx.now(),
        last_used_at: tx.now(),
        expires_at: tx.now() + life(tx.app().settings.refresh_token_life),
        ended_at: None,
    };
    store::insert(tx.db, &session, &refresh.digest())?;
    let event =
        Event::new(EventName::SessionBegun, RecordKind::Session, session.id).fact(FactName::UserId, user.id);
    tx.append(user.stream(), &event)?;
    Ok((session, refresh))
}

/// An account or an address whose failed tries are counted, by its digest, and how many of them are free.
pub type CountedTries = (Vec<u8>, i32);

/// Counts a try as failed before the password is verified: tries at the same moment are all counted. The account comes
/// first, always: so that no two transactions wait for each other.
///
/// # Errors
/// `too_many_attempts`.
pub fn claim_tries(db: &mut Writer<'_>, tries: &[CountedTries], now: DateTime<Utc>) -> Result<(), ApiError> {
    for (subject, free) in tries {
        if let Some(until) = store::claim_try(db, subject, *free, now)? {
            return Err(too_many(until, now));
        }
    }
    Ok(())
}

/// Takes back a try that was counted, where no wrong password was given.
pub fn release_tries(db: &mut Writer<'_>, tries: &[CountedTries]) -> Result<(), ApiError> {
    tries.iter().try_for_each(|(subject, _)| Ok(store::release_try(db, subject)?))
}

/// Forgets the failed tries of an account whose password was right, and takes back the try of the address.
pub fn forget_tries(
    db: &mut Writer<'_>,
    [(account, _), (address, _)]: &[CountedTries; 2],
) -> Result<(), ApiError> {
    store::forget_failures(db, account)?;
    Ok(store::release_try(db, address)?)
}

/// Renews a session, and gives its next refresh token. Where the old one was used before, the session is noted in `reused`: it
/// is ended after this transaction, which is undone.
///
/// # Errors
/// `session_ended`.
pub fn refresh(
    tx: &mut WriteContext<'_, '_>,
    old: &[u8],
    client: &str,
    address: &str,
    reused: &OnceLock<SessionId>,
) -> Result<(Session, PlainToken), ApiError> {
    let new = PlainToken::new_refresh_token();
    match store::refresh(tx.db, old, &new.digest(), client, address, tx.now())? {
        Refreshed::Renewed(session) => return Ok((session, new)),
        Refreshed::Reused(session) => {
            reused.get_or_init(|| session.id);
        }
        Refreshed::Refused => {}
    }
    Err(ApiError::new(catalogue::SESSION_ENDED))
}

/// Ends a session whose refresh token was presented again.
pub fn end_reused(tx: &mut WriteContext<'_, '_>, session: SessionId) -> Result<(), ApiError> {
    let reason = SessionEndReason::RefreshTokenReused;
    let session = or_not_found(store::find(tx.db, session)?)?;
    let user = or_not_found(user::find(tx.db, session.user_id)?)?;
    if store::end(tx.db, session.id, reason.code(), tx.now())? {
        let event =
            Event::new(EventName::SessionEnded, RecordKind::Session, session.id).because(reason.code());
        tx.append(user.stream(), &event)?;
    }
    Ok(())
}

/// Ends one of the caller's own sessions.
pub fn end_own(
    tx: &mut WriteContext<'_, '_>,
    id: SessionId,
    reason: SessionEndReason,
) -> Result<(), ApiError> {
    let session = or_not_found(store::find(tx.db, id)?)?;
    if session.user_id.uuid() != tx.caller.id() {
        return Err(ApiError::not_found());
    }
    if store::end(tx.db, id, reason.code(), tx.now())? {
        append_end(tx, &session, reason)?;
    }
    Ok(())
}

/// Gives a user the password with this hash, if the one that was verified still is theirs, and ends their other
/// sessions.
pub fn change_password(
    tx: &mut WriteContext<'_, '_>,
    user: &User,
    verified_hash: Option<&str>,
    hash: &str,
    session: Option<SessionId>,
) -> Result<(), ApiError> {
    event::lock(tx.db, user.stream())?;
    if user::password_hash(tx.db, user.id)?.as_deref() != verified_hash {
        return Err(wrong_password());
    }
    user::set_password(tx.db, user.id, hash)?;
    store::end_all(tx.db, user.id, session, EventName::PasswordChanged.code(), tx.now())?;
    tx.append(user.stream(), &user.event(EventName::PasswordChanged))
}

fn append_end(
    tx: &mut WriteContext<'_, '_>,
    session: &Session,
    reason: SessionEndReason,
) -> Result<(), ApiError> {
    let stream = tx.caller.organization_id.map_or(session.user_id.uuid(), Id::uuid);
    tx.append(
        stream,
        &Event::new(EventName::SessionEnded, RecordKind::Session, session.id).because(reason.code()),
    )
}
