//! Sessions, refresh tokens and failed logins.

use anze_domain::{
    Id,
    access::Caller,
    base::id::{SessionId, UserId},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{Binary, Timestamp},
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    identity::user::{CallerColumns, caller_columns, caller_of},
    store::{
        dialect::{Instant, Key},
        page::keyset,
        schema::{experts, failed_logins, organizations, refresh_tokens, sessions, users},
    },
};

/// A session of a user: from login to logout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// User of the session.
    pub user_id: UserId,
    /// What the client calls itself.
    pub client: String,
    /// Address of the client at the login.
    pub address: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// Until when it can be refreshed.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
struct Row {
    id: Key,
    user_id: Key,
    client: String,
    address: String,
    created_at: Instant,
    last_used_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            user_id: row.user_id.into(),
            client: row.client,
            address: row.address,
            created_at: row.created_at.into(),
            last_used_at: row.last_used_at.into(),
            expires_at: row.expires_at.into(),
            ended_at: row.ended_at.map(DateTime::from),
        }
    }
}

/// Begins a session with its first refresh token.
pub fn insert(db: &mut Writer<'_>, session: &Session, refresh_digest: &[u8]) -> Result<(), StoreError> {
    diesel::insert_into(sessions::table)
        .values(Row {
            id: session.id.into(),
            user_id: session.user_id.into(),
            client: session.client.clone(),
            address: session.address.clone(),
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
            expires_at: session.expires_at.into(),
            ended_at: session.ended_at.map(Instant::from),
        })
        .execute(db.connection())?;
    insert_refresh_token(db, session.id, refresh_digest, session.created_at)
}

fn insert_refresh_token(
    db: &mut Writer<'_>,
    session: SessionId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::digest.eq(digest),
            refresh_tokens::session_id.eq(Key::from(session)),
            refresh_tokens::issued_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// What presenting a refresh token comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The session goes on, with a new token.
    Renewed(Session),
    /// No such token, or its session is over.
    Refused,
    /// An old token was used again: the session must be ended.
    Reused(Session),
}

/// For so long an old token is still taken from the same client, whose answer may have been lost.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

/// How long a failed login counts.
pub const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// Rotates a refresh token: the old one is spent, the new one takes its place.
pub fn refresh(
    db: &mut Writer<'_>,
    old_digest: &[u8],
    new_digest: &[u8],
    client: &str,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Refreshed, StoreError> {
    let found: Option<(Row, Option<Instant>)> = refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::digest.eq(old_digest))
        .select((Row::as_select(), refresh_tokens::replaced_at))
        .first(db.connection())
        .optional()?;
    let Some((row, replaced_at)) = found else { return Ok(Refreshed::Refused) };
    let mut session = Session::from(row);
    if session.ended_at.is_some() || session.expires_at <= now {
        return Ok(Refreshed::Refused);
    }
    let spend = diesel::update(refresh_tokens::table.find(old_digest))
        .filter(refresh_tokens::replaced_at.is_null())
        .set(refresh_tokens::replaced_at.eq(Some(Instant::from(now))))
        .execute(db.connection())?;
    if spend == 0 {
        let same_client = session.client == client && session.address == address;
        let lately = replaced_at.is_none_or(|at| DateTime::<Utc>::from(at) + GRACE >= now);
        if !(same_client && lately) {
            return Ok(Refreshed::Reused(session));
        }
    }
    insert_refresh_token(db, session.id, new_digest, now)?;
    session.last_used_at = now;
    diesel::update(sessions::table.find(Key::from(session.id)))
        .set(sessions::last_used_at.eq(Instant::from(now)))
        .execute(db.connection())?;
    Ok(Refreshed::Renewed(session))
}

/// Ends a session.
pub fn end(db: &mut Writer<'_>, id: SessionId, reason: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let ended = diesel::update(sessions::table.find(Key::from(id)))
        .filter(sessions::ended_at.is_null())
        .set((sessions::ended_at.eq(Some(Instant::from(now))), sessions::end_reason.eq(Some(reason))))
        .execute(db.connection())?;
    Ok(ended == 1)
}

/// Ends every session of a user but one.
pub fn end_all(
    db: &mut Writer<'_>,
    user: UserId,
    but: Option<SessionId>,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let but = Key(but.map(Id::uuid).unwrap_or_default());
    diesel::update(sessions::table)
        .filter(sessions::user_id.eq(Key::from(user)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::id.ne(but))
        .set((sessions::ended_at.eq(Some(Instant::from(now))), sessions::end_reason.eq(Some(reason))))
        .execute(db.connection())?;
    Ok(())
}

/// The session with this id.
pub fn find(db: &mut Reader<'_>, id: SessionId) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> =
        sessions::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(Session::from))
}

/// A page of the open sessions of a user.
pub fn list(
    db: &mut Reader<'_>,
    user: UserId,
    now: DateTime<Utc>,
    page: &PageRequest<Uuid>,
) -> Result<Page<Session>, StoreError> {
    let query = sessions::table
        .filter(sessions::user_id.eq(Key::from(user)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Instant::from(now)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, sessions::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Session::from))
}

/// A page of all sessions of a user, including those that are over.
pub fn list_all(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Session>, StoreError> {
    let query =
        sessions::table.filter(sessions::user_id.eq(Key::from(user))).select(Row::as_select()).into_boxed();
    let rows: Vec<Row> = keyset!(query, sessions::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Session::from))
}

