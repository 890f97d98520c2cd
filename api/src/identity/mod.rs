//! Endpoints of organisations, users, sessions, API tokens and the inbox.

pub mod administrator;
pub mod api_token;
pub mod email;
pub mod notification;
pub mod organization;
pub mod session;
pub mod user;
