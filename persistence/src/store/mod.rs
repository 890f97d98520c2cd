//! The gate to the database and what every table uses: transactions, dialects, the event log, single-statement writes,
//! idempotency records, numbers, pages.

pub mod aggregate;
pub(crate) mod connection;
pub mod database;
pub(crate) mod dialect;
pub mod error;
pub mod event;
pub(crate) mod facts;
pub mod idempotency;
pub(crate) mod location;
pub mod number;
pub mod page;
pub(crate) mod parties;
pub mod savepoint;
pub(crate) mod schema;
pub mod sealed;
pub(crate) mod search;
pub mod single_statement;
