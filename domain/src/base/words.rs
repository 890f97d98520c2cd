//! A text in Chinese and in English: the values with which refusals, events and notifications are rendered.
//!
//! A plain text does not become [`Words`] by itself. Whoever passes one writes [`Words::verbatim`], which is for texts that
//! people wrote and for the numbers of records: a code, an id or an instant in a refusal is not readable for an office.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::Vocabulary;

/// Time in Xiamen: Asia/Shanghai (北京时间), UTC+08:00 without daylight saving.
pub const SHANGHAI: FixedOffset = match FixedOffset::east_opt(8 * 60 * 60) {
    Some(offset) => offset,
    None => panic!("eight hours are an offset"),
};

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The Chinese text.
    pub zh: String,
    /// The English text.
    pub en: String,
}

impl Words {
    /// A text with its translation.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// A text that is the same in both languages: what a person wrote, or the number of a record.
    #[must_use]
    pub fn verbatim(text: &str) -> Self {
        Self::new(text, text)
    }

    /// Several texts, with 、 between them in Chinese and a comma in English.
    #[must_use]
    pub fn list<T: Into<Self>>(all: impl IntoIterator<Item = T>) -> Self {
        let all: Vec<Self> = all.into_iter().map(Into::into).collect();
        let joined =
            |of: fn(&Self) -> &str, separator| all.iter().map(of).collect::<Vec<_>>().join(separator);
        Self { zh: joined(|it| &it.zh, "、"), en: joined(|it| &it.en, ", ") }
    }
}

impl<T: Vocabulary> From<T> for Words {
    fn from(term: T) -> Self {
        Self::new(term.zh(), term.en())
    }
}

/// The wall time in Asia/Shanghai, to the minute.
impl From<DateTime<Utc>> for Words {
    fn from(at: DateTime<Utc>) -> Self {
        Self::verbatim(&at.with_timezone(&SHANGHAI).format("%Y-%m-%d %H:%M").to_string())
    }
}

/// Numbers and dates are written alike in both languages.
macro_rules! verbatim {
    ($($type:ty),+) => {
        $(impl From<$type> for Words {
            fn from(value: $type) -> Self {
                Self::verbatim(&value.to_string())
            }
        })+
    };
}

verbatim!(NaiveDate, Decimal, i32, i64, u32, u64, usize);

/// The template with each `{name}` replaced by the value of that name.
#[must_use]
pub fn filled<'a>(template: &str, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let values: Vec<_> = values.into_iter().collect();
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    // What a value contains is text: a `{` in it opens no further place.
    while let Some((before, from)) = rest.split_once('{') {
        text.push_str(before);
        let known = from
            .split_once('}')
            .and_then(|(name, after)| Some((values.iter().find(|(known, _)| *known == name)?.1, after)));
        match known {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = from;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_as_wall_time_in_xiamen() {
        let evening: DateTime<Utc> = "2026-11-29T17:30:00Z".parse().unwrap();
        assert_eq!(Words::from(evening), Words::verbatim("2026-11-30 01:30"));
    }

    #[test]
    fn several_texts_are_joined_in_the_manner_of_each_language() {
        let list = Words::list([Words::new("电气", "Electrical"), Words::new("其他", "Other")]);
        assert_eq!(list, Words::new("电气、其他", "Electrical, Other"));
    }

    #[test]
    fn values_are_filled_once_and_what_is_unknown_stays() {
        let values = [("a", "{b}"), ("b", "x")];
        assert_eq!(filled("{a}、{b}、{c} {", values), "{b}、x、{c} {");
    }
}
