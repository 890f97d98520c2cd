use chrono::Days;
use proptest::prelude::*;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn party(name: &str, code: Option<&str>) -> Party {
    Party { code: code.map(|code| code.parse().unwrap()), ..Party::named(name) }
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

#[test]
fn a12_2_a_declared_tie_and_a_tie_to_an_affiliate_are_ties_to_the_party() {
    let on = date("2026-03-31");
    let contractor = party("甲公司", Some(TENCENT));
    let affiliate = Party { affiliate_of: Some("甲公司".into()), ..party("乙公司", Some(HUAWEI)) };
    let declared = |company: Party| DeclaredTie {
        id: crate::fixtures::id(1),
        version: 1,
        expert_id: crate::fixtures::id(2),
        kind: TieKind::Shareholding,
        organization_id: None,
        company,
        from: date("2020-01-01"),
        until: None,
        note: None,
        source: TieSource::Expert,
        declared_by: uuid::Uuid::nil(),
        created_at: crate::fixtures::now(),
        updated_at: crate::fixtures::now(),
    };
    let parties = [contractor.clone(), affiliate];
    let found = |declared: &[DeclaredTie], employer: Option<&Party>| {
        let found = ties(&[], employer, declared, &parties, on);
        found.into_iter().map(|tie| (tie.kind, tie.party_label())).collect::<Vec<_>>()
    };
    let own = declared(contractor);
    assert_eq!(found(&[own.clone(), own], None), [(TieKind::Shareholding, "甲公司".to_owned())]);
    let through = "甲公司（乙公司）".to_owned();
    assert_eq!(found(&[declared(party("乙公司", None))], None), [(TieKind::Shareholding, through.clone())]);
    let employer = party("改名的乙", Some(HUAWEI));
    assert_eq!(found(&[], Some(&employer)), [(TieKind::CurrentEmployer, through)]);
    assert_eq!(found(&[declared(party("丙公司", None))], None), []);
}
