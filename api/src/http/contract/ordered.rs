//! The contract as text, its members in the order that generators go by.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// Comes before its neighbours. Most generators make a client for the first media type of a body only, and many of them can send a
/// file as part of a form but not as the body.
const FIRST: &str = "multipart/form-data";

/// A document that is written with the media type for generators first, and everything else by name.
pub(crate) struct Ordered<'a>(pub(crate) &'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                let (first, others): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| *name == FIRST);
                for (name, member) in first.into_iter().chain(others) {
                    map.serialize_entry(name, &Ordered(member))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            other => other.serialize(serializer),
        }
    }
}
