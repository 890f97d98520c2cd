//! The facts of an event or a notification, as they are stored.

use super::dialect::plain_document;

plain_document! {
    /// Names with their values, in the order in which they were given.
    facts: FactsRow(Vec<(String, String)>), form 1
}
