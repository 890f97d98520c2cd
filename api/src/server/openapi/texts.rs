//! The contract's texts in Chinese, and their form in both languages.
//!
//! The code states each text in English: the doc comment of a handler, a field or a vocabulary. `openapi/chinese/*.toml` holds its
//! Chinese under the English text itself, so that a text that changes in English has no Chinese until somebody writes it anew.

use std::{collections::BTreeMap, sync::LazyLock};

use anze_domain::vocabularies::{CodeList, Term, vocabularies};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{callers::domain_operation, shared::operations_mut};
use crate::{
    http::{contract::escape, language::Language, schema::MEANINGS},
    wire::ListOrder,
};

/// The files with the Chinese texts, one for each area.
const FILES: &[(&str, &str)] = &[
    ("common", include_str!("../../../../openapi/chinese/common.toml")),
    ("identity", include_str!("../../../../openapi/chinese/identity.toml")),
    ("library", include_str!("../../../../openapi/chinese/library.toml")),
    ("admission", include_str!("../../../../openapi/chinese/admission.toml")),
    ("service", include_str!("../../../../openapi/chinese/service.toml")),
    ("visit", include_str!("../../../../openapi/chinese/visit.toml")),
    ("oversight", include_str!("../../../../openapi/chinese/oversight.toml")),
];

/// The members of a description that hold texts for people.
const TEXTS: [&str; 2] = ["summary", "description"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    text: Vec<Text>,
}

/// One text in both languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    en: String,
    zh: String,
}

/// The Chinese of every text, by its English in one line.
static CHINESE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let files = FILES.iter().flat_map(|(name, file)| match toml::from_str::<File>(file) {
        Ok(file) => file.text,
        Err(error) => {
            // A test reads every file, so that this is no file that was released.
            log::error!("openapi/chinese/{name}.toml: {error}");
            Vec::new()
        }
    });
    files.map(|text| (in_one_line(&text.en), text.zh)).collect()
});

/// The text without its line breaks, as the key under which its Chinese is found.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Joins the lines of each paragraph, as a doc comment is broken where its line is full. Lists and empty lines stay.
pub(super) fn join_lines(document: &mut Value) {
    each_text(document, "", &mut |_, text| *text = joined(text));
}

/// Puts every text into Chinese; one that has none stays English, and its JSON Pointer is returned with it. The names of the domain's
/// operations are the domain's.
pub(super) fn translate(document: &mut Value) -> Vec<(String, String)> {
    let mut missing = Vec::new();
    for operation in operations_mut(document).filter(|operation| domain_operation(operation).is_some()) {
        operation["summary"] = Value::Null;
    }
    // The introduction is written in both languages.
    if let Some(text) = document.pointer_mut("/info/description") {
        *text = Value::Null;
    }
    each_text(document, "", &mut |pointer, text| match CHINESE.get(&in_one_line(text)) {
        Some(chinese) => *text = joined(chinese),
        None => missing.push((pointer.to_owned(), text.clone())),
    });
    missing
}

/// Every English text that has Chinese, with it as it is shown.
#[cfg(test)]
pub(super) fn translated() -> impl Iterator<Item = (&'static str, String)> {
    CHINESE.iter().map(|(english, chinese)| (english.as_str(), joined(chinese)))
}

/// Adds to the description of each code list, or of a part of one, its terms with their names, in this language.
pub(super) fn name_terms(document: &mut Value, language: Language) {
    // The order of lists is the only list that is not the domain's.
    let lists: Vec<_> = vocabularies().into_iter().chain([CodeList::of::<ListOrder>()]).collect();
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        let Some(schema) = schema.as_object_mut() else { continue };
        let Some(terms) = terms_of(&lists, name, schema) else { continue };
        let line = |term: &&Term| match language {
            Language::Chinese => format!("- `{}`：{}", term.code, term.zh),
            Language::English => format!("- `{}`: {}", term.code, term.en),
        };
        let lines: Vec<_> = terms.iter().map(line).collect();
        if language == Language::Chinese && schema.contains_key(MEANINGS) {
            schema.insert(MEANINGS.to_owned(), terms.iter().map(|term| term.zh).collect());
        }
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = format!("{text}\n\n{}", lines.join("\n"));
        }
    }
}

