//! Visits that the platform itself has to look after by now.

use anze_domain::{Id, base::id::VisitId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    Reader, StoreError,
    store::{
        dialect::{Instant, Key},
        schema::visits,
    },
};

/// The ids of at most `limit` of these visits past `after`, in their order.
macro_rules! next_ids {
    ($db:expr, $visits:expr, $after:expr, $limit:expr) => {{
        let ids: Vec<Key> = $visits
            .filter(visits::id.gt(Key($after.map(Id::uuid).unwrap_or_default())))
            .order(visits::id)
            .select(visits::id)
            .limit($limit)
            .load($db.connection())?;
        Ok(ids.into_iter().map(Id::from).collect())
    }};
}

/// At most `limit` visits whose deadline for the upload is provisional, past `after`, by id.
pub fn provisional(
    db: &mut Reader<'_>,
    after: Option<VisitId>,
    limit: i64,
) -> Result<Vec<VisitId>, StoreError> {
    let provisional = visits::table.filter(visits::upload_due_provisional.eq(true));
    next_ids!(db, provisional, after, limit)
}

/// At most `limit` visits whose material was due before `now` and did not come, past `after`, by id.
pub fn overdue(
    db: &mut Reader<'_>,
    now: DateTime<Utc>,
    after: Option<VisitId>,
    limit: i64,
) -> Result<Vec<VisitId>, StoreError> {
    let overdue =
        visits::table.filter(visits::late.is_null()).filter(visits::upload_due_at.lt(Instant::from(now)));
    next_ids!(db, overdue, after, limit)
}

/// Keyset position: due time and visit.
pub type ReminderPosition = (DateTime<Utc>, VisitId);

/// At most `limit` visits with a reminder due at `now`, past `after`, the longest due first.
pub fn due_reminders(
    db: &mut Reader<'_>,
    now: DateTime<Utc>,
    after: Option<ReminderPosition>,
    limit: i64,
) -> Result<Vec<ReminderPosition>, StoreError> {
    let mut query = visits::table
        .filter(visits::prompt_at.le(Instant::from(now)))
        .order((visits::prompt_at, visits::id))
        .select((visits::prompt_at.assume_not_null(), visits::id))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        let (at, id) = (Instant::from(at), Key::from(id));
        query = query.filter(visits::prompt_at.ge(at)).filter(visits::prompt_at.gt(at).or(visits::id.gt(id)));
    }
    let found: Vec<(Instant, Key)> = query.load(db.connection())?;
    Ok(found.into_iter().map(|(at, id)| (at.into(), id.into())).collect())
}
