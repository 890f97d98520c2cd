use super::*;
use crate::{
    fixtures::*,
    library::{
        certificate::CERTIFICATE_REPEATED,
        company::Party,
        council_session::{
            CouncilSession, CouncilSessionStatus, Fraction, MajorityRule, SessionTerms, VoteOutcome, Votes,
        },
        expert::{ExpertStatus, LastChanged},
        qualification::{
            EngineerClass, EngineerLevel, LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED,
            RegisteredSafetyEngineer, SPECIALTY_REQUIRED, TITLE_IN_FUTURE, TitleLevel, WORK_HISTORY_TOO_LONG,
            WORK_PERIOD_IN_FUTURE, WORK_PERIOD_REVERSED, WorkPeriod,
        },
        tie::TieKind,
    },
};

use ExpertApplicationStatus as Is;
use Operation as Do;

fn today() -> NaiveDate {
    day("2026-03-02")
}

fn session() -> CouncilSession {
    CouncilSession {
        id: id(601),
        version: 1,
        status: CouncilSessionStatus::Open,
        status_reason: None,
        terms: SessionTerms {
            number: "LS-2".into(),
            held_on: today(),
            council_size: 3,
            members_present: 3,
            present_members: Vec::new(),
            quorum: Fraction { numerator: 2, denominator: 3 },
            majority: Fraction { numerator: 1, denominator: 2 },
            majority_rule: MajorityRule::MoreThan,
        },
        created_by: Uuid::from_u128(900),
        closed_at: None,
        created_at: now(),
        updated_at: now(),
    }
}

const VOTES: Votes = Votes { votes_for: 3, votes_against: 0, votes_abstain: 0 };
const TITLE: &[ApplicationFileKind] = &[ApplicationFileKind::TitleCertificate];

#[test]
fn transitions() {
    let live =
        [Is::Draft, Is::Submitted, Is::Returned, Is::Reviewed, Is::PutToVote, Is::Passed, Is::OnNotice];
    let mut expected = vec![
        (Is::Draft, Do::UpdateExpertApplication, Is::Draft),
        (Is::Draft, Do::UploadApplicationFile, Is::Draft),
        (Is::Draft, Do::SubmitExpertApplication, Is::Submitted),
        (Is::Returned, Do::UpdateExpertApplication, Is::Returned),
        (Is::Returned, Do::UploadApplicationFile, Is::Returned),
        (Is::Returned, Do::SubmitExpertApplication, Is::Submitted),
        (Is::Submitted, Do::ReturnExpertApplication, Is::Returned),
        (Is::Submitted, Do::RejectExpertApplication, Is::Rejected),
        (Is::Submitted, Do::ReviewExpertApplication, Is::Reviewed),
        (Is::Reviewed, Do::PutApplicationsToVote, Is::PutToVote),
        (Is::PutToVote, Do::RecordCouncilVotes, Is::PutToVote),
        (Is::PutToVote, Do::CloseCouncilSession, Is::Passed),
        (Is::PutToVote, Do::AdjournCouncilSession, Is::Reviewed),
        (Is::Passed, Do::CreatePublicNotice, Is::OnNotice),
        (Is::OnNotice, Do::CreateObjection, Is::OnNotice),
        (Is::OnNotice, Do::DismissObjection, Is::OnNotice),
        (Is::OnNotice, Do::UpholdObjection, Is::ObjectionUpheld),
    ];
    expected.extend(live.map(|from| (from, Do::WithdrawExpertApplication, Is::Withdrawn)));
    let under_review = live.into_iter().filter(|it| *it != Is::Draft);
    expected.extend(under_review.map(|it| (it, Do::UnmaskExpertApplication, it)));
    assert_transitions(&expected);
    for status in Is::ALL {
        assert_eq!(status.is_live(), live.contains(status), "{status}");
    }
}

