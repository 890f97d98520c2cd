//! The national criteria for major hazards (重大事故隐患判定标准), by which a hazard is called major (A15.1).

use serde::{Deserialize, Serialize};

use crate::{Violation, Words};

crate::codes! {
    MAJOR_HAZARD_ITEM_UNKNOWN = "major_hazard_item_unknown", Invalid, Some("A15.1"),
        "判定标准条目不存在" / "《房屋市政工程生产安全重大事故隐患判定标准（2024版）》没有条目“{item}”，请指明所依据的条目。",
        "Item of the criteria not found" / "The national criteria of 2024 have no item “{item}”. Name the item on which the judgement is based.";
}

/// The criteria: a standard with its articles, each with coded items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorHazardCriteria {
    /// Title of the standard.
    pub standard: String,
    /// Number of the document that issued it (文号).
    pub document: String,
    /// What to know when reading the list.
    pub note: String,
    /// Its articles, in order.
    pub articles: Vec<Article>,
}

/// An article (条) of the criteria: one kind of works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its number in the standard.
    pub article: u32,
    /// What it is about, in Chinese.
    pub heading: String,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// An item (项) of the criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable code, such as `MH2024-04-1`.
    pub code: String,
    /// What it says, paraphrased in Chinese.
    pub text: String,
}

impl MajorHazardCriteria {
    /// The item with this code, and its article.
    #[must_use]
    pub fn item(&self, code: &str) -> Option<(&Article, &Item)> {
        self.articles.iter().find_map(|article| {
            let item = article.items.iter().find(|item| item.code == code)?;
            Some((article, item))
        })
    }

    /// The item with this code, and its article (A15.1).
    ///
    /// # Errors
    /// [`MAJOR_HAZARD_ITEM_UNKNOWN`] at `/major_hazard_item` where there is none.
    pub fn check_item(&self, code: &str) -> Result<(&Article, &Item), Violation> {
        self.item(code).ok_or_else(|| {
            Violation::new(MAJOR_HAZARD_ITEM_UNKNOWN)
                .with("item", Words::verbatim(code))
                .at("/major_hazard_item")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::data::MAJOR_HAZARD_CRITERIA;

    fn criteria() -> MajorHazardCriteria {
        serde_json::from_str(MAJOR_HAZARD_CRITERIA).unwrap()
    }

    #[test]
    fn every_item_is_found_in_its_article_and_codes_are_unique() {
        let criteria = criteria();
        let mut codes = BTreeSet::new();
        for article in &criteria.articles {
            assert!(!article.items.is_empty(), "{}", article.heading);
            for item in &article.items {
                assert!(codes.insert(&item.code), "{} is there twice", item.code);
                assert!(!item.text.trim().is_empty(), "{}", item.code);
                assert_eq!(criteria.item(&item.code), Some((article, item)));
            }
        }
        assert_eq!(codes.len(), 53);
    }

    #[test]
    fn a15_1_an_item_must_be_one_of_the_criteria() {
        let criteria = criteria();
        let (article, item) = criteria.check_item("MH2024-05-2").unwrap();
        assert_eq!((article.article, item.code.as_str()), (5, "MH2024-05-2"));
        for code in ["", "MH2024-05", "mh2024-05-2", "MH2024-99-1", " MH2024-05-2"] {
            let violation = criteria.check_item(code).unwrap_err();
            assert_eq!(violation.code, MAJOR_HAZARD_ITEM_UNKNOWN);
            assert_eq!(violation.fields[0].pointer, "/major_hazard_item");
        }
    }
}
