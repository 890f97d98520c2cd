//! An expert's standing: warned, suspended, reinstated, removed (A20.1); and registrations that lapse (A9.1).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Event, Id, Violation,
    access::Operation,
    code::{PERIOD_REVERSED, WRONG_STATE},
    expert::{Expert, ExpertStatus},
    flow::{Record, State},
    qualification::{Pool, WORK_PERIOD_IN_FUTURE, WorkPeriod, check_history, qualifies},
    tie::Party,
    vocabulary,
};

crate::codes! {
    DECLINE_JUSTIFIED_ALREADY = "decline_justified_already", Conflict, Some("A20.1"),
        "已认定为正当" / "该次谢绝已被认定为有正当理由。",
        "Justified already" / "This decline is held to be justified already.";
}

vocabulary! {
    /// Measures against an expert that the association records (A20.1).
    pub enum ConductKind {
        Warning = "warning" / "警告" / "Warning",
        Suspension = "suspension" / "暂停" / "Suspension",
        Removal = "removal" / "出库" / "Removal from the library",
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
    const KIND: &'static str = "expert";

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
    pub id: Id<Self>,
    /// The expert.
    pub expert_id: Id<Expert>,
    /// Which measure.
    pub kind: ConductKind,
    /// On what grounds.
    pub grounds: String,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
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
    /// Wrong state; no grounds.
    pub fn answer_for(self, kind: ConductKind, grounds: &str) -> Result<(Self, Event), Violation> {
        let (operation, name) = match kind {
            ConductKind::Warning => (Operation::CreateConductRecord, "expert_warned"),
            ConductKind::Suspension => (Operation::SuspendExpert, "expert_suspended"),
            ConductKind::Removal => (Operation::RemoveExpert, "expert_removed"),
        };
        self.advance_because(operation, name, grounds)
    }

    /// The association ends a suspension.
    ///
    /// # Errors
    /// Wrong state; no reason.
    pub fn reinstate(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::ReinstateExpert, "expert_reinstated", reason)
    }

    /// The expert has another employer: the one before becomes part of the work history (A12.2).
    ///
    /// # Errors
    /// Removed; a day in the future, or before the employment that goes on began.
    pub fn change_employer(
        mut self,
        employer: &Party,
        since: NaiveDate,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        if self.status == ExpertStatus::Removed {
            return Err(Violation::new(WRONG_STATE)
                .with("status", self.status)
                .with("operation", Operation::ChangeEmployer));
        }
        if since > today {
            return Err(Violation::new(WORK_PERIOD_IN_FUTURE).with("date", since).at("/since"));
        }
        let before = self.employer();
        let last = since.pred_opt().unwrap_or(since);
        let history = &mut self.qualification.work_history;
        let mut known = false;
        for period in history.iter_mut().filter(|period| period.to.is_none()) {
            let its = Party { code: period.employer_code.clone(), ..Party::named(&period.employer) };
            if !its.is(&before) {
                continue;
            }
            if period.from > last {
                return Err(Violation::new(PERIOD_REVERSED).at("/since"));
            }
            period.to = Some(last);
            known = true;
        }
        let employed = |employer: &Party, from, to| WorkPeriod {
            employer: employer.name.clone(),
            employer_code: employer.code.clone(),
            role: "在职".to_owned(),
            from,
            to,
            relevant: false,
        };
        if !known && self.admission.admitted_on <= last {
            history.push(employed(&before, self.admission.admitted_on, Some(last)));
        }
        history.push(employed(employer, since, None));
        check_history(history, today)?;
        self.employer_name.clone_from(&employer.name);
        self.employer_code.clone_from(&employer.code);
        let event = Event::new("expert_employer_changed", Self::KIND, self.id)
            .fact("employer", &employer.name)
            .fact("since", since);
        Ok((self, event))
    }

    /// Whether the record ever ties the expert to one of these companies, whenever that binds.
    #[must_use]
    pub fn touches(&self, companies: &[Party]) -> bool {
        let one_of = |company: &Party| companies.iter().any(|one| one.is(company));
        one_of(&self.employer())
            || self.declared_ties.iter().any(|tie| one_of(&tie.company))
            || self.qualification.work_history.iter().any(|period| {
                one_of(&Party { code: period.employer_code.clone(), ..Party::named(&period.employer) })
            })
    }

    /// The last day of the expert's registration as a safety engineer.
    #[must_use]
    pub fn registered_until(&self) -> Option<NaiveDate> {
        self.qualification.registered_safety_engineer.as_ref().map(|engineer| engineer.registered_until)
    }

    /// The pools that the expert is in on a day: what a registration carries is left when it has lapsed by then (A9.1,
    /// A9.2).
    #[must_use]
    pub fn pools_on(&self, day: NaiveDate) -> Vec<Pool> {
        if self.registered_until().is_none_or(|until| day <= until) {
            return self.pools.clone();
        }
        let it = &self.qualification;
        let kept = |pool: Pool| {
            let engineer = it.registered_safety_engineer.as_ref();
            qualifies(pool, &it.titles, engineer, &it.work_history, day).qualified
        };
        let leads = self.pools.contains(&Pool::Leader) && kept(Pool::Leader);
        // Who may lead may be a member (A9.3).
        let stays = |pool: Pool| if pool == Pool::Leader { leads } else { leads || kept(pool) };
        self.pools.iter().copied().filter(|pool| stays(*pool)).collect()
    }

    /// What is said of the registration now, that `said` did not say: it lapses in so many days, or it has
    /// lapsed, and the pools that it carried are left (A9.1, A9.2).
    #[must_use]
    pub fn lapse(mut self, said: Option<LapseNotice>, today: NaiveDate) -> Option<Lapse> {
        let until = self.registered_until()?;
        let notice = LapseNotice::due(until, today)?;
        if self.status == ExpertStatus::Removed || said.is_some_and(|said| said >= notice) {
            return None;
        }
        let days = until.signed_duration_since(today).num_days();
        let event = |name| Event::new(name, Self::KIND, self.id).fact("until", until);
        if notice != LapseNotice::Lapsed {
            let event = event("registration_lapse_announced").fact("days", days);
            return Some(Lapse { expert: self, event, notice, until, days, left: Vec::new() });
        }
        let kept = self.pools_on(today);
        let (pools, left): (Vec<Pool>, Vec<Pool>) =
            self.pools.iter().copied().partition(|pool| kept.contains(pool));
        let event =
            event("registration_lapsed").fact("pools_left", listed(&left)).fact("pools", listed(&pools));
        self.pools = pools;
        Some(Lapse { expert: self, event, notice, until, days, left })
    }
}

