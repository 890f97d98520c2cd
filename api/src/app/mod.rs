//! The application behind the endpoints: its state and settings, the clock, secrets, who calls, and the context in which a
//! request reads and writes.

pub mod authentication;
pub mod batch;
pub mod clock;
pub mod context;
pub mod passwords;
pub mod secrets;
pub mod settings;
pub mod state;
pub mod tokens;