/// A8.1: no step can be skipped, whatever it is asked in.
#[test]
fn every_step_out_of_order_is_refused() {
    let by = Uuid::from_u128(900);
    assert_guarded(Do::UpdateExpertApplication, application, |it| {
        let terms = it.terms.clone();
        it.update(terms, None, today())
    });
    assert_guarded(Do::SubmitExpertApplication, application, |it| it.submit(TITLE, None, today(), now()));
    assert_guarded(Do::WithdrawExpertApplication, application, |it| it.withdraw("不再申请"));
    assert_guarded(Do::ReturnExpertApplication, application, |it| it.return_for_correction(by, "补材料"));
    assert_guarded(Do::RejectExpertApplication, application, |it| it.reject(by, "材料不实"));
    assert_guarded(Do::ReviewExpertApplication, application, |it| it.review(None, by, today(), now()));
    assert_guarded(Do::PutApplicationsToVote, application, |it| it.put_to_vote(&session()));
    assert_guarded(Do::CloseCouncilSession, application, |it| {
        it.decide(&session().terms, VOTES, VoteOutcome::Passed)
    });
    assert_guarded(Do::AdjournCouncilSession, application, |it| it.adjourn("出席人数不足"));
    assert_guarded(Do::CreatePublicNotice, application, |it| it.publish(id(1)));
    assert_guarded(Do::UpholdObjection, application, |it| it.uphold_objection("属实"));
    for status in Is::ALL {
        let it = || application(*status);
        let voted_down = it().decide(&session().terms, VOTES, VoteOutcome::VotedDown);
        assert_eq!(voted_down.is_ok(), *status == Is::PutToVote, "{status}");
        assert_eq!(voted_down.is_ok_and(|(next, _)| next.status == Is::VotedDown), *status == Is::PutToVote);
        let admitted = it().admit(id(801), now());
        assert_eq!(admitted.is_ok(), *status == Is::OnNotice, "{status}");
        assert_eq!(it().lapse("注册到期").is_ok(), *status == Is::OnNotice, "{status}");
        for outcome in [VoteOutcome::Withdrawn, VoteOutcome::Adjourned] {
            assert!(it().decide(&session().terms, VOTES, outcome).is_err());
        }
    }
}

#[test]
fn what_ends_it_needs_a_reason() {
    assert_needs_reason(|| application(Is::Draft), ExpertApplication::withdraw);
    let by = Uuid::from_u128(900);
    assert_needs_reason(|| application(Is::Submitted), |it, reason| it.return_for_correction(by, reason));
    assert_needs_reason(|| application(Is::Submitted), |it, reason| it.reject(by, reason));
    assert_needs_reason(|| application(Is::PutToVote), ExpertApplication::adjourn);
    assert_needs_reason(|| application(Is::OnNotice), ExpertApplication::uphold_objection);
}

#[test]
fn it_is_passed_on_only_where_a9_is_met() {
    let by = Uuid::from_u128(900);
    let review = |level, since: &str, pool| {
        let mut it = application(Is::Submitted);
        it.terms.qualification = expert_with(level, since).qualification;
        it.terms.pool = pool;
        it.review(None, by, today(), now()).err().map(|violation| violation.code)
    };
    assert_eq!(review(TitleLevel::Senior, "2016-03-03", Pool::Leader), None);
    assert_eq!(review(TitleLevel::Senior, "2016-03-04", Pool::Leader), Some(LEADER_NOT_QUALIFIED));
    assert_eq!(review(TitleLevel::Intermediate, "2021-03-03", Pool::Member), None);
    assert_eq!(review(TitleLevel::Intermediate, "2021-03-04", Pool::Member), Some(MEMBER_NOT_QUALIFIED));
    let (reviewed, event) = application(Is::Submitted).review(None, by, today(), now()).unwrap();
    assert_eq!((reviewed.reviewed_by, reviewed.reviewed_at), (Some(by), Some(now())));
    assert_eq!(event.name.code(), EventName::ExpertApplicationReviewed.code());
    // What it was assessed by stays as it was, however long the rest takes.
    let kept = reviewed.assessment.clone().unwrap();
    assert_eq!((kept.on, kept.qualified, kept.experience.years), (today(), true, 10));
    assert_eq!(reviewed.assessed(day("2027-03-02")), kept);
    assert_eq!(application(Is::Submitted).assessed(day("2027-03-02")).experience.years, 11);
}

