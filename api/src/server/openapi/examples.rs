//! The examples of the contract: what was recorded of each operation, request and answer of one call.

use serde_json::{Map, Value};

use super::shared::operations_mut;

/// The recorded calls by operation. A test compares them with what the server answers, and writes them anew.
const RECORDED: &str = include_str!("../../../../openapi/examples.json");

/// The recorded calls by operation; empty where the file does not hold them.
pub(super) fn recorded() -> Map<String, Value> {
    serde_json::from_str(RECORDED).unwrap_or_default()
}

/// Gives every operation the call that was recorded of it: the request's body, and the answer's body and `Location`. An example that
/// belongs to the body of another status is left alone.
pub(super) fn give(document: &mut Value) {
    let recorded = recorded();
    let location = document.pointer("/components/headers/Location").cloned().unwrap_or_default();
    for operation in operations_mut(document) {
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
        let Some(call) = recorded.get(id) else { continue };
        if let Some(body) = operation.get_mut("requestBody") {
            give_body(body, call.get("request"));
        }
        let Some(answer) = call.get("response") else { continue };
        let status = answer.get("status").map(Value::to_string).unwrap_or_default();
        let response = operation.get_mut("responses").and_then(|responses| responses.get_mut(status));
        let Some(response) = response else { continue };
        give_body(response, answer.get("body"));
        if let Some(place) = answer.get("location")
            && let Some(header) = response.pointer_mut("/headers/Location")
        {
            // A reference holds nothing beside itself.
            *header = location.clone();
            if let Some(header) = header.as_object_mut() {
                header.insert("example".to_owned(), place.clone());
            }
        }
    }
    // Where each answer has its own, the shared header is a component that nothing uses, which linters refuse.
    let used = document.to_string().contains("\"#/components/headers/Location\"");
    if let Some(headers) = document.pointer_mut("/components/headers").and_then(Value::as_object_mut)
        && !used
    {
        headers.remove("Location");
    }
}

/// Puts the example to the JSON body, except where the route gives several, one for each form of the body.
fn give_body(holder: &mut Value, example: Option<&Value>) {
    let media = holder.pointer_mut("/content/application~1json").and_then(Value::as_object_mut);
    let Some((media, example)) = media.zip(example) else { return };
    if !media.contains_key("examples") {
        media.insert("example".to_owned(), example.clone());
    }
}
