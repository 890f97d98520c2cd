//! The experts' standing: measures on record, what their events say of them, registrations that lapse.

pub mod group;

use anze_domain::{
    EventName, FactName, Id, Vocabulary,
    base::id::{ConductRecordId, ExpertId, UserId},
    library::{
        expert::{Expert, ExpertStatus},
        standing::{Conduct, ConductKind, ConductRecord, LapseNotice, Measured, late_uploads},
    },
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Bool, Text, Timestamp},
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Document, Guid, Instant, Key, Stored},
        event::flush_pending_events,
        facts::FactsRow,
        page::keyset,
        schema::{
            conduct_records, events, experts, justified_declines, registration_lapses, visit_members, visits,
        },
    },
};

/// The events of declines by a user. Literal condition, so that the partial index applies.
macro_rules! declines_of {
    ($user:expr) => {
        events::table
            .filter(events::actor_id.eq(Key::from($user)))
            .filter(diesel::dsl::sql::<Bool>(&format!("name = '{}'", EventName::VisitDeclined)))
    };
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = conduct_records)]
struct Row {
    id: Key,
    expert_id: Key,
    kind: Stored<ConductKind>,
    grounds: String,
    recorded_by: Key,
    created_at: Instant,
}

impl From<Row> for ConductRecord {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            expert_id: row.expert_id.into(),
            kind: row.kind.0,
            grounds: row.grounds,
            recorded_by: row.recorded_by.0,
            created_at: row.created_at.into(),
        }
    }
}

/// Inserts a record.
pub fn insert(db: &mut Writer<'_>, it: &ConductRecord) -> Result<(), StoreError> {
    let row = Row {
        id: it.id.into(),
        expert_id: it.expert_id.into(),
        kind: it.kind.into(),
        grounds: it.grounds.clone(),
        recorded_by: Key(it.recorded_by),
        created_at: it.created_at.into(),
    };
    diesel::insert_into(conduct_records::table).values(row).execute(db.connection())?;
    Ok(())
}

/// The record with this id.
pub fn find(db: &mut Reader<'_>, id: ConductRecordId) -> Result<Option<ConductRecord>, StoreError> {
    let row: Option<Row> = conduct_records::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(ConductRecord::from))
}

