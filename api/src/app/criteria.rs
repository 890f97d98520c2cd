//! The national criteria for major hazards, which come with the product.

use std::sync::LazyLock;

use anze_domain::{base::data, service::major_hazard::MajorHazardCriteria};

static CRITERIA: LazyLock<Result<MajorHazardCriteria, serde_json::Error>> =
    LazyLock::new(|| serde_json::from_str(data::MAJOR_HAZARD_CRITERIA));

/// The criteria, read once.
///
/// # Errors
/// The file of the product is not the JSON of criteria. The product does not start then.
pub fn criteria() -> Result<&'static MajorHazardCriteria, &'static serde_json::Error> {
    CRITERIA.as_ref()
}
