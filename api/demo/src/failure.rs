//! Why the demonstration was not made.

/// Why the demonstration was not made, in words for who asked for it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
