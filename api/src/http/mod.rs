//! HTTP as every resource speaks it: problem details, languages, pages, extractors, middleware and the published contract.
//! It knows no application state, no table and no resource.

pub mod catalogue;
pub mod contract;
pub mod examples;
pub mod extract;
pub mod field_names;
pub mod forms;
pub mod language;
pub mod limits;
pub mod metrics;
pub mod middleware;
pub mod page;
pub mod problem;
pub mod respond;
pub mod schema;
