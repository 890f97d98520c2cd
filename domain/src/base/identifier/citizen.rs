//! Citizen identity numbers (GB 11643).

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{BIRTH_DATE_IN_FUTURE, CITIZEN_ID_INVALID, textual};
use crate::Violation;

/// Weights of the first 17 digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Check digits by the weighted sum modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";

/// Citizen identity number (公民身份号码, GB 11643). Sensitive: masked in `Debug`, and never serialised as it is.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct CitizenId {
    number: String,
    birth_date: NaiveDate,
}

textual!(CitizenId);

impl CitizenId {
    /// The whole number, for encryption at rest and for the audited read.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.number
    }

    /// The date of birth that it carries.
    #[must_use]
    pub fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// The number of someone who is born by now, read from text.
    ///
    /// # Errors
    /// [`CITIZEN_ID_INVALID`]; [`BIRTH_DATE_IN_FUTURE`].
    pub fn of_the_born(text: &str, today: NaiveDate) -> Result<Self, Violation> {
        let id: Self = text.parse()?;
        if id.birth_date > today { Err(Violation::new(BIRTH_DATE_IN_FUTURE)) } else { Ok(id) }
    }

    /// The number as it may be shown: first three, last four.
    #[must_use]
    pub fn masked(&self) -> String {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        format!("{}***********{}", part(self.number.get(..3)), part(self.number.get(14..)))
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", self.masked())
    }
}

impl FromStr for CitizenId {
    type Err = Violation;

    /// Reads 18 characters with a date of birth since 1800 and a right check digit; `X` upper case only.
    fn from_str(text: &str) -> Result<Self, Violation> {
        parse(text).ok_or_else(|| Violation::new(CITIZEN_ID_INVALID))
    }
}

fn parse(text: &str) -> Option<CitizenId> {
    let check = citizen_id_check(text.get(..17)?)?;
    if text.get(17..)? != String::from(check) || text.starts_with('0') {
        return None;
    }
    let (year, month, day) = (text.get(6..10)?, text.get(10..12)?, text.get(12..14)?);
    let birth_date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (birth_date.year() >= 1800).then(|| CitizenId { number: text.to_owned(), birth_date })
}

/// The check digit for the first 17 (GB 11643, ISO 7064 MOD 11-2); none where they are not all digits.
#[must_use]
pub fn citizen_id_check(first_17: &str) -> Option<char> {
    if first_17.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in first_17.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied().map(char::from)
}
