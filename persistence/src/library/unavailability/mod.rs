//! When experts cannot be asked for, and where they are based.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anze_domain::{
    base::{
        id::{ExpertId, UnavailabilityId},
        location::{CoordinateSystem, Location},
    },
    calendar::{slot::Slot, working_calendar::shanghai_date},
    library::unavailability::{PartOfDay, Recurrence, Span, Unavailability, UnavailabilityKind, Weekday},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        location::location,
        page::keyset,
        schema::{expert_bases, unavailabilities},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = unavailabilities, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    id: Key,
    version: i64,
    expert_id: Key,
    kind: Stored<UnavailabilityKind>,
    starts_at: Option<Instant>,
    ends_at: Option<Instant>,
    weekday: Option<Stored<Weekday>>,
    part_of_day: Option<Stored<PartOfDay>>,
    from_on: Option<NaiveDate>,
    until_on: Option<NaiveDate>,
    note: Option<String>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Unavailability> for Row {
    fn from(it: &Unavailability) -> Self {
        let (leave, recurrence) = match it.span {
            Span::Leave(slot) => (Some(slot), None),
            Span::Recurring(recurrence) => (None, Some(recurrence)),
        };
        Self {
            id: it.id.into(),
            version: it.version,
            expert_id: it.expert_id.into(),
            kind: it.span.kind().into(),
            starts_at: leave.map(|slot| slot.start.into()),
            ends_at: leave.map(|slot| slot.end.into()),
            weekday: recurrence.map(|it| it.weekday.into()),
            part_of_day: recurrence.map(|it| it.part_of_day.into()),
            from_on: recurrence.and_then(|it| it.from_on),
            until_on: recurrence.and_then(|it| it.until_on),
            note: it.note.clone(),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Unavailability {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let half = || StoreError::Internal("an unavailability without its time".to_owned());
        let span = match row.kind.0 {
            UnavailabilityKind::Leave => {
                let (start, end) = row.starts_at.zip(row.ends_at).ok_or_else(half)?;
                Span::Leave(Slot { start: start.into(), end: end.into() })
            }
            UnavailabilityKind::Recurring => {
                let (weekday, part) = row.weekday.zip(row.part_of_day).ok_or_else(half)?;
                Span::Recurring(Recurrence {
                    weekday: weekday.0,
                    part_of_day: part.0,
                    from_on: row.from_on,
                    until_on: row.until_on,
                })
            }
        };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            expert_id: row.expert_id.into(),
            span,
            note: row.note,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Inserts an entry.
pub fn insert(db: &mut Writer<'_>, it: &Unavailability) -> Result<(), StoreError> {
    diesel::insert_into(unavailabilities::table).values(Row::from(it)).execute(db.connection())?;
    Ok(())
}

/// Saves an entry that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut it: Unavailability,
    now: DateTime<Utc>,
) -> Result<Unavailability, StoreError> {
    save_row!(db, unavailabilities, it, now, |it| Row::from(it))?;
    Ok(it)
}

/// Removes an entry that was read at its version.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn remove(db: &mut Writer<'_>, it: &Unavailability) -> Result<(), StoreError> {
    let removed = diesel::delete(unavailabilities::table.find(Key::from(it.id)))
        .filter(unavailabilities::version.eq(it.version))
        .execute(db.connection())?;
    if removed == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

/// The entry with this id.
pub fn find(db: &mut Reader<'_>, id: UnavailabilityId) -> Result<Option<Unavailability>, StoreError> {
    let row: Option<Row> = unavailabilities::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    row.map(Unavailability::try_from).transpose()
}

/// A page of an expert's entries.
pub fn list(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Unavailability>, StoreError> {
    let query = unavailabilities::table
        .filter(unavailabilities::expert_id.eq(Key::from(expert)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, unavailabilities::id, page).load(db.connection())?;
    page.cut(rows).try_map(Unavailability::try_from)
}

/// What is not over by an instant: leave that ends after it, and what recurs on that day in Xiamen or later.
macro_rules! not_over {
    ($from:expr) => {{
        let from: DateTime<Utc> = $from;
        let lasts =
            unavailabilities::until_on.is_null().or(unavailabilities::until_on.ge(shanghai_date(from)));
        unavailabilities::ends_at
            .gt(Instant::from(from))
            .or(unavailabilities::weekday.is_not_null().and(lasts))
    }};
}

/// How many entries an expert keeps that are not over.
pub fn count(db: &mut Reader<'_>, expert: ExpertId, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let count: i64 = unavailabilities::table
        .filter(unavailabilities::expert_id.eq(Key::from(expert)))
        .filter(not_over!(now))
        .count()
        .get_result(db.connection())?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn by_expert(rows: Vec<Row>) -> Result<BTreeMap<Uuid, Vec<Span>>, StoreError> {
    let mut all: BTreeMap<Uuid, Vec<Span>> = BTreeMap::new();
    for row in rows {
        let it = Unavailability::try_from(row)?;
        all.entry(it.expert_id.uuid()).or_default().push(it.span);
    }
    Ok(all)
}

/// When these experts cannot be asked for: all that they keep that is not over by an instant.
pub fn of_experts(
    db: &mut Reader<'_>,
    experts: &[Uuid],
    from: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, Vec<Span>>, StoreError> {
    let keys: Vec<Key> = experts.iter().copied().map(Key).collect();
    by_expert(
        unavailabilities::table
            .filter(unavailabilities::expert_id.eq_any(keys))
            .filter(not_over!(from))
            .select(Row::as_select())
            .load(db.connection())?,
    )
}

/// The entries of all experts that may overlap a slot, by expert: leave that overlaps it, and weekdays that lie in its days.
pub fn spans_overlapping(db: &mut Reader<'_>, slot: Slot) -> Result<BTreeMap<Uuid, Vec<Span>>, StoreError> {
    let days = slot.days();
    let mut weekdays: Vec<Stored<Weekday>> = days
        .start
        .iter_days()
        .take_while(|day| *day <= days.end)
        .take(7)
        .map(Weekday::of)
        .map(Stored)
        .collect();
    weekdays.dedup();
    let mut rows: Vec<Row> = unavailabilities::table
        .filter(unavailabilities::ends_at.gt(Instant::from(slot.start)))
        .filter(unavailabilities::starts_at.lt(Instant::from(slot.end)))
        .select(Row::as_select())
        .load(db.connection())?;
    let recurring: Vec<Row> = unavailabilities::table
        .filter(unavailabilities::weekday.eq_any(weekdays))
        .filter(unavailabilities::from_on.is_null().or(unavailabilities::from_on.le(days.end)))
        .filter(unavailabilities::until_on.is_null().or(unavailabilities::until_on.ge(days.start)))
        .select(Row::as_select())
        .load(db.connection())?;
    rows.extend(recurring);
    by_expert(rows)
}

/// Where an expert is based.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Base {
    /// Version of the record: 1 before it was ever said.
    pub version: i64,
    /// The place, where it is said.
    pub location: Option<Location>,
}

/// Where an expert is based.
pub fn base(db: &mut Reader<'_>, expert: ExpertId) -> Result<Base, StoreError> {
    type Columns = (i64, Option<f64>, Option<f64>, Option<Stored<CoordinateSystem>>);
    let found: Option<Columns> = expert_bases::table
        .find(Key::from(expert))
        .select((
            expert_bases::version,
            expert_bases::longitude,
            expert_bases::latitude,
            expert_bases::coordinate_system,
        ))
        .first(db.connection())
        .optional()?;
    Ok(found.map_or(Base { version: 1, location: None }, |(version, longitude, latitude, system)| Base {
        version,
        location: location(longitude, latitude, system),
    }))
}

/// Says where an expert is based, over what was read at its version.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn set_base(
    db: &mut Writer<'_>,
    expert: ExpertId,
    seen: Base,
    location: Option<Location>,
    now: DateTime<Utc>,
) -> Result<Base, StoreError> {
    let base = Base { version: seen.version + 1, location };
    let columns = (
        expert_bases::version.eq(base.version),
        expert_bases::longitude.eq(location.map(|it| it.longitude)),
        expert_bases::latitude.eq(location.map(|it| it.latitude)),
        expert_bases::coordinate_system.eq(location.map(|it| Stored(it.coordinate_system))),
        expert_bases::updated_at.eq(Instant::from(now)),
    );
    let changed = diesel::update(expert_bases::table.find(Key::from(expert)))
        .filter(expert_bases::version.eq(seen.version))
        .set(columns)
        .execute(db.connection())?;
    if changed == 1 {
        return Ok(base);
    }
    if seen.version != 1 {
        return Err(StoreError::Stale);
    }
    diesel::insert_into(expert_bases::table)
        .values((expert_bases::expert_id.eq(Key::from(expert)), columns))
        .execute(db.connection())
        .map_err(|error| match StoreError::from(error) {
            StoreError::Duplicate(_) => StoreError::Stale,
            other => other,
        })?;
    Ok(base)
}
