//! Money: whole fen of CNY (人民币分), never a float.

use std::{borrow::Cow, fmt, iter::Sum, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Violation, Words};

crate::codes! {
    MONEY_NOT_READABLE = "money_not_readable", Invalid, None,
        "金额格式有误" / "金额须以十进制文本填写，至多两位小数，例如 12345.60。",
        "Amount of money not readable" / "Write an amount as a decimal text with at most two decimal places, such as 12345.60.";
    MONEY_OUT_OF_RANGE = "money_out_of_range", Invalid, None,
        "金额超出范围" / "金额须在 0 元至 9999999999999.99 元之间。",
        "Amount of money out of range" / "The amount must lie between CNY 0 and CNY 9,999,999,999,999.99.";
}

/// An amount in CNY, held as whole fen, from 0 to [`Money::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

/// `21000.00 元` and `CNY 21,000.00`.
impl From<Money> for Words {
    fn from(amount: Money) -> Self {
        let text = amount.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        Self::new(format!("{text} 元"), format!("CNY {grouped}.{part}"))
    }
}

impl Money {
    /// No money: 0 fen.
    pub const ZERO: Self = Self(0);
    /// The largest amount: 9,999,999,999,999.99 CNY.
    pub const MAX: Self = Self(999_999_999_999_999);

    /// The amount of so many fen.
    ///
    /// # Errors
    /// [`MONEY_OUT_OF_RANGE`] where it is negative or above [`Money::MAX`].
    pub fn from_fen(fen: i64) -> Result<Self, Violation> {
        if (0..=Self::MAX.0).contains(&fen) { Ok(Self(fen)) } else { Err(Violation::new(MONEY_OUT_OF_RANGE)) }
    }

    /// The amount in fen.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The exact decimal amount in CNY, two places.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// The amount of an exact decimal in CNY.
    ///
    /// # Errors
    /// [`MONEY_NOT_READABLE`] where it has a part of a fen, [`MONEY_OUT_OF_RANGE`] past the limits.
    pub fn from_decimal(amount: Decimal) -> Result<Self, Violation> {
        let fen =
            amount.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(|| Violation::new(MONEY_OUT_OF_RANGE))?;
        if !fen.fract().is_zero() {
            return Err(Violation::new(MONEY_NOT_READABLE));
        }
        Self::floor_fen(fen)
    }

    /// The amount of a decimal number of fen, rounded down to the whole fen.
    ///
    /// # Errors
    /// [`MONEY_OUT_OF_RANGE`] past the limits.
    pub fn floor_fen(fen: Decimal) -> Result<Self, Violation> {
        i64::try_from(fen.floor())
            .map_or_else(|_out_of_range| Err(Violation::new(MONEY_OUT_OF_RANGE)), Self::from_fen)
    }

    /// The sum, where it is still an amount.
    ///
    /// # Errors
    /// [`MONEY_OUT_OF_RANGE`] past [`Money::MAX`].
    pub fn plus(self, other: Self) -> Result<Self, Violation> {
        Self::from_fen(self.0.saturating_add(other.0))
    }

    /// What is left after `other` is taken; nothing where it is more.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }
}

impl Sum for Money {
    /// Saturates at [`Money::MAX`].
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum.plus(amount).unwrap_or(Self::MAX))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for Money {
    type Err = Violation;

    /// Reads plain digits with at most two places: no sign, no exponent, no separators.
    fn from_str(text: &str) -> Result<Self, Violation> {
        let unreadable = || Violation::new(MONEY_NOT_READABLE);
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (yuan, fen) = text.split_once('.').unwrap_or((text, "00"));
        // One amount has one spelling, so that a contract's pattern can say it.
        let padded = yuan.len() > 1 && yuan.starts_with('0');
        if padded || yuan.is_empty() || !digits(yuan) || !digits(fen) || !(1..=2).contains(&fen.len()) {
            return Err(unreadable());
        }
        if yuan.len() > 13 {
            return Err(Violation::new(MONEY_OUT_OF_RANGE));
        }
        let fen = format!("{yuan}{fen:0<2}");
        fen.parse().map_or_else(|_not_a_number| Err(unreadable()), Self::from_fen)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_writes_two_places() {
        for (text, fen) in
            [("0", 0), ("1.5", 150), ("12345.60", 1_234_560), ("9999999999999.99", Money::MAX.fen())]
        {
            assert_eq!(text.parse::<Money>().map(Money::fen), Ok(fen), "{text}");
        }
        assert_eq!(Money(5).to_string(), "0.05");
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1.005", "1,000", " 1", "１", "00", "007"] {
            assert_eq!(text.parse::<Money>(), Err(Violation::new(MONEY_NOT_READABLE)), "{text}");
        }
        assert_eq!("10000000000000".parse::<Money>(), Err(Violation::new(MONEY_OUT_OF_RANGE)));
    }

    proptest! {
        #[test]
        fn text_and_decimal_round_trip(fen in 0..=Money::MAX.fen()) {
            let money = Money(fen);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
            prop_assert_eq!(Money::from_decimal(money.decimal()), Ok(money));
        }
    }
}
