//! Organisations (单位) of the seven ports, and their users.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Id, RecordKind, Violation,
    access::{
        District, Operation, Port, Relations, Role,
        state_machine::{Record, State, record},
    },
    base::{
        id::{OrganizationId, UserId},
        identifier::{MobileNumber, UnifiedSocialCreditCode},
    },
    vocabulary,
};

crate::codes! {
    PORT_NOT_SELF_REGISTERED = "port_not_self_registered", Invalid, Some("A16"),
        "该端口不能自行登记" / "质安协会和行业主管单位由协会管理员建立。",
        "Port not open to registration" / "Only the association's administrators create organisations of the association and of the regulator.";
    OWN_ACCOUNT = "own_account", Conflict, None,
        "不能对本人账号办理" / "请由其他管理员办理；本人密码请通过修改密码办理。",
        "Not possible on your own account" / "Another administrator must do this. To change your own password, use the change of password.";
    OWN_ORGANIZATION = "own_organization", Conflict, None,
        "不能暂停本单位" / "管理员不得暂停本人所在单位。",
        "Own organisation cannot be suspended" / "An administrator cannot suspend their own organisation.";
    LAST_ADMINISTRATOR = "last_administrator", Conflict, None,
        "须保留一名管理员" / "单位须至少保留一名启用的管理员。",
        "Last administrator" / "An organisation must keep at least one enabled administrator.";
    ROLE_FIXED = "role_fixed", Conflict, None,
        "角色不可变更" / "专家和入库申请人的角色不可变更。",
        "Role cannot change" / "The role of an expert or an applicant cannot change.";
}

vocabulary! {
    /// States of an organisation.
    pub enum OrganizationStatus {
        Pending = "pending" / "待审核" / "Waits for approval",
        Active = "active" / "已启用" / "Active",
        Suspended = "suspended" / "已暂停" / "Suspended",
        Rejected = "rejected" / "审核不通过" / "Rejected",
    }
}

impl State for OrganizationStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Pending, Operation::ApproveOrganization)
            | (Self::Suspended, Operation::ReinstateOrganization) => Some(Self::Active),
            (Self::Pending, Operation::RejectOrganization) => Some(Self::Rejected),
            (Self::Active, Operation::SuspendOrganization) => Some(Self::Suspended),
            (Self::Pending | Self::Active, Operation::UpdateOrganization) => Some(self),
            _ => None,
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Version of the record.
    pub version: i64,
    /// Its port.
    pub port: Port,
    /// Its state.
    pub status: OrganizationStatus,
    /// Its registered name.
    pub name: String,
    /// Its unified social credit code (GB 32100-2015), unique.
    pub unified_social_credit_code: UnifiedSocialCreditCode,
    /// Its district; for a regulator its area, none for the whole city.
    pub district: Option<District>,
    /// Whom to ask for.
    pub contact_name: String,
    /// Their mobile number.
    pub contact_mobile: MobileNumber,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Organization, OrganizationStatus, RecordKind::Organization);

impl Organization {
    /// Who has a part in it.
    #[must_use]
    pub fn relations(&self) -> Relations {
        let inactive_organization = self.status != OrganizationStatus::Active;
        Relations { own: Some(self.id), inactive_organization, ..Relations::default() }
    }

    /// A company registers itself: it waits for approval.
    ///
    /// # Errors
    /// [`PORT_NOT_SELF_REGISTERED`] for the association and the regulator.
    pub fn register(mut self) -> Result<(Self, Event), Violation> {
        if !self.port.registers_itself() {
            return Err(Violation::new(PORT_NOT_SELF_REGISTERED).at("/organization/port"));
        }
        self.status = OrganizationStatus::Pending;
        let event = Event::new(EventName::OrganizationRegistered, Self::KIND, self.id)
            .states(None, "pending")
            .fact(FactName::Port, self.port);
        Ok((self, event))
    }

    /// The association makes an organisation: it is active at once.
    #[must_use]
    pub fn create(mut self) -> (Self, Event) {
        self.status = OrganizationStatus::Active;
        let event = Event::new(EventName::OrganizationCreated, Self::KIND, self.id)
            .states(None, "active")
            .fact(FactName::Port, self.port);
        (self, event)
    }

