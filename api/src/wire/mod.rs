//! Small bodies that several resources share, and what their lists have in common.

pub mod file;
pub mod location;
pub mod terms;
pub mod timeline;

use actix_web::http::StatusCode;
use anze_persistence::{Direction, PageRequest};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::{
    page::{Page, PageQuery},
    problem::ApiError,
};

/// What a list of what belongs to an expert is of.
#[derive(Debug, Serialize)]
pub struct OfExpert {
    /// The expert.
    pub expert: uuid::Uuid,
}

/// Why something is done: kept in the record's history.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReasonIn {
    /// Why, in words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "资料不完整，请补充。")]
    pub reason: String,
}

/// The order of a list: by the time its items were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Sort {
    /// Newest first.
    #[default]
    #[serde(rename = "-created_at")]
    NewestFirst,
    /// Oldest first.
    #[serde(rename = "created_at")]
    OldestFirst,
}

/// The order of a list, as a query parameter.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SortQuery {
    /// Newest first (`-created_at`, the default) or oldest first (`created_at`).
    #[param(inline, nullable = false)]
    pub sort: Option<Sort>,
}

impl SortQuery {
    /// The order, said or not.
    fn order(self) -> Sort {
        self.sort.unwrap_or_default()
    }

    /// The direction.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self.order() {
            Sort::NewestFirst => Direction::Descending,
            Sort::OldestFirst => Direction::Ascending,
        }
    }
}

/// The page that is asked for: its cursor must be of the same list, with the same filters and order.
///
/// # Errors
/// `bad_cursor`.
pub fn page_request<K: DeserializeOwned>(
    query: &PageQuery,
    sort: SortQuery,
    filters: &impl Serialize,
) -> Result<PageRequest<K>, ApiError> {
    let after = query.after(&(filters, sort.order()))?;
    let limit = u32::try_from(query.limit()).unwrap_or(20);
    Ok(PageRequest { after, limit, direction: sort.direction() })
}

/// The page on the wire, with the cursor of the next one.
///
/// # Errors
/// `internal`.
pub fn page_out<T, U, K: Serialize>(
    page: anze_persistence::Page<T>,
    sort: SortQuery,
    filters: &impl Serialize,
    key: impl Fn(&T) -> K,
    form: impl FnMut(T) -> U,
) -> Result<Page<U>, ApiError> {
    Page::of(page.items, page.more, &(filters, sort.order()), key).map(|page| page.map(form))
}

/// A 200 without a version.
///
/// # Errors
/// `internal`.
pub fn plain(wire: &impl Serialize) -> Result<crate::http::respond::Reply, ApiError> {
    crate::http::respond::Reply::json(StatusCode::OK, wire)
}
