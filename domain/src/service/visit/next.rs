//! Operations possible on a visit in its present state and its parents' states.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{AGREED_DAY_PASSED, STEP_OUT_OF_ORDER, TOO_EARLY, Visit, step};
use crate::{
    Violation,
    access::{Operation, state_machine::State},
    base::code::SAME_PERSON,
    calendar::{slot::Slot, working_calendar::shanghai_date},
    service::{commission::ParentStates, project::ProjectStatus},
};
use crate::{base::id::CommissionId, calendar::slot::TIME_PASSED};

impl Visit {
    /// Its commission, where what it may do next depends on how that and the project stand.
    #[must_use]
    pub fn depends_on(&self) -> Option<CommissionId> {
        let next = [Operation::ProposeVisit, Operation::StartVisit];
        next.iter().find_map(|operation| self.status.after(*operation)).map(|_| self.commission_id)
    }

    /// Checks state, parent states, agreed day and caller; material, group and time are checked later.
    ///
    /// # Errors
    /// `WRONG_STATE`; project not registered; [`TOO_EARLY`], [`AGREED_DAY_PASSED`], [`TIME_PASSED`]; [`STEP_OUT_OF_ORDER`],
    /// [`STEPS_MISSING`](super::STEPS_MISSING); who submitted it does not accept it.
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        parents: Option<ParentStates>,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(), Violation> {
        crate::access::state_machine::step(self.status, operation)?;
        match operation {
            Operation::StartVisit => parents.map_or(Ok(()), |parents| self.must_be_ready(parents, now)),
            Operation::ProposeVisit => {
                parents.map_or(Ok(()), |parents| Self::must_have_a_site(parents.project))?;
                // Every slot lies ahead in the window.
                if self.window.end < shanghai_date(now) { Err(Violation::new(TIME_PASSED)) } else { Ok(()) }
            }
            Operation::AgreeVisit if self.negotiation.slots.iter().all(|slot| slot.start <= now) => {
                Err(Violation::new(TIME_PASSED))
            }
            Operation::RecordVisitStep | Operation::IssueRectificationProposal => match self.next_step() {
                Some(step) if step.recorded_by() == operation => Ok(()),
                _ => Err(Violation::new(STEP_OUT_OF_ORDER)),
            },
            Operation::EndVisit | Operation::ReceiveRectificationProposal => step::check_all(&self.steps),
            Operation::AcceptVisit => self.must_be_anothers(by),
            _ => Ok(()),
        }
    }

    /// A2.1: nothing is arranged for a project whose works are over, or that was never registered; work that stands still
    /// goes on.
    ///
    /// # Errors
    /// [`crate::service::project::PROJECT_NOT_REGISTERED`].
    pub fn must_have_a_site(project: ProjectStatus) -> Result<(), Violation> {
        match project {
            ProjectStatus::Suspended => Ok(()),
            other => other.must_be_registered(),
        }
    }

    pub(super) fn must_be_anothers(&self, by: Uuid) -> Result<(), Violation> {
        if self.submitted_by == Some(by) { Err(Violation::new(SAME_PERSON)) } else { Ok(()) }
    }

    pub(super) fn must_be_ready(&self, parents: ParentStates, now: DateTime<Utc>) -> Result<(), Violation> {
        parents.project.must_be_registered()?;
        crate::access::state_machine::step(parents.commission, Operation::StartVisit)?;
        let Some((start, end)) = self.scheduled_start.zip(self.scheduled_end) else { return Ok(()) };
        let (today, agreed) = (shanghai_date(now), Slot { start, end }.days());
        if today < agreed.start {
            Err(Violation::new(TOO_EARLY).with("day", agreed.start))
        } else if today > agreed.end {
            Err(Violation::new(AGREED_DAY_PASSED).with("day", agreed.end))
        } else {
            Ok(())
        }
    }
}
