use chrono::NaiveDate;

use super::*;
use crate::{
    FactName, Vocabulary,
    base::code::{PERIOD_REVERSED, REASON_REQUIRED, WRONG_STATE},
    fixtures::{day, expert, expert_with},
    library::qualification::{
        EngineerClass, EngineerLevel, LEADER_NOT_QUALIFIED, Pool, RegisteredSafetyEngineer, TitleLevel,
        WORK_PERIOD_IN_FUTURE,
    },
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

/// The expert, admitted on 13 January 2026 as of 某设计院, says on 2 March that they are of 乙公司.
fn changed(
    it: Expert,
    since: &str,
    by_the_expert: bool,
    reason: Option<&str>,
) -> Result<(Expert, Event), Violation> {
    let employer = Party::named("乙公司");
    let vouched_on = it.admission.admitted_on;
    let change = EmployerChange { employer: &employer, since: day(since), vouched_on, by_the_expert, reason };
    it.change_employer(&change, day("2026-03-02"))
}

fn worked(it: &Expert) -> Vec<(&str, Option<NaiveDate>)> {
    it.qualification.work_history.iter().map(|period| (period.employer.as_str(), period.to)).collect()
}

#[test]
fn a12_2_the_employer_before_becomes_history() {
    let (it, event) = changed(expert(), "2026-03-01", true, None).unwrap();
    assert_eq!(
        (event.name.code(), it.employer_name.as_str()),
        (EventName::ExpertEmployerChanged.code(), "乙公司")
    );
    assert_eq!(worked(&it), [("某设计院", Some(day("2026-02-28"))), ("乙公司", None)]);
    let parties = [Party::named("某设计院"), Party::named("乙公司")];
    let ties: Vec<_> = it.ties(&parties, day("2026-03-02")).into_iter().map(|tie| tie.kind).collect();
    assert_eq!(
        ties,
        [crate::library::tie::TieKind::FormerEmployer, crate::library::tie::TieKind::CurrentEmployer]
    );
    assert!(it.touches(&[Party::named("某设计院")]) && !it.touches(&[Party::named("丙公司")]));
    let code = |since| changed(expert(), since, false, Some("更正")).unwrap_err().code;
    assert_eq!(code("2026-03-03"), WORK_PERIOD_IN_FUTURE);
    assert_eq!(code("2016-03-03"), PERIOD_REVERSED);
    let removed = Expert { status: ExpertStatus::Removed, ..expert() };
    assert_eq!(changed(removed, "2026-03-01", true, None).unwrap_err().code, WRONG_STATE);
}

#[test]
fn a12_2_an_expert_does_not_end_a_tie_before_the_day_on_which_it_was_on_record() {
    let code = |since, own, reason| changed(expert(), since, own, reason).map_err(|it| it.code);
    assert!(code("2026-01-13", true, None).is_ok());
    assert_eq!(code("2026-01-12", true, None).unwrap_err(), EMPLOYER_BACKDATED);
    assert_eq!(code("2026-01-12", true, Some("早已离职")).unwrap_err(), EMPLOYER_BACKDATED);
    for none in [None, Some(" ")] {
        assert_eq!(code("2026-01-12", false, none).unwrap_err(), REASON_REQUIRED);
    }
    let (it, event) = changed(expert(), "2020-01-01", false, Some("社保记录更正")).unwrap();
    assert_eq!(worked(&it)[0], ("某设计院", Some(day("2019-12-31"))));
    assert_eq!(event.reason.as_deref(), Some("社保记录更正"));
}

#[test]
fn a12_2_an_employer_whose_beginning_nobody_wrote_down_stays_in_the_history() {
    for (since, from, to) in [
        ("2026-02-01", "2026-01-13", "2026-01-31"),
        ("2026-01-13", "2026-01-12", "2026-01-12"),
        ("2025-06-01", "2025-05-31", "2025-05-31"),
    ] {
        let mut it = expert();
        it.qualification.work_history[0].to = Some(day("2018-12-31"));
        let (it, _) = changed(it, since, false, Some("更正")).unwrap();
        let kept = &it.qualification.work_history[1];
        assert_eq!(
            (kept.employer.as_str(), kept.from, kept.to),
            ("某设计院", day(from), Some(day(to))),
            "{since}"
        );
        let ties = it.ties(&[Party::named("某设计院")], day("2026-03-02"));
        assert_eq!(ties[0].until, Some(day(to) + chrono::Months::new(36)));
    }
}

#[test]
fn a9_1_a_registration_is_renewed_and_not_with_one_that_has_lapsed() {
    let today = day("2026-07-01");
    let renewed = |until| registered(expert(), until).qualification.registered_safety_engineer.unwrap();
    let leader = |level| {
        let it = registered(expert_with(level, "2010-01-01"), "2026-07-10");
        Expert { pools: vec![Pool::Leader, Pool::Member], ..it }
    };
    let (it, event) = leader(TitleLevel::Assistant).renew_registration(renewed("2029-07-10"), today).unwrap();
    assert_eq!(
        (event.name.code(), it.registered_until()),
        (EventName::RegistrationRenewed.code(), Some(day("2029-07-10")))
    );
    assert!(event.facts.contains(&(FactName::UntilBefore, "2026-07-10".into())));
    assert_eq!(it.clone().lapse(Some(LapseNotice::Seven), today), None);
    assert_eq!(it.pools.len(), 2);
    let code = |it: Expert, renewed| it.renew_registration(renewed, today).map(drop).map_err(|it| it.code);
    assert_eq!(code(leader(TitleLevel::Assistant), renewed("2026-07-01")), Ok(()));
    assert_eq!(code(leader(TitleLevel::Assistant), renewed("2026-06-30")), Err(REGISTRATION_LAPSED_ALREADY));
    // What carries a place in the leader pool goes on to carry it.
    let other = RegisteredSafetyEngineer { class: EngineerClass::Chemical, ..renewed("2029-07-10") };
    assert_eq!(code(leader(TitleLevel::Assistant), other.clone()), Err(LEADER_NOT_QUALIFIED));
    assert_eq!(code(leader(TitleLevel::Senior), other), Ok(()));
    // A pool that was left does not come back by it.
    let left = Expert { pools: Vec::new(), ..leader(TitleLevel::Assistant) };
    assert!(left.renew_registration(renewed("2029-07-10"), today).unwrap().0.pools.is_empty());
    let removed = Expert { status: ExpertStatus::Removed, ..leader(TitleLevel::Senior) };
    assert_eq!(code(removed, renewed("2029-07-10")), Err(WRONG_STATE));
}

#[test]
fn a20_1_an_upload_is_late_by_what_is_said_of_it_last() {
    let said =
        |visit: u128, leads: bool, late: bool| Measured { visit_id: Uuid::from_u128(visit), leads, late };
    assert_eq!(late_uploads([]), (0, 0));
    // Overdue and then submitted is late once; a deadline that moved on takes it back.
    let all = [
        said(1, true, true),
        said(1, true, true),
        said(2, true, true),
        said(2, true, false),
        said(3, false, false),
        said(3, false, true),
        said(4, false, false),
    ];
    assert_eq!(late_uploads(all), (1, 1));
}