    /// The association approves it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn approve(self) -> Result<(Self, Event), Violation> {
        self.advance(Operation::ApproveOrganization, EventName::OrganizationApproved)
    }

    /// The association rejects it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn reject(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::RejectOrganization, EventName::OrganizationRejected, reason)
    }

    /// Nobody suspends their own.
    ///
    /// # Errors
    /// [`OWN_ORGANIZATION`].
    pub fn must_be_anothers(&self, by: Option<OrganizationId>) -> Result<(), Violation> {
        if by == Some(self.id) { Err(Violation::new(OWN_ORGANIZATION)) } else { Ok(()) }
    }

    /// The association suspends it.
    ///
    /// # Errors
    /// `WRONG_STATE`; `REASON_REQUIRED`; [`OWN_ORGANIZATION`] where `by` belongs to it.
    pub fn suspend(self, reason: &str, by: Option<OrganizationId>) -> Result<(Self, Event), Violation> {
        self.must_be_anothers(by)?;
        self.advance_because(Operation::SuspendOrganization, EventName::OrganizationSuspended, reason)
    }

    /// The association ends a suspension.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn reinstate(self) -> Result<(Self, Event), Violation> {
        self.advance(Operation::ReinstateOrganization, EventName::OrganizationReinstated)
    }

    /// Its contact is corrected.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn update(
        mut self,
        contact_name: String,
        contact_mobile: MobileNumber,
    ) -> Result<(Self, Event), Violation> {
        self.contact_name = contact_name;
        self.contact_mobile = contact_mobile;
        self.advance(Operation::UpdateOrganization, EventName::OrganizationUpdated)
    }
}

/// A person with a login. Disabled, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Version of the record.
    pub version: i64,
    /// Their organisation; an individual expert has none.
    pub organization_id: Option<OrganizationId>,
    /// What they log in with, unique, lower case.
    pub login_name: String,
    /// What others see.
    pub display_name: String,
    /// Their mobile number.
    pub mobile: MobileNumber,
    /// What they may do.
    pub role: Role,
    /// Whether they are kept out.
    pub disabled: bool,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl User {
    /// Who has a part in it.
    #[must_use]
    pub fn relations(&self) -> Relations {
        // An individual expert's account is managed by the association, which runs the library.
        let of_association = self.organization_id.is_none();
        Relations { own: self.organization_id, of_association, ..Relations::default() }
    }

    /// What happened to the user.
    #[must_use]
    pub fn event(&self, name: EventName) -> Event {
        Event::new(name, RecordKind::User, self.id).fact(FactName::Role, self.role)
    }

    /// The stream its events go to: its organisation's, or its own.
    #[must_use]
    pub fn stream(&self) -> Uuid {
        self.organization_id.map_or(self.id.uuid(), Id::uuid)
    }

    /// What would lock its own doer out is for another administrator to do.
    ///
    /// # Errors
    /// [`OWN_ACCOUNT`] where `by` is the user.
    pub fn must_be_another(&self, by: Uuid) -> Result<(), Violation> {
        if self.id.uuid() == by { Err(Violation::new(OWN_ACCOUNT)) } else { Ok(()) }
    }

    /// Changes name, mobile number and role. Who belongs to no organisation has the role of an expert or an applicant for good.
    ///
    /// # Errors
    /// [`LAST_ADMINISTRATOR`] where no other enabled administrator would be left; [`ROLE_FIXED`].
    pub fn update(
        mut self,
        display_name: String,
        mobile: MobileNumber,
        role: Role,
        other_administrators: u64,
    ) -> Result<(Self, Event), Violation> {
        if self.organization_id.is_none() && role != self.role {
            return Err(Violation::new(ROLE_FIXED).at("/role"));
        }
        self.require_an_administrator(role == Role::Admin, other_administrators)?;
        self.display_name = display_name;
        self.mobile = mobile;
        self.role = role;
        let event = self.event(EventName::UserUpdated);
        Ok((self, event))
    }

    /// Keeps the user out, or lets them in again.
    ///
    /// # Errors
    /// [`LAST_ADMINISTRATOR`] where no other enabled administrator would be left.
    pub fn set_disabled(
        mut self,
        disabled: bool,
        other_administrators: u64,
    ) -> Result<(Self, Event), Violation> {
        self.require_an_administrator(!disabled, other_administrators)?;
        self.disabled = disabled;
        let event = self.event(if disabled { EventName::UserDisabled } else { EventName::UserEnabled });
        Ok((self, event))
    }

    fn require_an_administrator(&self, remains: bool, others: u64) -> Result<(), Violation> {
        let is_one = self.organization_id.is_some() && self.role == Role::Admin && !self.disabled;
        if is_one && !remains && others == 0 { Err(Violation::new(LAST_ADMINISTRATOR)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
