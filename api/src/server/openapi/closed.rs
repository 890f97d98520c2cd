//! What is sent in has no fields that the contract does not know.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::shared::operations_mut;

/// Closes every object that a body can hold.
pub(super) fn close_bodies(document: &mut Value) {
    let mut named = BTreeSet::new();
    for operation in operations_mut(document) {
        let contents = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
        for (_, content) in contents.into_iter().flatten() {
            content.get_mut("schema").into_iter().for_each(|schema| close(schema, &mut named));
        }
    }
    let mut done = BTreeSet::new();
    while let Some(name) = named.difference(&done).next().cloned() {
        if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{name}")) {
            close(schema, &mut named);
        }
        done.insert(name);
    }
}

/// Closes a schema and what stands in it; notes the components that it names.
fn close(schema: &mut Value, named: &mut BTreeSet<String>) {
    let Some(members) = schema.as_object_mut() else { return };
    if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(|text| text.rsplit('/').next()) {
        named.insert(name.to_owned());
    }
    if members.contains_key("allOf") {
        // The parts know each other's fields only together.
        members.entry("unevaluatedProperties").or_insert(json!(false));
    } else if members.contains_key("properties") {
        members.entry("additionalProperties").or_insert(json!(false));
    }
    for (keyword, inner) in members.iter_mut() {
        match keyword.as_str() {
            "properties" => {
                inner.as_object_mut().into_iter().flatten().for_each(|(_, schema)| close(schema, named))
            }
            "items" => close(inner, named),
            "oneOf" | "anyOf" => {
                inner.as_array_mut().into_iter().flatten().for_each(|schema| close(schema, named))
            }
            _ => {}
        }
    }
}
