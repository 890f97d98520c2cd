//! Organisations, users, sessions and API tokens.

mod api_token;
mod email;
mod organization;
mod session;
mod user;
