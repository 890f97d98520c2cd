//! The e-mail addresses of users, the kinds of notifications that stay in the inbox alone, and codes that are used once.

use anze_domain::{
    base::id::UserId,
    identity::{delivery::CodePurpose, notification::NotificationKind},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored, insert_all},
        schema::{inbox_only_kinds, one_time_codes, user_emails},
    },
};

/// The confirmed address of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEmail {
    /// The address.
    pub address: String,
    /// Tag of the language in which messages are written.
    pub language: String,
    /// When the user confirmed it.
    pub confirmed_at: DateTime<Utc>,
}

/// The confirmed address of a user.
pub fn find(db: &mut Reader<'_>, user: UserId) -> Result<Option<UserEmail>, StoreError> {
    let row: Option<(String, String, Instant)> = user_emails::table
        .find(Key::from(user))
        .select((user_emails::address, user_emails::language, user_emails::confirmed_at))
        .first(db.connection())
        .optional()?;
    Ok(row.map(|(address, language, at)| UserEmail { address, language, confirmed_at: at.into() }))
}

/// Sets the address that a user has confirmed.
pub fn set(db: &mut Writer<'_>, user: UserId, it: &UserEmail) -> Result<(), StoreError> {
    let values = (
        user_emails::address.eq(&it.address),
        user_emails::language.eq(&it.language),
        user_emails::confirmed_at.eq(Instant::from(it.confirmed_at)),
    );
    let known =
        diesel::update(user_emails::table.find(Key::from(user))).set(values).execute(db.connection())?;
    if known == 0 {
        diesel::insert_into(user_emails::table)
            .values((user_emails::user_id.eq(Key::from(user)), values))
            .execute(db.connection())?;
    }
    Ok(())
}

/// Removes the address of a user; says whether there was one.
pub fn remove(db: &mut Writer<'_>, user: UserId) -> Result<bool, StoreError> {
    Ok(diesel::delete(user_emails::table.find(Key::from(user))).execute(db.connection())? > 0)
}

/// The kinds of notifications that go to the user's inbox alone, in the order of the vocabulary.
pub fn inbox_only(db: &mut Reader<'_>, user: UserId) -> Result<Vec<NotificationKind>, StoreError> {
    let kinds: Vec<Stored<NotificationKind>> = inbox_only_kinds::table
        .filter(inbox_only_kinds::user_id.eq(Key::from(user)))
        .select(inbox_only_kinds::kind)
        .load(db.connection())?;
    let mut kinds: Vec<NotificationKind> = kinds.into_iter().map(|kind| kind.0).collect();
    kinds.sort_unstable();
    Ok(kinds)
}

/// Replaces the kinds of notifications that go to the user's inbox alone.
pub fn set_inbox_only(
    db: &mut Writer<'_>,
    user: UserId,
    kinds: &[NotificationKind],
) -> Result<(), StoreError> {
    diesel::delete(inbox_only_kinds::table.filter(inbox_only_kinds::user_id.eq(Key::from(user))))
        .execute(db.connection())?;
    let rows: Vec<_> = kinds
        .iter()
        .map(|kind| (inbox_only_kinds::user_id.eq(Key::from(user)), inbox_only_kinds::kind.eq(Stored(*kind))))
        .collect();
    insert_all!(db, inbox_only_kinds::table, &rows)?;
    Ok(())
}

/// A code that a user was sent, and can use once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// The user.
    pub user_id: UserId,
    /// What it is for.
    pub purpose: CodePurpose,
    /// The address to which it was sent.
    pub address: String,
    /// Instant from which it cannot be used.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a code by its digest.
pub fn insert_code(
    db: &mut Writer<'_>,
    it: &OneTimeCode,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(one_time_codes::table)
        .values((
            one_time_codes::digest.eq(digest),
            one_time_codes::user_id.eq(Key::from(it.user_id)),
            one_time_codes::purpose.eq(Stored(it.purpose)),
            one_time_codes::address.eq(&it.address),
            one_time_codes::expires_at.eq(Instant::from(it.expires_at)),
            one_time_codes::created_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// How many codes for this purpose a user was sent since an instant.
pub fn count_codes(
    db: &mut Reader<'_>,
    user: UserId,
    purpose: CodePurpose,
    since: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(one_time_codes::table
        .filter(one_time_codes::user_id.eq(Key::from(user)))
        .filter(one_time_codes::purpose.eq(Stored(purpose)))
        .filter(one_time_codes::created_at.gt(Instant::from(since)))
        .count()
        .get_result(db.connection())?)
}

/// Uses the code of this digest up, and gives it: none where it was used, has expired, or is for something else. Of two uses at
/// the same moment one is given it.
pub fn use_code(
    db: &mut Writer<'_>,
    digest: &[u8],
    purpose: CodePurpose,
    now: DateTime<Utc>,
) -> Result<Option<OneTimeCode>, StoreError> {
    let unused = one_time_codes::table
        .find(digest)
        .filter(one_time_codes::purpose.eq(Stored(purpose)))
        .filter(one_time_codes::expires_at.gt(Instant::from(now)))
        .filter(one_time_codes::used_at.is_null());
    let used = diesel::update(unused)
        .set(one_time_codes::used_at.eq(Some(Instant::from(now))))
        .execute(db.connection())?;
    if used == 0 {
        return Ok(None);
    }
    let (user, address, expires_at): (Key, String, Instant) = one_time_codes::table
        .find(digest)
        .select((one_time_codes::user_id, one_time_codes::address, one_time_codes::expires_at))
        .first(db.connection())?;
    Ok(Some(OneTimeCode { user_id: user.into(), purpose, address, expires_at: expires_at.into() }))
}

/// Ends every code of this purpose that a user has not used.
pub fn end_codes(
    db: &mut Writer<'_>,
    user: UserId,
    purpose: CodePurpose,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = one_time_codes::table
        .filter(one_time_codes::user_id.eq(Key::from(user)))
        .filter(one_time_codes::purpose.eq(Stored(purpose)))
        .filter(one_time_codes::used_at.is_null());
    diesel::update(open)
        .set(one_time_codes::used_at.eq(Some(Instant::from(now))))
        .execute(db.connection())?;
    Ok(())
}

/// Removes at most `limit` codes that expired before `before`; says how many.
pub fn clean_codes(db: &mut Writer<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let over: Vec<Vec<u8>> = one_time_codes::table
        .filter(one_time_codes::expires_at.lt(Instant::from(before)))
        .order(one_time_codes::expires_at)
        .select(one_time_codes::digest)
        .limit(limit)
        .load(db.connection())?;
    Ok(diesel::delete(one_time_codes::table.filter(one_time_codes::digest.eq_any(over)))
        .execute(db.connection())?)
}
