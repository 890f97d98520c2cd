//! A period of whole days, both included.

use chrono::NaiveDate;

use crate::{Violation, base::code::PERIOD_REVERSED};

/// From one day to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

impl Period {
    /// Checks that it does not end before it begins.
    ///
    /// # Errors
    /// [`PERIOD_REVERSED`] at `pointer`.
    pub fn check(self, pointer: &'static str) -> Result<(), Violation> {
        if self.end < self.start { Err(Violation::new(PERIOD_REVERSED).at(pointer)) } else { Ok(()) }
    }

    /// Whether a day is in it.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.start <= day && day <= self.end
    }

    /// Whether another period lies wholly in it.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
