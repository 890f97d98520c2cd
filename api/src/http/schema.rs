//! Domain values on the wire: their JSON is the domain's, their schema is said here.

use std::{borrow::Cow, fmt, ops::Deref};

use anze_domain::{
    Money, Vocabulary,
    base::regulation::{FEE_CAP_PERCENT, as_ratio},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

/// A term of a [`Vocabulary`], with the list as a component of its own name.
///
/// Where a type derives `ToSchema`, name the term by an alias (`type StateTerm = Term<State>;`): the
/// derive takes apart generic types that it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term<T>(pub T);

impl<T> From<T> for Term<T> {
    fn from(term: T) -> Self {
        Self(term)
    }
}

impl<T> Deref for Term<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Vocabulary> Serialize for Term<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Term<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: Vocabulary> ToSchema for Term<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

impl<T: Vocabulary> PartialSchema for Term<T> {
    fn schema() -> RefOr<Schema> {
        schema_of_terms(T::ALL, T::DESCRIPTION.trim())
    }
}

/// The member of an enumeration that says what each constant means.
pub const MEANINGS: &str = "x-enum-descriptions";

/// The schema of a text that is one of these terms of a list.
pub fn schema_of_terms<T: Vocabulary>(terms: &[T], description: &str) -> RefOr<Schema> {
    let named = terms.iter().map(|term| (term.code(), term.en()));
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(terms.iter().map(|term| term.code())))
        .max_length(terms.iter().map(|term| term.code().len()).max())
        // The contract adds the terms with their names, in its language.
        .description(Some(description))
        .examples(terms.first().map(|term| term.code()))
        .extensions(Some(names_of_constants(named).into_iter().collect()))
        .into()
}

/// What an enumeration says to code generators: a name for each constant, in upper snake case, and what the constant means. `terms`
/// gives the code and the English name of each. The constants are named by the codes; where a code cannot be a name, such as the
/// number of a district, all constants of its list are named in English.
///
/// openapi-generator, openapi-python-client and openapi-typescript read `x-enum-varnames`, NSwag reads `x-enumNames`.
pub fn names_of_constants<'a>(
    terms: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> [(&'static str, Value); 3] {
    let by_code = terms.clone().all(|(code, _)| code.starts_with(|first: char| first.is_ascii_alphabetic()));
    let names: Vec<_> = terms.clone().map(|(code, en)| constant(if by_code { code } else { en })).collect();
    let meanings: Vec<_> = terms.map(|(_, en)| en).collect();
    [("x-enum-varnames", json!(names)), ("x-enumNames", json!(names)), (MEANINGS, json!(meanings))]
}

/// A text in upper snake case.
fn constant(text: &str) -> String {
    let text = text.replace('\'', "");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_uppercase).collect::<Vec<_>>().join("_")
}

/// An amount in CNY, as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub Money);

impl Amount {
    /// What an amount looks like.
    pub const PATTERN: &str = r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$";
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self(money)
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        amount.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Amount")
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(Self::PATTERN))
            .min_length(Some(1))
            .max_length(Some(16))
            .description(Some(
                "Amount in CNY, as a decimal string. Requests may have up to two decimal places; answers always have two.",
            ))
            .examples(["12345.60", "0.00"])
            .into()
    }
}

/// A quantity or a unit price: a decimal string with at most four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

impl ToSchema for Quantity {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Quantity")
    }
}

impl PartialSchema for Quantity {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,4})?$"))
            .min_length(Some(1))
            .max_length(Some(18))
            .description(Some(
                "Quantity or unit price in CNY, as a decimal string with up to four decimal places.",
            ))
            .examples(["4", "3000.0000"])
            .into()
    }
}

/// A part of a premium, as a ratio with six places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PremiumShare(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

impl ToSchema for PremiumShare {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("PremiumShare")
    }
}

impl PartialSchema for PremiumShare {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^[0-9]+\.[0-9]{6}$"))
            .min_length(Some(8))
            .max_length(Some(24))
            .description(Some(
                "Share of the premium, as a ratio with six decimal places: {A3.1} % is {A3.1 as ratio}.",
            ))
            .examples([as_ratio(FEE_CAP_PERCENT.first.1)])
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    anze_domain::vocabulary! {
        /// 交通信号。
        pub enum Signal {
            Red = "red" / "红" / "Red",
            Green = "green" / "绿" / "Green",
        }
    }

    #[test]
    fn a_term_is_its_code_and_its_list_a_component() {
        let term: Term<Signal> = serde_json::from_value(json!("green")).unwrap();
        assert_eq!(serde_json::to_value(term).unwrap(), json!("green"));
        assert!(serde_json::from_value::<Term<Signal>>(json!("blue")).is_err());
        let schema = serde_json::to_value(Term::<Signal>::schema()).unwrap();
        assert_eq!(Term::<Signal>::name(), "Signal");
        assert_eq!((&schema["enum"], &schema["maxLength"]), (&json!(["red", "green"]), &json!(5)));
        assert!(schema["description"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(schema["x-enum-varnames"], json!(["RED", "GREEN"]));
        assert_eq!(schema["x-enumNames"], schema["x-enum-varnames"]);
        assert_eq!(schema["x-enum-descriptions"], json!(["Red", "Green"]));
    }

    #[test]
    fn constants_are_named_in_english_where_a_code_is_no_name() {
        let names =
            |terms: &[(&'static str, &'static str)]| names_of_constants(terms.iter().copied())[0].1.clone();
        assert_eq!(names(&[("visits:read", "Read visits")]), json!(["VISITS_READ"]));
        assert_eq!(names(&[("350212", "Tong'an"), ("350203", "Siming")]), json!(["TONGAN", "SIMING"]));
        let order = [("-created_at", "Newest first"), ("created_at", "Oldest first")];
        assert_eq!(names(&order), json!(["NEWEST_FIRST", "OLDEST_FIRST"]));
    }

    #[test]
    fn the_pattern_of_amounts_allows_what_money_reads() {
        let schema = json!({"type": "string", "pattern": Amount::PATTERN, "maxLength": 16});
        let schema = jsonschema::validator_for(&schema).unwrap();
        for text in [
            "0",
            "0.5",
            "12345.60",
            "9999999999999.99",
            "007",
            "00",
            "1.",
            ".5",
            "-1",
            "1e3",
            "1.005",
            "99999999999999",
        ] {
            assert_eq!(schema.is_valid(&json!(text)), text.parse::<Money>().is_ok(), "{text}");
        }
    }
}
