//! An expert's registration as a safety engineer: renewed, about to lapse, lapsed (A9.1).

use chrono::NaiveDate;

use super::REGISTRATION_LAPSED_ALREADY;
use crate::{
    Event, EventName, FactName, Violation,
    access::{Operation, state_machine::Record},
    base::code::WRONG_STATE,
    library::{
        expert::{Expert, ExpertStatus},
        qualification::{Pool, RegisteredSafetyEngineer, check, qualifies},
    },
    vocabulary,
};

impl Expert {
    /// The last day of the expert's registration as a safety engineer.
    #[must_use]
    pub fn registered_until(&self) -> Option<NaiveDate> {
        self.qualification.registered_safety_engineer.as_ref().map(|engineer| engineer.registered_until)
    }

    /// The association enters the registration as it was renewed: what is announced of a registration is
    /// announced of this one. A pool that was left comes back by an application only.
    ///
    /// # Errors
    /// Removed; [`REGISTRATION_LAPSED_ALREADY`]; A9.1 or A9.2 not met for a pool that the expert is in.
    pub fn renew_registration(
        mut self,
        renewed: RegisteredSafetyEngineer,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        if self.status == ExpertStatus::Removed {
            return Err(Violation::new(WRONG_STATE)
                .with("status", self.status)
                .with("operation", Operation::RenewRegistration));
        }
        let until = renewed.registered_until;
        if until < today {
            return Err(Violation::new(REGISTRATION_LAPSED_ALREADY)
                .with("until", until)
                .at("/registered_until"));
        }
        let it = &self.qualification;
        let pool = if self.pools.contains(&Pool::Leader) { Pool::Leader } else { Pool::Member };
        if self.pools.contains(&pool) {
            check(pool, &it.titles, Some(&renewed), &it.work_history, today)?;
        }
        let mut event = Event::new(EventName::RegistrationRenewed, Self::KIND, self.id)
            .fact(FactName::Until, until)
            .fact(FactName::Level, renewed.level)
            .fact(FactName::Class, renewed.class);
        if let Some(before) = self.registered_until() {
            event = event.fact(FactName::UntilBefore, before);
        }
        self.qualification.registered_safety_engineer = Some(renewed);
        Ok((self, event))
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

    /// The next lapse notice due after `said`. With the last one the expert leaves the pools that need the registration
    /// (A9.1, A9.2).
    #[must_use]
    pub fn lapse(mut self, said: Option<LapseNotice>, today: NaiveDate) -> Option<Lapse> {
        let until = self.registered_until()?;
        let notice = LapseNotice::due(until, today)?;
        if self.status == ExpertStatus::Removed || said.is_some_and(|said| said >= notice) {
            return None;
        }
        let days = until.signed_duration_since(today).num_days();
        let event = |name| Event::new(name, Self::KIND, self.id).fact(FactName::Until, until);
        if notice != LapseNotice::Lapsed {
            let event = event(EventName::RegistrationLapseAnnounced).fact(FactName::Days, days);
            return Some(Lapse { expert: self, event, notice, until, days, left: Vec::new() });
        }
        let kept = self.pools_on(today);
        let (pools, left): (Vec<Pool>, Vec<Pool>) =
            self.pools.iter().copied().partition(|pool| kept.contains(pool));
        let event = event(EventName::RegistrationLapsed)
            .fact(FactName::PoolsLeft, listed(&left))
            .fact(FactName::Pools, listed(&pools));
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
    /// Notices that announce the lapse of a registration, in order of time.
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
    /// The event of the notice.
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
