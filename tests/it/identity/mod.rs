//! Organisations, users, sessions and API tokens.

mod api_token;
mod organization;
mod session;
mod user;
