//! The contract as Postman imports it.

use serde_json::Value;

use super::shared::operations_mut;

/// Leaves out the refusals that the operations share, apart from `default`, which stands for them. Postman stores with each answer of
/// an operation a copy of the whole request: with a dozen refusals for each operation, an import would be four times as large.
#[must_use]
pub fn for_postman(mut document: Value) -> Value {
    for operation in operations_mut(&mut document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.retain(|status, response| status == "default" || !is_shared_refusal(response));
        }
    }
    document
}

fn is_shared_refusal(response: &Value) -> bool {
    let reference = response.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|reference| reference.starts_with("#/components/responses/Problem"))
}
