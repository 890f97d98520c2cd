//! Organisations, users, their sessions and API tokens, their inbox, and what goes to them by e-mail.

pub mod api_token;
pub mod delivery;
pub mod email;
pub mod notification;
pub mod organization;
pub mod session;
pub mod user;
