use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::base::data::WORKING_CALENDARS;

fn calendars() -> WorkingCalendars {
    WorkingCalendars::new(
        WORKING_CALENDARS.iter().map(|text| serde_json::from_str::<WorkingYear>(text).unwrap()),
    )
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn counted(ended_at: &str, working_days: u32) -> (Vec<String>, bool) {
    let deadline = calendars().deadline(at(ended_at), working_days).unwrap();
    assert_eq!(deadline.counted_days.last(), Some(&deadline.due_on));
    (deadline.counted_days.iter().map(ToString::to_string).collect(), deadline.provisional)
}

#[test]
fn the_published_years_can_be_published() {
    for text in WORKING_CALENDARS {
        let year: WorkingYear = serde_json::from_str(text).unwrap();
        assert_eq!(year.check(), Ok(()), "{}", year.year);
    }
    assert!(serde_json::from_str::<WorkingYear>(r#"{"year":2026,"surprise":1}"#).is_err());
}

#[test]
fn make_up_days_are_worked_and_holidays_are_not() {
    let calendars = calendars();
    for (day, worked) in [
        ("2026-02-13", true),
        ("2026-02-14", true),
        ("2026-02-16", false),
        ("2026-02-28", true),
        ("2026-03-01", false),
        ("2027-01-01", true),
        ("2027-01-02", false),
    ] {
        assert_eq!(calendars.is_working_day(date(day)), worked, "{day}");
    }
}

#[test]
fn a14_1_two_working_days_around_the_spring_festival() {
    let deadline = calendars().deadline(at("2026-02-13T16:30:00+08:00"), 2).unwrap();
    assert_eq!(deadline.counted_days, [date("2026-02-14"), date("2026-02-24")]);
    assert_eq!(deadline.due_at, at("2026-02-24T16:00:00Z"));
    assert!(!deadline.provisional);
    assert!(!deadline.is_late(at("2026-02-25T00:00:00+08:00")));
    assert!(deadline.is_late(at("2026-02-25T00:00:00.001+08:00")));
}

#[test]
fn a14_1_the_day_is_that_of_shanghai() {
    assert_eq!(counted("2026-03-02T15:59:59Z", 1).0, ["2026-03-03"]);
    assert_eq!(counted("2026-03-02T16:00:00Z", 1).0, ["2026-03-04"]);
}

#[test]
fn a14_1_holidays_and_the_turn_of_the_year() {
    let days =
        |list: &[&str], provisional| (list.iter().map(ToString::to_string).collect::<Vec<_>>(), provisional);
    let notice = ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26"];
    assert_eq!(counted("2026-02-12T09:00:00+08:00", 5), days(&notice, false));
    assert_eq!(counted("2026-09-30T17:00:00+08:00", 2), days(&["2026-10-08", "2026-10-09"], false));
    assert_eq!(counted("2025-12-31T17:00:00+08:00", 2), days(&["2026-01-04", "2026-01-05"], false));
    assert_eq!(counted("2026-12-29T17:00:00+08:00", 2), days(&["2026-12-30", "2026-12-31"], false));
    assert_eq!(counted("2026-12-30T17:00:00+08:00", 2), days(&["2026-12-31", "2027-01-01"], true));
}

#[test]
fn a_year_published_later_moves_what_was_provisional() {
    let mut calendars = calendars();
    calendars.publish(WorkingYear {
        year: 2027,
        source: "test".into(),
        holidays: vec![date("2027-01-01")],
        make_up_working_days: vec![],
    });
    let deadline = calendars.deadline(at("2026-12-30T17:00:00+08:00"), 2).unwrap();
    assert_eq!((deadline.due_on, deadline.provisional), (date("2027-01-04"), false));
}

#[test]
fn a_year_of_holidays_alone_is_walked_through() {
    let holidays = date("2026-01-01").iter_days().take(365).collect();
    let year = WorkingYear { year: 2026, source: "test".into(), holidays, make_up_working_days: vec![] };
    let deadline = WorkingCalendars::new([year]).deadline(at("2025-12-31T10:00:00+08:00"), 1).unwrap();
    assert_eq!((deadline.due_on, deadline.provisional), (date("2027-01-01"), true));
}

#[test]
fn limits() {
    let calendars = calendars();
    let refused = |ended_at, days| calendars.deadline(ended_at, days).map_err(|violation| violation.code);
    let now = at("2026-03-02T09:00:00+08:00");
    assert_eq!(refused(now, 0), Err(WORKING_DAYS_OUT_OF_RANGE));
    assert!(refused(now, 1).is_ok());
    assert!(refused(now, MAX_WORKING_DAYS).is_ok());
    assert_eq!(refused(now, MAX_WORKING_DAYS + 1), Err(WORKING_DAYS_OUT_OF_RANGE));
    assert_eq!(refused(at("1969-12-31T23:59:59+08:00"), 1), Err(DATE_OUT_OF_RANGE));
    assert!(refused(at("1970-01-01T00:00:00+08:00"), 1).is_ok());
    assert_eq!(refused(at("9000-12-31T23:59:59+08:00"), 1), Err(DATE_OUT_OF_RANGE));
    assert_eq!(refused(DateTime::<Utc>::MAX_UTC, 1), Err(DATE_OUT_OF_RANGE));
    assert_eq!(refused(DateTime::<Utc>::MIN_UTC, 1), Err(DATE_OUT_OF_RANGE));
}

#[test]
fn a_calendar_is_checked_date_by_date() {
    let year = WorkingYear {
        year: 2027,
        source: "test".into(),
        holidays: vec![date("2027-01-01"), date("2026-12-31"), date("2027-01-01")],
        make_up_working_days: vec![date("2027-01-03"), date("2027-01-04"), date("2027-01-01")],
    };
    let fields: Vec<_> = year.check().unwrap_err().fields;
    let found: Vec<_> = fields.iter().map(|field| (field.pointer.as_ref(), field.code)).collect();
    let expected = [
        ("/holidays/1", CALENDAR_DATE_OUTSIDE_YEAR),
        ("/holidays/2", CALENDAR_DATE_TWICE),
        ("/make_up_working_days/1", CALENDAR_MAKE_UP_ON_WEEKDAY),
        ("/make_up_working_days/2", CALENDAR_DATE_TWICE),
    ];
    assert_eq!(found, expected);
    let empty = WorkingYear { holidays: vec![], make_up_working_days: vec![], ..year };
    assert_eq!(empty.check().unwrap_err().code, CALENDAR_WITHOUT_HOLIDAYS);
}

proptest! {
    #[test]
    fn a_deadline_counts_working_days_after_the_end(seconds in 1_640_000_000_i64..1_900_000_000, days in 1..=60_u32) {
        let calendars = calendars();
        let ended_at = DateTime::from_timestamp(seconds, 0).unwrap();
        let deadline = calendars.deadline(ended_at, days).unwrap();
        let ended_on = shanghai_date(ended_at);
        let between: Vec<_> = ended_on
            .iter_days()
            .skip(1)
            .take_while(|day| *day <= deadline.due_on)
            .filter(|day| calendars.is_working_day(*day))
            .collect();
        prop_assert_eq!(&deadline.counted_days, &between);
        prop_assert_eq!(deadline.counted_days.len(), usize::try_from(days).unwrap());
        prop_assert_eq!(shanghai_date(deadline.due_at - TimeDelta::seconds(1)), deadline.due_on);
        prop_assert!(!calendars.is_published(ended_on.year() + 1) || !deadline.provisional || ended_on.year() < 2024);
    }

    #[test]
    fn no_instant_panics(seconds in any::<i64>(), days in any::<u32>()) {
        if let Some(ended_at) = DateTime::from_timestamp(seconds, 0) {
            let _ = calendars().deadline(ended_at, days % 70);
        }
    }
}
