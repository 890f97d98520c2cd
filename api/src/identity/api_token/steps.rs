//! Steps that change API tokens.

use anze_domain::{Event, EventName, FactName, Id, RecordKind, access::Operation, base::id::ApiTokenId};
use anze_persistence::identity::api_token::{self as store, ApiToken};
use chrono::{DateTime, TimeDelta, Utc};

use super::{ApiTokenInput, ApiTokenRotationInput, relations};
use crate::{
    app::{
        context::{WriteContext, or_not_found},
        tokens::PlainToken,
    },
    http::{catalogue, extract::IfMatch, problem::ApiError},
};

/// The longest life of a token, in days.
const MAX_DAYS: i64 = 366;

/// Makes a token of the caller's organisation.
pub fn create(
    tx: &mut WriteContext<'_, '_>,
    input: &ApiTokenInput,
) -> Result<(ApiToken, PlainToken), ApiError> {
    // In here, as a repeated request is not judged anew by the clock.
    check_expiry(input.expires_at, tx.now())?;
    let plain = PlainToken::new_api_token();
    let mut scopes: Vec<_> = input.scopes.iter().map(|term| term.0).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let token = ApiToken {
        id: Id::new(tx.new_id()),
        version: 1,
        organization_id: or_not_found(tx.caller.organization_id)?,
        name: input.name.clone(),
        hint: plain.hint(),
        scopes,
        networks: input.networks.iter().map(|network| network.0.clone()).collect(),
        expires_at: input.expires_at,
        last_used_at: None,
        revoked_at: None,
        created_by: Id::new(tx.caller.id()),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    insert(tx, &token, &plain, EventName::ApiTokenCreated)?;
    Ok((token, plain))
}

/// Makes a token with the scopes and networks of another, which stays valid for a while.
pub fn rotate(
    tx: &mut WriteContext<'_, '_>,
    id: ApiTokenId,
    if_match: &IfMatch,
    input: &ApiTokenRotationInput,
) -> Result<(ApiToken, PlainToken), ApiError> {
    check_expiry(input.expires_at, tx.now())?;
    let mut old = find_valid(tx, id, Operation::RotateApiToken, if_match)?;
    let plain = PlainToken::new_api_token();
    let new = ApiToken {
        id: Id::new(tx.new_id()),
        version: 1,
        hint: plain.hint(),
        expires_at: input.expires_at,
        last_used_at: None,
        created_by: Id::new(tx.caller.id()),
        created_at: tx.now(),
        updated_at: tx.now(),
        ..old.clone()
    };
    old.expires_at = old.expires_at.min(tx.now() + TimeDelta::minutes(i64::from(input.overlap_minutes)));
    store::save(tx.db, old, tx.now())?;
    insert(tx, &new, &plain, EventName::ApiTokenRotated)?;
    Ok((new, plain))
}

/// Revokes a token at once.
pub fn revoke(
    tx: &mut WriteContext<'_, '_>,
    id: ApiTokenId,
    if_match: &IfMatch,
) -> Result<ApiToken, ApiError> {
    let mut token = find_valid(tx, id, Operation::RevokeApiToken, if_match)?;
    token.revoked_at = Some(tx.now());
    let token = store::save(tx.db, token, tx.now())?;
    let event = Event::new(EventName::ApiTokenRevoked, RecordKind::ApiToken, token.id)
        .fact(FactName::Hint, &token.hint);
    tx.append(token.organization_id, &event)?;
    Ok(token)
}

fn insert(
    tx: &mut WriteContext<'_, '_>,
    token: &ApiToken,
    plain: &PlainToken,
    event: EventName,
) -> Result<(), ApiError> {
    store::insert(tx.db, token, &plain.digest())?;
    let event = Event::new(event, RecordKind::ApiToken, token.id).fact(FactName::Hint, &token.hint);
    tx.append(token.organization_id, &event)
}

/// A token of the caller's organisation that still holds.
fn find_valid(
    tx: &mut WriteContext<'_, '_>,
    id: ApiTokenId,
    operation: Operation,
    if_match: &IfMatch,
) -> Result<ApiToken, ApiError> {
    let token = or_not_found(store::find(tx.db, id)?)?;
    tx.guard(operation, &relations(&token), if_match, token.version)?;
    if token.revoked_at.is_some() || token.expires_at <= tx.now() {
        return Err(ApiError::new(catalogue::TOKEN_OVER));
    }
    Ok(token)
}

fn check_expiry(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ApiError> {
    if expires_at <= now || expires_at > now + TimeDelta::days(MAX_DAYS) {
        return Err(ApiError::new(catalogue::TOKEN_EXPIRY).at("/expires_at"));
    }
    Ok(())
}
