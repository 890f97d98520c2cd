//! Unified social credit codes of organisations (GB 32100-2015).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{CREDIT_CODE_INVALID, textual};
use crate::Violation;

/// The characters of a code, each at its value: digits and letters without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Unified social credit code (统一社会信用代码, GB 32100-2015) of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct UnifiedSocialCreditCode(String);

textual!(UnifiedSocialCreditCode);

impl UnifiedSocialCreditCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnifiedSocialCreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for UnifiedSocialCreditCode {
    type Err = Violation;

    /// Reads 18 characters, upper case only, with digits for the district (3 to 8) and a right check character.
    fn from_str(text: &str) -> Result<Self, Violation> {
        let district = text.get(2..8).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let check = text.get(..17).and_then(credit_code_check).map(String::from);
        if district && check.is_some() && text.get(17..) == check.as_deref() {
            Ok(Self(text.to_owned()))
        } else {
            Err(Violation::new(CREDIT_CODE_INVALID))
        }
    }
}

/// The check character for the first 17 (GB 32100-2015, modulo 31); none where they cannot be a code.
#[must_use]
pub fn credit_code_check(first_17: &str) -> Option<char> {
    if first_17.len() != 17 {
        return None;
    }
    let mut sum = 0;
    let mut weight = 1;
    for byte in first_17.bytes() {
        sum += weight * ALPHABET.iter().position(|character| *character == byte)?;
        weight = weight * 3 % 31;
    }
    ALPHABET.get((31 - sum % 31) % 31).copied().map(char::from)
}
