//! What experts are booked for: it follows the visits, in the transaction that changes them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anze_domain::{
    base::location::{CoordinateSystem, Location},
    calendar::{slot::Slot, travel::GridPoint},
    service::{
        booking::Booking,
        suggestion::OpenProposal,
        visit::{Visit, VisitStatus},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    service::visit::NegotiationRow,
    store::{
        dialect::{self, Document, Instant, Key, Stored, insert_all},
        schema::{bookings, projects, visit_members, visits},
    },
};

/// How long before and after a slot another booking matters: longer than any way in the city.
const MARGIN: TimeDelta = TimeDelta::days(1);

#[derive(Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = bookings)]
struct Row {
    expert_id: Key,
    visit_id: Key,
    project_id: Key,
    starts_at: Instant,
    ends_at: Instant,
}

fn rows(visit: &Visit) -> Vec<Row> {
    let Some(slot) = visit.booked() else { return Vec::new() };
    let mut rows: Vec<Row> = visit
        .members
        .iter()
        .map(|member| Row {
            expert_id: Key(member.expert_id),
            visit_id: visit.id.into(),
            project_id: visit.project_id.into(),
            starts_at: slot.start.into(),
            ends_at: slot.end.into(),
        })
        .collect();
    rows.sort_unstable_by_key(|row| row.expert_id);
    rows
}

/// Books the group of a visit for what is agreed, and nobody for what is not.
pub(crate) fn follow(db: &mut Writer<'_>, visit: &Visit) -> Result<(), StoreError> {
    let id = Key::from(visit.id);
    let wanted = rows(visit);
    let stored: Vec<Row> = bookings::table
        .filter(bookings::visit_id.eq(id))
        .order(bookings::expert_id)
        .select(Row::as_select())
        .load(db.connection())?;
    if stored == wanted {
        return Ok(());
    }
    if !stored.is_empty() {
        diesel::delete(bookings::table.filter(bookings::visit_id.eq(id))).execute(db.connection())?;
    }
    if !wanted.is_empty() {
        insert_all!(db, bookings::table, &wanted)?;
    }
    Ok(())
}

/// Books nobody any more for these visits, which are cancelled.
pub(crate) fn forget(db: &mut Writer<'_>, visits: &[Key]) -> Result<(), StoreError> {
    diesel::delete(bookings::table.filter(bookings::visit_id.eq_any(visits.to_vec())))
        .execute(db.connection())?;
    Ok(())
}

/// A booking with the place of its project.
type BookingColumns = (Key, Key, Instant, Instant, f64, f64, Stored<CoordinateSystem>);

fn booking((expert, visit, starts_at, ends_at, longitude, latitude, system): BookingColumns) -> Booking {
    let location = Location { longitude, latitude, coordinate_system: system.0 };
    Booking {
        expert_id: expert.0,
        visit_id: visit.0,
        slot: Slot { start: starts_at.into(), end: ends_at.into() },
        site: GridPoint::from(location),
    }
}

/// The bookings that overlap a slot with a [`MARGIN`] on both sides, narrowed further.
macro_rules! overlapping {
    ($slot:expr $(, $filter:expr)?) => {{
        let from = $slot.start.checked_sub_signed(MARGIN).unwrap_or($slot.start);
        let to = $slot.end.checked_add_signed(MARGIN).unwrap_or($slot.end);
        bookings::table
            .inner_join(projects::table)
            .filter(bookings::ends_at.gt(Instant::from(from)))
            .filter(bookings::starts_at.lt(Instant::from(to)))
            $(.filter($filter))?
            .select((
                bookings::expert_id,
                bookings::visit_id,
                bookings::starts_at,
                bookings::ends_at,
                projects::longitude,
                projects::latitude,
                projects::coordinate_system,
            ))
            .order((bookings::expert_id, bookings::starts_at))
    }};
}

/// The bookings of these experts that overlap the time of these slots with a margin of a day, with the experts' locks held, so
/// that nobody else books them before the commit.
pub fn locked(db: &mut Writer<'_>, experts: &[Uuid], slots: &[Slot]) -> Result<Vec<Booking>, StoreError> {
    let mut keys: Vec<Key> = experts.iter().copied().map(Key).collect();
    keys.sort_unstable();
    keys.dedup();
    let (Some(start), Some(end)) =
        (slots.iter().map(|slot| slot.start).min(), slots.iter().map(|slot| slot.end).max())
    else {
        return Ok(Vec::new());
    };
    dialect::lock_experts(db.connection(), &keys)?;
    let found: Vec<BookingColumns> =
        overlapping!(Slot { start, end }, bookings::expert_id.eq_any(keys)).load(db.connection())?;
    Ok(found.into_iter().map(booking).collect())
}

/// The bookings of all experts that overlap a slot with a margin of a day on both sides.
pub fn bookings_overlapping(db: &mut Reader<'_>, slot: Slot) -> Result<Vec<Booking>, StoreError> {
    let found: Vec<BookingColumns> = overlapping!(slot).load(db.connection())?;
    Ok(found.into_iter().map(booking).collect())
}

/// To how many visits each expert was given that begin in a time, its end not included.
pub fn work_between(
    db: &mut Reader<'_>,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, u32>, StoreError> {
    let counts: Vec<(Key, i64)> = bookings::table
        .filter(bookings::starts_at.ge(Instant::from(since)))
        .filter(bookings::starts_at.lt(Instant::from(until)))
        .group_by(bookings::expert_id)
        .select((bookings::expert_id, diesel::dsl::count_star()))
        .load(db.connection())?;
    Ok(counts
        .into_iter()
        .map(|(expert, count)| (expert.0, u32::try_from(count).unwrap_or(u32::MAX)))
        .collect())
}

/// Open proposals: experts, slots, site.
pub fn open_proposals(db: &mut Reader<'_>) -> Result<Vec<OpenProposal>, StoreError> {
    type Proposed = (Key, Document<NegotiationRow>, f64, f64, Stored<CoordinateSystem>);
    let proposed: Vec<Proposed> = visits::table
        .inner_join(projects::table.on(projects::id.eq(visits::project_id)))
        .filter(visits::status.eq(Stored(VisitStatus::Proposed)))
        .order(visits::id)
        .select((
            visits::id,
            visits::negotiation,
            projects::longitude,
            projects::latitude,
            projects::coordinate_system,
        ))
        .load(db.connection())?;
    let members: Vec<(Key, Key)> = visit_members::table
        .inner_join(visits::table)
        .filter(visits::status.eq(Stored(VisitStatus::Proposed)))
        .select((visits::id, visit_members::expert_id))
        .load(db.connection())?;
    let mut experts: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (visit, expert) in members {
        experts.entry(visit.0).or_default().push(expert.0);
    }
    let open = proposed.into_iter().map(|(visit, negotiation, longitude, latitude, system)| OpenProposal {
        visit_id: visit.0,
        experts: experts.remove(&visit.0).unwrap_or_default(),
        slots: negotiation.value().slots,
        site: GridPoint::from(Location { longitude, latitude, coordinate_system: system.0 }),
    });
    Ok(open.collect())
}
