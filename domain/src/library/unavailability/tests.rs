use proptest::prelude::*;

use super::*;
use crate::Id;
use crate::fixtures::{at, day, refused, refused_at};

fn slot(start: &str, end: &str) -> Slot {
    Slot { start: at(start), end: at(end) }
}

fn leave(start: &str, end: &str) -> Span {
    Span::Leave(slot(start, end))
}

/// Every Thursday; 2026-03-05 is one.
fn thursday(part_of_day: PartOfDay) -> Recurrence {
    Recurrence { weekday: Weekday::Thursday, part_of_day, from_on: None, until_on: None }
}

#[test]
fn a_leave_takes_away_what_it_overlaps_and_no_more() {
    let it = leave("2026-03-05T01:00:00Z", "2026-03-06T01:00:00Z");
    assert!(it.meets(slot("2026-03-06T00:59:59Z", "2026-03-06T09:00:00Z")));
    assert!(!it.meets(slot("2026-03-06T01:00:00Z", "2026-03-06T09:00:00Z")));
    assert!(!it.meets(slot("2026-03-04T01:00:00Z", "2026-03-05T01:00:00Z")));
}

#[test]
fn a_day_of_the_week_begins_and_ends_at_midnight_in_xiamen() {
    let meets = |part, start, end| Span::Recurring(thursday(part)).meets(slot(start, end));
    // Thursday the 5th is from 16:00 UTC on the 4th to 16:00 on the 5th; noon is at 04:00.
    assert!(meets(PartOfDay::Whole, "2026-03-04T15:00:00Z", "2026-03-04T16:00:01Z"));
    assert!(!meets(PartOfDay::Whole, "2026-03-04T15:00:00Z", "2026-03-04T16:00:00Z"));
    assert!(!meets(PartOfDay::Whole, "2026-03-05T16:00:00Z", "2026-03-06T09:00:00Z"));
    assert!(meets(PartOfDay::Whole, "2026-03-12T01:00:00Z", "2026-03-12T02:00:00Z"));
    assert!(meets(PartOfDay::Morning, "2026-03-05T03:59:00Z", "2026-03-05T09:00:00Z"));
    assert!(!meets(PartOfDay::Morning, "2026-03-05T04:00:00Z", "2026-03-05T09:00:00Z"));
    assert!(meets(PartOfDay::Afternoon, "2026-03-05T01:00:00Z", "2026-03-05T04:00:01Z"));
    assert!(!meets(PartOfDay::Afternoon, "2026-03-05T01:00:00Z", "2026-03-05T04:00:00Z"));
    // Across a week there is one.
    assert!(meets(PartOfDay::Morning, "2026-03-06T01:00:00Z", "2026-03-13T01:00:00Z"));
}

#[test]
fn it_recurs_between_its_dates() {
    let meets = |from: Option<&str>, until: Option<&str>| {
        let recurrence =
            Recurrence { from_on: from.map(day), until_on: until.map(day), ..thursday(PartOfDay::Whole) };
        Span::Recurring(recurrence).meets(slot("2026-03-05T01:00:00Z", "2026-03-05T09:00:00Z"))
    };
    assert!(meets(Some("2026-03-05"), Some("2026-03-05")));
    assert!(!meets(Some("2026-03-06"), None));
    assert!(!meets(None, Some("2026-03-04")));
}

#[test]
fn what_cannot_be_is_refused_at_its_member() {
    let now = at("2026-03-02T01:00:00Z");
    let check = |span: Span| span.check(now);
    assert!(check(leave("2026-03-01T01:00:00Z", "2026-03-02T01:00:01Z")).is_ok());
    assert_eq!(refused(check(leave("2026-03-01T01:00:00Z", "2026-03-02T01:00:00Z"))), UNAVAILABILITY_OVER);
    assert_eq!(
        refused_at(check(leave("2026-03-03T01:00:00Z", "2026-03-03T01:00:00Z"))),
        ("period_reversed", vec!["/ends_at".into()])
    );
    assert!(check(leave("2026-03-03T00:00:00Z", "2027-03-04T00:00:00Z")).is_ok());
    assert_eq!(refused(check(leave("2026-03-03T00:00:00Z", "2027-03-04T00:00:01Z"))), LEAVE_TOO_LONG);
    let between = |from: &str, until: &str| {
        check(Span::Recurring(Recurrence {
            from_on: Some(day(from)),
            until_on: Some(day(until)),
            ..thursday(PartOfDay::Whole)
        }))
    };
    assert!(between("2026-03-02", "2026-03-02").is_ok());
    assert_eq!(refused(between("2026-03-05", "2026-03-04")), PERIOD_REVERSED);
    assert_eq!(refused(between("2026-02-01", "2026-03-01")), UNAVAILABILITY_OVER);
}

#[test]
fn an_expert_keeps_so_many_and_no_more() {
    let entry = || Unavailability {
        id: Id::new(uuid::Uuid::from_u128(1)),
        version: 1,
        expert_id: Id::new(uuid::Uuid::from_u128(2)),
        span: Span::Recurring(thursday(PartOfDay::Whole)),
        note: Some("家事".into()),
        created_at: at("2026-03-02T01:00:00Z"),
        updated_at: at("2026-03-02T01:00:00Z"),
    };
    let (_, event) = entry().record(MAX_UNAVAILABILITIES - 1).unwrap();
    assert!(event.facts.iter().all(|(_, value)| value != "家事"));
    assert_eq!(refused(entry().record(MAX_UNAVAILABILITIES)), UNAVAILABILITIES_TOO_MANY);
}

proptest! {
    /// A day of the week meets a slot exactly when some hour of it lies in such a day.
    #[test]
    fn a_recurring_day_meets_what_lies_in_it(start in 0..2_000_i64, hours in 1..200_i64, weekday in 0..7_usize) {
        let begin = at("2026-03-01T16:00:00Z") + TimeDelta::hours(start);
        let slot = Slot { start: begin, end: begin + TimeDelta::hours(hours) };
        let weekday = <Weekday as crate::Vocabulary>::ALL[weekday];
        let span = Span::Recurring(Recurrence { weekday, ..thursday(PartOfDay::Whole) });
        let expected = (0..hours).any(|hour| {
            Weekday::of(crate::calendar::working_calendar::shanghai_date(begin + TimeDelta::hours(hour))) == weekday
        });
        prop_assert_eq!(span.meets(slot), expected);
    }
}
