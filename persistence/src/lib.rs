//! Diesel on SQLite and PostgreSQL: the gate to the database, tables, queries, the event log and the
//! file store.
//!
//! Nothing outside this crate sees Diesel. [`Store::read`] and [`Store::write`] are the only ways in;
//! they hand out a [`Reader`] or a [`Writer`], the only types that the queries take, so that nothing is
//! written outside a transaction.

pub mod evidence;
pub mod identity;
pub mod library;
pub mod oversight;
pub mod service;
pub mod store;
#[cfg(test)]
mod testing;

pub use evidence::file::{FileError, FileStore};
pub use store::{
    connection::{Reader, Writer},
    database::{Options, Store, migrate, pending_migrations},
    dialect::{
        APPLICATION_LIVE, COUNCIL_SESSION_NUMBER_TAKEN, DUPLICATE, DUPLICATE_CONTRACT_NUMBER, EXPERT_EXISTS,
        LOGIN_NAME_TAKEN, ORGANIZATION_EXISTS, POLICY_NUMBER_TAKEN, PUBLIC_NOTICE_NUMBER_TAKEN, sqlite_path,
    },
    error::{ChangeError, StoreError},
    page::{Direction, Page, PageRequest},
};

/// Every code with which the store refuses, for the catalogue of errors.
#[must_use]
pub fn codes() -> Vec<&'static anze_domain::Code> {
    store::dialect::CODES.to_vec()
}
