//! The contract as Postman imports it.

use serde_json::{Value, json};

use super::shared::operations_mut;

/// Leaves out the refusals that the operations share, apart from `default`, which stands for them. Postman stores with each answer of
/// an operation a copy of the whole request: with a dozen refusals for each operation, an import would be four times as large.
/// The `Idempotency-Key` is Postman's own variable for a new UUID, so that each send has a new one.
#[must_use]
pub fn for_postman(mut document: Value) -> Value {
    for operation in operations_mut(&mut document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.retain(|status, response| status == "default" || !is_shared_refusal(response));
        }
    }
    if let Some(key) = document.pointer_mut("/components/parameters/IdempotencyKey") {
        key["example"] = json!(NEW_KEY);
        key["schema"] = json!({ "type": "string", "default": NEW_KEY });
    }
    document
}

/// Postman writes a new UUID in its place each time that it sends.
const NEW_KEY: &str = "{{$guid}}";

fn is_shared_refusal(response: &Value) -> bool {
    let reference = response.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|reference| reference.starts_with("#/components/responses/Problem"))
}
