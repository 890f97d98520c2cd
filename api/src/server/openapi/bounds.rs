//! Every text, number and list has its limits; where a type states none, these do.

use serde_json::{Map, Value, json};

use crate::http::contract::escape;

/// Longest text where nothing else is said, in characters.
const TEXT: u64 = 4000;
/// Texts have no control characters but tab and line feed; the reader of bodies holds them to it.
const PRINTABLE: &str = r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*$";
/// What a type writes for a text that is not blank.
const NOT_BLANK: &str = r"\S";
/// The same, said of the whole text: printable, and not blank.
const PRINTABLE_NOT_BLANK: &str =
    r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*[^\x00-\x08\x0B-\x1F\x7F-\x9F\s][^\x00-\x08\x0B-\x1F\x7F-\x9F]*$";
/// Most items of a list where nothing else is said.
const ITEMS: u64 = 1000;
/// The largest whole number that every JSON reader keeps.
const SAFE: i64 = 9_007_199_254_740_991;

/// States limits wherever a schema has none.
pub(super) fn state(document: &mut Value) {
    visit(document, &mut |_, schema| bound(schema));
}

/// The JSON Pointers of schemas that lack a limit.
#[cfg(test)]
pub(super) fn missing(document: &mut Value) -> Vec<String> {
    let mut missing = Vec::new();
    visit(document, &mut |pointer, schema| {
        let fixed = schema.contains_key("enum") || schema.contains_key("const");
        let lacks = |keyword: &str| !schema.contains_key(keyword);
        let text =
            is(schema, "string") && (lacks("maxLength") || (!fixed && lacks("pattern") && lacks("format")));
        let number = is(schema, "integer") && (lacks("format") || lacks("minimum") || lacks("maximum"));
        let list = is(schema, "array") && lacks("maxItems");
        if text || number || list {
            missing.push(pointer.to_owned());
        }
    });
    missing
}

/// Whether a schema states this type, alone or among others.
fn is(schema: &Map<String, Value>, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(stated)) => stated == kind,
        Some(Value::Array(stated)) => stated.iter().any(|one| one == kind),
        _ => false,
    }
}

fn bound(schema: &mut Map<String, Value>) {
    let default = |schema: &mut Map<String, Value>, keyword: &str, value: Value| {
        schema.entry(keyword).or_insert(value);
    };
    if is(schema, "string") {
        let terms = schema.get("enum").and_then(Value::as_array).cloned();
        let terms = terms.or_else(|| schema.get("const").map(|one| vec![one.clone()]));
        if let Some(terms) = terms {
            let longest = terms.iter().filter_map(Value::as_str).map(|term| term.chars().count()).max();
            default(schema, "maxLength", json!(longest.unwrap_or(0)));
            return;
        }
        let length = match schema.get("format").and_then(Value::as_str) {
            Some("uuid") => 36,
            Some("date") => 10,
            Some("date-time") => 40,
            Some("binary") => 10 << 30,
            _ => TEXT,
        };
        default(schema, "maxLength", json!(length));
        if matches!(schema.get("format").and_then(Value::as_str), None | Some("password")) {
            default(schema, "pattern", json!(PRINTABLE));
        }
        if schema.get("pattern") == Some(&json!(NOT_BLANK)) {
            schema.insert("pattern".to_owned(), json!(PRINTABLE_NOT_BLANK));
        }
    }
    if is(schema, "integer") {
        default(schema, "format", json!("int64"));
        let (least, most) = match schema.get("format").and_then(Value::as_str) {
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (-SAFE, SAFE),
        };
        default(schema, "minimum", json!(least));
        default(schema, "maximum", json!(most));
    }
    if is(schema, "array") {
        default(schema, "maxItems", json!(ITEMS));
    }
}

/// What is done with each schema: its JSON Pointer and itself.
pub(super) type Visitor<'a> = dyn FnMut(&str, &mut Map<String, Value>) + 'a;

/// Goes through the document and meets every schema once.
pub(super) fn visit(value: &mut Value, met: &mut Visitor<'_>) {
    search(value, "", met);
}

/// Looks for places that hold schemas: `schema` anywhere, and the components by name.
fn search(value: &mut Value, pointer: &str, met: &mut Visitor<'_>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members.iter_mut() {
                let here = format!("{pointer}/{}", escape(name));
                match name.as_str() {
                    "example" | "examples" => {}
                    "schema" => meet(inner, &here, met),
                    "schemas" if pointer == "/components" => each(inner, &here, met),
                    _ => search(inner, &here, met),
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                search(inner, &format!("{pointer}/{index}"), met);
            }
        }
        _ => {}
    }
}

fn each(schemas: &mut Value, pointer: &str, met: &mut Visitor<'_>) {
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        meet(schema, &format!("{pointer}/{}", escape(name)), met);
    }
}

fn meet(schema: &mut Value, pointer: &str, met: &mut Visitor<'_>) {
    let Some(schema) = schema.as_object_mut() else { return };
    met(pointer, schema);
    for (keyword, inner) in schema.iter_mut() {
        let here = format!("{pointer}/{keyword}");
        match keyword.as_str() {
            "properties" | "patternProperties" | "$defs" => each(inner, &here, met),
            "items" | "additionalProperties" | "not" | "propertyNames" => meet(inner, &here, met),
            "oneOf" | "anyOf" | "allOf" | "prefixItems" => {
                for (index, part) in inner.as_array_mut().into_iter().flatten().enumerate() {
                    meet(part, &format!("{here}/{index}"), met);
                }
            }
            _ => {}
        }
    }
}
