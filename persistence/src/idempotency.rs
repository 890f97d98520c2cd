//! Idempotency records: the first answer to a key, kept in the change's own transaction.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Duration, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Binary, Timestamp},
};

use crate::{StoreError, Writer, dialect::Instant, schema::idempotency_records as records};

/// How long an answer is given again.
pub const KEPT: Duration = Duration::hours(24);

/// What identifies a repeated request: SHA-256 over caller, method, path and key; and over the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Digest of caller, method, path and key.
    pub scope: Vec<u8>,
    /// Digest of the body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: this request is the first, and the key is its now.
    First,
    /// It was answered; this was the answer, as it was stored.
    Answered(Vec<u8>),
    /// It was used with another body.
    OtherBody,
    /// It is being answered by another request.
    InFlight,
}

/// Claims the key for this transaction, or says what is known of it.
///
/// On PostgreSQL this waits while another transaction holds the key.
///
/// # Errors
/// The store's.
pub fn claim(
    db: &mut Writer<'_>,
    fingerprint: &Fingerprint,
    now: DateTime<Utc>,
) -> Result<Claim, StoreError> {
    let inserted = diesel::sql_query(
        "INSERT INTO idempotency_records (scope, body_digest, created_at, expires_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (scope) DO UPDATE SET body_digest = excluded.body_digest, answer = NULL, \
         created_at = excluded.created_at, expires_at = excluded.expires_at \
         WHERE idempotency_records.expires_at <= excluded.created_at",
    )
    .bind::<Binary, _>(&fingerprint.scope)
    .bind::<Binary, _>(&fingerprint.body)
    .bind::<Timestamp, _>(Instant::from(now))
    .bind::<Timestamp, _>(Instant::from(now + KEPT))
    .execute(db.connection())?;
    if inserted == 1 {
        return Ok(Claim::First);
    }
    let (body, answer): (Vec<u8>, Option<Vec<u8>>) = records::table
        .find(&fingerprint.scope)
        .select((records::body_digest, records::answer))
        .first(db.connection())?;
    Ok(match answer {
        _ if body != fingerprint.body => Claim::OtherBody,
        Some(answer) => Claim::Answered(answer),
        None => Claim::InFlight,
    })
}

/// Keeps the answer.
///
/// # Errors
/// The store's.
pub fn answer(db: &mut Writer<'_>, fingerprint: &Fingerprint, answer: &[u8]) -> Result<(), StoreError> {
    diesel::update(records::table.find(&fingerprint.scope))
        .set(records::answer.eq(answer))
        .execute(db.connection())?;
    Ok(())
}

/// Removes at most `limit` records that are past their time; says how many.
///
/// # Errors
/// The store's.
pub fn clean(db: &mut Writer<'_>, now: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    Ok(diesel::sql_query(
        "DELETE FROM idempotency_records WHERE scope IN \
         (SELECT scope FROM idempotency_records WHERE expires_at <= $1 LIMIT $2)",
    )
    .bind::<Timestamp, _>(Instant::from(now))
    .bind::<BigInt, _>(limit)
    .execute(db.connection())?)
}
