//! Organisations, users, their sessions and API tokens, and their inbox.

pub mod api_token;
pub mod notification;
pub mod organization;
pub mod session;
pub mod user;