/// Pools in words, as events and notifications name them.
#[must_use]
pub fn listed(pools: &[Pool]) -> String {
    let codes: Vec<_> = pools.iter().map(|pool| crate::Vocabulary::code(*pool)).collect();
    if codes.is_empty() { "-".to_owned() } else { codes.join(", ") }
}

vocabulary! {
    /// What is said of a registration that will lapse, in the order in which it is said.
    pub enum LapseNotice {
        Ninety = "ninety_days" / "到期前 90 天" / "90 days ahead",
        Thirty = "thirty_days" / "到期前 30 天" / "30 days ahead",
        Seven = "seven_days" / "到期前 7 天" / "7 days ahead",
        Lapsed = "lapsed" / "已到期" / "It has lapsed",
    }
}

impl LapseNotice {
    /// What is due to be said today of a registration whose last day is `until`.
    #[must_use]
    pub fn due(until: NaiveDate, today: NaiveDate) -> Option<Self> {
        match until.signed_duration_since(today).num_days() {
            ..0 => Some(Self::Lapsed),
            0..=7 => Some(Self::Seven),
            8..=30 => Some(Self::Thirty),
            31..=90 => Some(Self::Ninety),
            _ => None,
        }
    }
}

/// What became of an expert whose registration lapses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// The expert.
    pub expert: Expert,
    /// What happened.
    pub event: Event,
    /// What is said.
    pub notice: LapseNotice,
    /// The registration's last day.
    pub until: NaiveDate,
    /// Days to it; negative once it has passed.
    pub days: i64,
    /// Pools that were left.
    pub left: Vec<Pool>,
}

#[cfg(test)]
mod tests;
