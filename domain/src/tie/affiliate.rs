//! Affiliates of organisations (关联单位): a tie to one is a tie to the other (A12.2).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Party, TIE_ENDED_ALREADY};
use crate::{
    Event, Id, Violation,
    code::{PERIOD_REVERSED, REASON_REQUIRED},
    organization::Organization,
};

crate::codes! {
    OWN_AFFILIATE = "own_affiliate", Invalid, Some("A12.2"),
        "不能与自身关联" / "单位不能申报自身为关联单位。",
        "Its own affiliate" / "An organisation is no affiliate of itself.";
}

/// A company declared as an affiliate of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliate {
    /// Its id.
    pub id: Id<Self>,
    /// Version of the record.
    pub version: i64,
    /// The organisation that has it.
    pub organization_id: Id<Organization>,
    /// The affiliated company.
    pub company: Party,
    /// How they belong together, in words.
    pub relation: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it goes on.
    pub until: Option<NaiveDate>,
    /// Who declared it.
    pub declared_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Affiliate {
    /// Whether it is one on a day.
    #[must_use]
    pub fn binds(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// It is declared, by the organisation or the association.
    ///
    /// # Errors
    /// [`OWN_AFFILIATE`]; [`PERIOD_REVERSED`].
    pub fn declare(self, organization: &Organization) -> Result<(Self, Event), Violation> {
        if self.company.is(&Party::of(organization)) {
            return Err(Violation::new(OWN_AFFILIATE).at("/name"));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        let event = self.event("affiliate_declared");
        Ok((self, event))
    }

    /// The association records that it is one no more.
    ///
    /// # Errors
    /// [`TIE_ENDED_ALREADY`]; [`PERIOD_REVERSED`]; no reason.
    pub fn end(mut self, until: NaiveDate, reason: &str) -> Result<(Self, Event), Violation> {
        if let Some(ended) = self.until {
            return Err(Violation::new(TIE_ENDED_ALREADY).with("until", ended));
        }
        if until < self.from {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        if reason.trim().is_empty() {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        self.until = Some(until);
        let event = self.event("affiliate_ended").fact("until", until).because(reason.trim());
        Ok((self, event))
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name, "affiliate", self.id).fact("company", &self.company.name)
    }
}
