//! Working days (工作日) and the deadlines counted in them (A14.1).

mod year;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};

use crate::Violation;
pub use crate::base::words::SHANGHAI;
pub use year::WorkingYear;

crate::codes! {
    WORKING_DAYS_OUT_OF_RANGE = "working_days_out_of_range", Invalid, Some("A14.1"),
        "工作日天数超出范围" / "工作日天数须在 1 至 {maximum} 之间。",
        "Number of working days out of range" / "The number of working days must lie between 1 and {maximum}.";
    DATE_OUT_OF_RANGE = "date_out_of_range", Invalid, None,
        "日期超出范围" / "年份须在 {first} 至 {last} 之间。",
        "Date out of range" / "The year must lie between {first} and {last}.";
    CALENDAR_WITHOUT_HOLIDAYS = "calendar_without_holidays", Invalid, Some("A14.1"),
        "未列放假日期" / "{year} 年的工作日历须列出放假日期。",
        "Holidays missing" / "The working calendar of {year} must list its holidays.";
    CALENDAR_DATE_OUTSIDE_YEAR = "calendar_date_outside_year", Invalid, Some("A14.1"),
        "日期不属于该年" / "{date} 不属于 {year} 年。",
        "Date outside the year" / "{date} is not in the year {year}.";
    CALENDAR_DATE_TWICE = "calendar_date_twice", Invalid, Some("A14.1"),
        "日期重复" / "{date} 已列为放假日或调休上班日。",
        "Date listed twice" / "{date} is already listed as a holiday or as a make-up working day.";
    CALENDAR_MAKE_UP_ON_WEEKDAY = "calendar_make_up_on_weekday", Invalid, Some("A14.1"),
        "调休上班日不在周末" / "{date} 不是周六或周日，不能列为调休上班日。",
        "Make-up working day not on a weekend" / "{date} is neither a Saturday nor a Sunday and cannot be a make-up working day.";
}

/// The longest period, in working days, that a deadline may have.
pub const MAX_WORKING_DAYS: u32 = 60;

/// First and last year in which dates are counted.
pub const YEARS: std::ops::RangeInclusive<i32> = 1970..=9000;

/// The date in Asia/Shanghai at this instant.
#[must_use]
pub fn shanghai_date(at: DateTime<Utc>) -> NaiveDate {
    at.naive_utc().checked_add_offset(SHANGHAI).unwrap_or(at.naive_utc()).date()
}

/// The end of a period of working days (期限届满), A14.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last counted working day.
    pub due_on: NaiveDate,
    /// 24:00 of that day in Asia/Shanghai.
    pub due_at: DateTime<Utc>,
    /// Whether it crosses a year whose calendar is not published, so that it may still move.
    pub provisional: bool,
    /// The working days that were counted, in order.
    pub counted_days: Vec<NaiveDate>,
}

impl Deadline {
    /// Whether what comes in at this instant is late: 24:00 itself still is on time.
    #[must_use]
    pub fn is_late(&self, at: DateTime<Utc>) -> bool {
        is_late(self.due_at, at)
    }
}

/// Whether what comes in at this instant is late for a deadline (A14.1): 24:00 itself still is on time.
#[must_use]
pub fn is_late(due_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    at > due_at
}

/// The published working years; a year that is missing has its weekends off and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkingCalendars(BTreeMap<i32, WorkingYear>);

impl WorkingCalendars {
    /// The calendars of these years; of two for one year the later counts.
    pub fn new(years: impl IntoIterator<Item = WorkingYear>) -> Self {
        Self(years.into_iter().map(|year| (year.year, year)).collect())
    }

    /// Adds a year, in place of what was there for it.
    pub fn publish(&mut self, year: WorkingYear) {
        self.0.insert(year.year, year);
    }

    /// Whether the calendar of this year is published.
    #[must_use]
    pub fn is_published(&self, year: i32) -> bool {
        self.0.contains_key(&year)
    }

    /// Whether people work on this day (A14.1): holidays off, make-up days (调休上班) on, weekends off otherwise.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        match self.0.get(&date.year()) {
            Some(year) if year.holidays.contains(&date) => false,
            Some(year) if year.make_up_working_days.contains(&date) => true,
            _ => !is_weekend(date),
        }
    }

    /// When a period of working days ends that began with what ended at this instant (A14.1).
    ///
    /// The day in Asia/Shanghai on which it ended does not count.
    ///
    /// # Errors
    /// [`WORKING_DAYS_OUT_OF_RANGE`] outside 1 to [`MAX_WORKING_DAYS`], [`DATE_OUT_OF_RANGE`] outside [`YEARS`].
    pub fn deadline(&self, ended_at: DateTime<Utc>, working_days: u32) -> Result<Deadline, Violation> {
        if !(1..=MAX_WORKING_DAYS).contains(&working_days) {
            let violation = Violation::new(WORKING_DAYS_OUT_OF_RANGE).with("maximum", MAX_WORKING_DAYS);
            return Err(violation.at("/working_days"));
        }
        let ended_on = shanghai_date(ended_at);
        if !YEARS.contains(&ended_on.year()) {
            return Err(out_of_range());
        }
        let mut provisional = false;
        let mut counted_days = Vec::new();
        let mut missing = working_days;
        for day in ended_on.iter_days().skip(1).take_while(|day| YEARS.contains(&day.year())) {
            provisional |= !self.is_published(day.year());
            if !self.is_working_day(day) {
                continue;
            }
            counted_days.push(day);
            missing = missing.saturating_sub(1);
            if missing == 0 {
                let due_at = end_of_day(day).ok_or_else(out_of_range)?;
                return Ok(Deadline { due_on: day, due_at, provisional, counted_days });
            }
        }
        Err(out_of_range())
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// 24:00 of a day in Asia/Shanghai; none for the last day that a date can be.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    midnight.and_local_timezone(SHANGHAI).single().map(|instant| instant.to_utc())
}

fn out_of_range() -> Violation {
    Violation::new(DATE_OUT_OF_RANGE).with("first", *YEARS.start()).with("last", *YEARS.end()).at("/ended_at")
}

#[cfg(test)]
mod tests;
