//! Schemas that may be null, written as code generators read them.

use serde_json::{Map, Value, json};

use super::{bounds, shared};

/// Writes what may be null as `anyOf`, so that the contract has no `oneOf`: generated clients of several languages cannot send one.
pub(super) fn rewrite(document: &mut Value) {
    for operation in shared::operations_mut(document) {
        if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema") {
            may_be_left_out(schema);
        }
    }
    bounds::visit(document, &mut |_, schema| {
        mark_nullable(schema);
    });
}

/// A body that may be left out is written for an `Option`, as a choice between its schema and null. The contract says the first by
/// `required`; null itself is refused.
fn may_be_left_out(schema: &mut Value) {
    let choices = schema.get("oneOf").and_then(Value::as_array);
    let given = choices.and_then(|choices| choices.iter().find(|one| one.get("$ref").is_some())).cloned();
    if let Some(given) = given {
        *schema = given;
    }
}

/// Rewrites a choice between one schema and null. The description moves from the choice to the field that it describes.
fn mark_nullable(schema: &mut Map<String, Value>) -> Option<()> {
    let [one, null] = schema.get("oneOf")?.as_array()?.as_slice() else { return None };
    if null != &json!({ "type": "null" }) {
        return None;
    }
    let mut one = one.clone();
    if let Some(description) = one.as_object_mut()?.remove("description") {
        schema.entry("description").or_insert(description);
    }
    schema.remove("oneOf");
    schema.insert("anyOf".to_owned(), json!([one, { "type": "null" }]));
    Some(())
}
