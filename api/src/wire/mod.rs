//! Small bodies that several resources share, and what their lists have in common.

pub mod file;
mod list;
pub mod location;
pub mod record;
pub mod search;
pub mod summary;
pub mod terms;
pub mod timeline;

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::problem::ApiError;

pub use list::{ListOrder, ListOrderTerm, ListQuery, OneOrder};

/// What a list of what belongs to an expert is of.
#[derive(Debug, Serialize)]
pub struct OfExpert {
    /// The expert.
    pub expert: uuid::Uuid,
}

/// Reason for an action. It is kept in the history of the record.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// Reason in the caller's own words. It must hold more than spaces, and is shown to the people who may read
    /// the record.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "资料不完整，请补充。")]
    pub reason: String,
}

/// A 200 without a version.
pub fn plain(wire: &impl Serialize) -> Result<crate::http::respond::Reply, ApiError> {
    crate::http::respond::Reply::json(StatusCode::OK, wire)
}
