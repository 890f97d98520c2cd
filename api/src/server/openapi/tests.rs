use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::http::contract::{SINCE, SUNSET};

#[test]
fn every_schema_has_its_limits() {
    assert_eq!(bounds::missing(&mut document()), Vec::<String>::new());
}

#[test]
fn the_limits_test_finds_what_it_should() {
    let mut document = document();
    document["components"]["schemas"]["Bad"] =
        json!({ "type": "object", "properties": { "text": { "type": "string" } } });
    assert_eq!(bounds::missing(&mut document), ["/components/schemas/Bad/properties/text"]);
}

#[test]
fn every_operation_is_described() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in shared::operations(&document) {
        for member in ["operationId", "summary", "description"] {
            assert!(operation[member].is_string(), "{method} {path} has no {member}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path}");
        let id = operation["operationId"].as_str().unwrap();
        assert!(id.contains('_') && ids.insert(id.to_owned()), "{id}");
        let tags = document["tags"].as_array().unwrap();
        assert!(
            tags.iter().any(|tag| tag["name"] == operation["tags"][0]),
            "{method} {path}: tag is not described"
        );
    }
}

#[test]
fn what_is_deprecated_goes_a_year_later_at_the_earliest() {
    for (path, method, operation) in shared::operations(&document()) {
        let [since, sunset] = [SINCE, SUNSET].map(|name| operation.get(name).and_then(Value::as_str));
        assert_eq!(operation.get("deprecated").is_some(), since.is_some(), "{method} {path}");
        assert_eq!(since.is_some(), sunset.is_some(), "{method} {path}");
        if let Some((since, sunset)) = since.zip(sunset) {
            let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
            assert!(day(sunset) >= day(since) + chrono::Months::new(12), "{method} {path}");
        }
    }
}

#[test]
fn every_json_body_has_an_example() {
    let document = document();
    for (path, method, operation) in shared::operations(&document) {
        let responses = operation["responses"].as_object().unwrap().values();
        for holder in responses.chain(operation.get("requestBody")) {
            if let Some(media) = holder.pointer("/content/application~1json") {
                assert!(
                    media.get("example").or(media.get("examples")).is_some(),
                    "{method} {path} has a body without an example: {media}"
                );
            }
        }
    }
}

#[test]
fn the_example_of_every_operation_is_a_recorded_call() {
    let (document, recorded) = (document(), examples::recorded());
    let mut known = BTreeSet::new();
    for (path, method, operation) in shared::operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let call = recorded.get(id).unwrap_or_else(|| panic!("{method} {path}: {id} was not recorded"));
        known.insert(id);
        let response = &operation["responses"][call["response"]["status"].to_string()];
        let shown = response.pointer("/content/application~1json/example");
        assert_eq!(shown, call["response"].get("body"), "{id}: the answer");
        let place = response.pointer("/headers/Location/example");
        assert_eq!(place, call["response"].get("location"), "{id}: Location");
        assert_eq!(place.is_some(), call["response"]["status"] == 201, "{id}: Location");
        if let Some(media) = operation.pointer("/requestBody/content/application~1json") {
            let forms = media.get("examples").and_then(Value::as_object).into_iter().flatten();
            let mut shown = forms.map(|(_, form)| &form["value"]).chain(media.get("example"));
            assert!(shown.any(|shown| *shown == call["request"]), "{id}: the request");
        }
    }
    let unknown: Vec<&String> = recorded.keys().filter(|id| !known.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "recorded of operations that the contract does not have: {unknown:?}");
}

#[test]
fn examples_are_valid() {
    let document = document();
    let mut seen = 0;
    let mut check = |schema: &Value, example: &Value, place: &str| {
        let whole = json!({ "components": document["components"], "allOf": [schema] });
        let schema = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let errors: Vec<_> = schema.iter_errors(example).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{place}: {errors:?} in {example}");
        seen += 1;
    };
    let mut holders = Vec::new();
    collect(&document, "", &mut holders);
    for (pointer, holder) in holders {
        if let Some(example) = holder.get("example") {
            check(&holder["schema"], example, &pointer);
        }
        for (_, example) in holder.get("examples").and_then(Value::as_object).into_iter().flatten() {
            check(&holder["schema"], &example["value"], &pointer);
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for example in schema.get("examples").and_then(Value::as_array).into_iter().flatten() {
            check(schema, example, name);
        }
        for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if let Some(example) = inner.get("example") {
                check(inner, example, &format!("{name}/{property}"));
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Everything that has a `schema` beside its examples: media types, parameters, headers.
fn collect<'a>(value: &'a Value, pointer: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(members) => {
            if members.get("schema").is_some_and(Value::is_object) {
                found.push((pointer.to_owned(), value));
            }
            members.iter().for_each(|(name, inner)| collect(inner, &format!("{pointer}/{name}"), found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect(inner, pointer, found)),
        _ => {}
    }
}

#[test]
fn bodies_refuse_unknown_fields() {
    let document = document();
    for (path, method, operation) in shared::operations(&document) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else {
            continue;
        };
        assert_closed(&document, schema, &format!("{method} {path}"));
    }
}

fn assert_closed(document: &Value, schema: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        assert_closed(document, document.pointer(&reference[1..]).unwrap(), reference);
        return;
    }
    if schema["properties"].is_object() {
        assert_eq!(schema["additionalProperties"], json!(false), "{place}");
    }
    for keyword in ["oneOf", "anyOf"] {
        for part in schema[keyword].as_array().into_iter().flatten() {
            assert_closed(document, part, place);
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        assert_closed(document, inner, &format!("{place}/{name}"));
    }
    if schema["items"].is_object() {
        assert_closed(document, &schema["items"], place);
    }
}
