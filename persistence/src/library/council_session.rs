//! Sessions of the council, and what they vote on.

use std::collections::HashMap;

use anze_domain::{
    access::{ListScope, Operation, state_machine::State},
    base::id::{CouncilSessionId, ExpertApplicationId},
    library::{
        council_session::{
            AgendaCounts, CouncilSession, CouncilSessionStatus, Fraction, MajorityRule, SessionItem,
            SessionTerms, VoteOutcome, Votes,
        },
        expert_application::ExpertApplicationStatus,
        qualification::Pool,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{count, count_star},
    prelude::*,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Document, Instant, Key, Stored, insert_all, plain_document},
        page::keyset,
        parties::in_scope,
        schema::{council_session_items, council_sessions, expert_applications},
        single_statement::save_row,
    },
};

plain_document! {
    /// The names of the members who were present.
    present_members: PresentMembersRow(Vec<String>), form 1
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = council_sessions, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<CouncilSessionStatus>,
    status_reason: Option<String>,
    held_on: NaiveDate,
    council_size: i32,
    members_present: i32,
    quorum_numerator: i32,
    quorum_denominator: i32,
    majority_numerator: i32,
    majority_denominator: i32,
    majority_rule: Stored<MajorityRule>,
    created_by: Key,
    closed_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
    present_members: Document<PresentMembersRow>,
}

