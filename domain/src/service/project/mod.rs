//! Projects (项目): what is insured and served, registered by its contractor (A4.1).

mod amendment;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

pub use amendment::{
    Amendment, CODES as AMENDMENT_CODES, FIELD_NOT_AMENDABLE, PartyChange, PartyNames, ProjectField,
};

use crate::{
    Event, EventName, Money, Period, Violation,
    access::{
        District, Operation, Port, Relations,
        state_machine::{Record, State, record},
    },
    base::{
        id::{OrganizationId, ProjectId},
        identifier::MobileNumber,
        location::Location,
    },
    vocabulary,
};

crate::codes! {
    PARTY_NOT_NAMED = "party_not_named", Conflict, Some("A4.1"),
        "未填写参建单位" / "登记前须填写{party}，可选择平台单位或填写名称。",
        "Party of the project not named" / "Name the party “{party}” before you register the project, as an organisation of the platform or by name.";
    PROJECT_NOT_REGISTERED = "project_not_registered", Conflict, Some("A2.1"),
        "项目未登记" / "项目状态为“{status}”，须先登记方可开展服务。",
        "Project not registered" / "The state of the project is “{status}”. Services are possible only for a registered project.";
    PARTY_OF_OTHER_PORT = "party_of_other_port", Invalid, Some("A16"),
        "单位端口不符" / "该单位不存在、未启用，或不属于“{port}”端口。",
        "Organisation does not belong to the port" / "The organisation does not exist, is not active, or does not belong to the port “{port}”.";
}

vocabulary! {
    /// Kinds of works that a project can consist of.
    pub enum ProjectCategory {
        Building = "building" / "房屋建筑" / "Building",
        Municipal = "municipal" / "市政" / "Municipal works",
    }
}

vocabulary! {
    /// States of a project, from its draft to its completion.
    pub enum ProjectStatus {
        Draft = "draft" / "草稿" / "Draft",
        Registered = "registered" / "已登记" / "Registered",
        Suspended = "suspended" / "停工" / "Work suspended",
        Completed = "completed" / "已完工" / "Completed",
        Cancelled = "cancelled" / "已取消" / "Cancelled",
    }
}

impl State for ProjectStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Draft, Operation::UpdateProject) => Some(Self::Draft),
            (Self::Draft, Operation::RegisterProject) | (Self::Suspended, Operation::ResumeProject) => {
                Some(Self::Registered)
            }
            (Self::Draft, Operation::CancelProject) => Some(Self::Cancelled),
            (Self::Registered, Operation::SuspendProject) => Some(Self::Suspended),
            (Self::Registered, Operation::CompleteProject) => Some(Self::Completed),
            (Self::Registered | Self::Suspended, Operation::AmendProject) => Some(self),
            _ => None,
        }
    }
}

/// A party that may be an organisation here, or only a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedParty {
    /// The organisation, where it is one here.
    pub organization_id: Option<OrganizationId>,
    /// Its name, where it is not.
    pub name: Option<String>,
}

impl NamedParty {
    fn is_named(&self) -> bool {
        self.organization_id.is_some() || self.name.as_deref().is_some_and(|name| !name.trim().is_empty())
    }
}

/// The contractor's safety officer (安全负责人) on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyOfficer {
    /// Their name.
    pub name: String,
    /// Their mobile number.
    pub mobile: MobileNumber,
}

/// What the contractor says about a project.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectDetails {
    /// Name of the project.
    pub name: String,
    /// What is built.
    pub category: ProjectCategory,
    /// Where, in words.
    pub address: String,
    /// District of Xiamen in which the site lies.
    pub district: District,
    /// Where, as coordinates.
    pub location: Location,
    /// Price of the construction contract.
    pub contract_price: Money,
    /// Floor area in square metres, two places.
    pub floor_area: Decimal,
    /// Planned start and end of the works.
    pub planned: Period,
    /// Number of the construction permit (施工许可证), once there is one.
    pub construction_permit_number: Option<String>,
    /// Supervisor (监理单位).
    pub supervisor: NamedParty,
    /// Owner (建设单位).
    pub owner: NamedParty,
    /// The contractor's project leader (项目负责人).
    pub leader_name: String,
    /// Their mobile number.
    pub leader_mobile: MobileNumber,
    /// The contractor's safety officer (安全负责人), once there is one.
    pub safety_officer: Option<SafetyOfficer>,
}

