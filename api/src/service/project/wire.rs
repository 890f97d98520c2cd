//! Projects on the wire.

use anze_domain::{
    Violation,
    access::{self, Caller, FieldGroup, Relations, Resource, disclosure, state_machine::State},
    base::period::Period,
    identity::notification::masked_name,
    service::project::{NamedParty, Project, ProjectDetails, SafetyOfficer},
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::{
    http::{problem::ApiError, schema::Amount},
    wire::{
        location::CoordinatesIo,
        summary::{NamesOthers, OrganizationSummary, Summaries},
        terms::{DistrictTerm, ProjectCategoryTerm, ProjectStatusTerm},
    },
};

/// Details of a project, as its contractor enters them.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProjectInput {
    /// Full name of the project.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "集美新城 A 地块安置房")]
    pub name: String,
    /// Kind of works: building or municipal.
    pub category: ProjectCategoryTerm,
    /// Address of the construction site, in words.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "厦门市集美区杏林湾路 1 号")]
    pub address: String,
    /// District of Xiamen in which the site lies, as an administrative division code (GB/T 2260).
    pub district: DistrictTerm,
    /// Coordinates of the construction site; they must lie in Xiamen.
    pub location: CoordinatesIo,
    /// Price of the construction contract, in CNY.
    pub contract_price: Amount,
    /// Floor area in square metres, as a decimal string with at most two decimal places.
    #[schema(value_type = String, pattern = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$", max_length = 12, example = "48000.50")]
    #[serde(with = "rust_decimal::serde::str")]
    pub floor_area: Decimal,
    /// Planned first day of the works (date in Xiamen).
    #[schema(example = "2026-03-01")]
    pub planned_start: NaiveDate,
    /// Planned last day of the works (date in Xiamen), not before `planned_start`.
    #[schema(example = "2027-12-31")]
    pub planned_end: NaiveDate,
    /// Number of the construction permit. Left out until the permit is issued.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "350211202602010101")]
    pub construction_permit_number: Option<String>,
    /// Supervisor of the project, as an organisation on the platform or by name. A draft may leave it out;
    /// registration needs it (A4.1).
    #[serde(default)]
    #[validate(nested)]
    pub supervisor: ProjectPartyIo,
    /// Owner of the project, as an organisation on the platform or by name. A draft may leave it out;
    /// registration needs it (A4.1).
    #[serde(default)]
    #[validate(nested)]
    pub owner: ProjectPartyIo,
    /// Name of the contractor's project leader, with whom the times of visits are agreed (A12.1).
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "陈建国")]
    pub leader_name: String,
    /// Mobile number of the contractor's project leader, 11 digits without a country code.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000001")]
    pub leader_mobile: String,
    /// Safety officer of the contractor on the site. Left out until there is one.
    pub safety_officer: Option<SafetyOfficerInput>,
}

/// Safety officer of the contractor on the site, as the contractor enters them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SafetyOfficerInput {
    /// Name of the safety officer.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王安全")]
    pub name: String,
    /// Mobile number of the safety officer, 11 digits without a country code.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000002")]
    pub mobile: String,
}

impl SafetyOfficerInput {
    /// The domain's safety officer.
    ///
    /// # Errors
    /// A mobile number that is none.
    pub fn officer(&self) -> Result<SafetyOfficer, Violation> {
        let mobile = self.mobile.parse().map_err(|it: Violation| it.at("/safety_officer/mobile"))?;
        Ok(SafetyOfficer { name: self.name.clone(), mobile })
    }
}

/// Safety officer of the contractor on the site.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SafetyOfficer)]
pub struct SafetyOfficerOut {
    /// Name of the safety officer, masked for the same callers as `leader_name`.
    #[schema(max_length = 64, example = "王安全")]
    pub name: String,
    /// Mobile number of the safety officer, masked for the same callers as `leader_name`.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0002")]
    pub mobile: String,
}

impl SafetyOfficerOut {
    fn new(officer: &SafetyOfficer, full: bool) -> Self {
        let (name, mobile) = (&officer.name, &officer.mobile);
        Self {
            name: if full { name.clone() } else { masked_name(name) },
            mobile: if full { mobile.as_str().to_owned() } else { mobile.masked() },
        }
    }
}

/// Supervisor or owner of a project: an organisation on the platform or only a name, never both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ProjectParty)]
#[validate(schema(function = "one_of_both"))]
pub struct ProjectPartyIo {
    /// Id of the organisation, if it is on the platform. It must be active and of the matching port (A16).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// Name of the organisation, if it is not on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门某建设开发有限公司")]
    pub name: Option<String>,
}

fn one_of_both(party: &ProjectPartyIo) -> Result<(), ValidationError> {
    if party.organization_id.is_some() && party.name.is_some() {
        return Err(ValidationError::new("contradiction"));
    }
    Ok(())
}

impl From<&ProjectPartyIo> for NamedParty {
    fn from(it: &ProjectPartyIo) -> Self {
        Self { organization_id: it.organization_id.map(Into::into), name: it.name.clone() }
    }
}

impl From<&NamedParty> for ProjectPartyIo {
    fn from(it: &NamedParty) -> Self {
        Self { organization_id: it.organization_id.map(Into::into), name: it.name.clone() }
    }
}

impl ProjectInput {
    /// The domain's details.
    ///
    /// # Errors
    /// A mobile number that is none.
    pub fn details(&self) -> Result<ProjectDetails, Violation> {
        Ok(ProjectDetails {
            name: self.name.clone(),
            category: self.category.0,
            address: self.address.clone(),
            district: self.district.0,
            location: self.location.into(),
            contract_price: self.contract_price.0,
            floor_area: self.floor_area,
            planned: Period { start: self.planned_start, end: self.planned_end },
            construction_permit_number: self.construction_permit_number.clone(),
            supervisor: (&self.supervisor).into(),
            owner: (&self.owner).into(),
            leader_name: self.leader_name.clone(),
            leader_mobile: self.leader_mobile.parse().map_err(|it: Violation| it.at("/leader_mobile"))?,
            safety_officer: self.safety_officer.as_ref().map(SafetyOfficerInput::officer).transpose()?,
        })
    }
}

