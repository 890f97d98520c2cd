//! Amendments of registered projects on the wire.

use anze_domain::{Violation, service::project::Amendment};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::wire::{ProjectPartyIo, SafetyOfficerInput};
use crate::{
    http::schema::Amount,
    wire::{
        location::CoordinatesIo,
        terms::{DistrictTerm, ProjectCategoryTerm},
    },
};

/// Corrections of a registered project with their reason. A field that is left out stays as it is. A field with the value that the
/// project already has counts as left out.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProjectAmendmentInput {
    /// Reason of the amendment. It stands in the project's timeline.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "项目负责人变更。")]
    pub reason: String,
    /// Name of the project. It cannot change: another value than the present one is refused.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "集美新城 A 地块安置房")]
    pub name: Option<String>,
    /// Kind of works. It cannot change: another value than the present one is refused.
    pub category: Option<ProjectCategoryTerm>,
    /// Price of the construction contract, in CNY. It cannot change: another value than the present one is refused.
    pub contract_price: Option<Amount>,
    /// Floor area in square metres. It cannot change: another value than the present one is refused.
    #[schema(value_type = Option<String>, pattern = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$", max_length = 12, example = "48000.50")]
    #[serde(default, with = "rust_decimal::serde::str_option")]
    pub floor_area: Option<Decimal>,
    /// New address of the construction site, in words.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "厦门市集美区杏林湾路 3 号")]
    pub address: Option<String>,
    /// New district in which the site lies, as an administrative division code (GB/T 2260). The regulators of the district read the
    /// project from now on.
    pub district: Option<DistrictTerm>,
    /// New coordinates of the construction site; they must lie in Xiamen.
    pub location: Option<CoordinatesIo>,
    /// New planned first day of the works (date in Xiamen).
    #[schema(example = "2026-04-01")]
    pub planned_start: Option<NaiveDate>,
    /// New planned last day of the works (date in Xiamen), not before the first.
    #[schema(example = "2028-06-30")]
    pub planned_end: Option<NaiveDate>,
    /// New number of the construction permit.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "350211202604010102")]
    pub construction_permit_number: Option<String>,
    /// New supervisor, as an organisation on the platform or by name.
    #[validate(nested)]
    pub supervisor: Option<ProjectPartyIo>,
    /// New owner, as an organisation on the platform or by name.
    #[validate(nested)]
    pub owner: Option<ProjectPartyIo>,
    /// Name of the new project leader.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "林志强")]
    pub leader_name: Option<String>,
    /// New mobile number of the project leader, 11 digits without a country code.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub leader_mobile: Option<String>,
    /// New safety officer.
    pub safety_officer: Option<SafetyOfficerInput>,
}

impl ProjectAmendmentInput {
    /// The domain's amendment.
    ///
    /// # Errors
    /// A mobile number that is none.
    pub fn amendment(&self) -> Result<Amendment, Violation> {
        let mobile = self.leader_mobile.as_ref().map(|it| it.parse()).transpose();
        let officer = self.safety_officer.as_ref().map(SafetyOfficerInput::officer).transpose();
        Ok(Amendment {
            name: self.name.clone(),
            category: self.category.map(|it| it.0),
            contract_price: self.contract_price.map(|it| it.0),
            floor_area: self.floor_area,
            address: self.address.clone(),
            district: self.district.map(|it| it.0),
            location: self.location.map(Into::into),
            planned_start: self.planned_start,
            planned_end: self.planned_end,
            construction_permit_number: self.construction_permit_number.clone(),
            supervisor: self.supervisor.as_ref().map(Into::into),
            owner: self.owner.as_ref().map(Into::into),
            leader_name: self.leader_name.clone(),
            leader_mobile: mobile.map_err(|it: Violation| it.at("/leader_mobile"))?,
            safety_officer: officer?,
        })
    }
}
