//! The domain's code lists on the wire, each by its name.

use anze_domain::{
    access, commission, expert, fee, hazard, organization, policy, project, qualification, service_plan,
    service_report, visit,
};

use crate::schema::Term;

/// [`organization::Port`] on the wire.
pub type PortTerm = Term<organization::Port>;
/// [`organization::District`] on the wire.
pub type DistrictTerm = Term<organization::District>;
/// [`organization::OrganizationStatus`] on the wire.
pub type OrganizationStatusTerm = Term<organization::OrganizationStatus>;
/// [`access::Role`] on the wire.
pub type RoleTerm = Term<access::Role>;
/// [`access::Scope`] on the wire.
pub type ScopeTerm = Term<access::Scope>;
/// [`project::ProjectCategory`] on the wire.
pub type ProjectCategoryTerm = Term<project::ProjectCategory>;
/// [`project::ProjectStatus`] on the wire.
pub type ProjectStatusTerm = Term<project::ProjectStatus>;
/// [`project::CoordinateSystem`] on the wire.
pub type CoordinateSystemTerm = Term<project::CoordinateSystem>;
/// [`fee::FeeMode`] on the wire.
pub type FeeModeTerm = Term<fee::FeeMode>;
/// [`policy::FeeBase`] on the wire.
pub type FeeBaseTerm = Term<policy::FeeBase>;
/// [`commission::ServiceCategory`] on the wire.
pub type ServiceCategoryTerm = Term<commission::ServiceCategory>;
/// [`commission::CommissionStatus`] on the wire.
pub type CommissionStatusTerm = Term<commission::CommissionStatus>;
/// [`service_plan::ServicePlanStatus`] on the wire.
pub type ServicePlanStatusTerm = Term<service_plan::ServicePlanStatus>;
/// [`visit::VisitStatus`] on the wire.
pub type VisitStatusTerm = Term<visit::VisitStatus>;
/// [`visit::Step`] on the wire.
pub type StepTerm = Term<visit::Step>;
/// [`visit::AttachmentKind`] on the wire.
pub type AttachmentKindTerm = Term<visit::AttachmentKind>;
/// [`hazard::HazardGrade`] on the wire.
pub type HazardGradeTerm = Term<hazard::HazardGrade>;
/// [`hazard::HazardStatus`] on the wire.
pub type HazardStatusTerm = Term<hazard::HazardStatus>;
/// [`service_report::ServiceReportStatus`] on the wire.
pub type ServiceReportStatusTerm = Term<service_report::ServiceReportStatus>;
/// [`expert::ExpertStatus`] on the wire.
pub type ExpertStatusTerm = Term<expert::ExpertStatus>;
/// [`qualification::Pool`] on the wire.
pub type PoolTerm = Term<qualification::Pool>;
/// [`qualification::Specialty`] on the wire.
pub type SpecialtyTerm = Term<qualification::Specialty>;
/// [`qualification::TitleLevel`] on the wire.
pub type TitleLevelTerm = Term<qualification::TitleLevel>;
/// [`qualification::TitleField`] on the wire.
pub type TitleFieldTerm = Term<qualification::TitleField>;
/// [`qualification::EngineerLevel`] on the wire.
pub type EngineerLevelTerm = Term<qualification::EngineerLevel>;
/// [`qualification::EngineerClass`] on the wire.
pub type EngineerClassTerm = Term<qualification::EngineerClass>;
