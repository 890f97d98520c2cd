//! What a query can fail with.

use anze_domain::{Code, Violation};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::store::dialect;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The record changed since it was read: the version given is not its version.
    #[error("the record has another version")]
    Stale,
    /// Another record has this value already.
    #[error("duplicate: {}", .0.name)]
    Duplicate(&'static Code),
    /// All connections are busy; nothing was done.
    #[error("the database is busy")]
    Busy,
    /// Two transactions met; the one that lost is tried again.
    #[error("the transaction conflicted with another")]
    Conflict,
    /// The database cannot be reached or cannot write.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A fault of ours: a query, a row or a task that should not have failed.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<Violation> for StoreError {
    /// What was stored once must still be a value of the domain.
    fn from(violation: Violation) -> Self {
        Self::Internal(format!("stored value: {violation}"))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                dialect::duplicate(info.as_ref())
            }
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Conflict,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::DatabaseError(_, info) if info.message().contains("deadlock detected") => {
                Self::Conflict
            }
            DieselError::DatabaseError(_, info) if dialect::took_too_long(info.message()) => Self::Busy,
            DieselError::DatabaseError(_, info) if dialect::is_out_of_space(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

/// An error of work in a transaction, which the gate may try again.
pub trait Failure: From<StoreError> + Send + 'static {
    /// Whether the same work may succeed when it is tried again at once.
    fn is_conflict(&self) -> bool;
}

impl Failure for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

/// A change refused by a rule, or failed in the store.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A rule of the domain was broken.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure for ChangeError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict))
    }
}
