//! Subscriptions of calendars: an address with a token, by which a calendar program reads.

use anze_domain::{
    access::Caller,
    base::id::{CalendarSubscriptionId, UserId},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    identity::user,
    store::{
        dialect::{Instant, Key},
        page::keyset,
        schema::calendar_subscriptions,
    },
};

/// A subscription of a user's calendar; its token is shown once and kept as its digest only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarSubscription {
    /// Its id.
    pub id: CalendarSubscriptionId,
    /// Whose calendar it is.
    pub user_id: UserId,
    /// What it is for, such as the program or device that reads it.
    pub name: String,
    /// Tag of the language in which the calendar is written.
    pub language: String,
    /// When it was last read, to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Time of its creation.
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_subscriptions)]
struct Row {
    id: Key,
    user_id: Key,
    name: String,
    language: String,
    last_used_at: Option<Instant>,
    created_at: Instant,
}

impl From<Row> for CalendarSubscription {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            name: row.name,
            language: row.language,
            last_used_at: row.last_used_at.map(DateTime::from),
            created_at: row.created_at.into(),
        }
    }
}

/// Inserts a subscription with the digest of its token.
pub fn insert(db: &mut Writer<'_>, it: &CalendarSubscription, digest: &[u8]) -> Result<(), StoreError> {
    let row = Row {
        id: it.id.into(),
        user_id: it.user_id.into(),
        name: it.name.clone(),
        language: it.language.clone(),
        last_used_at: it.last_used_at.map(Instant::from),
        created_at: it.created_at.into(),
    };
    diesel::insert_into(calendar_subscriptions::table)
        .values((row, calendar_subscriptions::digest.eq(digest)))
        .execute(db.connection())?;
    Ok(())
}

/// How many subscriptions a user has.
pub fn count(db: &mut Reader<'_>, user: UserId) -> Result<i64, StoreError> {
    Ok(calendar_subscriptions::table
        .filter(calendar_subscriptions::user_id.eq(Key::from(user)))
        .count()
        .get_result(db.connection())?)
}

/// A page of a user's subscriptions.
pub fn list(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<CalendarSubscription>, StoreError> {
    let query = calendar_subscriptions::table
        .filter(calendar_subscriptions::user_id.eq(Key::from(user)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, calendar_subscriptions::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(CalendarSubscription::from))
}

/// A user's subscription with this id.
pub fn find(
    db: &mut Reader<'_>,
    user: UserId,
    id: CalendarSubscriptionId,
) -> Result<Option<CalendarSubscription>, StoreError> {
    let row: Option<Row> = calendar_subscriptions::table
        .find(Key::from(id))
        .filter(calendar_subscriptions::user_id.eq(Key::from(user)))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(CalendarSubscription::from))
}

/// Removes a user's subscription; says whether there was one.
pub fn remove(db: &mut Writer<'_>, user: UserId, id: CalendarSubscriptionId) -> Result<bool, StoreError> {
    let its = calendar_subscriptions::table.find(Key::from(id));
    let removed = diesel::delete(its.filter(calendar_subscriptions::user_id.eq(Key::from(user))))
        .execute(db.connection())?;
    Ok(removed > 0)
}

/// The subscription with the token of this digest, and who reads by it: nobody where the user is disabled.
pub fn reader(
    db: &mut Reader<'_>,
    digest: &[u8],
) -> Result<Option<(Caller, CalendarSubscription)>, StoreError> {
    let row: Option<Row> = calendar_subscriptions::table
        .filter(calendar_subscriptions::digest.eq(digest))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    let Some(it) = row.map(CalendarSubscription::from) else { return Ok(None) };
    Ok(user::caller(db, it.user_id)?.map(|caller| (caller, it)))
}

/// Notes that the subscription was read.
pub fn touch(db: &mut Writer<'_>, id: CalendarSubscriptionId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(calendar_subscriptions::table.find(Key::from(id)))
        .set(calendar_subscriptions::last_used_at.eq(Some(Instant::from(now))))
        .execute(db.connection())?;
    Ok(())
}
