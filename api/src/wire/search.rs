//! What a list is searched for.

use anze_domain::base::search::{SHORTEST, SearchText};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

/// Text that is searched for: two characters or more, without regard to spaces, width and case. Characters such as `%` and `*` stand
/// for themselves.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = SearchText, min_length = 2, max_length = 50, example = "示例")]
pub struct SearchTextIo(String);

impl SearchTextIo {
    /// The text as it is compared. None where nothing was searched for.
    #[must_use]
    pub fn of(given: Option<&Self>) -> Option<SearchText> {
        given.and_then(|text| SearchText::new(&text.0))
    }
}

impl<'de> Deserialize<'de> for SearchTextIo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match SearchText::new(&text) {
            Some(_) => Ok(Self(text)),
            None => Err(D::Error::custom(format!("fewer than {SHORTEST} characters"))),
        }
    }
}