/// Construction project that its contractor registers and to which policies, commissions and visits belong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Project)]
pub struct ProjectOut {
    /// Id of the project, assigned by the platform.
    pub id: Uuid,
    /// Number of the project for people, assigned by the platform on creation.
    #[schema(max_length = 32, pattern = "^XM-[0-9]{4}-[0-9]{6,}$", example = "XM-2026-000123")]
    pub number: String,
    /// Current state of the project. Services are commissioned and started only while it is `registered`
    /// (A2.1).
    pub status: ProjectStatusTerm,
    /// Reason that the contractor gave for the last cancellation or suspension. Absent while the project is
    /// in another state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the contractor that created the project.
    pub contractor_id: Uuid,
    /// The contractor of `contractor_id`, in short.
    pub contractor: OrganizationSummary,
    /// Full name of the project.
    #[schema(max_length = 200, example = "集美新城 A 地块安置房")]
    pub name: String,
    /// Kind of works: building or municipal.
    pub category: ProjectCategoryTerm,
    /// Address of the construction site, in words.
    #[schema(max_length = 300, example = "厦门市集美区杏林湾路 1 号")]
    pub address: String,
    /// District of Xiamen in which the site lies, as an administrative division code (GB/T 2260).
    pub district: DistrictTerm,
    /// Coordinates of the construction site; they must lie in Xiamen.
    pub location: CoordinatesIo,
    /// Price of the construction contract, in CNY.
    pub contract_price: Amount,
    /// Floor area in square metres, as a decimal string with at most two decimal places.
    #[schema(max_length = 12, pattern = r"^[0-9]+\.[0-9]{2}$", example = "48000.50")]
    pub floor_area: String,
    /// Planned first day of the works (date in Xiamen).
    pub planned_start: NaiveDate,
    /// Planned last day of the works (date in Xiamen), not before `planned_start`.
    pub planned_end: NaiveDate,
    /// Number of the construction permit. Absent until the contractor has entered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub construction_permit_number: Option<String>,
    /// Supervisor of the project. Empty while a draft does not name it.
    pub supervisor: ProjectPartyIo,
    /// The organisation of `supervisor.organization_id`, in short. Absent if the supervisor is given by its name or not
    /// at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub supervisor_organization: Option<OrganizationSummary>,
    /// Owner of the project. Empty while a draft does not name it.
    pub owner: ProjectPartyIo,
    /// The organisation of `owner.organization_id`, in short. Absent if the owner is given by its name or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner_organization: Option<OrganizationSummary>,
    /// Name of the contractor's project leader. Only the contractor, the provider, the association and the
    /// serving experts see it unmasked.
    #[schema(max_length = 64, example = "陈建国")]
    pub leader_name: String,
    /// Mobile number of the project leader, masked for the same callers as `leader_name`.
    #[schema(max_length = 11, pattern = r"^1[0-9*]{10}$", example = "138****0001")]
    pub leader_mobile: String,
    /// Safety officer of the contractor on the site. Absent until the contractor has entered one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub safety_officer: Option<SafetyOfficerOut>,
    /// Instant at which the project was created (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which the project was last changed (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the project now, such as `register` for `register_project`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["register", "cancel"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl ProjectOut {
    /// The project as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the project.
    pub fn new(
        project: &Project,
        caller: &Caller,
        relations: &Relations,
        summaries: &Summaries,
    ) -> Result<Self, ApiError> {
        let details = &project.details;
        let leader = disclosure(caller, FieldGroup::ProjectLeader, relations).is_full();
        let mobile = &details.leader_mobile;
        let party = |it: &NamedParty| it.organization_id.map(|id| summaries.organization(id)).transpose();
        Ok(Self {
            id: project.id.uuid(),
            number: project.number.clone(),
            status: project.status.into(),
            status_reason: project.status_reason.clone(),
            contractor_id: project.contractor_id.uuid(),
            contractor: summaries.organization(project.contractor_id)?,
            name: details.name.clone(),
            category: details.category.into(),
            address: details.address.clone(),
            district: details.district.into(),
            location: details.location.into(),
            contract_price: details.contract_price.into(),
            floor_area: format!("{:.2}", details.floor_area),
            planned_start: details.planned.start,
            planned_end: details.planned.end,
            construction_permit_number: details.construction_permit_number.clone(),
            supervisor: (&details.supervisor).into(),
            supervisor_organization: party(&details.supervisor)?,
            owner: (&details.owner).into(),
            owner_organization: party(&details.owner)?,
            leader_name: if leader { details.leader_name.clone() } else { masked_name(&details.leader_name) },
            leader_mobile: if leader { mobile.as_str().to_owned() } else { mobile.masked() },
            safety_officer: details.safety_officer.as_ref().map(|it| SafetyOfficerOut::new(it, leader)),
            created_at: project.created_at,
            updated_at: project.updated_at,
            allowed_actions: access::allowed_actions(caller, Resource::Project, relations, |operation| {
                project.status.after(operation).is_some()
            }),
        })
    }
}

impl NamesOthers for Project {
    fn name_others(&self, named: &mut Named) {
        named.organizations([self.contractor_id]);
        named.organizations(self.details.supervisor.organization_id);
        named.organizations(self.details.owner.organization_id);
    }
}
