//! The contract: collected from the code that mounts the routes, then completed in one pass.

mod bounds;
mod callers;
mod closed;
mod examples;
mod info;
mod known_codes;
mod links;
mod nullable;
mod postman;
mod problem_codes;
mod problem_examples;
mod refusals;
mod shared;
mod summary;
#[cfg(test)]
mod tests;
mod texts;

use std::{fs, io, path::Path};

use anze_domain::base::regulation::with_numbers;
use serde_json::Value;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

pub use postman::for_postman;

use crate::{
    http::{contract::Ordered, language::Language},
    server::routes,
};

/// Where the contract is kept in the repository, in each language.
pub const FILES: [(Language, &str); 2] =
    [(Language::English, "openapi/anze.openapi.json"), (Language::Chinese, "openapi/anze.openapi.zh.json")];

/// The published contract, with its texts in this language.
#[must_use]
pub fn document(language: Language) -> Value {
    document_of(routes::mount, language)
}

/// The Chinese of a text that the code states in English, such as the description of a code list; the English where it has none,
/// which a test excludes.
#[must_use]
pub fn in_chinese(english: &str) -> String {
    with_numbers(&texts::chinese(english).unwrap_or_else(|| english.to_owned()))
}

/// The contract of what `mount` mounts.
#[must_use]
pub fn document_of(mount: impl FnOnce(&mut ServiceConfig<'_>), language: Language) -> Value {
    translated_document(mount, language).0
}

/// The contract with the texts that it lacks in this language: JSON Pointer and English text of each.
fn translated_document(
    mount: impl FnOnce(&mut ServiceConfig<'_>),
    language: Language,
) -> (Value, Vec<(String, String)>) {
    let collected = actix_web::App::new().into_utoipa_app().configure(mount).split_for_parts().1;
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    info::rename_pages(&mut document);
    info::refer_to_items(&mut document);
    callers::name_callers(&mut document);
    shared::complete(&mut document);
    known_codes::list(&mut document);
    nullable::rewrite(&mut document);
    texts::join_lines(&mut document);
    let missing = match language {
        Language::English => Vec::new(),
        Language::Chinese => texts::translate(&mut document),
    };
    // From here on, texts are made in the language itself.
    callers::name_operations(&mut document, language);
    info::describe(&mut document, language);
    texts::name_terms(&mut document, language);
    shared::add_problems(&mut document, language);
    problem_examples::add(&mut document, language);
    callers::name_transitions(&mut document, language);
    summary::append(&mut document, language);
    name_numbers(&mut document);
    links::add(&mut document);
    closed::close_bodies(&mut document);
    bounds::state(&mut document);
    examples::give(&mut document);
    shared::mark_deprecated(&mut document);
    (document, missing)
}

/// Puts the newest numbers of the regulation into the texts that name them.
fn name_numbers(value: &mut Value) {
    match value {
        Value::String(text) if text.contains("{A") => *text = with_numbers(text),
        Value::Array(items) => items.iter_mut().for_each(name_numbers),
        Value::Object(members) => members.values_mut().for_each(name_numbers),
        _ => {}
    }
}

/// A contract as it is sent.
#[must_use]
pub fn json(document: &Value) -> String {
    // A `Value` can always be written.
    serde_json::to_string(&Ordered(document)).unwrap_or_default()
}

/// The contract as it stands in its file.
#[must_use]
pub fn text(language: Language) -> String {
    // A `Value` can always be written.
    let mut text = serde_json::to_string_pretty(&Ordered(&document(language))).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes the contract to its files below this folder.
///
/// # Errors
/// A file that cannot be written.
pub fn write(root: &Path) -> io::Result<()> {
    for (language, name) in FILES {
        let file = root.join(name);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text(language))?;
    }
    Ok(())
}

/// Compares the contract with its files below this folder: nothing where they are equal, else what differs first.
///
/// # Errors
/// A file that cannot be read.
pub fn check(root: &Path) -> io::Result<Option<String>> {
    for (language, name) in FILES {
        let stored = fs::read_to_string(root.join(name))?;
        if let Some(difference) = first_difference(&stored, &text(language)) {
            return Ok(Some(format!("{name} {difference}")));
        }
    }
    Ok(None)
}

fn first_difference(stored: &str, made: &str) -> Option<String> {
    if stored == made {
        return None;
    }
    let differs = stored.lines().zip(made.lines()).position(|(stored, made)| stored != made);
    let at = differs.unwrap_or_else(|| stored.lines().count().min(made.lines().count()));
    let excerpt = |text: &str, sign: char| {
        let lines = text.lines().skip(at).take(5).map(|line| format!("{sign}{line}\n"));
        lines.collect::<String>()
    };
    Some(format!("@@ line {} @@\n{}{}", at + 1, excerpt(stored, '-'), excerpt(made, '+')))
}
