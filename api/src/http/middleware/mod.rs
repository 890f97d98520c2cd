//! What surrounds every request.
//!
//! [`envelope`] is outermost, around the whole application, so that nothing leaves without it, not
//! even after a panic. Inside it `server` wraps compression, CORS and identity.

pub mod acceptable;
pub mod envelope;
pub mod fallback;
pub mod metadata;
pub mod rate_limit;

#[cfg(test)]
mod tests;

pub use envelope::Envelope;
pub use metadata::{RequestMetadata, request_id};