/// What a session did not decide goes back to where it came from, and to another session.
#[test]
fn what_was_adjourned_can_be_put_to_another_session() {
    let (put, _) = application(Is::Reviewed).put_to_vote(&session()).unwrap();
    let (back, event) = put.adjourn("出席人数不足").unwrap();
    assert_eq!((back.status, back.council_session_id, &back.status_reason), (Is::Reviewed, None, &None));
    assert_eq!(event.reason.as_deref(), Some("出席人数不足"));
    let (again, _) = back.put_to_vote(&CouncilSession { id: id(602), ..session() }).unwrap();
    assert_eq!(again.council_session_id, Some(id(602)));
}

#[test]
fn its_events_say_the_vote() {
    let (_, event) = application(Is::PutToVote).decide(&session().terms, VOTES, VoteOutcome::Passed).unwrap();
    for fact in [
        ("votes_for", "3"),
        ("votes_against", "0"),
        ("votes_abstain", "0"),
        ("outcome", "passed"),
        ("council_decision_number", "LS-2"),
        ("held_on", "2026-03-02"),
    ] {
        assert!(event.facts.iter().any(|(name, value)| (name.code(), value.as_str()) == fact), "{fact:?}");
    }
}

#[test]
fn it_is_submitted_with_the_certificates_that_it_names() {
    let draft = || application(Is::Draft);
    let refused_for = |it: ExpertApplication, files: &[ApplicationFileKind]| {
        let violation = it.submit(files, None, today(), now()).unwrap_err();
        assert_eq!(violation.code, CERTIFICATE_FILE_MISSING);
        violation.params[0].1.en.clone()
    };
    assert_eq!(refused_for(draft(), &[]), "Certificate of a title");
    assert_eq!(refused_for(draft(), &[ApplicationFileKind::WorkProof]), "Certificate of a title");
    let mut both = draft();
    both.terms.qualification.registered_safety_engineer = Some(engineer("E-1"));
    assert_eq!(
        refused_for(both.clone(), &[]),
        "Certificate of a title, Certificate of a registered safety engineer"
    );
    let files = [ApplicationFileKind::TitleCertificate, ApplicationFileKind::EngineerCertificate];
    let (submitted, _) = both.submit(&files, None, today(), now()).unwrap();
    assert_eq!(submitted.submitted_at, Some(now()));
    // One certificate, one file.
    let mut two = draft();
    let mut second = two.terms.qualification.titles[0].clone();
    second.certificate_number = "ZC-2".into();
    two.terms.qualification.titles.push(second);
    assert_eq!(refused_for(two.clone(), &[]), "Certificate of a title (2 files)");
    assert_eq!(refused_for(two.clone(), TITLE), "Certificate of a title");
    assert!(two.submit(&[TITLE[0], TITLE[0]], None, today(), now()).is_ok());
    let mut none = draft();
    none.terms.qualification.titles.clear();
    assert!(none.submit(&[], None, today(), now()).is_ok());
}

fn engineer(number: &str) -> RegisteredSafetyEngineer {
    RegisteredSafetyEngineer {
        level: EngineerLevel::Intermediate,
        class: EngineerClass::Construction,
        certificate_number: number.into(),
        registered_until: day("2028-01-01"),
    }
}

