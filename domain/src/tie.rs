//! Ties between an expert and the parties of a project (回避), found from the record (A12.2).

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{identifier::UnifiedSocialCreditCode, qualification::WorkPeriod, vocabulary};

/// Months for which a former employment ties.
const FORMER_EMPLOYER: Months = Months::new(36);

vocabulary! {
    /// Kinds of ties that keep an expert out of a group (A12.2).
    pub enum TieKind {
        CurrentEmployer = "current_employer" / "现任职单位" / "current employer",
        FormerEmployer = "former_employer" / "近三年任职单位" / "employer in the past three years",
        Shareholding = "shareholding" / "持股" / "shareholding",
        Kinship = "kinship" / "近亲属关系" / "kinship",
        OtherInterest = "other_interest" / "其他利害关系" / "other interest",
    }
}

/// A party (参建单位) of a project, or an employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// Its unified social credit code, where it is known.
    pub code: Option<UnifiedSocialCreditCode>,
}

/// A tie (利害关系) of an expert to a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// What kind of tie.
    pub kind: TieKind,
    /// The party's name.
    pub party: String,
    /// The last day on which it binds; none while it goes on.
    pub until: Option<NaiveDate>,
}

/// The ties to these parties by employment, on a day: at most one per party, the one that binds longest (A12.2).
///
/// An employer is a party where their credit codes are equal, or, where one has none, their names without
/// white space and with parentheses of one width. An employment ties while it lasts and for three years
/// after its last day: three years ago to the day still ties, a day more does not.
#[must_use]
pub fn ties_by_employer(
    history: &[WorkPeriod],
    current_employer: Option<&Party>,
    parties: &[Party],
    on: NaiveDate,
) -> Vec<Tie> {
    parties.iter().filter_map(|party| tie_to(party, history, current_employer, on)).collect()
}

fn tie_to(party: &Party, history: &[WorkPeriod], current: Option<&Party>, on: NaiveDate) -> Option<Tie> {
    let tie = |kind, until| Tie { kind, party: party.name.clone(), until };
    let current = current.filter(|employer| same(&employer.name, employer.code.as_ref(), party));
    let mut ends = Vec::new();
    for period in history.iter().filter(|period| period.from <= on) {
        if same(&period.employer, period.employer_code.as_ref(), party) {
            ends.push(period.to.filter(|to| *to < on));
        }
    }
    if current.is_some() || ends.contains(&None) {
        return Some(tie(TieKind::CurrentEmployer, None));
    }
    let until =
        ends.into_iter().flatten().max()?.checked_add_months(FORMER_EMPLOYER).unwrap_or(NaiveDate::MAX);
    (until >= on).then(|| tie(TieKind::FormerEmployer, Some(until)))
}

fn same(name: &str, code: Option<&UnifiedSocialCreditCode>, party: &Party) -> bool {
    match (code, &party.code) {
        (Some(code), Some(other)) => code == other,
        _ => {
            let name = plain(name);
            !name.is_empty() && name == plain(&party.name)
        }
    }
}

/// A name without white space, its parentheses of one width.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(|character| !character.is_whitespace());
    kept.map(|character| match character {
        '（' => '(',
        '）' => ')',
        other => other,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn party(name: &str, code: Option<&str>) -> Party {
        Party { name: name.into(), code: code.map(|code| code.parse().unwrap()) }
    }

    fn worked(employer: &Party, from: &str, to: Option<&str>) -> WorkPeriod {
        WorkPeriod {
            employer: employer.name.clone(),
            employer_code: employer.code.clone(),
            role: "安全员".into(),
            from: date(from),
            to: to.map(date),
            relevant: false,
        }
    }

    const TENCENT: &str = "9144030071526726XG";
    const HUAWEI: &str = "914403001922038216";

    #[test]
    fn a12_2_three_years_ago_to_the_day_still_ties() {
        let company = party("厦门某建设公司", None);
        let tie = |to: Option<&str>, on: &str| {
            let history = [worked(&company, "2010-01-01", to)];
            ties_by_employer(&history, None, std::slice::from_ref(&company), date(on))
                .first()
                .map(|tie| (tie.kind, tie.until.map(|until| until.to_string())))
        };
        let former = |until: &str| Some((TieKind::FormerEmployer, Some(until.to_owned())));
        assert_eq!(tie(Some("2023-03-31"), "2026-03-31"), former("2026-03-31"));
        assert_eq!(tie(Some("2023-03-30"), "2026-03-31"), None);
        assert_eq!(tie(Some("2024-02-29"), "2027-02-28"), former("2027-02-28"));
        assert_eq!(tie(Some("2024-02-29"), "2027-03-01"), None);
        assert_eq!(tie(Some("2026-03-30"), "2026-03-31"), former("2029-03-30"));
        assert_eq!(tie(Some("2026-03-31"), "2026-03-31"), Some((TieKind::CurrentEmployer, None)));
        assert_eq!(tie(None, "2026-03-31"), Some((TieKind::CurrentEmployer, None)));
        assert_eq!(tie(None, "2009-12-31"), None);
    }

    #[test]
    fn codes_decide_where_both_have_one_and_names_otherwise() {
        let on = date("2026-03-31");
        let ties = |employer: &Party, party: Party| ties_by_employer(&[], Some(employer), &[party], on).len();
        let employer = party("厦门某建设（集团）公司", Some(TENCENT));
        assert_eq!(ties(&employer, party("改名后的公司", Some(TENCENT))), 1);
        assert_eq!(ties(&employer, party("厦门某建设（集团）公司", Some(HUAWEI))), 0);
        assert_eq!(ties(&employer, party(" 厦门某建设\u{3000}(集团) 公司", None)), 1);
        assert_eq!(ties(&employer, party("厦门某建设公司", None)), 0);
        assert_eq!(ties(&party(" ", None), party("", None)), 0);
    }

    #[test]
    fn of_several_employments_the_one_that_binds_longest_is_named() {
        let (one, other) = (party("甲公司", None), party("乙公司", None));
        let history = [
            worked(&one, "2015-01-01", Some("2024-01-31")),
            worked(&one, "2024-06-01", Some("2024-12-31")),
            worked(&other, "2020-01-01", Some("2020-12-31")),
        ];
        let ties = ties_by_employer(
            &history,
            Some(&other),
            &[one.clone(), other.clone(), party("丙公司", None)],
            date("2026-03-31"),
        );
        let found: Vec<_> = ties.iter().map(|tie| (tie.kind, tie.party.as_str(), tie.until)).collect();
        assert_eq!(
            found,
            [
                (TieKind::FormerEmployer, "甲公司", Some(date("2027-12-31"))),
                (TieKind::CurrentEmployer, "乙公司", None),
            ]
        );
    }

    proptest! {
        #[test]
        fn a_tie_binds_through_its_last_day_and_no_longer(end in 0..15_000_u64) {
            let company = party("甲公司", None);
            let to = date("1990-01-01") + Days::new(end);
            let history = [WorkPeriod { to: Some(to), ..worked(&company, "1980-01-01", None) }];
            let ties = |on| ties_by_employer(&history, None, std::slice::from_ref(&company), on);
            let until = ties(to + Days::new(1))[0].until.unwrap();
            prop_assert_eq!(until, to + Months::new(36));
            prop_assert_eq!(ties(until).len(), 1);
            prop_assert_eq!(ties(until + Days::new(1)).len(), 0);
        }
    }
}
