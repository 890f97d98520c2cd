//! The working calendar of one year, as the State Council publishes it.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    CALENDAR_DATE_OUTSIDE_YEAR, CALENDAR_DATE_TWICE, CALENDAR_MAKE_UP_ON_WEEKDAY, CALENDAR_WITHOUT_HOLIDAYS,
    DATE_OUT_OF_RANGE, YEARS, is_weekend,
};
use crate::Violation;

/// The working calendar (工作日历) of one year, A14.1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingYear {
    /// The year.
    pub year: i32,
    /// The announcement that it is taken from.
    pub source: String,
    /// Days off (放假), weekends among them included where the announcement names them.
    pub holidays: Vec<NaiveDate>,
    /// Weekend days that are worked (调休上班).
    pub make_up_working_days: Vec<NaiveDate>,
}

impl WorkingYear {
    /// Whether it can be published: every date is of the year and listed once, make-up days are weekend days.
    ///
    /// # Errors
    /// Every date that is wrong, at its place in the lists.
    pub fn check(&self) -> Result<(), Violation> {
        let mut violations = Vec::new();
        if !YEARS.contains(&self.year) {
            let range = Violation::new(DATE_OUT_OF_RANGE).with("first", *YEARS.start());
            violations.push(range.with("last", *YEARS.end()).at("/year"));
        }
        if self.holidays.is_empty() {
            let empty = Violation::new(CALENDAR_WITHOUT_HOLIDAYS).with("year", self.year);
            violations.push(empty.at("/holidays"));
        }
        let mut seen = BTreeSet::new();
        let holidays =
            self.holidays.iter().enumerate().map(|(i, day)| (day, format!("/holidays/{i}"), false));
        let make_up = self.make_up_working_days.iter().enumerate();
        let make_up = make_up.map(|(i, day)| (day, format!("/make_up_working_days/{i}"), true));
        for (&date, pointer, is_make_up) in holidays.chain(make_up) {
            let code = if date.year() != self.year {
                CALENDAR_DATE_OUTSIDE_YEAR
            } else if !seen.insert(date) {
                CALENDAR_DATE_TWICE
            } else if is_make_up && !is_weekend(date) {
                CALENDAR_MAKE_UP_ON_WEEKDAY
            } else {
                continue;
            };
            violations.push(Violation::new(code).with("date", date).with("year", self.year).at(pointer));
        }
        Violation::all(violations)
    }
}
