use std::collections::BTreeSet;

use super::*;
use crate::Vocabulary;

/// Codes and words of a list: none is blank, none is there twice, and the two languages differ.
#[track_caller]
fn assert_words<T: Vocabulary>() {
    let words: [fn(T) -> &'static str; 3] = [T::code, T::zh, T::en];
    for of in words {
        let distinct: BTreeSet<_> = T::ALL.iter().map(|term| of(*term)).collect();
        assert_eq!(distinct.len(), T::ALL.len(), "{}: a code or a word is there twice", T::NAME);
        assert!(distinct.iter().all(|word| !word.trim().is_empty()), "{}", T::NAME);
    }
    for term in T::ALL {
        assert_ne!(term.zh(), term.en(), "{}", term.code());
        assert!(!term.zh().is_ascii() && term.en().is_ascii(), "{}", term.code());
        assert!(
            term.code().bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_')),
            "{}",
            term.code()
        );
    }
}

#[test]
fn events_kinds_and_facts_have_codes_of_their_own_and_words_in_both_languages() {
    assert_words::<EventName>();
    assert_words::<RecordKind>();
    assert_words::<FactName>();
}
