//! What a handler takes: validated bodies and queries, ids, versions and idempotency keys.

mod body;
mod digest;
mod faults;
mod headers;
mod items;
mod json;
mod path;
mod query;
mod strict;

#[cfg(test)]
mod tests;

pub use body::read_body;
pub use digest::{BodyDigest, BodyDigestCell};
pub(crate) use headers::tags;
pub use headers::{IdempotencyKey, IfMatch};
pub use items::Items;
pub use json::{Json, OptionalJson};
pub use path::Path;
pub use query::Query;
pub(crate) use query::refuse_unknown;
