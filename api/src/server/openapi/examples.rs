//! An example of every body, put together from the examples of its fields.

use serde_json::{Map, Value, json};

use super::{bounds, shared::operations_mut};

/// An id where none is given.
const ID: &str = "019c3fe9-9a80-7525-be8a-1c49e7b35604";
/// A day where none is given.
const DAY: &str = "2026-03-10";
/// An instant where none is given.
const INSTANT: &str = "2026-03-10T01:00:00Z";
/// Deeper than any body: a schema that holds itself ends there.
const DEPTH: usize = 16;

/// Gives every JSON body, sent or answered, its example: that of its schema where that has one, else what its required fields'
/// examples make together.
pub(super) fn give(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).cloned();
    let schemas = schemas.unwrap_or_default();
    for operation in operations_mut(document) {
        if let Some(body) = operation.get_mut("requestBody") {
            of_content(body, &schemas);
        }
        for (_, response) in
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
        {
            of_content(response, &schemas);
        }
    }
}

fn of_content(holder: &mut Value, schemas: &Map<String, Value>) {
    let Some(media) = holder.pointer_mut("/content/application~1json").and_then(Value::as_object_mut) else {
        return;
    };
    if media.contains_key("example") || media.contains_key("examples") {
        return;
    }
    if let Some(example) = media.get("schema").and_then(|schema| example(schema, schemas, DEPTH)) {
        media.insert("example".to_owned(), example);
    }
}

fn example(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let inner = |schema: &Value| example(schema, schemas, depth);
    let first = |keyword: &str| schema.get(keyword).and_then(Value::as_array).and_then(|all| all.first());
    let given = schema.get("example").or_else(|| first("examples")).or_else(|| schema.get("const"));
    if let Some(given) = given.or_else(|| first("enum")).or_else(|| schema.get("default")) {
        return Some(given.clone());
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return inner(schemas.get(name.rsplit('/').next()?)?);
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(parts) = schema.get(keyword).and_then(Value::as_array) {
            return parts.iter().find(|part| !is(part, "null")).and_then(inner);
        }
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts.iter().filter_map(inner) {
            whole.extend(part.as_object().cloned().unwrap_or_default());
        }
        return Some(Value::Object(whole));
    }
    if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
        let required = schema.get("required").and_then(Value::as_array);
        let wanted = |name: &str| required.is_some_and(|names| names.iter().any(|it| it == name));
        let fields = fields.iter().filter(|(name, _)| wanted(name));
        return fields
            .map(|(name, field)| Some((name.clone(), inner(field)?)))
            .collect::<Option<_>>()
            .map(Value::Object);
    }
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => Some(json!(ID)),
        Some("date") => Some(json!(DAY)),
        Some("date-time") => Some(json!(INSTANT)),
        _ if is(schema, "array") => Some(json!([inner(schema.get("items")?)?])),
        _ if is(schema, "boolean") => Some(json!(true)),
        _ if is(schema, "integer") => Some(schema.get("minimum").cloned().unwrap_or(json!(1))),
        _ => None,
    }
}

fn is(schema: &Value, kind: &str) -> bool {
    schema.as_object().is_some_and(|schema| bounds::is(schema, kind))
}
