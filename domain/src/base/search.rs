//! What people search for: numbers by how they begin, names by any two or more characters inside them.
//!
//! Chinese has no spaces between words, so that a name is found by its neighbouring characters: every two and every three of them are
//! a key of the name in the index. A number is one key, found by its beginning.

use std::collections::BTreeSet;

use super::key::comparison_key;

/// The fewest characters that are searched for.
pub const SHORTEST: usize = 2;

/// A text that somebody searches for, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The text without white space, full-width forms as the others, in upper case. None where fewer than [`SHORTEST`]
    /// characters are left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = comparison_key(text);
        (text.chars().nth(SHORTEST - 1).is_some()).then_some(Self(text))
    }

    /// The text as it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys that a name must have in which the text stands: of three characters each, as few names share those; of two
    /// where the text has no more.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<String> {
        let threes = neighbours(&self.0, 3);
        if threes.is_empty() { neighbours(&self.0, 2) } else { threes }
    }

    /// Whether a record with this name and this number is found.
    #[must_use]
    pub fn finds(&self, name: &str, number: &str) -> bool {
        comparison_key(name).contains(&self.0) || comparison_key(number).starts_with(&self.0)
    }
}

/// The keys by which a name is found: every two and every three neighbouring characters, as they are compared.
#[must_use]
pub fn name_keys(name: &str) -> BTreeSet<String> {
    let name = comparison_key(name);
    [2, 3].into_iter().flat_map(|count| neighbours(&name, count)).collect()
}

fn neighbours(text: &str, count: usize) -> BTreeSet<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.windows(count).map(String::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_two_characters_is_searched_for_and_one_is_not() {
        for short in ["", " ", "海", " 海 ", "Ａ"] {
            assert_eq!(SearchText::new(short), None, "{short:?}");
        }
        assert_eq!(SearchText::new(" 海 沧 ").map(|it| it.as_str().to_owned()).as_deref(), Some("海沧"));
        assert_eq!(SearchText::new("ｘｍ").map(|it| it.as_str().to_owned()).as_deref(), Some("XM"));
    }

    #[test]
    fn a_name_is_found_by_what_stands_in_it_and_a_number_by_how_it_begins() {
        let text = SearchText::new("沧大").expect("long enough");
        assert!(text.finds("厦门海沧大桥", "XM-2026-000001"));
        assert!(!text.finds("厦门大桥", "XM-2026-000001"));
        let number = SearchText::new("xm-2026-0").expect("long enough");
        assert!(number.finds("任意", "XM-2026-000001"));
        assert!(!number.finds("任意", "AXM-2026-0"));
    }

    #[test]
    fn the_keys_of_a_name_are_its_neighbouring_characters_each_once() {
        let keys: Vec<_> = name_keys("海沧海沧 a").into_iter().collect();
        assert_eq!(keys, ["沧A", "沧海", "沧海沧", "海沧", "海沧A", "海沧海"]);
        for (text, expected) in [("沧海", vec!["沧海"]), ("海沧海沧", vec!["沧海沧", "海沧海"])]
        {
            let keys = SearchText::new(text).expect("long enough").keys();
            assert_eq!(keys.iter().collect::<Vec<_>>(), expected);
            assert!(keys.is_subset(&name_keys("海沧海沧")));
        }
        assert_eq!(name_keys("海"), BTreeSet::new());
    }
}