/// The terms of the list of this name; or those of another list that a schema takes only a part of.
fn terms_of<'a>(lists: &'a [CodeList], name: &str, schema: &Map<String, Value>) -> Option<Vec<&'a Term>> {
    if let Some(list) = lists.iter().find(|list| list.name == name) {
        return Some(list.terms.iter().collect());
    }
    let (codes, meanings) = (schema.get("enum")?.as_array()?, schema.get(MEANINGS)?.as_array()?);
    lists.iter().find_map(|list| {
        let named = |(code, meaning): (&Value, &Value)| {
            list.terms.iter().find(|term| code == term.code && meaning == term.en)
        };
        codes.iter().zip(meanings).map(named).collect()
    })
}

/// The Chinese of an English text of the code.
pub(super) fn chinese(english: &str) -> Option<String> {
    CHINESE.get(&in_one_line(english)).map(|chinese| joined(chinese))
}

fn joined(text: &str) -> String {
    let mut whole = String::new();
    let mut before = "";
    for line in text.trim().lines().map(str::trim_end) {
        let begins = |line: &str| {
            let line = line.trim_start();
            let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
            line.is_empty()
                || line.starts_with(['-', '*', '#', '|', '`'])
                || (number != line && number.starts_with(". "))
        };
        if !whole.is_empty() {
            let chinese = |c: Option<char>| c.is_some_and(|c| c >= '\u{2E80}');
            if before.is_empty() || begins(line) {
                whole.push('\n');
            } else if !chinese(before.chars().last()) || !chinese(line.trim_start().chars().next()) {
                whole.push(' ');
            }
        }
        let continues = !(before.is_empty() || begins(line));
        whole.push_str(if continues { line.trim_start() } else { line });
        before = line;
    }
    whole
}

/// Goes through the document and meets every text for people, with its JSON Pointer.
pub(super) fn each_text(value: &mut Value, pointer: &str, met: &mut dyn FnMut(&str, &mut String)) {
    match value {
        Value::Object(members) => each_member(members, pointer, met),
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                each_text(item, &format!("{pointer}/{index}"), met);
            }
        }
        _ => {}
    }
}

fn each_member(members: &mut Map<String, Value>, pointer: &str, met: &mut dyn FnMut(&str, &mut String)) {
    // Below these, what is called `description` is the name of a field and no text.
    let named = ["/properties", "/schemas", "/patternProperties"].iter().any(|end| pointer.ends_with(end));
    for (name, inner) in members.iter_mut() {
        let here = format!("{pointer}/{}", escape(name));
        match inner {
            Value::String(text) if !named && TEXTS.contains(&name.as_str()) => met(&here, text),
            _ if matches!(name.as_str(), "example" | "examples" | "default" | "enum" | "const") && !named => {
            }
            _ if name.starts_with("x-") => {}
            _ => each_text(inner, &here, met),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read_and_says_nothing_twice() {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (name, file) in FILES {
            let file: File = toml::from_str(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            for text in file.text {
                assert!(!text.zh.trim().is_empty(), "{name}: {} has no Chinese", text.en);
                let before = seen.insert(in_one_line(&text.en), text.zh.clone());
                assert!(before.is_none_or(|zh| zh == text.zh), "{name}: {} has two Chinese texts", text.en);
            }
        }
    }

    #[test]
    fn lines_of_a_paragraph_are_joined_and_lists_stay() {
        assert_eq!(joined("One\ntwo.\n\n- a\n  b\n- c\n1. d"), "One two.\n\n- a b\n- c\n1. d");
        assert_eq!(joined("委托\n服务单 of\n两行"), "委托服务单 of 两行");
    }

    #[test]
    fn texts_are_met_and_fields_of_that_name_are_not() {
        let mut document = serde_json::json!({
            "summary": "A", "example": { "description": "no" },
            "properties": { "description": { "description": "B" } }, "x-more": { "description": "no" }
        });
        let mut met = Vec::new();
        each_text(&mut document, "", &mut |pointer, text| met.push(format!("{pointer} {text}")));
        met.sort();
        assert_eq!(met, ["/properties/description/description B", "/summary A"]);
    }
}
