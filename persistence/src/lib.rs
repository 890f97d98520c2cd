//! Diesel on SQLite and PostgreSQL: the gate to the database, tables, queries, the event log and the
//! file store.
//!
//! Nothing outside this crate sees Diesel. [`Store::read`] and [`Store::write`] are the only ways in;
//! they hand out a [`Reader`] or a [`Writer`], the only types that the queries take, so that nothing is
//! written outside a transaction.

pub mod api_token;
pub mod application_file;
pub mod at_once;
pub mod attachment;
pub mod booking;
pub mod certificate;
pub mod commission;
pub mod council_session;
mod dialect;
pub mod error;
pub mod event;
pub mod expert;
pub mod expert_application;
pub mod file;
pub mod hazard;
pub mod idempotency;
pub mod notification;
pub mod number;
pub mod objection;
pub mod organization;
pub mod page;
pub mod parties;
pub mod policy;
pub mod project;
pub mod public_notice;
pub mod savepoint;
mod schema;
pub mod sealed;
pub mod service_plan;
pub mod service_report;
pub mod session;
pub mod standing;
pub mod store;
#[cfg(test)]
mod testing;
pub mod tie;
pub mod timeline;
pub mod unavailability;
pub mod user;
pub mod visit;

pub use dialect::{EXPERT_EXISTS, sqlite_path};
pub use error::{ChangeError, StoreError};
pub use file::{FileError, FileStore};
pub use page::{Direction, Page, PageRequest};
pub use store::{Options, Reader, Store, Writer, migrate, pending_migrations};

/// Every code with which the store refuses, for the catalogue of errors.
#[must_use]
pub fn codes() -> Vec<&'static anze_domain::Code> {
    dialect::CODES.to_vec()
}
