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

    /// Every value, in the words that `say` has for it: the first, and behind it each later one with the day from which it
    /// holds, such as `21 (≥ 2027-01-01: 22)`. This stays true on every day, also where a later value does not hold yet.
    fn stated(&self, say: impl Fn(T) -> String) -> String {
        let later: Vec<_> =
            self.later.iter().map(|(since, value)| format!("≥ {since}: {}", say(*value))).collect();
        let first = say(self.first.1);
        if later.is_empty() { first } else { format!("{first} ({})", later.join(", ")) }
    }
}

impl Provision<usize> {
    /// The lowest of all values: no record has less, whichever day governs it.
    #[must_use]
    pub const fn lowest(&self) -> usize {
        let (mut lowest, mut later) = (self.first.1, self.later);
        while let [(_, value), rest @ ..] = later {
            if *value < lowest {
                lowest = *value;
            }
            later = rest;
        }
        lowest
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
/// A19.1: the years for which the records of a service are kept, from the day on which its commission ended.
///
/// No record of a service is deleted today, so that no step asks for the number yet. The archive of A19.1 asks for it where it
/// decides what has outlived its term.
pub const RECORDS_KEPT_YEARS: Provision<u32> = since_2025("A19.1", 5);

/// The text of a document with the numbers in the place of `{A3.1}`, `{A14.1 in words}` and their like.
///
/// A document, such as the contract, is about no single day. It states every value of a number with the day from which a later
/// one holds. The text of a refusal is about one day: its violation carries the value of that day.
#[must_use]
pub fn with_numbers(text: &str) -> String {
    let text = text.replace("{A3.1 as ratio}", &FEE_CAP_PERCENT.stated(as_ratio));
    let text = fill(text, &FEE_CAP_PERCENT);
    let text = fill(text, &GROUP_MINIMUM);
    let years = [LEADER_YEARS, MEMBER_YEARS, FORMER_EMPLOYER_YEARS, RECORDS_KEPT_YEARS, UPLOAD_WORKING_DAYS];
    years.iter().fold(text, fill)
}

fn fill<T: Copy + Display>(text: String, provision: &Provision<T>) -> String {
    let rule = provision.rule;
    let in_words = provision.stated(|value| number_in_words(&value.to_string()).to_owned());
    let text = text.replace(&format!("{{{rule} in words}}"), &in_words);
    text.replace(&format!("{{{rule}}}"), &provision.stated(|value| value.to_string()))
}

/// Per cent as a ratio with six places: 21 is `0.210000`.
#[must_use]
pub fn as_ratio(percent: u32) -> String {
    format!("{}.{:02}0000", percent / 100, percent % 100)
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