fn written(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn read(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

impl From<&CouncilSession> for Row {
    fn from(it: &CouncilSession) -> Self {
        let terms = &it.terms;
        Self {
            id: it.id.into(),
            version: it.version,
            number: terms.number.clone(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            held_on: terms.held_on,
            council_size: written(terms.council_size),
            members_present: written(terms.members_present),
            quorum_numerator: written(terms.quorum.numerator),
            quorum_denominator: written(terms.quorum.denominator),
            majority_numerator: written(terms.majority.numerator),
            majority_denominator: written(terms.majority.denominator),
            majority_rule: terms.majority_rule.into(),
            created_by: Key(it.created_by),
            closed_at: it.closed_at.map(Instant::from),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
            present_members: Document::of(&terms.present_members),
        }
    }
}

impl From<Row> for CouncilSession {
    fn from(row: Row) -> Self {
        let share =
            |numerator, denominator| Fraction { numerator: read(numerator), denominator: read(denominator) };
        Self {
            id: row.id.into(),
            version: row.version,
            status: row.status.0,
            status_reason: row.status_reason,
            terms: SessionTerms {
                number: row.number,
                held_on: row.held_on,
                council_size: read(row.council_size),
                members_present: read(row.members_present),
                present_members: row.present_members.value(),
                quorum: share(row.quorum_numerator, row.quorum_denominator),
                majority: share(row.majority_numerator, row.majority_denominator),
                majority_rule: row.majority_rule.0,
            },
            created_by: row.created_by.0,
            closed_at: row.closed_at.map(DateTime::from),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = council_session_items, treat_none_as_default_value = false)]
struct ItemRow {
    session_id: Key,
    application_id: Key,
    votes_for: Option<i32>,
    votes_against: Option<i32>,
    votes_abstain: Option<i32>,
    outcome: Option<Stored<VoteOutcome>>,
}

impl ItemRow {
    fn new(session: CouncilSessionId, application: ExpertApplicationId, votes: Option<Votes>) -> Self {
        Self {
            session_id: session.into(),
            application_id: application.into(),
            votes_for: votes.map(|votes| written(votes.votes_for)),
            votes_against: votes.map(|votes| written(votes.votes_against)),
            votes_abstain: votes.map(|votes| written(votes.votes_abstain)),
            outcome: None,
        }
    }
}

impl ItemRow {
    /// The item, of an application that was passed on at this time.
    fn item(self, reviewed_at: Option<Instant>) -> SessionItem {
        let row = self;
        let votes = row.votes_for.zip(row.votes_against).zip(row.votes_abstain);
        SessionItem {
            application_id: row.application_id.into(),
            reviewed_at: reviewed_at.map(DateTime::from),
            votes: votes.map(|((votes_for, votes_against), votes_abstain)| Votes {
                votes_for: read(votes_for),
                votes_against: read(votes_against),
                votes_abstain: read(votes_abstain),
            }),
            outcome: row.outcome.map(|outcome| outcome.0),
        }
    }
}

/// Inserts a session.
///
/// # Errors
/// [`StoreError::Duplicate`] where there is one with its number.
pub fn insert(db: &mut Writer<'_>, session: &CouncilSession) -> Result<(), StoreError> {
    diesel::insert_into(council_sessions::table).values(Row::from(session)).execute(db.connection())?;
    Ok(())
}

/// Saves a session that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut session: CouncilSession,
    now: DateTime<Utc>,
) -> Result<CouncilSession, StoreError> {
    save_row!(db, council_sessions, session, now, |it| Row::from(it))?;
    Ok(session)
}

/// The session with this id.
pub fn find(db: &mut Reader<'_>, id: CouncilSessionId) -> Result<Option<CouncilSession>, StoreError> {
    let row: Option<Row> = council_sessions::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(CouncilSession::from))
}

/// As [`find`], with the lock of its stream.
pub fn find_locked(db: &mut Writer<'_>, id: CouncilSessionId) -> Result<Option<CouncilSession>, StoreError> {
    crate::store::event::lock(db, id)?;
    find(db, id)
}

/// What was put to these sessions, in numbers, in one query.
pub fn agenda_counts(
    db: &mut Reader<'_>,
    ids: impl IntoIterator<Item = CouncilSessionId>,
) -> Result<HashMap<CouncilSessionId, AgendaCounts>, StoreError> {
    let ids: Vec<Key> = ids.into_iter().map(Key::from).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let key = (council_session_items::session_id, expert_applications::status);
    let rows: Vec<(Key, Stored<ExpertApplicationStatus>, i64, i64)> = council_session_items::table
        .inner_join(expert_applications::table)
        .filter(council_session_items::session_id.eq_any(ids))
        .group_by(key)
        .select((key.0, key.1, count_star(), count(council_session_items::votes_for)))
        .load(db.connection())?;
    let mut agendas: HashMap<_, AgendaCounts> = HashMap::new();
    for (id, status, all, voted) in rows {
        let (all, voted) = (usize::try_from(all).unwrap_or(0), usize::try_from(voted).unwrap_or(0));
        let it = agendas.entry(id.into()).or_default();
        (it.applications, it.voted) = (it.applications + all, it.voted + voted);
        if status.0.after(Operation::CloseCouncilSession).is_some() {
            (it.open, it.open_voted) = (it.open + all, it.open_voted + voted);
        }
    }
    Ok(agendas)
}

/// A page of the sessions that a caller of this list scope sees, in one state where it is given.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    status: Option<CouncilSessionStatus>,
    page: &PageRequest<Uuid>,
) -> Result<Page<CouncilSession>, StoreError> {
    let query = council_sessions::table.select(Row::as_select()).into_boxed();
    let mut query = in_scope!(query, council_sessions, scope;);
    if let Some(status) = status {
        query = query.filter(council_sessions::status.eq(Stored(status)));
    }
    let rows: Vec<Row> = keyset!(query, council_sessions::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(CouncilSession::from))
}

/// As [`items`], with the locks of their applications, so that none is withdrawn before the commit.
pub fn items_locked(
    db: &mut Writer<'_>,
    session: CouncilSessionId,
) -> Result<Vec<(SessionItem, ExpertApplicationStatus)>, StoreError> {
    let ids: Vec<_> = items(db, session)?.iter().map(|(item, _)| item.application_id).collect();
    crate::library::expert_application::lock_all(db, &ids)?;
    items(db, session)
}

/// Everything that was put to a session, with the state in which each application is: as many as a session takes.
pub fn items(
    db: &mut Reader<'_>,
    session: CouncilSessionId,
) -> Result<Vec<(SessionItem, ExpertApplicationStatus)>, StoreError> {
    let most = i64::try_from(anze_domain::library::council_session::MAX_ITEMS).unwrap_or(i64::MAX);
    type Columns = (ItemRow, Option<Instant>, Stored<ExpertApplicationStatus>);
    let rows: Vec<Columns> = council_session_items::table
        .inner_join(expert_applications::table)
        .filter(council_session_items::session_id.eq(Key::from(session)))
        .order(council_session_items::application_id)
        .select((ItemRow::as_select(), expert_applications::reviewed_at, expert_applications::status))
        .limit(most)
        .load(db.connection())?;
    Ok(rows.into_iter().map(|(row, reviewed_at, status)| (row.item(reviewed_at), status.0)).collect())
}

/// What a session's list says of an application beside its votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The item.
    pub item: SessionItem,
    /// The application's number.
    pub number: String,
    /// Who applies.
    pub name: String,
    /// For which pool.
    pub pool: Pool,
    /// In which state it is.
    pub status: ExpertApplicationStatus,
}

