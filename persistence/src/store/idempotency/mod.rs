//! Idempotency records: the first answer to a key, stored in the change's own transaction.

mod answer;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Duration, Utc};
use diesel::{
    dsl::{exists, select},
    pg::Pg,
    prelude::*,
    query_builder::QueryFragment,
    query_dsl::methods,
    sql_types::{BigInt, Timestamp},
    upsert::excluded,
};

use crate::{
    Reader, StoreError, Writer,
    store::{dialect::Instant, event::flush_and_run, schema::idempotency_records as records},
};

pub use answer::Answer;

/// For how long the stored answer is given to a repeated request.
pub const ANSWER_LIFETIME: Duration = Duration::hours(24);

/// What identifies a repeated request: SHA-256 over caller, method, path and key; and over the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Digest of caller, method, path and key.
    pub scope: Vec<u8>,
    /// Digest of the body.
    pub body: Vec<u8>,
}

/// An answer to keep.
#[derive(Debug)]
pub struct StoredAnswer {
    /// Under which key.
    pub fingerprint: Fingerprint,
    /// As it is stored.
    pub answer: Vec<u8>,
    /// When it was given.
    pub at: DateTime<Utc>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing: this request is the first.
    Nothing,
    /// It was answered; this was the answer, as it was stored.
    Answered(Vec<u8>),
    /// It was used with another body.
    OtherBody,
}

/// What is known of the key.
pub fn find(db: &mut Reader<'_>, fingerprint: &Fingerprint, now: DateTime<Utc>) -> Result<Known, StoreError> {
    let found: Option<(Vec<u8>, Option<Vec<u8>>)> = records::table
        .find(&fingerprint.scope)
        .filter(records::expires_at.gt(Instant::from(now)))
        .select((records::body_digest, records::answer))
        .first(db.connection())
        .optional()?;
    Ok(match found {
        None | Some((_, None)) => Known::Nothing,
        Some((body, _)) if body != fingerprint.body => Known::OtherBody,
        Some((_, Some(answer))) => Known::Answered(answer),
    })
}

/// Whether the key of this scope was answered, and the answer is still given again.
pub fn is_answered(db: &mut Reader<'_>, scope: &[u8], now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(select(exists(
        records::table
            .filter(records::scope.eq(scope))
            .filter(records::answer.is_not_null())
            .filter(records::expires_at.gt(Instant::from(now))),
    ))
    .get_result(db.connection())?)
}

/// The record of an answer.
macro_rules! record {
    ($fingerprint:expr, $answer:expr, $now:expr) => {
        (
            records::scope.eq(&$fingerprint.scope),
            records::body_digest.eq(&$fingerprint.body),
            records::answer.eq($answer),
            records::created_at.eq(Instant::from($now)),
            records::expires_at.eq(Instant::from($now + ANSWER_LIFETIME)),
        )
    };
}

/// The statement that stores an answer under a key that has no record yet.
pub(crate) fn insert_answer(it: &StoredAnswer) -> impl QueryFragment<Pg> + '_ {
    diesel::insert_into(records::table).values(record!(it.fingerprint, &it.answer, it.at))
}

/// Stores the answer in the transaction that did the work, and returns whether it was stored. It is not stored where another
/// request with the key was answered first: the caller then undoes the transaction.
///
/// On PostgreSQL this waits while another transaction stores its answer under the key.
pub fn store_answer(
    db: &mut Writer<'_>,
    fingerprint: &Fingerprint,
    answer: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = record!(fingerprint, answer, now);
    let stored = flush_and_run!(
        db,
        methods::FilterDsl::filter(
            diesel::insert_into(records::table).values(row).on_conflict(records::scope).do_update().set((
                records::body_digest.eq(excluded(records::body_digest)),
                records::answer.eq(excluded(records::answer)),
                records::created_at.eq(excluded(records::created_at)),
                records::expires_at.eq(excluded(records::expires_at)),
            )),
            records::expires_at.le(excluded(records::created_at)),
        )
    )?;
    Ok(stored == 1)
}

/// Removes at most `limit` records that are past their time; says how many.
pub fn clean(db: &mut Writer<'_>, now: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    Ok(diesel::sql_query(
        "DELETE FROM idempotency_records WHERE scope IN \
         (SELECT scope FROM idempotency_records WHERE expires_at <= $1 LIMIT $2)",
    )
    .bind::<Timestamp, _>(Instant::from(now))
    .bind::<BigInt, _>(limit)
    .execute(db.connection())?)
}
