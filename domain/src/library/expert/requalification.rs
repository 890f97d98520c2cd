//! An entry of the library meets an application that went the whole way: a member becomes a leader, or who was
//! removed comes back (A8.1, A9). What the entry knows stays, beside what the application adds.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Admission, Expert, ExpertStatus};
use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    library::{
        company::Party,
        expert_application::{ALREADY_IN_POOL, ENTRY_NOT_ACTIVE, ExpertApplication},
        qualification::{self, Pool, WorkPeriod},
    },
};

/// When the entry last changed by itself, as its events say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LastChanged {
    /// Another employer.
    pub employer: Option<DateTime<Utc>>,
    /// Removal from the library.
    pub removed: Option<DateTime<Utc>>,
}

impl Expert {
    /// The entry gets another pool, or is active again, by an application that went the whole way.
    ///
    /// Titles, work and specialties are added to those that the entry has; of two registrations the one that
    /// carries further stays, and of two employers the one that was made known last. What an entry was admitted
    /// by stays with it, unless it had been removed and comes back by `admission`.
    ///
    /// # Errors
    /// [`ENTRY_NOT_ACTIVE`] where the expert is suspended, or was removed after the application was submitted;
    /// [`ALREADY_IN_POOL`]; A9.1 or A9.2 not met; more periods of work than an entry takes.
    pub fn requalify(
        mut self,
        application: &ExpertApplication,
        admission: &Admission,
        last: LastChanged,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        let (terms, submitted) = (&application.terms, application.submitted_at);
        let comes_back = self.status == ExpertStatus::Removed;
        if self.status == ExpertStatus::Suspended {
            return Err(Violation::new(ENTRY_NOT_ACTIVE));
        }
        if comes_back && last.removed.is_none_or(|at| submitted.is_none_or(|submitted| at >= submitted)) {
            return Err(Violation::new(ENTRY_NOT_ACTIVE));
        }
        if !comes_back && self.pools.contains(&terms.pool) {
            return Err(Violation::new(ALREADY_IN_POOL));
        }
        let given = &terms.qualification;
        let merged = self.qualification.with(given);
        let engineer = merged.registered_safety_engineer.as_ref();
        qualification::check(terms.pool, &given.titles, engineer, &given.work_history, today)?;
        self.qualification = merged;
        let employer_is_newer = last.employer.is_some_and(|at| submitted.is_none_or(|it| at >= it));
        if !employer_is_newer {
            let employer = Party { code: terms.employer_code.clone(), ..Party::named(&terms.employer_name) };
            self.take_employer(&employer, &given.work_history, today);
        }
        qualification::check_history(&self.qualification.work_history, today)?;
        self.pools = match terms.pool {
            Pool::Leader => vec![Pool::Leader, Pool::Member],
            Pool::Member => vec![Pool::Member],
        };
        let event = if comes_back {
            self.status = ExpertStatus::Active;
            self.admission = admission.clone();
            Event::new(EventName::ExpertReadmitted, RecordKind::Expert, self.id)
                .states(Some("removed"), "active")
        } else {
            Event::new(EventName::ExpertRequalified, RecordKind::Expert, self.id)
        };
        let event = event
            .fact(FactName::Pool, terms.pool)
            .fact(FactName::Employer, &self.employer_name)
            .fact(FactName::CouncilDecisionNumber, &admission.council_decision_number)
            .fact(FactName::PublicNoticeNumber, &admission.public_notice_number);
        Ok((self, event))
    }

    /// The application's employer becomes the entry's. The one before was the employer until now, unless the
    /// application says when that ended since the entry was made: for some years it still ties (A12.2).
    fn take_employer(&mut self, employer: &Party, given: &[WorkPeriod], today: NaiveDate) {
        let before = self.employer();
        let same = before.is_same_company(employer);
        if !same {
            let yesterday = today.pred_opt().unwrap_or(today);
            let since = self.admission.admitted_on.min(yesterday);
            let of_before = |period: &WorkPeriod| Party::employing(period).is_same_company(&before);
            if !given.iter().any(|it| of_before(it) && it.to.is_none_or(|to| to >= since)) {
                let history = &mut self.qualification.work_history;
                for period in history.iter_mut().filter(|it| it.to.is_none() && of_before(it)) {
                    period.to = Some(yesterday.max(period.from));
                }
                if !history.iter().any(|it| of_before(it) && it.to.is_some_and(|to| to >= yesterday)) {
                    history.push(WorkPeriod::employed(&before, since, Some(yesterday)));
                }
            }
        }
        let code = self.employer_code.take().filter(|_| same);
        self.employer_name.clone_from(&employer.name);
        self.employer_code = employer.code.clone().or(code);
    }
}
