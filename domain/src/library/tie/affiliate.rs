//! Affiliates of organisations (关联单位): a tie to one is a tie to the other (A12.2).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::TIE_ENDED_ALREADY;
use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    base::{
        code::{PERIOD_REVERSED, REASON_REQUIRED},
        id::{AffiliateId, OrganizationId},
    },
    identity::organization::Organization,
    library::company::Party,
};

/// The most affiliates that an organisation declares.
pub const MAX_AFFILIATES: usize = 100;

crate::codes! {
    TOO_MANY_AFFILIATES = "too_many_affiliates", Conflict, Some("A12.2"),
        "关联单位过多" / "一个单位至多申报 {maximum} 个关联单位。",
        "Too many affiliates" / "An organisation declares at most {maximum} affiliates.";
    OWN_AFFILIATE = "own_affiliate", Invalid, Some("A12.2"),
        "不能与自身关联" / "单位不得申报自身为关联单位。",
        "Organisation is its own affiliate" / "An organisation cannot declare itself as an affiliate.";
}

/// A company declared as an affiliate of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affiliate {
    /// Its id.
    pub id: AffiliateId,
    /// Version of the record.
    pub version: i64,
    /// The organisation that has it.
    pub organization_id: OrganizationId,
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
    /// Time of the declaration.
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

    /// It is declared, by the organisation or the association, beside so many of the same organisation.
    ///
    /// # Errors
    /// [`TOO_MANY_AFFILIATES`]; [`OWN_AFFILIATE`]; [`PERIOD_REVERSED`].
    pub fn declare(self, organization: &Organization, others: usize) -> Result<(Self, Event), Violation> {
        if others >= MAX_AFFILIATES {
            return Err(Violation::new(TOO_MANY_AFFILIATES).with("maximum", MAX_AFFILIATES));
        }
        if self.company.is_same_company(&Party::of(organization)) {
            return Err(Violation::new(OWN_AFFILIATE).at("/name"));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        let event = self.event(EventName::AffiliateDeclared);
        Ok((self, event))
    }

    /// The association records that it is one no more; a last day on record can only become an earlier one.
    ///
    /// # Errors
    /// [`TIE_ENDED_ALREADY`]; [`PERIOD_REVERSED`]; no reason.
    pub fn end(mut self, until: NaiveDate, reason: &str) -> Result<(Self, Event), Violation> {
        if let Some(ended) = self.until
            && until >= ended
        {
            return Err(Violation::new(TIE_ENDED_ALREADY).with("until", ended));
        }
        if until < self.from {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        if reason.trim().is_empty() {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        self.until = Some(until);
        let event = self.event(EventName::AffiliateEnded).fact(FactName::Until, until).because(reason.trim());
        Ok((self, event))
    }

    fn event(&self, name: EventName) -> Event {
        Event::new(name, RecordKind::Affiliate, self.id).fact(FactName::Company, &self.company.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::{day, id, now, organization},
        identity::organization::OrganizationStatus,
    };

    fn affiliate(until: Option<&str>) -> Affiliate {
        Affiliate {
            id: id(1),
            version: 1,
            organization_id: id(101),
            company: Party::named("乙公司"),
            relation: "全资子公司".into(),
            from: day("2020-01-01"),
            until: until.map(day),
            declared_by: Uuid::nil(),
            created_at: now(),
            updated_at: now(),
        }
    }

    #[test]
    fn an_organisation_has_so_many_affiliates_and_no_more() {
        let its = organization(OrganizationStatus::Active);
        let declare = |others| affiliate(None).declare(&its, others);
        assert!(declare(MAX_AFFILIATES - 1).is_ok());
        assert_eq!(declare(MAX_AFFILIATES).unwrap_err().code, TOO_MANY_AFFILIATES);
    }

    #[test]
    fn an_affiliation_ends_once_or_earlier() {
        let code = |it: Affiliate, until| it.end(day(until), "已转让").map_err(|it| it.code);
        assert!(code(affiliate(None), "2026-01-01").is_ok());
        assert!(code(affiliate(Some("2030-01-01")), "2026-01-01").is_ok());
        assert_eq!(code(affiliate(Some("2026-01-01")), "2026-01-01").unwrap_err(), TIE_ENDED_ALREADY);
        assert_eq!(code(affiliate(None), "2019-12-31").unwrap_err(), PERIOD_REVERSED);
    }
}