/// A page of an expert's records.
pub fn list(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<ConductRecord>, StoreError> {
    let query = conduct_records::table
        .filter(conduct_records::expert_id.eq(Key::from(expert)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, conduct_records::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(ConductRecord::from))
}

/// What records and events say of an expert's conduct: material that is past its time counts as late, whether it came or did
/// not.
pub fn conduct(db: &mut Reader<'_>, expert: ExpertId, user: UserId) -> Result<Conduct, StoreError> {
    let key = Key::from(expert);
    let counts: Vec<(Stored<ConductKind>, i64)> = conduct_records::table
        .filter(conduct_records::expert_id.eq(key))
        .group_by(conduct_records::kind)
        .select((conduct_records::kind, diesel::dsl::count_star()))
        .load(db.connection())?;
    let of = |kind| counts.iter().find(|(counted, _)| counted.0 == kind).map_or(0, |(_, count)| *count);
    flush_pending_events(db)?;
    let (late_as_leader, late_as_member) = late_uploads(measured(db, key)?);
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let declines: i64 = declines_of!(user).count().get_result(db.connection())?;
    let justified: i64 = justified_declines::table
        .filter(justified_declines::expert_id.eq(key))
        .count()
        .get_result(db.connection())?;
    Ok(Conduct {
        warnings: of(ConductKind::Warning),
        suspensions: of(ConductKind::Suspension),
        removals: of(ConductKind::Removal),
        late_as_leader: whole(late_as_leader),
        late_as_member: whole(late_as_member),
        declines,
        justified_declines: justified,
    })
}

/// What the events say of whether material of the expert's visits came late, each visit's in their order.
fn measured(db: &mut Reader<'_>, expert: Key) -> Result<Vec<Measured>, StoreError> {
    /// The visit, who leads it, and what the event says.
    type Said = (Key, Option<Key>, Document<FactsRow>);
    // Literal condition, so that the partial index applies.
    let [submitted, overdue, recounted] =
        [EventName::VisitSubmitted, EventName::VisitUploadOverdue, EventName::UploadDeadlineRecounted];
    let measures = format!("events.name IN ('{submitted}', '{overdue}', '{recounted}')");
    let said: Vec<Said> = visit_members::table
        .inner_join(visits::table)
        .inner_join(events::table.on(events::subject_id.eq(visit_members::visit_id)))
        .filter(visit_members::expert_id.eq(expert))
        .filter(diesel::dsl::sql::<Bool>(&measures))
        .order((events::subject_id, events::stream_id, events::seq))
        .select((events::subject_id, visits::leader_id, events::facts))
        .load(db.connection())?;
    let measured = |(visit, leader, Document(FactsRow(facts))): Said| {
        let (_, late) = facts.iter().find(|(name, _)| name == FactName::Late.code())?;
        Some(Measured { visit_id: visit.0, leads: leader == Some(expert), late: late == "true" })
    };
    Ok(said.into_iter().filter_map(measured).collect())
}

/// A time that an expert declined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// The project.
    pub project_id: Uuid,
    /// Sequence number in the project's log.
    pub seq: i64,
    /// The visit.
    pub visit_id: Uuid,
    /// Reason that the expert gave.
    pub reason: Option<String>,
    /// Time of the decline.
    pub declined_at: DateTime<Utc>,
    /// Why the association holds it to be justified, where it does.
    pub justified: Option<String>,
}

/// A page of what an expert declined, by the time of it.
pub fn declines(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<(DateTime<Utc>, Uuid, i64)>,
) -> Result<Page<Decline>, StoreError> {
    type Columns = (Key, i64, Key, Option<String>, Instant);
    flush_pending_events(db)?;
    let mut query = declines_of!(user)
        .select((events::stream_id, events::seq, events::subject_id, events::reason, events::occurred_at))
        .limit(page.fetch())
        .into_boxed();
    // The time leads the index; sequence number and project tell those of one time apart.
    query = match (page.is_descending(), page.after) {
        (true, Some((at, stream, seq))) => {
            let (at, stream) = (Instant::from(at), Key(stream));
            let in_stream = events::stream_id.eq(stream).and(events::seq.lt(seq));
            let of_time = events::stream_id.lt(stream).or(in_stream);
            query.filter(events::occurred_at.le(at)).filter(events::occurred_at.lt(at).or(of_time))
        }
        (false, Some((at, stream, seq))) => {
            let (at, stream) = (Instant::from(at), Key(stream));
            let in_stream = events::stream_id.eq(stream).and(events::seq.gt(seq));
            let of_time = events::stream_id.gt(stream).or(in_stream);
            query.filter(events::occurred_at.ge(at)).filter(events::occurred_at.gt(at).or(of_time))
        }
        (_, None) => query,
    };
    query = if page.is_descending() {
        query.order((events::occurred_at.desc(), events::stream_id.desc(), events::seq.desc()))
    } else {
        query.order((events::occurred_at.asc(), events::stream_id.asc(), events::seq.asc()))
    };
    let found: Page<Columns> = page.cut(query.load(db.connection())?);
    let streams: Vec<Key> = found.items.iter().map(|(stream, ..)| *stream).collect();
    let justified: Vec<(Key, i64, String)> = if streams.is_empty() {
        Vec::new()
    } else {
        justified_declines::table
            .filter(justified_declines::stream_id.eq_any(streams))
            .select((justified_declines::stream_id, justified_declines::seq, justified_declines::reason))
            .load(db.connection())?
    };
    Ok(found.map(|(stream, seq, visit, reason, at)| Decline {
        project_id: stream.0,
        seq,
        visit_id: visit.0,
        reason,
        declined_at: at.into(),
        justified: justified
            .iter()
            .find(|(its, number, _)| (*its, *number) == (stream, seq))
            .map(|(.., reason)| reason.clone()),
    }))
}

/// Records that a decline was justified; says whether it was not before. Nothing where there is no such one.
pub fn justify(
    db: &mut Writer<'_>,
    expert: &Expert,
    (project, seq): (Uuid, i64),
    reason: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<bool>, StoreError> {
    let there: i64 = declines_of!(expert.user_id)
        .filter(events::stream_id.eq(Key(project)))
        .filter(events::seq.eq(seq))
        .count()
        .get_result(db.connection())?;
    if there == 0 {
        return Ok(None);
    }
    let inserted = diesel::sql_query(
        "INSERT INTO justified_declines (stream_id, seq, expert_id, reason, justified_by, justified_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind::<Guid, _>(Key(project))
    .bind::<diesel::sql_types::BigInt, _>(seq)
    .bind::<Guid, _>(Key::from(expert.id))
    .bind::<Text, _>(reason)
    .bind::<Guid, _>(Key(by))
    .bind::<Timestamp, _>(Instant::from(now))
    .execute(db.connection())?;
    Ok(Some(inserted == 1))
}

/// Experts with a lapse notice due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsing {
    /// Their ids.
    pub due: Vec<ExpertId>,
    /// The last that was looked at; none at the end.
    pub last: Option<ExpertId>,
}

/// Of the next `limit` experts past `after`, those with a lapse notice due today.
pub fn lapsing(
    db: &mut Reader<'_>,
    today: NaiveDate,
    after: Option<ExpertId>,
    limit: i64,
) -> Result<Lapsing, StoreError> {
    type Columns = (Key, Option<String>, Option<Stored<LapseNotice>>);
    let after = Key(after.map(Id::uuid).unwrap_or_default());
    let far = today.checked_add_days(Days::new(90)).unwrap_or(NaiveDate::MAX).to_string();
    let found: Vec<Columns> = experts::table
        .left_join(
            registration_lapses::table.on(registration_lapses::expert_id
                .eq(experts::id)
                .and(registration_lapses::registered_until.nullable().eq(experts::registered_until))),
        )
        .filter(experts::registered_until.le(far))
        .filter(experts::status.ne(Stored(ExpertStatus::Removed)))
        // What has lapsed and is said is done with.
        .filter(
            registration_lapses::notice
                .is_null()
                .or(registration_lapses::notice.ne(Stored(LapseNotice::Lapsed))),
        )
        .filter(experts::id.gt(after))
        .order(experts::id)
        .select((experts::id, experts::registered_until, registration_lapses::notice.nullable()))
        .limit(limit)
        .load(db.connection())?;
    let due = |until: Option<&str>| LapseNotice::due(until?.parse().ok()?, today);
    let last = found.last().map(|(id, ..)| (*id).into());
    let found = found.into_iter().filter(|(_, until, said)| {
        due(until.as_deref()).is_some_and(|due| said.is_none_or(|said| said.0 < due))
    });
    Ok(Lapsing { due: found.map(|(id, ..)| id.into()).collect(), last })
}

/// The last lapse notice of a registration.
pub fn last_lapse_notice(
    db: &mut Reader<'_>,
    expert: ExpertId,
    until: NaiveDate,
) -> Result<Option<LapseNotice>, StoreError> {
    let said: Option<Stored<LapseNotice>> = registration_lapses::table
        .find((Key::from(expert), until.to_string()))
        .select(registration_lapses::notice)
        .first(db.connection())
        .optional()?;
    Ok(said.map(|said| said.0))
}

/// Records the last lapse notice of a registration.
pub fn record_lapse_notice(
    db: &mut Writer<'_>,
    expert: ExpertId,
    until: NaiveDate,
    notice: LapseNotice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::sql_query(
        "INSERT INTO registration_lapses (expert_id, registered_until, notice, noticed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (expert_id, registered_until) DO UPDATE SET notice = excluded.notice, \
         noticed_at = excluded.noticed_at",
    )
    .bind::<Guid, _>(Key::from(expert))
    .bind::<Text, _>(until.to_string())
    .bind::<Text, _>(Stored(notice))
    .bind::<Timestamp, _>(Instant::from(now))
    .execute(db.connection())?;
    Ok(())
}
