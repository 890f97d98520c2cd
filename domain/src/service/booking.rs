//! What an expert is booked for (档期), and that nobody is in two places at once (A12.1).

use uuid::Uuid;

use crate::{
    Violation,
    calendar::{
        slot::Slot,
        travel::{GridPoint, travel_minutes},
    },
};

crate::codes! {
    EXPERT_DOUBLE_BOOKED = "expert_double_booked", Conflict, Some("A12.1"),
        "专家时间冲突" / "该专家在 {start} 至 {end} 已约定其他服务。",
        "Expert already booked" / "The expert is already booked for another service from {start} to {end}.";
    TRAVEL_TIME_TOO_SHORT = "travel_time_too_short", Conflict, Some("A12.1"),
        "路程时间不足" / "该专家往返 {start} 至 {end} 的另一服务需 {minutes} 分钟，间隔不足。",
        "Not enough travel time" / "The expert needs {minutes} minutes to travel to or from the service from {start} to {end}. The time between the two services is shorter.";
}

/// A time for which an expert is booked: the agreed time of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booking {
    /// The expert.
    pub expert_id: Uuid,
    /// The visit.
    pub visit_id: Uuid,
    /// The agreed time.
    pub slot: Slot,
    /// Site of the visit.
    pub site: GridPoint,
}

/// What experts are booked for around some slots, seen from a visit.
#[derive(Debug, Clone, Copy)]
pub struct Diary<'a> {
    /// The visit; its own bookings do not stand in its way.
    pub visit_id: Uuid,
    /// Site of the visit.
    pub site: GridPoint,
    /// The bookings of the experts concerned, from a day before the slots to a day after them at least.
    pub bookings: &'a [Booking],
}

impl Diary<'_> {
    /// The other bookings of an expert.
    pub fn of(&self, expert: Uuid) -> impl Iterator<Item = &Booking> {
        self.bookings
            .iter()
            .filter(move |booking| booking.expert_id == expert && booking.visit_id != self.visit_id)
    }

    /// Whether the expert can be at the visit in this slot: not booked elsewhere, and with the time to come and go.
    ///
    /// # Errors
    /// [`EXPERT_DOUBLE_BOOKED`], [`TRAVEL_TIME_TOO_SHORT`].
    pub fn check(&self, expert: Uuid, slot: Slot) -> Result<(), Violation> {
        self.of(expert).try_for_each(|booking| self.check_against(booking, slot))
    }

    /// Whether the slot is possible beside this booking.
    ///
    /// # Errors
    /// As [`Diary::check`].
    pub fn check_against(&self, booking: &Booking, slot: Slot) -> Result<(), Violation> {
        let about =
            |code| Violation::new(code).with("start", booking.slot.start).with("end", booking.slot.end);
        let Some(gap) = slot.gap(booking.slot) else { return Err(about(EXPERT_DOUBLE_BOOKED)) };
        let minutes = travel_minutes(self.site.metres_to(booking.site));
        if gap.num_seconds() < minutes.saturating_mul(60) {
            return Err(about(TRAVEL_TIME_TOO_SHORT).with("minutes", minutes));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::*;

    const SITE: GridPoint = GridPoint { longitude: 118_100_000, latitude: 24_500_000 };
    /// A good kilometre to the north: nineteen minutes.
    const NEAR: GridPoint = GridPoint { longitude: 118_100_000, latitude: 24_510_000 };

    fn at(minutes: i64) -> DateTime<Utc> {
        "2026-03-05T01:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
    }

    fn slot(start: i64, end: i64) -> Slot {
        Slot { start: at(start), end: at(end) }
    }

    fn check(site: GridPoint, other: Slot, wanted: Slot) -> Result<(), &'static str> {
        let (expert, visit) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let bookings = [Booking { expert_id: expert, visit_id: Uuid::from_u128(3), slot: other, site: SITE }];
        let diary = Diary { visit_id: visit, site, bookings: &bookings };
        diary.check(expert, wanted).map_err(|violation| violation.code.name)
    }

    #[test]
    fn a12_1_nobody_is_in_two_visits_at_once() {
        let there = slot(0, 60);
        for wanted in [slot(0, 60), slot(-10, 1), slot(59, 90), slot(10, 20), slot(-10, 90)] {
            assert_eq!(check(SITE, there, wanted), Err("expert_double_booked"), "{wanted:?}");
        }
        assert_eq!(check(SITE, there, slot(60, 90)), Ok(()));
        assert_eq!(check(SITE, there, slot(-30, 0)), Ok(()));
    }

    #[test]
    fn a12_1_the_way_between_two_sites_takes_its_time() {
        assert_eq!(travel_minutes(SITE.metres_to(NEAR)), 19);
        let there = slot(0, 60);
        assert_eq!(check(NEAR, there, slot(79, 90)), Ok(()));
        assert_eq!(check(NEAR, there, slot(78, 90)), Err("travel_time_too_short"));
        assert_eq!(check(NEAR, there, slot(-60, -19)), Ok(()));
        assert_eq!(check(NEAR, there, slot(-60, -18)), Err("travel_time_too_short"));
    }

    #[test]
    fn neither_the_visit_itself_nor_others_stand_in_the_way() {
        let (expert, visit) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let booking = |expert_id, visit_id| Booking { expert_id, visit_id, slot: slot(0, 60), site: SITE };
        let bookings = [booking(expert, visit), booking(Uuid::from_u128(9), Uuid::from_u128(3))];
        let diary = Diary { visit_id: visit, site: SITE, bookings: &bookings };
        assert!(diary.check(expert, slot(0, 60)).is_ok());
    }

    proptest! {
        #[test]
        fn whether_two_can_be_beside_each_other_does_not_depend_on_which_is_asked(
            a in 0..300_i64, b in 1..120_i64, c in 0..300_i64, d in 1..120_i64
        ) {
            let (one, other) = (slot(a, a + b), slot(c, c + d));
            prop_assert_eq!(check(NEAR, one, other), check(NEAR, other, one));
            prop_assert_eq!(one.overlaps(other), a < c + d && c < a + b);
        }
    }
}