/// Who calls with this session: nobody where it is over or the user is disabled.
pub fn caller(db: &mut Reader<'_>, id: SessionId, now: DateTime<Utc>) -> Result<Option<Caller>, StoreError> {
    type Columns = (Instant, Option<Instant>, CallerColumns);
    let found: Option<Columns> = sessions::table
        .inner_join(users::table)
        .left_join(organizations::table.on(users::organization_id.eq(organizations::id.nullable())))
        .left_join(experts::table.on(experts::user_id.eq(users::id)))
        .filter(sessions::id.eq(Key::from(id)))
        .select((sessions::expires_at, sessions::ended_at, caller_columns!()))
        .first(db.connection())
        .optional()?;
    let live = found
        .filter(|(expires_at, ended_at, _)| ended_at.is_none() && DateTime::<Utc>::from(*expires_at) > now);
    Ok(live.and_then(|(_, _, columns)| caller_of(columns)))
}

/// Until when logins for this subject (an account or an address) have to wait.
pub fn blocked_until(db: &mut Reader<'_>, subject: &[u8]) -> Result<Option<DateTime<Utc>>, StoreError> {
    let failures =
        failed_logins::table.find(subject).select(Failures::as_select()).first(db.connection()).optional()?;
    Ok(failures.and_then(|failures| failures.wait()))
}

/// Claims a try to log in for this subject, as if it failed: it is counted before the slow comparison, so
/// that tries at the same moment are not more than those one after another. The first `free` failures
/// cost nothing; each one from the last of them on doubles the wait, from one second to fifteen minutes.
/// What lies a day back ([`REMEMBERED`]) is forgotten. Where one has to wait, nothing is counted, and this says until when.
pub fn claim_try(
    db: &mut Writer<'_>,
    subject: &[u8],
    free: i32,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let before = lock_failures(db, subject, now)?;
    if let Some(until) = before.wait().filter(|until| *until > now) {
        return Ok(Some(until));
    }
    let recent = DateTime::<Utc>::from(before.last_failed_at) + REMEMBERED > now;
    let failures = if recent { before.failures.saturating_add(1) } else { 1 };
    set_failures(db, subject, failures, now, now + wait_after(failures, free))?;
    Ok(None)
}

/// Gives a claimed try back, and the wait that it caused: it did not fail.
pub fn release_try(db: &mut Writer<'_>, subject: &[u8]) -> Result<(), StoreError> {
    diesel::update(failed_logins::table.find(subject).filter(failed_logins::failures.gt(0)))
        .set((
            failed_logins::failures.eq(failed_logins::failures - 1),
            failed_logins::blocked_until.eq(failed_logins::last_failed_at),
        ))
        .execute(db.connection())?;
    Ok(())
}

fn wait_after(failures: i32, free: i32) -> TimeDelta {
    let doublings = u32::try_from(failures - free).ok().map(|doublings| doublings.min(10));
    TimeDelta::seconds(doublings.map_or(0, |doublings| 1_i64 << doublings).min(900))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = failed_logins)]
struct Failures {
    failures: i32,
    last_failed_at: Instant,
    blocked_until: Instant,
}

impl Failures {
    /// Until when one has to wait; nothing where the last failure cost no wait. The moment of a failure alone is none: of two
    /// logins at the same moment, the one that began first may be counted last.
    fn wait(&self) -> Option<DateTime<Utc>> {
        let (until, failed) =
            (DateTime::<Utc>::from(self.blocked_until), DateTime::from(self.last_failed_at));
        (until > failed).then_some(until)
    }
}

/// What is counted for a subject, with the row locked until the commit.
fn lock_failures(db: &mut Writer<'_>, subject: &[u8], now: DateTime<Utc>) -> Result<Failures, StoreError> {
    diesel::sql_query(
        "INSERT INTO failed_logins (subject, failures, last_failed_at, blocked_until) VALUES ($1, 0, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET failures = failed_logins.failures",
    )
    .bind::<Binary, _>(subject)
    .bind::<Timestamp, _>(Instant::from(now))
    .execute(db.connection())?;
    Ok(failed_logins::table.find(subject).select(Failures::as_select()).first(db.connection())?)
}

fn set_failures(
    db: &mut Writer<'_>,
    subject: &[u8],
    failures: i32,
    last_failed_at: DateTime<Utc>,
    blocked_until: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(failed_logins::table.find(subject))
        .set((
            failed_logins::failures.eq(failures),
            failed_logins::last_failed_at.eq(Instant::from(last_failed_at)),
            failed_logins::blocked_until.eq(Instant::from(blocked_until)),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// Forgets the failed logins of a subject.
pub fn forget_failures(db: &mut Writer<'_>, subject: &[u8]) -> Result<(), StoreError> {
    diesel::delete(failed_logins::table.find(subject)).execute(db.connection())?;
    Ok(())
}

/// Removes at most `limit` subjects whose last failed login lies before `before`; says how many.
pub fn clean_failures(db: &mut Writer<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let old: Vec<Vec<u8>> = failed_logins::table
        .filter(failed_logins::last_failed_at.lt(Instant::from(before)))
        .order(failed_logins::last_failed_at)
        .select(failed_logins::subject)
        .limit(limit)
        .load(db.connection())?;
    if old.is_empty() {
        return Ok(0);
    }
    let still = failed_logins::last_failed_at.lt(Instant::from(before));
    diesel::delete(failed_logins::table.filter(failed_logins::subject.eq_any(&old)).filter(still))
        .execute(db.connection())?;
    Ok(old.len())
}

/// Removes at most `limit` sessions that expired before `before`, with their refresh tokens.
pub fn clean(db: &mut Writer<'_>, before: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
    let over: Vec<Key> = sessions::table
        .filter(sessions::expires_at.lt(Instant::from(before)))
        .select(sessions::id)
        .limit(limit)
        .load(db.connection())?;
    if over.is_empty() {
        return Ok(0);
    }
    diesel::delete(refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(&over)))
        .execute(db.connection())?;
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(&over))).execute(db.connection())?)
}
