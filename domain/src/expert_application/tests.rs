use super::*;
use crate::{
    certificate::CERTIFICATE_REPEATED,
    code::PERIOD_REVERSED,
    expert::ExpertStatus,
    fixtures::*,
    qualification::{
        EngineerClass, EngineerLevel, LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED, RegisteredSafetyEngineer,
        TitleLevel, WORK_PERIOD_IN_FUTURE,
    },
};

use ExpertApplicationStatus as Is;
use Operation as Do;

fn today() -> NaiveDate {
    day("2026-03-02")
}

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
        (Is::Passed, Do::CreatePublicNotice, Is::OnNotice),
        (Is::OnNotice, Do::CreateObjection, Is::OnNotice),
        (Is::OnNotice, Do::DismissObjection, Is::OnNotice),
        (Is::OnNotice, Do::UpholdObjection, Is::ObjectionUpheld),
    ];
    expected.extend(live.map(|from| (from, Do::WithdrawExpertApplication, Is::Withdrawn)));
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
    assert_guarded(Do::SubmitExpertApplication, application, |it| it.submit(TITLE, today(), now()));
    assert_guarded(Do::WithdrawExpertApplication, application, |it| it.withdraw("不再申请"));
    assert_guarded(Do::ReturnExpertApplication, application, |it| it.give_back("补材料"));
    assert_guarded(Do::RejectExpertApplication, application, |it| it.reject("材料不实"));
    assert_guarded(Do::ReviewExpertApplication, application, |it| it.review(by, today(), now()));
    assert_guarded(Do::PutApplicationsToVote, application, |it| it.put_to_vote(id(1)));
    assert_guarded(Do::CloseCouncilSession, application, |it| it.decide(VoteOutcome::Passed));
    assert_guarded(Do::CreatePublicNotice, application, |it| it.publish(id(1)));
    assert_guarded(Do::UpholdObjection, application, |it| it.uphold_objection("属实"));
    for status in Is::ALL {
        let it = || application(*status);
        let voted_down = it().decide(VoteOutcome::VotedDown);
        assert_eq!(voted_down.is_ok(), *status == Is::PutToVote, "{status}");
        assert_eq!(voted_down.is_ok_and(|(next, _)| next.status == Is::VotedDown), *status == Is::PutToVote);
        let admitted = it().admit(id(801), now());
        assert_eq!(admitted.is_ok(), *status == Is::OnNotice, "{status}");
        assert_eq!(it().lapse("注册到期").is_ok(), *status == Is::OnNotice, "{status}");
        assert!(it().decide(VoteOutcome::Withdrawn).is_err());
    }
}

#[test]
fn what_ends_it_needs_a_reason() {
    assert_needs_reason(|| application(Is::Draft), ExpertApplication::withdraw);
    assert_needs_reason(|| application(Is::Submitted), ExpertApplication::give_back);
    assert_needs_reason(|| application(Is::Submitted), ExpertApplication::reject);
    assert_needs_reason(|| application(Is::OnNotice), ExpertApplication::uphold_objection);
}

#[test]
fn it_is_passed_on_only_where_a9_is_met() {
    let by = Uuid::from_u128(900);
    let review = |level, since: &str, pool| {
        let mut it = application(Is::Submitted);
        it.terms.qualification = expert_with(level, since).qualification;
        it.terms.pool = pool;
        it.review(by, today(), now()).err().map(|violation| violation.code)
    };
    assert_eq!(review(TitleLevel::Senior, "2016-03-03", Pool::Leader), None);
    assert_eq!(review(TitleLevel::Senior, "2016-03-04", Pool::Leader), Some(LEADER_NOT_QUALIFIED));
    assert_eq!(review(TitleLevel::Intermediate, "2021-03-03", Pool::Member), None);
    assert_eq!(review(TitleLevel::Intermediate, "2021-03-04", Pool::Member), Some(MEMBER_NOT_QUALIFIED));
    let (reviewed, event) = application(Is::Submitted).review(by, today(), now()).unwrap();
    assert_eq!((reviewed.reviewed_by, reviewed.reviewed_at), (Some(by), Some(now())));
    assert_eq!(event.name, "expert_application_reviewed");
}

#[test]
fn it_is_submitted_with_the_certificates_that_it_names() {
    let draft = || application(Is::Draft);
    let refused_for = |it: ExpertApplication, files: &[ApplicationFileKind]| {
        let violation = it.submit(files, today(), now()).unwrap_err();
        assert_eq!(violation.code, CERTIFICATE_FILE_MISSING);
        violation.params[0].1.clone()
    };
    assert_eq!(refused_for(draft(), &[]), "title_certificate");
    assert_eq!(refused_for(draft(), &[ApplicationFileKind::WorkProof]), "title_certificate");
    let mut both = draft();
    both.terms.qualification.registered_safety_engineer = Some(engineer("E-1"));
    assert_eq!(refused_for(both.clone(), &[]), "title_certificate, engineer_certificate");
    let files = [ApplicationFileKind::TitleCertificate, ApplicationFileKind::EngineerCertificate];
    let (submitted, _) = both.submit(&files, today(), now()).unwrap();
    assert_eq!(submitted.submitted_at, Some(now()));
    let mut none = draft();
    none.terms.qualification.titles.clear();
    assert!(none.submit(&[], today(), now()).is_ok());
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
        Some((PERIOD_REVERSED, "/work_history/0/to".into()))
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
    for status in [ExpertStatus::Suspended, ExpertStatus::Removed] {
        let entry = entry(vec![Pool::Member], status);
        assert_eq!(refused(create(&entry, Pool::Leader)), ENTRY_NOT_ACTIVE);
    }
}

#[test]
fn a_member_becomes_a_leader_by_an_application_that_went_the_whole_way() {
    let member = Expert { pools: vec![Pool::Member], ..expert_with(TitleLevel::Intermediate, "2016-03-03") };
    let terms = application(Is::OnNotice).terms;
    let admission = expert().admission;
    let (leader, event) = member.clone().requalify(&terms, &admission, today()).unwrap();
    assert_eq!(leader.pools, [Pool::Leader, Pool::Member]);
    assert_eq!(leader.qualification.titles[0].level, TitleLevel::Senior);
    assert!(event.facts.contains(&("public_notice_number", "GS-1".into())));
    assert_eq!(refused(leader.requalify(&terms, &admission, today())), ALREADY_IN_POOL);
    let removed = Expert { status: ExpertStatus::Removed, ..member.clone() };
    assert_eq!(refused(removed.requalify(&terms, &admission, today())), ENTRY_NOT_ACTIVE);
    let mut short = terms;
    short.qualification = expert_with(TitleLevel::Senior, "2016-03-04").qualification;
    assert_eq!(refused(member.requalify(&short, &admission, today())), LEADER_NOT_QUALIFIED);
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
