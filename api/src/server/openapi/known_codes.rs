//! Fields whose codes are terms of a list today, and which may hold a code that an earlier version stored.

use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::wire::terms::{EventNameTerm, FactNameTerm, RecordKindTerm};

/// Lists the terms beside each of these fields: its value is one of them, or another code of the same form.
pub(super) fn list(document: &mut Value) {
    let fields = [
        ("TimelineEntry", "name", component::<EventNameTerm>()),
        ("TimelineEntry", "subject", component::<RecordKindTerm>()),
        ("Notification", "subject", component::<RecordKindTerm>()),
        ("EventFact", "name", component::<FactNameTerm>()),
    ];
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return;
    };
    for (schema, field, (list, terms)) in fields {
        let place = format!("/properties/{field}");
        let found = schemas.get_mut(schema).and_then(|schema| schema.pointer_mut(&place));
        let Some(found) = found.and_then(Value::as_object_mut) else { continue };
        let other = json!({
            "type": "string", "maxLength": found.get("maxLength"), "pattern": found.get("pattern"),
            "description": "A code under which an earlier version stored it.",
        });
        let term = json!({ "$ref": format!("#/components/schemas/{list}") });
        found.insert("anyOf".to_owned(), json!([term, other]));
        schemas.insert(list, terms);
    }
}

fn component<T: ToSchema>() -> (String, Value) {
    (T::name().into_owned(), serde_json::to_value(T::schema()).unwrap_or_default())
}
