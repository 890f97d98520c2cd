//! What surrounds every request.
//!
//! [`envelope`] is outermost, around the whole application, so that nothing leaves without it, not
//! even after a panic. Inside it `server` wraps compression, CORS and identity.

pub mod acceptable;
pub mod context;
pub mod envelope;
pub mod fallback;
pub mod rate_limit;

#[cfg(test)]
mod tests;

pub use context::{Context, request_id};
pub use envelope::Envelope;
