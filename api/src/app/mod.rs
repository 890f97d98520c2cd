//! The application behind the endpoints: its state and settings, the clock, secrets, who calls, and the context in which a
//! request reads and writes.

pub mod authentication;
pub mod batch;
pub mod clock;
pub mod context;
pub mod criteria;
pub(crate) mod due_records;
pub mod files;
pub mod identities;
pub mod mail;
pub mod metrics;
pub mod passwords;
pub mod probe;
pub mod secrets;
pub mod settings;
pub mod start_error;
pub mod state;
pub mod tokens;
