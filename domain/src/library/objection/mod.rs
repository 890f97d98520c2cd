//! Objections (异议) to what is on public notice: by anyone, with grounds, while it is open (A8.1).

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Violation,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::id::{ExpertApplicationId, ObjectionId, PublicNoticeId},
    library::{
        expert_application::ExpertApplication,
        public_notice::{PublicNotice, PublicNoticeStatus},
    },
    vocabulary,
};

crate::codes! {
    OBJECTION_WINDOW_CLOSED = "objection_window_closed", Conflict, Some("A8.1"),
        "公示已结束" / "公示已于 {ends_at} 结束，不再受理异议。",
        "Public notice has ended" / "The public notice ended at {ends_at}. Objections are no longer accepted.";
    NOT_ON_NOTICE = "not_on_notice", Conflict, Some("A8.1"),
        "不在本次公示中" / "该申请不在本次公示中，或对其公示已终止。",
        "Application not on this notice" / "The application is not on this public notice, or its notice was ended.";
    OBJECTIONS_OPEN_FROM_ADDRESS = "objections_open_from_address", Conflict, Some("A8.1"),
        "待处理异议过多" / "同一来源对一次公示至多有 {maximum} 件待处理的异议，请等待处理。",
        "Too many undecided objections from this address" / "At most {maximum} undecided objections to one notice are accepted from one address. Wait until they are decided.";
    OBJECTIONS_REPEATED = "objections_repeated", Conflict, Some("A8.1"),
        "对该申请已有待处理异议" / "同一来源对同一申请至多有 {maximum} 件待处理的异议，请等待处理。",
        "Objections to this application not yet decided" / "At most {maximum} undecided objections to one application are accepted from one address. Wait until they are decided.";
    OBJECTIONS_OPEN_ON_APPLICATION = "objections_open_on_application", Conflict, Some("A8.1"),
        "该申请待处理异议过多" / "该申请已有 {maximum} 件待处理的异议，协会处理后方可再提。",
        "Too many undecided objections to this application" / "There are {maximum} undecided objections to this application. The association must decide them before it accepts another.";
    OBJECTIONS_TOO_FREQUENT = "objections_too_frequent", Invalid, Some("A8.1"),
        "提交过于频繁" / "同一来源每小时至多提交 {maximum} 件异议。",
        "Too many objections in an hour" / "At most {maximum} objections an hour are accepted from one address.";
}

/// Undecided objections to one notice from one address.
pub const OPEN_FROM_ADDRESS: u64 = 5;
/// Undecided objections to one application from one address: nobody's friends fill [`OPEN_ON_APPLICATION`] from a
/// few places, so that no one else is heard.
pub const OPEN_ON_APPLICATION_FROM_ADDRESS: u64 = 2;
/// Undecided objections to one application, from at least fifty addresses.
pub const OPEN_ON_APPLICATION: u64 = 100;
/// Objections from one address in [`WHILE`].
pub const FROM_ADDRESS: u64 = 10;
/// The time in which objections from one address are counted.
pub const WHILE: TimeDelta = TimeDelta::hours(1);

vocabulary! {
    /// States of an objection to an application on public notice (A8.1).
    pub enum ObjectionStatus {
        Open = "open" / "待处理" / "Undecided",
        Upheld = "upheld" / "成立" / "Upheld",
        Dismissed = "dismissed" / "不成立" / "Dismissed",
    }
}

impl State for ObjectionStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Open, Operation::UpholdObjection) => Some(Self::Upheld),
            (Self::Open, Operation::DismissObjection) => Some(Self::Dismissed),
            _ => None,
        }
    }
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// Version of the record.
    pub version: i64,
    /// Its state.
    pub status: ObjectionStatus,
    /// Why it was decided so.
    pub status_reason: Option<String>,
    /// The notice.
    pub public_notice_id: PublicNoticeId,
    /// The application that it is about.
    pub application_id: ExpertApplicationId,
    /// On what grounds.
    pub grounds: String,
    /// Who objects; for the association only.
    pub objector_name: String,
    /// How they are reached; for the association only.
    pub contact: String,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Objection, ObjectionStatus, RecordKind::Objection);

/// What there is already of what objections are limited by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// From this address, in the last [`WHILE`].
    pub lately: u64,
    /// Undecided ones to this notice from this address.
    pub open_from_address: u64,
    /// Undecided ones to this application from this address.
    pub open_on_application_from_address: u64,
    /// Undecided ones to this application.
    pub open_on_application: u64,
}

impl Objection {
    /// Who has a part in it: the association, and the regulator who reads.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations::default()
    }

    /// Someone objects.
    ///
    /// # Errors
    /// [`OBJECTION_WINDOW_CLOSED`] from the notice's end on, and where it came in time but the notice was found to
    /// have ended before it was looked at; [`NOT_ON_NOTICE`]; too many already.
    pub fn lodge(
        self,
        notice: &PublicNotice,
        application: Option<&ExpertApplication>,
        counted: Counted,
    ) -> Result<(Self, Event), Violation> {
        let on_this = application.filter(|it| it.public_notice_id == Some(notice.id));
        let has_ended = notice.status == PublicNoticeStatus::Ended
            || on_this.is_some_and(ExpertApplication::ended_with_its_notice);
        if has_ended || !notice.takes_objections(self.created_at) {
            let ended = Violation::new(OBJECTION_WINDOW_CLOSED);
            return Err(ended.with("ends_at", notice.ends_at));
        }
        if on_this.is_none_or(|it| it.status.after(Operation::CreateObjection).is_none()) {
            return Err(Violation::new(NOT_ON_NOTICE).at("/application_id"));
        }
        for (there, maximum, code) in [
            (counted.lately, FROM_ADDRESS, OBJECTIONS_TOO_FREQUENT),
            (counted.open_from_address, OPEN_FROM_ADDRESS, OBJECTIONS_OPEN_FROM_ADDRESS),
            (counted.open_on_application_from_address, OPEN_ON_APPLICATION_FROM_ADDRESS, OBJECTIONS_REPEATED),
            (counted.open_on_application, OPEN_ON_APPLICATION, OBJECTIONS_OPEN_ON_APPLICATION),
        ] {
            if there >= maximum {
                return Err(Violation::new(code).with("maximum", maximum));
            }
        }
        let event = Event::new(EventName::ObjectionLodged, Self::KIND, self.id)
            .states(None, "open")
            .fact(FactName::ApplicationId, self.application_id);
        Ok((self, event))
    }

    /// The association upholds it; the application ends with it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn uphold(self, reason: &str, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::UpholdObjection, EventName::ObjectionUpheld, reason)
            .map(|(next, event)| (next.decided(by, now), event))
    }

    /// The association dismisses it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn dismiss(self, reason: &str, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::DismissObjection, EventName::ObjectionDismissed, reason)
            .map(|(next, event)| (next.decided(by, now), event))
    }

    fn decided(mut self, by: Uuid, now: DateTime<Utc>) -> Self {
        self.decided_by = Some(by);
        self.decided_at = Some(now);
        self
    }
}

#[cfg(test)]
mod tests;
