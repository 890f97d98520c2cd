//! Schemas that may be null, written as code generators read them.

use serde_json::{Map, Value, json};

use super::bounds;

/// Writes what may be null as `anyOf`, so that the contract has no `oneOf`: generated clients of several languages cannot send one.
pub(super) fn rewrite(document: &mut Value) {
    bounds::visit(document, &mut |_, schema| {
        mark_nullable(schema);
    });
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