/// A page of what was put to a session.
pub fn list_items(
    db: &mut Reader<'_>,
    session: CouncilSessionId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Listed>, StoreError> {
    type Columns =
        (ItemRow, Option<Instant>, (String, String, Stored<Pool>, Stored<ExpertApplicationStatus>));
    let query = council_session_items::table
        .inner_join(expert_applications::table)
        .filter(council_session_items::session_id.eq(Key::from(session)))
        .select((
            ItemRow::as_select(),
            expert_applications::reviewed_at,
            (
                expert_applications::number,
                expert_applications::name,
                expert_applications::pool,
                expert_applications::status,
            ),
        ))
        .into_boxed();
    let rows: Vec<Columns> =
        keyset!(query, council_session_items::application_id, page).load(db.connection())?;
    Ok(page.cut(rows).map(|(row, reviewed_at, (number, name, pool, status))| Listed {
        item: row.item(reviewed_at),
        number,
        name,
        pool: pool.0,
        status: status.0,
    }))
}

/// Puts applications to a session, in one statement.
pub fn add_items(
    db: &mut Writer<'_>,
    session: CouncilSessionId,
    applications: &[ExpertApplicationId],
) -> Result<(), StoreError> {
    let rows: Vec<ItemRow> = applications.iter().map(|id| ItemRow::new(session, *id, None)).collect();
    if !rows.is_empty() {
        insert_all!(db, council_session_items::table, &rows)?;
    }
    Ok(())
}

/// Records the votes on applications that were put to a session, in place of what was recorded before.
pub fn set_votes(
    db: &mut Writer<'_>,
    session: CouncilSessionId,
    votes: &[(ExpertApplicationId, Votes)],
) -> Result<(), StoreError> {
    if votes.is_empty() {
        return Ok(());
    }
    let keys: Vec<Key> = votes.iter().map(|(id, _)| Key::from(*id)).collect();
    diesel::delete(council_session_items::table)
        .filter(council_session_items::session_id.eq(Key::from(session)))
        .filter(council_session_items::application_id.eq_any(keys))
        .execute(db.connection())?;
    let rows: Vec<ItemRow> =
        votes.iter().map(|(id, votes)| ItemRow::new(session, *id, Some(*votes))).collect();
    insert_all!(db, council_session_items::table, &rows)?;
    Ok(())
}

/// Writes down what came of these votes, in one statement.
pub fn set_outcome(
    db: &mut Writer<'_>,
    session: CouncilSessionId,
    applications: &[ExpertApplicationId],
    outcome: VoteOutcome,
) -> Result<(), StoreError> {
    if applications.is_empty() {
        return Ok(());
    }
    let keys: Vec<Key> = applications.iter().copied().map(Key::from).collect();
    diesel::update(council_session_items::table)
        .filter(council_session_items::session_id.eq(Key::from(session)))
        .filter(council_session_items::application_id.eq_any(keys))
        .set(council_session_items::outcome.eq(Some(Stored(outcome))))
        .execute(db.connection())?;
    Ok(())
}
