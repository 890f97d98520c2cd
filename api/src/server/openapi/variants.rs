//! Schemas that allow several forms, written as code generators read them.

use serde_json::{Map, Value, json};

use super::bounds;
use crate::http::schema::names_of_constants;

const SCHEMAS: &str = "#/components/schemas/";

/// Names the forms of each component that has several, and writes what may be null as `anyOf`, so that every `oneOf` of the contract is
/// a choice by a discriminator.
pub(super) fn name(document: &mut Value) {
    bounds::visit(document, &mut |_, schema| {
        mark_nullable(schema);
    });
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    let mut forms = Map::new();
    for (name, schema) in schemas.iter_mut() {
        forms.extend(discriminate(name, schema).unwrap_or_default());
    }
    schemas.extend(forms);
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

/// Makes a component of each form of `union`, named by its tag and the union (`premium_ratio` of `FeeQuoteInput` is
/// `PremiumRatioFeeQuoteInput`), and adds the discriminator. A schema without a tag that tells its forms apart stays as it is.
fn discriminate(union: &str, schema: &mut Value) -> Option<Map<String, Value>> {
    let parts = schema.get("oneOf")?.as_array()?.clone();
    let fields = parts.first()?.get("properties")?.as_object()?;
    let tag = fields.keys().find(|field| parts.iter().all(|part| code_of(part, field).is_some()))?.clone();
    let (mut forms, mut mapping, mut references) = (Map::new(), Map::new(), Vec::new());
    for mut part in parts {
        let code = code_of(&part, &tag)?.to_owned();
        let meaning = part.get("description").and_then(Value::as_str).unwrap_or(&code).to_owned();
        let named = names_of_constants(std::iter::once((code.as_str(), meaning.as_str())));
        let field = part.pointer_mut(&format!("/properties/{tag}"))?.as_object_mut()?;
        field.extend(named.map(|(name, value)| (name.to_owned(), value)));
        field
            .entry("description")
            .or_insert_with(|| json!("Tag that selects this form. Its value is fixed."));
        let name = format!("{}{union}", in_pascal_case(&code));
        references.push(json!({ "$ref": format!("{SCHEMAS}{name}") }));
        mapping.insert(code, json!(format!("{SCHEMAS}{name}")));
        forms.insert(name, part);
    }
    let schema = schema.as_object_mut()?;
    schema.insert("oneOf".to_owned(), Value::Array(references));
    schema.insert("discriminator".to_owned(), json!({ "propertyName": tag, "mapping": mapping }));
    Some(forms)
}

/// The only code that this field can have in this form.
fn code_of<'a>(part: &'a Value, field: &str) -> Option<&'a str> {
    match part.get("properties")?.get(field)?.get("enum")?.as_array()?.as_slice() {
        [only] => only.as_str(),
        _ => None,
    }
}

fn in_pascal_case(code: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    };
    code.split('_').map(word).collect()
}
