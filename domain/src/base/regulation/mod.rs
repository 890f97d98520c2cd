//! The numbers of the regulation: each with its rule and the day since when it holds.
//!
//! A new value is one more line in `later` of its provision. What earlier records are measured by stays as it was, because
//! each use asks for the value of the day that governs it:
//!
//! - a policy's fee cap: the first day of its insured period, which is printed on the policy (as endorsed). The day on which
//!   somebody recorded the policy here decides nothing, so that recording it late does not change its cap;
//! - a deadline for material: the day on which the service ended;
//! - the years of experience: the day of the assessment;
//! - the size of a group: the day of the plan or of the proposal;
//! - a former employment: its last day.

use std::fmt::Display;

use chrono::NaiveDate;

/// A number of the regulation, with every value that it has had.
#[derive(Debug, Clone, Copy)]
pub struct Provision<T: 'static> {
    /// The rule that states it, such as `A3.1`.
    pub rule: &'static str,
    /// The first value, and the day since when it holds. It also measures what lies before that day.
    pub first: (NaiveDate, T),
    /// The later values in the order of their days.
    pub later: &'static [(NaiveDate, T)],
}

impl<T: Copy> Provision<T> {
    /// The value on a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> T {
        let holds = self.later.iter().rev().find(|(since, _)| *since <= day);
        holds.map_or(self.first.1, |(_, value)| *value)
    }

    /// The newest value: what texts that are about no single record name.
    #[must_use]
    pub fn newest(&self) -> T {
        self.later.last().map_or(self.first.1, |(_, value)| *value)
    }
}

/// The day of the association's measures of 2025 (Art. 22).
const MEASURES_OF_2025: NaiveDate = match NaiveDate::from_ymd_opt(2025, 4, 11) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

const fn since_2025<T>(rule: &'static str, value: T) -> Provision<T> {
    Provision { rule, first: (MEASURES_OF_2025, value), later: &[] }
}

/// A3.1: the most that the fees by premium ratio come to, in per cent of the premium.
pub const FEE_CAP_PERCENT: Provision<u32> = since_2025("A3.1", 21);
/// A9.1: the years of experience that a leader needs.
pub const LEADER_YEARS: Provision<u32> = since_2025("A9.1", 10);
/// A9.2: the years of experience that a member needs.
pub const MEMBER_YEARS: Provision<u32> = since_2025("A9.2", 5);
/// A10.1: the fewest experts of a group.
pub const GROUP_MINIMUM: Provision<usize> = since_2025("A10.1", 3);
/// A12.2: the years for which a former employment ties. The measures leave them open; three is the reading of this platform.
pub const FORMER_EMPLOYER_YEARS: Provision<u32> = since_2025("A12.2", 3);
/// A14.1: the working days between the end of a service and the last day on which its material is on time.
pub const UPLOAD_WORKING_DAYS: Provision<u32> = since_2025("A14.1", 2);
/// A19.1: the years for which the records of a service are kept.
pub const RECORDS_KEPT_YEARS: Provision<u32> = since_2025("A19.1", 5);

/// The text with the newest numbers in the place of `{A3.1}`, `{A14.1 in words}` and their like.
#[must_use]
pub fn with_numbers(text: &str) -> String {
    fn fill<T: Copy + Display>(text: String, provision: &Provision<T>) -> String {
        let (rule, value) = (provision.rule, provision.newest().to_string());
        let text = text.replace(&format!("{{{rule} in words}}"), number_in_words(&value));
        text.replace(&format!("{{{rule}}}"), &value)
    }
    let text = text.replace("{A3.1 as ratio}", &format!("0.{:02}0000", FEE_CAP_PERCENT.newest()));
    let text = fill(text, &FEE_CAP_PERCENT);
    let text = fill(text, &GROUP_MINIMUM);
    let years = [LEADER_YEARS, MEMBER_YEARS, FORMER_EMPLOYER_YEARS, RECORDS_KEPT_YEARS, UPLOAD_WORKING_DAYS];
    years.iter().fold(text, fill)
}

/// A number in English words up to ten, above in digits as it was given.
#[must_use]
pub fn number_in_words(number: &str) -> &str {
    match number {
        "1" => "one",
        "2" => "two",
        "3" => "three",
        "4" => "four",
        "5" => "five",
        "6" => "six",
        "7" => "seven",
        "8" => "eight",
        "9" => "nine",
        "10" => "ten",
        other => other,
    }
}

#[cfg(test)]
mod tests;
