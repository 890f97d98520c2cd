use super::*;
use crate::{
    code::REASON_REQUIRED,
    fixtures::{day, expert, expert_with},
    qualification::{EngineerClass, EngineerLevel, RegisteredSafetyEngineer, TitleLevel},
};

fn registered(mut it: Expert, until: &str) -> Expert {
    it.qualification.registered_safety_engineer = Some(RegisteredSafetyEngineer {
        level: EngineerLevel::Intermediate,
        class: EngineerClass::Construction,
        certificate_number: "ZA-1".into(),
        registered_until: day(until),
    });
    it
}

#[test]
fn a20_1_each_measure_from_each_standing() {
    use ConductKind::{Removal, Suspension, Warning};
    use ExpertStatus::{Active, Removed, Suspended};
    for (status, kind, next) in [
        (Active, Warning, Some(Active)),
        (Suspended, Warning, Some(Suspended)),
        (Removed, Warning, None),
        (Active, Suspension, Some(Suspended)),
        (Suspended, Suspension, None),
        (Active, Removal, Some(Removed)),
        (Suspended, Removal, Some(Removed)),
        (Removed, Removal, None),
    ] {
        let it = Expert { status, ..expert() };
        let result = it.clone().answer_for(kind, "多次逾期上传");
        match next {
            Some(next) => assert_eq!(result.unwrap().0.status, next, "{status} {kind}"),
            None => assert_eq!(result.unwrap_err().code, WRONG_STATE, "{status} {kind}"),
        }
        if next.is_some() {
            assert_eq!(it.answer_for(kind, " ").unwrap_err().code, REASON_REQUIRED);
        }
    }
    let suspended = Expert { status: Suspended, ..expert() };
    assert_eq!(suspended.reinstate("整改完成").unwrap().0.status, Active);
    assert_eq!(expert().reinstate("整改完成").unwrap_err().code, WRONG_STATE);
}

#[test]
fn a_lapse_is_due_at_its_limits_and_one_day_beyond() {
    use LapseNotice::{Lapsed, Ninety, Seven, Thirty};
    let until = day("2026-06-30");
    for (today, due) in [
        ("2026-03-31", None),
        ("2026-04-01", Some(Ninety)),
        ("2026-05-30", Some(Ninety)),
        ("2026-05-31", Some(Thirty)),
        ("2026-06-22", Some(Thirty)),
        ("2026-06-23", Some(Seven)),
        ("2026-06-30", Some(Seven)),
        ("2026-07-01", Some(Lapsed)),
        ("2027-07-01", Some(Lapsed)),
    ] {
        assert_eq!(LapseNotice::due(until, day(today)), due, "{today}");
    }
}

#[test]
fn what_was_said_is_not_said_again() {
    let it = registered(expert(), "2026-06-30");
    let said = |said, today| it.clone().lapse(said, day(today)).map(|lapse| (lapse.notice, lapse.days));
    assert_eq!(said(None, "2026-04-01"), Some((LapseNotice::Ninety, 90)));
    assert_eq!(said(Some(LapseNotice::Ninety), "2026-04-02"), None);
    assert_eq!(said(Some(LapseNotice::Ninety), "2026-06-01"), Some((LapseNotice::Thirty, 29)));
    assert_eq!(said(None, "2026-06-30"), Some((LapseNotice::Seven, 0)));
    assert_eq!(said(Some(LapseNotice::Seven), "2026-07-01"), Some((LapseNotice::Lapsed, -1)));
    assert_eq!(said(Some(LapseNotice::Lapsed), "2026-07-02"), None);
    let removed = Expert { status: ExpertStatus::Removed, ..it };
    assert_eq!(removed.lapse(None, day("2026-07-01")), None);
    assert_eq!(expert().lapse(None, day("2026-07-01")), None);
}

#[test]
fn a9_what_a_lapsed_registration_carried_is_left() {
    let left = |level, since| {
        let mut it = registered(expert_with(level, since), "2026-06-30");
        it.pools = vec![Pool::Leader, Pool::Member];
        let lapse = it.lapse(None, day("2026-07-01")).unwrap();
        (lapse.expert.pools, lapse.left)
    };
    let (leader, member) = (Pool::Leader, Pool::Member);
    // A senior title carries the leader by itself.
    assert_eq!(left(TitleLevel::Senior, "2010-01-01"), (vec![leader, member], vec![]));
    // An intermediate one carries the member (A9.2).
    assert_eq!(left(TitleLevel::Intermediate, "2010-01-01"), (vec![member], vec![leader]));
    // Nothing else carries anybody.
    assert_eq!(left(TitleLevel::Assistant, "2010-01-01"), (vec![], vec![leader, member]));
}

#[test]
fn a12_2_the_employer_before_becomes_history() {
    let (today, since) = (day("2026-03-02"), day("2026-03-01"));
    let other = Party::named("乙公司");
    let (it, event) = expert().change_employer(&other, since, today).unwrap();
    assert_eq!((event.name, it.employer_name.as_str()), ("expert_employer_changed", "乙公司"));
    let history: Vec<_> =
        it.qualification.work_history.iter().map(|period| (period.employer.as_str(), period.to)).collect();
    assert_eq!(history, [("某设计院", Some(day("2026-02-28"))), ("乙公司", None)]);
    let ties: Vec<_> =
        it.ties(&[Party::named("某设计院"), other.clone()], today).into_iter().map(|tie| tie.kind).collect();
    assert_eq!(ties, [crate::tie::TieKind::FormerEmployer, crate::tie::TieKind::CurrentEmployer]);
    assert!(it.touches(&[Party::named("某设计院")]) && !it.touches(&[Party::named("丙公司")]));
    let code = |since| expert().change_employer(&other, day(since), today).unwrap_err().code;
    assert_eq!(code("2026-03-03"), WORK_PERIOD_IN_FUTURE);
    assert_eq!(code("2016-03-03"), PERIOD_REVERSED);
    let removed = Expert { status: ExpertStatus::Removed, ..expert() };
    assert_eq!(removed.change_employer(&other, since, today).unwrap_err().code, WRONG_STATE);
}