#[test]
fn every_field_that_is_wrong_is_told() {
    let wrong = |change: fn(&mut ApplicationTerms)| {
        let mut it = application(Is::Draft);
        change(&mut it.terms);
        it.create(None, today())
            .err()
            .map(|violation| (violation.code, violation.fields[0].pointer.to_string()))
    };
    assert_eq!(wrong(|_| ()), None);
    assert_eq!(
        wrong(|it| it.qualification.specialties.clear()),
        Some((SPECIALTY_REQUIRED, "/specialties".into()))
    );
    assert_eq!(wrong(|it| it.qualification.titles[0].obtained_on = day("2026-03-02")), None);
    assert_eq!(
        wrong(|it| it.qualification.titles[0].obtained_on = day("2026-03-03")),
        Some((TITLE_IN_FUTURE, "/titles/0/obtained_on".into()))
    );
    assert_eq!(
        wrong(|it| it.qualification.work_history[0].from = day("2026-03-03")),
        Some((WORK_PERIOD_IN_FUTURE, "/work_history/0/from".into()))
    );
    assert_eq!(
        wrong(|it| it.qualification.work_history[0].to = Some(day("2016-03-02"))),
        Some((WORK_PERIOD_REVERSED, "/work_history/0/to".into()))
    );
    let twice: fn(&mut ApplicationTerms) = |it| {
        let mut same = it.qualification.titles[0].clone();
        same.certificate_number = " zc-1".into();
        it.qualification.titles.push(same);
    };
    assert_eq!(wrong(twice), Some((CERTIFICATE_REPEATED, "/titles/1/certificate_number".into())));
}

#[test]
fn who_is_in_the_library_applies_only_for_the_pool_that_they_are_not_in() {
    let entry = |pools: Vec<Pool>, status| Expert { pools, status, ..expert() };
    let create = |entry: &Expert, pool| {
        let mut it = application(Is::Draft);
        it.terms.pool = pool;
        it.create(Some(entry), today()).map(|(it, _)| it.expert_id)
    };
    let member = entry(vec![Pool::Member], ExpertStatus::Active);
    assert_eq!(create(&member, Pool::Leader), Ok(Some(member.id)));
    assert_eq!(refused(create(&member, Pool::Member)), ALREADY_IN_POOL);
    let leader = entry(vec![Pool::Leader, Pool::Member], ExpertStatus::Active);
    assert_eq!(refused(create(&leader, Pool::Leader)), ALREADY_IN_POOL);
    let suspended = entry(vec![Pool::Member], ExpertStatus::Suspended);
    assert_eq!(refused(create(&suspended, Pool::Leader)), ENTRY_NOT_ACTIVE);
    // Who was removed comes back by the same way as everyone, for whichever pool.
    let removed = entry(vec![Pool::Member], ExpertStatus::Removed);
    for pool in [Pool::Member, Pool::Leader] {
        assert_eq!(create(&removed, pool), Ok(Some(removed.id)));
    }
    let mut worked = member.clone();
    let mut periods = vec![worked.qualification.work_history[0].clone(); 99];
    for (days, period) in (1..).zip(&mut periods) {
        period.from = day("2015-01-01") + chrono::TimeDelta::days(days);
    }
    worked.qualification.work_history = periods;
    assert!(create(&worked, Pool::Leader).is_ok());
    let more = worked.qualification.work_history[0].clone();
    worked.qualification.work_history.push(WorkPeriod { from: day("2014-01-01"), ..more });
    assert_eq!(refused(create(&worked, Pool::Leader)), WORK_HISTORY_TOO_LONG);
}

/// Submitted on the morning of 2 March 2026.
fn went_the_whole_way() -> ExpertApplication {
    ExpertApplication { submitted_at: Some(at("2026-03-02T01:00:00Z")), ..application(Is::OnNotice) }
}

