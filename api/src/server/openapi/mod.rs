//! The contract: collected from the code that mounts the routes, then completed in one pass.

mod bounds;
mod closed;
mod examples;
mod info;
mod known_codes;
mod links;
mod shared;
#[cfg(test)]
mod tests;
mod variants;

use std::{fs, io, path::Path};

use anze_domain::base::regulation::with_numbers;
use serde_json::Value;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::server::routes;

/// Where the contract is kept in the repository.
pub const FILE: &str = "openapi/anze.openapi.json";

/// The published contract.
#[must_use]
pub fn document() -> Value {
    document_of(routes::mount)
}

/// The contract of what `mount` mounts.
#[must_use]
pub fn document_of(mount: impl FnOnce(&mut ServiceConfig<'_>)) -> Value {
    let collected = actix_web::App::new().into_utoipa_app().configure(mount).split_for_parts().1;
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    name_numbers(&mut document);
    info::rename_pages(&mut document);
    info::refer_to_items(&mut document);
    info::describe(&mut document);
    shared::complete(&mut document);
    known_codes::list(&mut document);
    variants::name(&mut document);
    links::add(&mut document);
    closed::close_bodies(&mut document);
    bounds::state(&mut document);
    examples::give(&mut document);
    shared::mark_deprecated(&mut document);
    document
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

/// The contract as it stands in its file.
#[must_use]
pub fn text() -> String {
    // A `Value` can always be written.
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes the contract to its file.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text())
}

/// Compares the contract with its file: none where they are equal, else what differs first.
///
/// # Errors
/// Where the file cannot be read.
pub fn check(file: &Path) -> io::Result<Option<String>> {
    let kept = fs::read_to_string(file)?;
    let made = text();
    if kept == made {
        return Ok(None);
    }
    let differs = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
    let at = differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count()));
    let excerpt = |text: &str, sign: char| {
        let lines = text.lines().skip(at).take(5).map(|line| format!("{sign}{line}\n"));
        lines.collect::<String>()
    };
    Ok(Some(format!("@@ line {} @@\n{}{}", at + 1, excerpt(&kept, '-'), excerpt(&made, '+'))))
}
