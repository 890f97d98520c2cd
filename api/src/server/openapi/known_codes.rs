//! Fields whose codes are terms of a list today, and which may hold a code that an earlier version stored.

use anze_domain::{EventName, FactName, RecordKind, Vocabulary};
use serde_json::{Value, json};

/// Lists the terms beside each of these fields.
///
/// The field stays a text with a pattern, and `x-extensible-enum` lists the codes. An `anyOf` of the list and a text says the same, but
/// generators for Java, Kotlin, Swift and Dart make a wrapper class of it that holds neither, and a closed enumeration would make a
/// client refuse the answer that holds a code of an earlier version.
pub(super) fn list(document: &mut Value) {
    let fields = [
        ("TimelineEntry", "name", codes::<EventName>()),
        ("TimelineEntry", "subject", codes::<RecordKind>()),
        ("UserNotification", "subject", codes::<RecordKind>()),
        ("EventFact", "name", codes::<FactName>()),
    ];
    for (schema, field, codes) in fields {
        let pointer = format!("/components/schemas/{schema}/properties/{field}");
        if let Some(found) = document.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            found.insert("x-extensible-enum".to_owned(), codes);
        }
    }
}

fn codes<T: Vocabulary>() -> Value {
    T::ALL.iter().map(|term| json!(term.code())).collect()
}
