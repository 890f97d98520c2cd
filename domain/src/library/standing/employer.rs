//! An expert's employer changes (A12.2).

use chrono::NaiveDate;

use super::EMPLOYER_BACKDATED;
use crate::{
    Event, EventName, FactName, Violation,
    access::{Operation, state_machine::Record},
    base::code::{PERIOD_REVERSED, REASON_REQUIRED, WRONG_STATE},
    library::{
        company::Party,
        expert::{Expert, ExpertStatus},
        qualification::{WORK_PERIOD_IN_FUTURE, WorkPeriod, check_history},
    },
};

/// A change of employer, as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerChange<'a> {
    /// The employer of now.
    pub employer: &'a Party,
    /// Its first day.
    pub since: NaiveDate,
    /// The day up to which the record vouches for the employer before: that of the admission, or of the change
    /// that made it the employer.
    pub vouched_on: NaiveDate,
    /// Whether the expert says it.
    pub by_the_expert: bool,
    /// Why the record is corrected.
    pub reason: Option<&'a str>,
}

impl EmployerChange<'_> {
    /// A12.2: nobody ends a tie before the day on which it was still on record, but the association with a reason.
    fn check_since(&self, today: NaiveDate) -> Result<(), Violation> {
        if self.since > today {
            return Err(Violation::new(WORK_PERIOD_IN_FUTURE).with("date", self.since).at("/since"));
        }
        if self.since >= self.vouched_on {
            return Ok(());
        }
        if self.by_the_expert {
            return Err(Violation::new(EMPLOYER_BACKDATED).with("vouched", self.vouched_on).at("/since"));
        }
        if self.reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        Ok(())
    }
}

impl Expert {
    /// The expert has another employer: the one before becomes part of the work history, always (A12.2).
    ///
    /// # Errors
    /// Removed; a day in the future, before the employment that goes on began, or [`EMPLOYER_BACKDATED`]; no reason
    /// for a correction.
    pub fn change_employer(
        mut self,
        change: &EmployerChange<'_>,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        if self.status == ExpertStatus::Removed {
            return Err(Violation::new(WRONG_STATE)
                .with("status", self.status)
                .with("operation", Operation::ChangeEmployer));
        }
        change.check_since(today)?;
        let EmployerChange { employer, since, .. } = *change;
        let before = self.employer();
        let last = since.pred_opt().unwrap_or(since);
        let history = &mut self.qualification.work_history;
        let mut known = false;
        for period in history.iter_mut().filter(|period| period.to.is_none()) {
            if !Party::employing(period).is_same_company(&before) {
                continue;
            }
            if period.from > last {
                return Err(Violation::new(PERIOD_REVERSED).at("/since"));
            }
            period.to = Some(last);
            known = true;
        }
        if !known {
            // Nothing says since when: the admission vouches for it, or else this change does.
            history.push(WorkPeriod::employed(&before, self.admission.admitted_on.min(last), Some(last)));
        }
        history.push(WorkPeriod::employed(employer, since, None));
        check_history(history, today)?;
        self.employer_name.clone_from(&employer.name);
        self.employer_code.clone_from(&employer.code);
        let mut event = Event::new(EventName::ExpertEmployerChanged, Self::KIND, self.id)
            .fact(FactName::Employer, &employer.name)
            .fact(FactName::EmployerBefore, &before.name)
            .fact(FactName::Since, since);
        if let Some(reason) = change.reason.map(str::trim).filter(|reason| !reason.is_empty()) {
            event = event.because(reason);
        }
        Ok((self, event))
    }
}
