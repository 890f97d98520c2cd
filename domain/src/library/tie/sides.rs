//! The sides of a project to which an expert may have no tie: its parties, and the affiliates of each (A12.2).

use std::{borrow::Borrow, collections::BTreeSet};

use chrono::NaiveDate;

use super::{Affiliate, Tie, once, ties};
use crate::{
    Period,
    base::id::OrganizationId,
    library::{company::Party, expert::Expert},
};

/// The parties of a project, and who was an affiliate of one when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    organizations: Vec<OrganizationId>,
    parties: Vec<Party>,
    affiliates: Vec<Affiliated>,
}

/// An affiliate of a party, from a day to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Affiliated {
    party: Party,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Sides {
    /// The organisations that are parties, the parties themselves, and who declared which affiliate: an
    /// affiliation counts both ways, whoever declared it.
    #[must_use]
    pub fn new(
        organizations: Vec<OrganizationId>,
        parties: Vec<Party>,
        declared: &[(Party, Affiliate)],
    ) -> Self {
        let mut affiliates = Vec::new();
        for party in &parties {
            for (declarer, it) in declared {
                let other = if declarer.is_same_company(party) {
                    &it.company
                } else if it.company.is_same_company(party) {
                    declarer
                } else {
                    continue;
                };
                let party = Party { affiliate_of: Some(party.name.clone()), ..other.clone() };
                affiliates.push(Affiliated { party, from: it.from, until: it.until });
            }
        }
        Self { organizations, parties, affiliates }
    }

    /// The organisations that are parties, also those that the project only names.
    #[must_use]
    pub fn organizations(&self) -> &[OrganizationId] {
        &self.organizations
    }

    /// Those to whom an expert may have no tie on a day: the parties, and who was their affiliate then.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Vec<&Party> {
        let bound = |it: &&Affiliated| it.from <= day && it.until.is_none_or(|until| day <= until);
        self.parties.iter().chain(self.affiliates.iter().filter(bound).map(|it| &it.party)).collect()
    }

    /// Whether one of these companies is a party or was ever an affiliate of one.
    #[must_use]
    pub fn touch(&self, companies: &[Party]) -> bool {
        let mut all = self.parties.iter().chain(self.affiliates.iter().map(|it| &it.party));
        all.any(|side| companies.iter().any(|company| company.is_same_company(side)))
    }

    /// Every tie of an expert that binds on some day of these periods, each once.
    #[must_use]
    pub fn ties(&self, expert: &Expert, periods: &[Period]) -> Vec<Tie> {
        let days = self.days_that_decide(expert, periods);
        once(days.into_iter().flat_map(|day| expert.ties(&self.on(day), day)))
    }

    /// The days that say it for all: a tie that binds on some day of a period binds on its first, or on the one
    /// on which it begins.
    fn days_that_decide(&self, expert: &Expert, periods: &[Period]) -> BTreeSet<NaiveDate> {
        let worked = expert.qualification.work_history.iter().map(|period| period.from);
        let declared = expert.declared_ties.iter().map(|tie| tie.from);
        let affiliated = self.affiliates.iter().map(|it| it.from);
        let begins: Vec<NaiveDate> = worked.chain(declared).chain(affiliated).collect();
        let of_period = |period: &Period| {
            let inside = begins.iter().copied().filter(|day| period.contains(*day));
            inside.chain([period.start]).collect::<Vec<_>>()
        };
        periods.iter().flat_map(of_period).collect()
    }
}

impl Expert {
    /// Every tie of the expert to these parties on a day (A12.2).
    #[must_use]
    pub fn ties(&self, parties: &[impl Borrow<Party>], on: NaiveDate) -> Vec<Tie> {
        let history = &self.qualification.work_history;
        ties(history, Some(&self.employer()), &self.declared_ties, parties, on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::{day, days, expert, id, now},
        library::tie::{DeclaredTie, TieKind, TieSource},
    };

    fn shares(company: &str, from: &str, until: Option<&str>) -> DeclaredTie {
        DeclaredTie {
            id: id(1),
            version: 1,
            expert_id: id(801),
            kind: TieKind::Shareholding,
            organization_id: None,
            company: Party::named(company),
            from: day(from),
            until: until.map(day),
            note: None,
            source: TieSource::Expert,
            declared_by: uuid::Uuid::nil(),
            created_at: now(),
            updated_at: now(),
        }
    }

    fn affiliate(company: &str, from: &str, until: Option<&str>) -> Affiliate {
        Affiliate {
            id: id(1),
            version: 1,
            organization_id: id(2),
            company: Party::named(company),
            relation: "子公司".into(),
            from: day(from),
            until: until.map(day),
            declared_by: uuid::Uuid::nil(),
            created_at: now(),
            updated_at: now(),
        }
    }

    #[test]
    fn a12_2_a_tie_inside_a_period_is_found_and_one_outside_is_not() {
        let sides = Sides::new(Vec::new(), vec![Party::named("甲公司")], &[]);
        let mut it = expert();
        it.declared_ties = vec![shares("甲公司", "2026-03-10", Some("2026-03-12"))];
        for (periods, tied) in [
            (vec![days("2026-03-01", "2026-03-31")], true),
            (vec![days("2026-03-12", "2026-03-12")], true),
            (vec![days("2026-03-13", "2026-03-31")], false),
            (vec![days("2026-03-01", "2026-03-09")], false),
            (vec![days("2026-03-01", "2026-03-09"), days("2026-03-10", "2026-03-10")], true),
        ] {
            assert_eq!(sides.ties(&it, &periods).len(), usize::from(tied), "{periods:?}");
        }
    }

    #[test]
    fn a12_2_an_affiliation_counts_both_ways_and_only_while_it_lasts() {
        let mut it = expert();
        it.declared_ties = vec![shares("乙公司", "2026-03-05", None)];
        let last = Some("2026-03-10");
        let by_party = [(Party::named("甲公司"), affiliate("乙 公司", "2026-01-01", last))];
        let by_other = [(Party::named("乙公司"), affiliate("甲公司", "2026-01-01", last))];
        for declared in [by_party, by_other] {
            let sides = Sides::new(Vec::new(), vec![Party::named("甲公司")], &declared);
            let found = sides.ties(&it, &[days("2026-03-01", "2026-03-31")]);
            assert_eq!((found.len(), found[0].party.as_str()), (1, "甲公司"));
            assert!(sides.ties(&it, &[days("2026-03-11", "2026-03-31")]).is_empty());
            assert!(sides.ties(&it, &[days("2026-03-01", "2026-03-04")]).is_empty());
            assert!(sides.touch(&[Party::named("乙公司")]) && !sides.touch(&[Party::named("丙公司")]));
        }
    }

    #[test]
    fn the_employer_of_now_is_none_before_that_employment_began() {
        let sides = Sides::new(Vec::new(), vec![Party::named("某设计院")], &[]);
        // At 某设计院 since 2016-03-03.
        assert!(sides.ties(&expert(), &[days("2016-03-01", "2016-03-02")]).is_empty());
        assert_eq!(sides.ties(&expert(), &[days("2016-03-01", "2016-03-03")]).len(), 1);
        let mut unknown_since = expert();
        unknown_since.qualification.work_history.clear();
        assert_eq!(sides.ties(&unknown_since, &[days("2016-03-01", "2016-03-02")]).len(), 1);
    }
}
