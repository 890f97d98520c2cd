//! A member who becomes a leader: titles and years are added to the entry that there is (A8.1, A9).

use chrono::NaiveDate;

use super::{Admission, Expert, ExpertStatus};
use crate::{
    Event, Violation,
    expert_application::{ALREADY_IN_POOL, ApplicationTerms, ENTRY_NOT_ACTIVE},
    qualification::{self, Pool},
};

impl Expert {
    /// The entry gets another pool by an application that went the whole way: by `admission`, which its own
    /// first one stays beside.
    ///
    /// # Errors
    /// [`ENTRY_NOT_ACTIVE`] where the expert was removed; [`ALREADY_IN_POOL`]; A9.1 or A9.2 not met.
    pub fn requalify(
        mut self,
        terms: &ApplicationTerms,
        admission: &Admission,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        if self.status == ExpertStatus::Removed {
            return Err(Violation::new(ENTRY_NOT_ACTIVE));
        }
        if self.pools.contains(&terms.pool) {
            return Err(Violation::new(ALREADY_IN_POOL));
        }
        let it = &terms.qualification;
        qualification::check(
            terms.pool,
            &it.titles,
            it.registered_safety_engineer.as_ref(),
            &it.work_history,
            today,
        )?;
        self.pools = match terms.pool {
            Pool::Leader => vec![Pool::Leader, Pool::Member],
            Pool::Member => vec![Pool::Member],
        };
        self.employer_name.clone_from(&terms.employer_name);
        self.employer_code.clone_from(&terms.employer_code);
        self.qualification = it.clone();
        let event = Event::new("expert_requalified", "expert", self.id)
            .fact("pool", terms.pool)
            .fact("council_decision_number", &admission.council_decision_number)
            .fact("public_notice_number", &admission.public_notice_number);
        Ok((self, event))
    }
}
