//! The domain's code lists on the wire, each by its name.

use anze_domain::{
    ActorKind, RecordKind, access,
    base::location,
    identity::{delivery, notification, organization},
    library::{
        council_session, expert, expert_application, objection, public_notice, qualification, standing, tie,
        unavailability,
    },
    oversight::{calendar, task},
    service::{commission, fee, hazard, policy, project, service_plan, service_report, suggestion, visit},
};

use crate::http::schema::Term;

/// [`organization::Port`] on the wire.
pub type PortTerm = Term<access::Port>;
/// [`organization::District`] on the wire.
pub type DistrictTerm = Term<access::District>;
/// [`organization::OrganizationStatus`] on the wire.
pub type OrganizationStatusTerm = Term<organization::OrganizationStatus>;
/// [`access::Role`] on the wire.
pub type RoleTerm = Term<access::Role>;
/// [`RecordKind`] on the wire.
pub type RecordKindTerm = Term<RecordKind>;
/// [`task::TaskKind`] on the wire.
pub type TaskKindTerm = Term<task::TaskKind>;
/// [`delivery::DeliveryKind`] on the wire.
pub type DeliveryKindTerm = Term<delivery::DeliveryKind>;
/// [`delivery::DeliveryState`] on the wire.
pub type DeliveryStateTerm = Term<delivery::DeliveryState>;
/// [`calendar::CalendarEntryKind`] on the wire.
pub type CalendarEntryKindTerm = Term<calendar::CalendarEntryKind>;
/// [`ActorKind`] on the wire.
pub type ActorKindTerm = Term<ActorKind>;
/// [`access::Scope`] on the wire.
pub type ScopeTerm = Term<access::Scope>;
/// [`project::ProjectCategory`] on the wire.
pub type ProjectCategoryTerm = Term<project::ProjectCategory>;
/// [`project::ProjectStatus`] on the wire.
pub type ProjectStatusTerm = Term<project::ProjectStatus>;
/// [`project::CoordinateSystem`] on the wire.
pub type CoordinateSystemTerm = Term<location::CoordinateSystem>;
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
/// [`unavailability::UnavailabilityKind`] on the wire.
pub type UnavailabilityKindTerm = Term<unavailability::UnavailabilityKind>;
/// [`unavailability::Weekday`] on the wire.
pub type WeekdayTerm = Term<unavailability::Weekday>;
/// [`unavailability::PartOfDay`] on the wire.
pub type PartOfDayTerm = Term<unavailability::PartOfDay>;
/// [`suggestion::TravelOrigin`] on the wire.
pub type TravelOriginTerm = Term<suggestion::TravelOrigin>;
/// [`suggestion::WhyLeftOut`] on the wire.
pub type WhyLeftOutTerm = Term<suggestion::WhyLeftOut>;
/// [`qualification::TitleLevel`] on the wire.
pub type TitleLevelTerm = Term<qualification::TitleLevel>;
/// [`qualification::TitleField`] on the wire.
pub type TitleFieldTerm = Term<qualification::TitleField>;
/// [`qualification::EngineerLevel`] on the wire.
pub type EngineerLevelTerm = Term<qualification::EngineerLevel>;
/// [`qualification::EngineerClass`] on the wire.
pub type EngineerClassTerm = Term<qualification::EngineerClass>;
/// [`notification::NotificationKind`] on the wire.
pub type NotificationKindTerm = Term<notification::NotificationKind>;
/// [`standing::ConductKind`] on the wire.
pub type ConductKindTerm = Term<standing::ConductKind>;
/// [`tie::TieKind`] on the wire.
pub type TieKindTerm = Term<tie::TieKind>;
/// [`tie::TieSource`] on the wire.
pub type TieSourceTerm = Term<tie::TieSource>;
/// [`tie::RecusalStatus`] on the wire.
pub type RecusalStatusTerm = Term<tie::RecusalStatus>;
/// [`qualification::FindingCode`] on the wire.
pub type FindingCodeTerm = Term<qualification::FindingCode>;
/// [`expert_application::ExpertApplicationStatus`] on the wire.
pub type ExpertApplicationStatusTerm = Term<expert_application::ExpertApplicationStatus>;
/// [`expert_application::ApplicationFileKind`] on the wire.
pub type ApplicationFileKindTerm = Term<expert_application::ApplicationFileKind>;
/// [`council_session::CouncilSessionStatus`] on the wire.
pub type CouncilSessionStatusTerm = Term<council_session::CouncilSessionStatus>;
/// [`council_session::MajorityRule`] on the wire.
pub type MajorityRuleTerm = Term<council_session::MajorityRule>;
/// [`council_session::VoteOutcome`] on the wire.
pub type VoteOutcomeTerm = Term<council_session::VoteOutcome>;
/// [`public_notice::PublicNoticeStatus`] on the wire.
pub type PublicNoticeStatusTerm = Term<public_notice::PublicNoticeStatus>;
/// [`objection::ObjectionStatus`] on the wire.
pub type ObjectionStatusTerm = Term<objection::ObjectionStatus>;