#[test]
fn a_member_becomes_a_leader_by_an_application_that_went_the_whole_way() {
    let member = Expert { pools: vec![Pool::Member], ..expert_with(TitleLevel::Intermediate, "2016-03-03") };
    let whole = went_the_whole_way();
    let (admission, last) = (expert().admission, LastChanged::default());
    let (leader, event) = member.clone().requalify(&whole, &admission, last, today()).unwrap();
    assert_eq!(leader.pools, [Pool::Leader, Pool::Member]);
    assert_eq!(leader.qualification.titles[0].level, TitleLevel::Senior);
    assert!(event.facts.contains(&(FactName::PublicNoticeNumber, "GS-1".into())));
    assert_eq!(refused(leader.requalify(&whole, &admission, last, today())), ALREADY_IN_POOL);
    let removed = Expert { status: ExpertStatus::Removed, ..member.clone() };
    assert_eq!(refused(removed.requalify(&whole, &admission, last, today())), ENTRY_NOT_ACTIVE);
    let suspended = Expert { status: ExpertStatus::Suspended, ..member.clone() };
    assert_eq!(refused(suspended.clone().requalify(&whole, &admission, last, today())), ENTRY_NOT_ACTIVE);
    let review =
        |entry: &Expert| application(Is::Submitted).review(Some(entry), Uuid::from_u128(900), today(), now());
    assert_eq!(refused(review(&suspended)), ENTRY_NOT_ACTIVE);
    assert!(review(&member).is_ok());
    let mut short = whole;
    short.terms.qualification = expert_with(TitleLevel::Senior, "2016-03-04").qualification;
    assert_eq!(refused(member.requalify(&short, &admission, last, today())), LEADER_NOT_QUALIFIED);
}

/// A12.2: an employer of the last three years that the application leaves out still ties.
#[test]
fn an_employer_that_the_application_leaves_out_is_not_forgotten() {
    let mut member = Expert { pools: vec![Pool::Member], ..expert() };
    let employed = |employer: &str, from: &str, to: Option<&str>| WorkPeriod {
        relevant: true,
        ..WorkPeriod::employed(&Party::named(employer), day(from), to.map(day))
    };
    member.qualification.work_history =
        vec![employed("前单位", "2020-01-01", Some("2024-06-30")), employed("现单位", "2024-07-01", None)];
    member.employer_name = "现单位".into();
    let mut application = went_the_whole_way();
    application.terms.employer_name = "新单位".into();
    application.terms.qualification.work_history = vec![employed("新单位", "2010-01-01", None)];
    let kind = |of: &Expert, company: &str| {
        of.ties(&[Party::named(company)], today()).first().map(|tie| (tie.kind, tie.until))
    };
    let (leader, _) =
        member.clone().requalify(&application, &expert().admission, LastChanged::default(), today()).unwrap();
    assert_eq!(kind(&leader, "前单位"), Some((TieKind::FormerEmployer, Some(day("2027-06-30")))));
    assert_eq!(kind(&leader, "现单位"), Some((TieKind::FormerEmployer, Some(day("2029-03-01")))));
    assert_eq!(kind(&leader, "新单位").map(|it| it.0), Some(TieKind::CurrentEmployer));

    // Of an employment that nothing but the entry tells of, it is known that it lasted until now.
    member.qualification.work_history.clear();
    let (leader, _) =
        member.clone().requalify(&application, &expert().admission, LastChanged::default(), today()).unwrap();
    assert_eq!(kind(&leader, "现单位"), Some((TieKind::FormerEmployer, Some(day("2029-03-01")))));

    // Nor does it help to say that it had ended before the library took them for employed there.
    let mut early = application.clone();
    early.terms.qualification.work_history.push(employed("现单位", "2019-01-01", Some("2022-12-31")));
    let (leader, _) =
        member.clone().requalify(&early, &expert().admission, LastChanged::default(), today()).unwrap();
    assert_eq!(kind(&leader, "现单位"), Some((TieKind::FormerEmployer, Some(day("2029-03-01")))));
    // When it ended since is the application's to say.
    early.terms.qualification.work_history.push(employed("现单位", "2024-07-01", Some("2026-01-31")));
    let (leader, _) =
        member.clone().requalify(&early, &expert().admission, LastChanged::default(), today()).unwrap();
    assert_eq!(kind(&leader, "现单位"), Some((TieKind::FormerEmployer, Some(day("2029-01-31")))));

    // The employer was changed while the application was pending: that is newer.
    let last = LastChanged { employer: Some(at("2026-03-02T01:00:01Z")), removed: None };
    let (leader, _) = member.clone().requalify(&application, &expert().admission, last, today()).unwrap();
    assert_eq!(
        (leader.employer_name.as_str(), kind(&leader, "现单位").map(|it| it.0)),
        ("现单位", Some(TieKind::CurrentEmployer))
    );
    assert_eq!(kind(&leader, "新单位").map(|it| it.0), Some(TieKind::CurrentEmployer));
    let last = LastChanged { employer: Some(at("2026-03-02T00:59:59Z")), removed: None };
    let (leader, _) = member.requalify(&application, &expert().admission, last, today()).unwrap();
    assert_eq!(leader.employer_name, "新单位");
}

