//! Who may do what, and who sees what.

mod allowed_actions;
mod calendar;
pub(crate) mod list_scope;
mod permission;
mod search;
mod summary;
mod tasks;
