use proptest::prelude::*;

use super::*;
use crate::{fixtures::*, library::expert_application::ExpertApplicationStatus};

fn notice(published_at: &str, working_days: u32) -> PublicNotice {
    let published_at = at(published_at);
    let window = PublicNotice::window(published_at, working_days, &calendars()).unwrap();
    PublicNotice {
        id: id(501),
        version: 1,
        number: "厦质安协公示〔2026〕1号".into(),
        status: PublicNoticeStatus::Open,
        published_at,
        working_days,
        due_on: window.due_on,
        ends_at: window.due_at,
        provisional: window.provisional,
        applications: 1,
        created_by: uuid::Uuid::from_u128(900),
        ended_at: None,
        created_at: published_at,
        updated_at: published_at,
    }
}

/// Over the Spring Festival of 2026: 13 February, the make-up day 14, then 24, 25 and 26.
#[test]
fn five_working_days_over_the_spring_festival() {
    let published = at("2026-02-12T02:00:00Z");
    let window = PublicNotice::window(published, WORKING_DAYS, &calendars()).unwrap();
    let counted: Vec<String> = window.counted_days.iter().map(ToString::to_string).collect();
    assert_eq!(counted, ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26"]);
    assert_eq!((window.due_at, window.provisional), (at("2026-02-26T16:00:00Z"), false));
    assert!(PublicNotice::window(published, MAX_NOTICE_DAYS, &calendars()).is_ok());
}

#[test]
fn an_objection_is_taken_to_the_last_second() {
    let it = notice("2026-02-12T02:00:00Z", 5);
    assert!(it.takes_objections(at("2026-02-26T15:59:59.999999Z")));
    assert!(!it.takes_objections(at("2026-02-26T16:00:00Z")));
    let none = chrono::TimeDelta::zero();
    assert_eq!(refused(it.clone().end(at("2026-02-26T15:59:59Z"), none)), PUBLIC_NOTICE_STILL_OPEN);
    assert!(it.clone().end(at("2026-02-26T16:00:00Z"), none).is_ok());
    // What came in the last second has its time to be looked at.
    let grace = chrono::TimeDelta::seconds(30);
    assert_eq!(refused(it.clone().end(at("2026-02-26T16:00:29Z"), grace)), PUBLIC_NOTICE_STILL_OPEN);
    let (ended, event) = it.end(at("2026-02-26T16:00:30Z"), grace).unwrap();
    assert_eq!((ended.status, event.to), (PublicNoticeStatus::Ended, Some("ended")));
}

#[test]
fn a_window_into_a_year_without_calendar_stays_open_until_it_is_there() {
    let it = notice("2026-12-30T02:00:00Z", 5);
    assert!(it.provisional && it.takes_objections(at("2027-03-01T00:00:00Z")));
    assert_eq!(it.clone().recount(&calendars()), Ok(None));
    let mut published = calendars();
    published.publish(
        serde_json::from_value(serde_json::json!({
            "year": 2027, "source": "测试", "holidays": ["2027-01-01", "2027-01-02", "2027-01-03"], "make_up_working_days": []
        }))
        .unwrap(),
    );
    let (settled, event) = it.recount(&published).unwrap().unwrap();
    assert_eq!((settled.provisional, settled.ends_at), (false, at("2027-01-07T16:00:00Z")));
    assert_eq!(event.name.code(), EventName::PublicNoticeRecounted.code());
    assert!(!settled.takes_objections(at("2027-03-01T00:00:00Z")));
    assert_eq!(settled.recount(&published), Ok(None));
}

#[test]
fn everyone_is_shown_who_is_on_notice_and_then_who_was_admitted() {
    let it = notice("2026-02-12T02:00:00Z", 5);
    let shown = |it: &PublicNotice, now: &str| it.shown_to_everyone(at(now));
    assert_eq!(shown(&it, "2026-02-26T15:59:59Z"), ExpertApplicationStatus::OnNotice);
    assert_eq!(shown(&it, "2026-02-26T16:00:00Z"), ExpertApplicationStatus::Admitted);
    let ended = PublicNotice { status: PublicNoticeStatus::Ended, ..it };
    assert_eq!(shown(&ended, "2026-02-26T15:59:59Z"), ExpertApplicationStatus::Admitted);
}

#[test]
fn only_what_passed_is_published() {
    for status in <ExpertApplicationStatus as Vocabulary>::ALL {
        let it = application(*status);
        let checked = check_passed(&[(3, &it)]);
        assert_eq!(checked.is_ok(), *status == ExpertApplicationStatus::Passed, "{status}");
        if checked.is_err() {
            assert_eq!(refused_at(checked), ("not_passed", vec!["/application_ids/3".to_owned()]));
        }
    }
}

proptest! {
    /// Whenever it is published: it is open for the rest of the day and for all its working days.
    #[test]
    fn a_window_has_its_working_days(hours in 0..8_000_i64, days in 1..=MAX_NOTICE_DAYS) {
        let published = at("2025-06-01T00:00:00Z") + chrono::TimeDelta::hours(hours);
        let window = PublicNotice::window(published, days, &calendars()).unwrap();
        prop_assert_eq!(window.counted_days.len(), usize::try_from(days).unwrap());
        prop_assert!(window.counted_days.iter().all(|day| calendars().is_working_day(*day)));
        prop_assert!(window.counted_days.iter().all(|day| *day > shanghai_date(published)));
        prop_assert_eq!(shanghai_date(window.due_at - chrono::TimeDelta::microseconds(1)), window.due_on);
    }
}
