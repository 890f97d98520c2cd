//! What a query can fail with.

use anze_domain::{Code, Violation};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::dialect;

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

impl StoreError {
    /// Whether the same work may succeed when it is tried again at once.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
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
            DieselError::DatabaseError(_, info) if dialect::is_out_of_space(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

/// An error that may hold a [`StoreError`], so that the gate can try a conflict again.
pub trait Failure: From<StoreError> + Send + 'static {
    /// The store's error in it, where there is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
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
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Violation(_) => None,
        }
    }
}
