//! What is known of someone, with what is said of them anew: nothing gets lost by being left out.

use chrono::NaiveDate;

use super::{EngineerClass, EngineerLevel, Qualification, RegisteredSafetyEngineer, Specialty, WorkPeriod};
use crate::{Vocabulary, base::key::comparison_key, library::company::Party};

impl WorkPeriod {
    /// An employment of which no more is known than that it was one.
    #[must_use]
    pub fn employed(employer: &Party, from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self {
            employer: employer.name.clone(),
            employer_code: employer.code.clone(),
            role: "在职".to_owned(),
            from,
            to,
            relevant: false,
        }
    }
}

impl Qualification {
    /// This one with what is newer: the union of titles, specialties and work.
    ///
    /// A title of the same certificate is the newer one. An employment that both name, by employer and first day,
    /// has ended when one of them says so, and lasted as long as either says. Of two registrations the one stays
    /// that counts for A9.1, then the one that is valid longer.
    #[must_use]
    pub fn with(&self, newer: &Self) -> Self {
        let mut titles = newer.titles.clone();
        let key = |number: &str| comparison_key(number);
        for title in &self.titles {
            if !titles.iter().any(|it| key(&it.certificate_number) == key(&title.certificate_number)) {
                titles.push(title.clone());
            }
        }
        let has = |it: &Specialty| self.specialties.contains(it) || newer.specialties.contains(it);
        Self {
            specialties: Specialty::ALL.iter().copied().filter(has).collect(),
            titles,
            registered_safety_engineer: registration(
                self.registered_safety_engineer.as_ref(),
                newer.registered_safety_engineer.as_ref(),
            ),
            work_history: work(&self.work_history, &newer.work_history),
        }
    }
}

fn registration(
    known: Option<&RegisteredSafetyEngineer>,
    newer: Option<&RegisteredSafetyEngineer>,
) -> Option<RegisteredSafetyEngineer> {
    let weight = |it: &&RegisteredSafetyEngineer| {
        let counts = it.class == EngineerClass::Construction && it.level >= EngineerLevel::Intermediate;
        (counts, it.registered_until)
    };
    // Of two that weigh the same the last is taken.
    known.into_iter().chain(newer).max_by_key(weight).cloned()
}

fn work(known: &[WorkPeriod], newer: &[WorkPeriod]) -> Vec<WorkPeriod> {
    let mut all = newer.to_vec();
    for period in known {
        let same = |it: &&mut WorkPeriod| {
            it.from == period.from && Party::employing(it).is_same_company(&Party::employing(period))
        };
        match all.iter_mut().find(same) {
            Some(it) => {
                it.to = match (it.to, period.to) {
                    (Some(one), Some(other)) => Some(one.max(other)),
                    (one, other) => one.or(other),
                };
                it.employer_code = it.employer_code.take().or_else(|| period.employer_code.clone());
            }
            None => all.push(period.clone()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::{day, expert_with},
        library::qualification::{Title, TitleField, TitleLevel},
    };

    fn of(employer: &str, from: &str, to: Option<&str>) -> WorkPeriod {
        WorkPeriod { relevant: true, ..WorkPeriod::employed(&Party::named(employer), day(from), to.map(day)) }
    }

    fn worked(history: Vec<WorkPeriod>) -> Qualification {
        Qualification { work_history: history, ..expert_with(TitleLevel::Senior, "2016-03-03").qualification }
    }

    #[test]
    fn no_employment_is_lost() {
        let known = worked(vec![
            of("甲", "2010-01-01", Some("2014-12-31")),
            of("乙", "2015-01-01", Some("2026-01-31")),
            of("丙", "2026-02-01", None),
        ]);
        let newer = worked(vec![of("乙", "2015-01-01", None), of("丁", "2012-01-01", Some("2013-12-31"))]);
        let both = known.with(&newer).work_history;
        let said: Vec<_> = both.iter().map(|it| (it.employer.as_str(), it.from, it.to)).collect();
        assert_eq!(
            said,
            [
                ("乙", day("2015-01-01"), Some(day("2026-01-31"))),
                ("丁", day("2012-01-01"), Some(day("2013-12-31"))),
                ("甲", day("2010-01-01"), Some(day("2014-12-31"))),
                ("丙", day("2026-02-01"), None),
            ]
        );
        let longer = worked(vec![of("甲", "2010-01-01", Some("2013-12-31"))]);
        assert_eq!(known.with(&longer).work_history[0].to, Some(day("2014-12-31")));
    }

    #[test]
    fn titles_and_specialties_are_those_of_both() {
        let title = |number: &str, level| Title {
            level,
            field: TitleField::BuildingMunicipal,
            certificate_number: number.into(),
            obtained_on: day("2015-01-01"),
        };
        let mut known = worked(Vec::new());
        known.titles = vec![title("A 1", TitleLevel::Intermediate), title("B", TitleLevel::Assistant)];
        known.specialties = vec![Specialty::Electrical];
        let mut newer = worked(Vec::new());
        newer.titles = vec![title("a1", TitleLevel::Senior)];
        newer.specialties = vec![Specialty::Civil];
        let both = known.with(&newer);
        let titles: Vec<_> =
            both.titles.iter().map(|it| (it.certificate_number.as_str(), it.level)).collect();
        assert_eq!(titles, [("a1", TitleLevel::Senior), ("B", TitleLevel::Assistant)]);
        assert_eq!(both.specialties, [Specialty::Civil, Specialty::Electrical]);
    }

    #[test]
    fn the_registration_that_carries_further_stays() {
        let engineer = |class, until: &str| {
            Some(RegisteredSafetyEngineer {
                level: EngineerLevel::Intermediate,
                class,
                certificate_number: "E".into(),
                registered_until: day(until),
            })
        };
        let kept = |known: Option<RegisteredSafetyEngineer>, newer: Option<RegisteredSafetyEngineer>| {
            registration(known.as_ref(), newer.as_ref()).map(|it| (it.class, it.registered_until))
        };
        let (construction, other) = (EngineerClass::Construction, EngineerClass::Chemical);
        let long = Some((construction, day("2029-01-01")));
        assert_eq!(kept(engineer(construction, "2029-01-01"), engineer(construction, "2027-01-01")), long);
        assert_eq!(kept(engineer(construction, "2027-01-01"), engineer(construction, "2029-01-01")), long);
        assert_eq!(kept(engineer(construction, "2029-01-01"), engineer(other, "2031-01-01")), long);
        assert_eq!(kept(engineer(construction, "2029-01-01"), None), long);
        assert_eq!(kept(None, engineer(construction, "2029-01-01")), long);
        assert_eq!(kept(None, None), None);
    }
}