/// A project.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Version of the record.
    pub version: i64,
    /// Its number, such as `XM-2026-000123`.
    pub number: String,
    /// Its state.
    pub status: ProjectStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The contractor (施工单位).
    pub contractor_id: OrganizationId,
    /// What the contractor says about it.
    pub details: ProjectDetails,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Project, ProjectStatus, RecordKind::Project);

impl Project {
    /// Who has a part in it by its own fields; insurers, providers and experts join by their records. Whom it names as
    /// supervisor and owner has one once it is registered (A4.1).
    #[must_use]
    pub fn relations(&self) -> Relations {
        let registered = !matches!(self.status, ProjectStatus::Draft | ProjectStatus::Cancelled);
        let named = |party: &NamedParty| party.organization_id.filter(|_| registered);
        Relations {
            contractor: Some(self.contractor_id),
            supervisor: named(&self.details.supervisor),
            owner: named(&self.details.owner),
            district: Some(self.details.district),
            ..Relations::default()
        }
    }

    /// What happened when it was made, as a draft.
    ///
    /// # Errors
    /// A field that is wrong.
    pub fn create(self) -> Result<(Self, Event), Violation> {
        self.details.check()?;
        let event = Event::new(EventName::ProjectCreated, Self::KIND, self.id).states(None, "draft");
        Ok((self, event))
    }

    /// The contractor corrects the draft.
    ///
    /// # Errors
    /// `WRONG_STATE`; a field that is wrong.
    pub fn update(mut self, details: ProjectDetails) -> Result<(Self, Event), Violation> {
        details.check()?;
        self.details = details;
        self.advance(Operation::UpdateProject, EventName::ProjectUpdated)
    }

    /// A4.1: the contractor registers it; owner and supervisor are named.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`PARTY_NOT_NAMED`].
    pub fn register(self) -> Result<(Self, Event), Violation> {
        let named = self.details.check_named();
        let advanced = self.advance(Operation::RegisterProject, EventName::ProjectRegistered)?;
        named?;
        Ok(advanced)
    }

    /// The contractor gives a draft up.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn cancel(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::CancelProject, EventName::ProjectCancelled, reason)
    }

    /// Work stops (停工).
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn suspend(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::SuspendProject, EventName::ProjectSuspended, reason)
    }

    /// Work goes on (复工).
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn resume(self) -> Result<(Self, Event), Violation> {
        self.advance(Operation::ResumeProject, EventName::ProjectResumed)
    }

    /// The works are completed.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn complete(self) -> Result<(Self, Event), Violation> {
        self.advance(Operation::CompleteProject, EventName::ProjectCompleted)
    }

    /// A2.1: no service before registration.
    ///
    /// # Errors
    /// [`PROJECT_NOT_REGISTERED`].
    pub fn must_be_registered(&self) -> Result<(), Violation> {
        self.status.must_be_registered()
    }
}

impl ProjectStatus {
    /// A2.1: no service before registration.
    ///
    /// # Errors
    /// [`PROJECT_NOT_REGISTERED`].
    pub fn must_be_registered(self) -> Result<(), Violation> {
        match self {
            Self::Registered => Ok(()),
            _ => Err(Violation::new(PROJECT_NOT_REGISTERED).with("status", self)),
        }
    }
}

impl ProjectDetails {
    fn check(&self) -> Result<(), Violation> {
        let wrong = [self.planned.check("/planned_end"), self.location.check("/location")];
        Violation::all(wrong.into_iter().filter_map(Result::err).collect())
    }

    /// A4.1: a registered project names its supervisor and its owner.
    fn check_named(&self) -> Result<(), Violation> {
        let parties =
            [(&self.supervisor, Port::Supervisor, "/supervisor"), (&self.owner, Port::Owner, "/owner")];
        let missing = parties
            .into_iter()
            .filter(|(party, ..)| !party.is_named())
            .map(|(_, port, pointer)| Violation::new(PARTY_NOT_NAMED).with("party", port).at(pointer));
        Violation::all(missing.collect())
    }
}

#[cfg(test)]
mod tests;
