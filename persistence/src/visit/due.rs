//! Visits that the platform itself has to look after by now.

use anze_domain::{Id, visit::Visit};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    Reader, StoreError,
    dialect::{Instant, Key},
    schema::visits,
};

/// At most `limit` visits whose deadline for the upload is provisional, past `after`, by id.
///
/// # Errors
/// The store's.
pub fn provisional(
    db: &mut Reader<'_>,
    after: Option<Id<Visit>>,
    limit: i64,
) -> Result<Vec<Id<Visit>>, StoreError> {
    let after = Key(after.map(Id::uuid).unwrap_or_default());
    let ids: Vec<Key> = visits::table
        .filter(visits::upload_due_provisional.eq(true))
        .filter(visits::id.gt(after))
        .order(visits::id)
        .select(visits::id)
        .limit(limit)
        .load(db.connection())?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// At most `limit` visits of which somebody is to be told by now that answers are missing, the longest due first.
///
/// # Errors
/// The store's.
pub fn to_prompt(db: &mut Reader<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<Id<Visit>>, StoreError> {
    let ids: Vec<Key> = visits::table
        .filter(visits::prompt_at.le(Instant::from(now)))
        .order((visits::prompt_at, visits::id))
        .select(visits::id)
        .limit(limit)
        .load(db.connection())?;
    Ok(ids.into_iter().map(Id::from).collect())
}
