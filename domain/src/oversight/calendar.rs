//! Calendars (日程): what happens on which day, and until when something is due.
//!
//! A calendar entry is no record. It follows from the dates of a record, and whoever may read the record sees the entry.

use chrono::{NaiveDate, TimeDelta};

use crate::{RecordKind, Violation, access::Resource, base::code::PERIOD_REVERSED, codes, vocabulary};

/// The longest period of a calendar, in days.
pub const MOST_DAYS: i64 = 366;
/// The most calendar subscriptions that a user has at the same time.
pub const MOST_SUBSCRIPTIONS: i64 = 20;
/// How far a subscribed calendar looks back, in days.
pub const DAYS_BACK: i64 = 30;
/// How far a subscribed calendar looks ahead, in days.
pub const DAYS_AHEAD: i64 = 180;

vocabulary! {
    /// Kinds of calendar entries, by what happens or is due.
    pub enum CalendarEntryKind {
        Visit = "visit" / "现场服务" / "Visit",
        VisitWindowEnd = "visit_window_end" / "服务时间窗截止" / "End of the window of a visit",
        AnswersDue = "answers_due" / "答复服务时间截止" / "Answers to proposed times due",
        UploadDue = "upload_due" / "上传服务资料截止" / "Upload of a visit's material due",
        HazardDue = "hazard_due" / "隐患整改截止" / "Rectification of a hazard due",
        PolicyEnd = "policy_end" / "保险期间届满" / "End of the period of insurance",
        CouncilSession = "council_session" / "理事会会议" / "Council session",
    }
}

impl CalendarEntryKind {
    /// The kind of record whose date makes the entry.
    #[must_use]
    pub const fn record(self) -> RecordKind {
        match self {
            Self::Visit | Self::VisitWindowEnd | Self::AnswersDue | Self::UploadDue => RecordKind::Visit,
            Self::HazardDue => RecordKind::Hazard,
            Self::PolicyEnd => RecordKind::Policy,
            Self::CouncilSession => RecordKind::CouncilSession,
        }
    }

    /// The resource whose readers see the entry.
    #[must_use]
    pub const fn resource(self) -> Resource {
        match self {
            Self::Visit | Self::VisitWindowEnd | Self::AnswersDue | Self::UploadDue => Resource::Visit,
            Self::HazardDue => Resource::Hazard,
            Self::PolicyEnd => Resource::Policy,
            Self::CouncilSession => Resource::CouncilSession,
        }
    }
}

codes! {
    PERIOD_TOO_LONG = "period_too_long", Invalid, None,
        "期间过长" / "期间至多 {limit} 天。",
        "Period too long" / "The period has at most {limit} days.";
    TOO_MANY_SUBSCRIPTIONS = "too_many_calendar_subscriptions", Conflict, None,
        "日历订阅过多" / "每人至多 {limit} 个日历订阅；请先取消不用的订阅。",
        "Too many calendar subscriptions" / "A user has at most {limit} calendar subscriptions. Revoke one that is not used.";
}

/// The days of a calendar in Xiamen, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarPeriod {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl CalendarPeriod {
    /// The period between two days, at most [`MOST_DAYS`] long.
    ///
    /// # Errors
    /// `period_reversed`, `period_too_long`, both at `/to`.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Violation> {
        if to < from {
            return Err(Violation::new(PERIOD_REVERSED).at("/to"));
        }
        if (to - from).num_days() >= MOST_DAYS {
            return Err(Violation::new(PERIOD_TOO_LONG).with("limit", MOST_DAYS).at("/to"));
        }
        Ok(Self { from, to })
    }

    /// The period of a subscribed calendar on this day.
    #[must_use]
    pub fn around(today: NaiveDate) -> Self {
        let day = |days: i64| today.checked_add_signed(TimeDelta::days(days)).unwrap_or(today);
        Self { from: day(-DAYS_BACK), to: day(DAYS_AHEAD) }
    }
}

/// Checks that a user who has this many subscriptions may have one more.
///
/// # Errors
/// `too_many_calendar_subscriptions`.
pub fn check_more_subscriptions(count: i64) -> Result<(), Violation> {
    if count >= MOST_SUBSCRIPTIONS {
        return Err(Violation::new(TOO_MANY_SUBSCRIPTIONS).with("limit", MOST_SUBSCRIPTIONS));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_has_at_most_a_leap_year() {
        let of = |from, to| CalendarPeriod::new(day(from), day(to)).map_err(|it| it.code);
        assert!(of("2028-01-01", "2028-12-31").is_ok());
        assert_eq!(of("2028-01-01", "2029-01-01"), Err(PERIOD_TOO_LONG));
        assert_eq!(of("2026-01-01", "2526-01-01"), Err(PERIOD_TOO_LONG));
        assert!(of("2026-03-02", "2026-03-02").is_ok());
        assert_eq!(of("2026-03-02", "2026-03-01"), Err(PERIOD_REVERSED));
        assert_eq!(of("+262142-12-31", "-262143-01-01"), Err(PERIOD_REVERSED));
    }

    #[test]
    fn a_subscribed_calendar_looks_back_and_ahead() {
        let period = CalendarPeriod::around(day("2026-03-02"));
        assert_eq!((period.from, period.to), (day("2026-01-31"), day("2026-08-29")));
        let last = CalendarPeriod::around(NaiveDate::MAX);
        assert_eq!(last.to, NaiveDate::MAX);
    }

    #[test]
    fn a_user_has_twenty_subscriptions() {
        assert!(check_more_subscriptions(MOST_SUBSCRIPTIONS - 1).is_ok());
        assert_eq!(
            check_more_subscriptions(MOST_SUBSCRIPTIONS).map_err(|it| it.code),
            Err(TOO_MANY_SUBSCRIPTIONS)
        );
    }

    #[test]
    fn an_entry_is_of_the_record_that_its_readers_read() {
        use crate::Vocabulary;
        for kind in CalendarEntryKind::ALL {
            assert_eq!(format!("{:?}", kind.record()), format!("{:?}", kind.resource()));
        }
    }
}
