//! What the file store's failure is to the caller.

use std::time::Duration;

use crate::http::{catalogue, problem::ApiError};

/// The file store cannot be reached.
pub(super) fn unavailable(cause: &str) -> ApiError {
    log::error!("file store: {cause}");
    ApiError::new(catalogue::UNAVAILABLE).retry_after(Duration::from_secs(5))
}
