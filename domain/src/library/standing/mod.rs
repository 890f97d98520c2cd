//! An expert's standing: warned, suspended, reinstated, removed (A20.1); and registrations that lapse (A9.1).

mod employer;
mod registration;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, RecordKind, Violation,
    access::{
        Operation,
        state_machine::{Record, State},
    },
    base::id::{ConductRecordId, ExpertId},
    library::{
        company::Party,
        expert::{Expert, ExpertStatus},
    },
    vocabulary,
};

pub use employer::EmployerChange;
pub use registration::{Lapse, LapseNotice, listed};

crate::codes! {
    DECLINE_JUSTIFIED_ALREADY = "decline_justified_already", Conflict, Some("A20.1"),
        "已认定理由正当" / "该次答复不能参加已认定为理由正当。",
        "Reason already accepted as justified" / "The association has already accepted the reason of this decline as justified.";
    EMPLOYER_BACKDATED = "employer_backdated", Conflict, Some("A12.2"),
        "早于登记日期" / "现任职单位于 {vouched} 登记有效，变更日期不得早于该日；确需更正的，由协会说明理由后办理。",
        "Change before the recorded employment" / "The present employer is on record for {vouched}. The change must not be before that day. If it was, the association corrects the record and states the reason.";
    REGISTRATION_LAPSED_ALREADY = "registration_lapsed_already", Conflict, Some("A9.1"),
        "注册已到期" / "所填注册有效期已于 {until} 届满。",
        "Registration has lapsed" / "The registration was valid until {until}.";
}

vocabulary! {
    /// Measures that the association takes against an expert (A20.1).
    pub enum ConductKind {
        Warning = "warning" / "警告" / "Warning",
        Suspension = "suspension" / "暂停" / "Suspension",
        Removal = "removal" / "移出专家库" / "Removal from the library",
    }
}

impl State for ExpertStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Active | Self::Suspended, Operation::CreateConductRecord) => Some(self),
            (Self::Active, Operation::SuspendExpert) => Some(Self::Suspended),
            (Self::Suspended, Operation::ReinstateExpert) => Some(Self::Active),
            (Self::Active | Self::Suspended, Operation::RemoveExpert) => Some(Self::Removed),
            _ => None,
        }
    }
}

impl Record for Expert {
    type State = ExpertStatus;
    const KIND: RecordKind = RecordKind::Expert;

    fn uuid(&self) -> Uuid {
        self.id.uuid()
    }

    fn state(&self) -> ExpertStatus {
        self.status
    }

    /// The reason stays with the event and the conduct record.
    fn put(&mut self, state: ExpertStatus, _reason: Option<String>) {
        self.status = state;
    }
}

/// A measure against an expert, with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConductRecord {
    /// Its id.
    pub id: ConductRecordId,
    /// The expert.
    pub expert_id: ExpertId,
    /// Which measure.
    pub kind: ConductKind,
    /// On what grounds.
    pub grounds: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// Time of the recording.
    pub created_at: DateTime<Utc>,
}

/// What an event says of whether the material of a visit came late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The visit.
    pub visit_id: Uuid,
    /// Whether the expert leads its group.
    pub leads: bool,
    /// Whether it came late, or did not come in time.
    pub late: bool,
}

/// A14.1, A20.1: of how many visits the material came late, those that the expert led and the others: by what is said last of
/// each. What is said of one visit is given in its order.
#[must_use]
pub fn late_uploads(said: impl IntoIterator<Item = Measured>) -> (usize, usize) {
    let last: BTreeMap<Uuid, Measured> = said.into_iter().map(|it| (it.visit_id, it)).collect();
    let count = |leads: bool| last.values().filter(|it| it.late && it.leads == leads).count();
    (count(true), count(false))
}

/// What the events say of an expert's conduct; nobody types it in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Warnings on record.
    pub warnings: i64,
    /// Suspensions on record.
    pub suspensions: i64,
    /// Removals on record.
    pub removals: i64,
    /// Visits whose material came late, which the expert led.
    pub late_as_leader: i64,
    /// Visits whose material came late, in whose group the expert was otherwise.
    pub late_as_member: i64,
    /// Times that the expert declined.
    pub declines: i64,
    /// Of these, those that the association holds to be justified.
    pub justified_declines: i64,
}

impl Conduct {
    /// Declines without a justification.
    #[must_use]
    pub const fn unjustified_declines(&self) -> i64 {
        self.declines.saturating_sub(self.justified_declines)
    }
}

impl Expert {
    /// A20.1: the association warns, suspends or removes the expert.
    ///
    /// # Errors
    /// `WRONG_STATE`; no grounds.
    pub fn answer_for(self, kind: ConductKind, grounds: &str) -> Result<(Self, Event), Violation> {
        let (operation, name) = match kind {
            ConductKind::Warning => (Operation::CreateConductRecord, EventName::ExpertWarned),
            ConductKind::Suspension => (Operation::SuspendExpert, EventName::ExpertSuspended),
            ConductKind::Removal => (Operation::RemoveExpert, EventName::ExpertRemoved),
        };
        self.advance_because(operation, name, grounds)
    }

    /// The association ends a suspension.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn reinstate(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::ReinstateExpert, EventName::ExpertReinstated, reason)
    }

    /// Whether the record ever ties the expert to one of these companies, whenever that binds.
    #[must_use]
    pub fn touches(&self, companies: &[Party]) -> bool {
        let one_of = |company: &Party| companies.iter().any(|one| one.is_same_company(company));
        one_of(&self.employer())
            || self.declared_ties.iter().any(|tie| one_of(&tie.company))
            || self.qualification.work_history.iter().any(|period| one_of(&Party::employing(period)))
    }
}

#[cfg(test)]
mod tests;
