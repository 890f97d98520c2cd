//! Public notices.

use anze_domain::{
    Id,
    access::ListScope,
    base::id::PublicNoticeId,
    library::public_notice::{PublicNotice, PublicNoticeStatus},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        page::keyset,
        parties::in_scope,
        schema::public_notices,
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = public_notices, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<PublicNoticeStatus>,
    published_at: Instant,
    working_days: i32,
    due_on: NaiveDate,
    ends_at: Instant,
    provisional: bool,
    applications: i32,
    created_by: Key,
    ended_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&PublicNotice> for Row {
    fn from(it: &PublicNotice) -> Self {
        let written = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            id: it.id.into(),
            version: it.version,
            number: it.number.clone(),
            status: it.status.into(),
            published_at: it.published_at.into(),
            working_days: written(it.working_days),
            due_on: it.due_on,
            ends_at: it.ends_at.into(),
            provisional: it.provisional,
            applications: written(it.applications),
            created_by: Key(it.created_by),
            ended_at: it.ended_at.map(Instant::from),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl From<Row> for PublicNotice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            number: row.number,
            status: row.status.0,
            published_at: row.published_at.into(),
            working_days: u32::try_from(row.working_days).unwrap_or(0),
            due_on: row.due_on,
            ends_at: row.ends_at.into(),
            provisional: row.provisional,
            applications: u32::try_from(row.applications).unwrap_or(0),
            created_by: row.created_by.0,
            ended_at: row.ended_at.map(DateTime::from),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Inserts a notice.
///
/// # Errors
/// [`StoreError::Duplicate`] where there is one with its number.
pub fn insert(db: &mut Writer<'_>, notice: &PublicNotice) -> Result<(), StoreError> {
    diesel::insert_into(public_notices::table).values(Row::from(notice)).execute(db.connection())?;
    Ok(())
}

/// Saves a notice that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut notice: PublicNotice,
    now: DateTime<Utc>,
) -> Result<PublicNotice, StoreError> {
    save_row!(db, public_notices, notice, now, |it| Row::from(it))?;
    Ok(notice)
}

/// The notice with this id.
pub fn find(db: &mut Reader<'_>, id: PublicNoticeId) -> Result<Option<PublicNotice>, StoreError> {
    let row: Option<Row> = public_notices::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(PublicNotice::from))
}

/// As [`find`], with the lock of its stream.
pub fn find_locked(db: &mut Writer<'_>, id: PublicNoticeId) -> Result<Option<PublicNotice>, StoreError> {
    crate::store::event::lock(db, id)?;
    find(db, id)
}

/// A page of the notices that a caller of this list scope sees, in one state where it is given.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    status: Option<PublicNoticeStatus>,
    page: &PageRequest<Uuid>,
) -> Result<Page<PublicNotice>, StoreError> {
    let query = public_notices::table.select(Row::as_select()).into_boxed();
    let mut query = in_scope!(query, public_notices, scope;);
    if let Some(status) = status {
        query = query.filter(public_notices::status.eq(Stored(status)));
    }
    let rows: Vec<Row> = keyset!(query, public_notices::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(PublicNotice::from))
}

/// Notices whose end is provisional, from an id on.
pub fn provisional(
    db: &mut Reader<'_>,
    after: Option<PublicNoticeId>,
    limit: i64,
) -> Result<Vec<PublicNoticeId>, StoreError> {
    let ids: Vec<Key> = public_notices::table
        .filter(public_notices::provisional.eq(true))
        .filter(public_notices::id.gt(Key(after.map(Id::uuid).unwrap_or_default())))
        .order(public_notices::id)
        .select(public_notices::id)
        .limit(limit)
        .load(db.connection())?;
    Ok(ids.into_iter().map(Id::from).collect())
}

/// Open notices that have ended by now, from an id on.
pub fn due(
    db: &mut Reader<'_>,
    now: DateTime<Utc>,
    after: Option<PublicNoticeId>,
    limit: i64,
) -> Result<Vec<PublicNoticeId>, StoreError> {
    let ids: Vec<Key> = public_notices::table
        .filter(public_notices::status.eq(Stored(PublicNoticeStatus::Open)))
        .filter(public_notices::provisional.eq(false))
        .filter(public_notices::ends_at.le(Instant::from(now)))
        .filter(public_notices::id.gt(Key(after.map(Id::uuid).unwrap_or_default())))
        .order(public_notices::id)
        .select(public_notices::id)
        .limit(limit)
        .load(db.connection())?;
    Ok(ids.into_iter().map(Id::from).collect())
}
