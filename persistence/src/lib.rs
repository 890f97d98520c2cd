//! Diesel on SQLite and PostgreSQL: the gate to the database, tables, queries, the event log and the
//! file store.
//!
//! Nothing outside this crate sees Diesel. [`Store::read`] and [`Store::write`] are the only ways in;
//! they hand out a [`Reader`] or a [`Writer`], the only types that the queries take, so that nothing is
//! written outside a transaction.

pub mod dialect;
pub mod error;
pub mod event;
pub mod idempotency;
pub mod number;
pub mod page;
pub mod schema;
pub mod store;

pub use error::StoreError;
pub use page::{Direction, Page, PageRequest};
pub use store::{Options, Reader, Store, Writer, migrate};