#[test]
fn who_was_removed_comes_back_by_admission_alone() {
    let removed = Expert {
        status: ExpertStatus::Removed,
        pools: vec![Pool::Leader, Pool::Member],
        ..expert_with(TitleLevel::Senior, "2016-03-03")
    };
    let admission =
        crate::library::expert::Admission { council_decision_number: "LS-2".into(), ..expert().admission };
    let back = |removed_at: &str| {
        let last = LastChanged { employer: None, removed: Some(at(removed_at)) };
        removed.clone().requalify(&went_the_whole_way(), &admission, last, today())
    };
    let (active, event) = back("2026-03-02T00:59:59Z").unwrap();
    assert_eq!((active.status, active.id), (ExpertStatus::Active, removed.id));
    assert_eq!(active.admission.council_decision_number, "LS-2");
    assert_eq!(
        (event.name.code(), event.from, event.to),
        (EventName::ExpertReadmitted.code(), Some("removed"), Some("active"))
    );
    // An application from before the removal does not undo it.
    assert_eq!(refused(back("2026-03-02T01:00:00Z")), ENTRY_NOT_ACTIVE);
}

/// A draft is the applicant's alone.
#[test]
fn nobody_else_reads_a_draft() {
    use crate::{
        access::{self, Port},
        fixtures::APPLICANT,
    };
    let caller = |port| access::Caller {
        who: access::Who::User(Uuid::from_u128(1)),
        organization_id: Some(id(77)),
        port: Some(port),
        role: access::Role::Admin,
        ..access::Caller::NOBODY
    };
    let applicant = access::Caller {
        who: access::Who::User(APPLICANT),
        role: access::Role::Operator,
        ..access::Caller::NOBODY
    };
    let reads = |caller: &access::Caller, it: &ExpertApplication| {
        access::may(caller, Do::GetExpertApplication, &it.relations()).is_ok()
    };
    for status in Is::ALL {
        let submitted_at = (*status != Is::Draft).then(now);
        let it = ExpertApplication { submitted_at, ..application(*status) };
        assert!(reads(&applicant, &it), "{status}");
        for port in [Port::Association, Port::Regulator] {
            assert_eq!(reads(&caller(port), &it), *status != Is::Draft, "{port} {status}");
            // It is no more to them for being withdrawn.
            assert!(!reads(&caller(port), &application(Is::Withdrawn)), "{port}");
        }
    }
}

#[test]
fn files_come_while_it_is_written_and_not_without_end() {
    for status in Is::ALL {
        let taken = ApplicationFile::admit(&application(*status), 0).is_ok();
        assert_eq!(taken, matches!(status, Is::Draft | Is::Returned), "{status}");
    }
    assert!(ApplicationFile::admit(&application(Is::Draft), MAX_FILES - 1).is_ok());
    assert_eq!(refused(ApplicationFile::admit(&application(Is::Draft), MAX_FILES)), TOO_MANY_FILES);
}
