//! Mobile numbers of mainland China.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{MOBILE_NUMBER_INVALID, textual};
use crate::Violation;

/// Mobile number (手机号码) of mainland China: 11 digits from 13… to 19…. Masked in `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct MobileNumber(String);

textual!(MobileNumber);

impl MobileNumber {
    /// The whole number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it may be shown: first three, last four.
    #[must_use]
    pub fn masked(&self) -> String {
        let part = |range: Option<&str>| range.unwrap_or_default().to_owned();
        format!("{}****{}", part(self.0.get(..3)), part(self.0.get(7..)))
    }
}

impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MobileNumber({})", self.masked())
    }
}

impl FromStr for MobileNumber {
    type Err = Violation;

    fn from_str(text: &str) -> Result<Self, Violation> {
        let digits = text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = text.starts_with('1') && text.get(1..2).is_some_and(|second| second >= "3");
        if digits && prefix { Ok(Self(text.to_owned())) } else { Err(Violation::new(MOBILE_NUMBER_INVALID)) }
    }
}
