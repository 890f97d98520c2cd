//! Years of relevant work: overlaps once, to the day (A9.1, A9.2).

use chrono::{Datelike, Days, NaiveDate};

use super::WorkPeriod;

/// A time without a gap, its first and last day included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Period {
    /// How many days it has.
    fn days(self) -> u64 {
        u64::try_from(self.to.signed_duration_since(self.from).num_days())
            .map_or(0, |days| days.saturating_add(1))
    }
}

/// Experience (从业年限): the union of a person's relevant periods, and how long it is.
///
/// Gaps are closed up: every day of the union is appended to the first period, and the whole is
/// measured in calendar years from that period's first day. A year from 1 March 2014 is complete
/// with the end of 28 February 2015; a year from 29 February is complete, where there is no such
/// day, with the end of 28 February.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experience {
    /// The union, in order, without overlaps; periods that touch are one.
    pub periods: Vec<Period>,
    /// What lies in two or more periods and is counted once, in order.
    pub overlaps: Vec<Period>,
    /// Days of the union.
    pub total_days: u64,
    /// Whole years.
    pub years: u32,
    /// Days beyond the whole years.
    pub days: u64,
}

impl Experience {
    /// The experience that a work history shows on a day, that day included.
    ///
    /// What is not relevant does not count, nor do days after `on`, nor a period that ends before it begins.
    #[must_use]
    pub fn of(history: &[WorkPeriod], on: NaiveDate) -> Self {
        let counted = counted(history, on);
        let overlaps = merged(overlapping(&counted));
        let periods = merged(counted);
        let total_days = periods.iter().map(|period| period.days()).sum();
        let (years, days) = periods
            .first()
            .and_then(|first| years_and_days(first.from, total_days))
            .unwrap_or((0, total_days));
        Self { periods, overlaps, total_days, years, days }
    }

    /// Whether it comes to so many years: exactly as many is enough, a day less is not.
    #[must_use]
    pub fn reaches(&self, years: u32) -> bool {
        self.years >= years
    }
}

/// The periods that count, to the day `on` at the most, in the order of their beginning.
fn counted(history: &[WorkPeriod], on: NaiveDate) -> Vec<Period> {
    let counted = history.iter().filter(|period| period.relevant);
    let clipped =
        counted.map(|period| Period { from: period.from, to: period.to.map_or(on, |to| to.min(on)) });
    let mut sorted: Vec<_> = clipped.filter(|period| period.from <= period.to).collect();
    sorted.sort_unstable_by_key(|period| (period.from, period.to));
    sorted
}

/// What each period has in common with those that begin before it.
fn overlapping(sorted: &[Period]) -> Vec<Period> {
    let mut reached: Option<NaiveDate> = None;
    let mut common = Vec::new();
    for period in sorted {
        if let Some(reached) = reached.filter(|reached| period.from <= *reached) {
            common.push(Period { from: period.from, to: period.to.min(reached) });
        }
        reached = Some(reached.map_or(period.to, |reached| reached.max(period.to)));
    }
    common
}

/// The union of periods in order; those that touch are one.
fn merged(sorted: Vec<Period>) -> Vec<Period> {
    let mut union: Vec<Period> = Vec::new();
    for period in sorted {
        match union.last_mut() {
            Some(last) if last.to.succ_opt().is_none_or(|next| period.from <= next) => {
                last.to = last.to.max(period.to);
            }
            _ => union.push(period),
        }
    }
    union
}

/// So many days from `start` on, as whole calendar years and the days beyond.
fn years_and_days(start: NaiveDate, days: u64) -> Option<(u32, u64)> {
    let end = start.checked_add_days(Days::new(days))?;
    let span = u32::try_from(end.year().checked_sub(start.year())?).ok()?;
    let years = if anniversary(start, span)? <= end { span } else { span.checked_sub(1)? };
    let beyond = end.signed_duration_since(anniversary(start, years)?).num_days();
    Some((years, u64::try_from(beyond).ok()?))
}

/// The same day so many years later; 1 March for a 29 February that is missing.
fn anniversary(start: NaiveDate, years: u32) -> Option<NaiveDate> {
    let year = start.year().checked_add_unsigned(years)?;
    start.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}
