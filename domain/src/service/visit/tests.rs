use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    Vocabulary,
    base::code::{SAME_PERSON, WRONG_STATE},
    calendar::slot::Slot,
    fixtures::*,
    service::{
        commission::CommissionStatus,
        project::{PROJECT_NOT_REGISTERED, ProjectStatus},
        visit::step::STEP_TIME_IMPOSSIBLE,
    },
};

use Operation as Do;
use VisitStatus as Is;

fn registered() -> Project {
    project(ProjectStatus::Registered)
}

fn in_service() -> Commission {
    commission(CommissionStatus::InService)
}

fn propose(proposal: Proposal) -> Result<(Visit, Event), Violation> {
    visit(Is::Planned).propose(proposal, free(), ANSWER_DEADLINES, now())
}

/// When the sample visit is agreed to begin: nine o'clock in Xiamen.
fn agreed_start() -> DateTime<Utc> {
    visit(Is::Agreed).scheduled_start.unwrap()
}

/// A visit that has begun and taken no step.
fn begun() -> Visit {
    Visit { steps: Vec::new(), ..visit(Is::InProgress) }
}

fn all_kinds() -> Vec<AttachmentKind> {
    AttachmentKind::ALL.to_vec()
}

fn submit(it: Visit, now: DateTime<Utc>) -> Result<(Visit, Event), Violation> {
    it.submit(&all_kinds(), "可控".into(), PREPARED_BY, now)
}

#[test]
fn transitions() {
    let mut expected = vec![
        (Is::Planned, Do::ProposeVisit, Is::Proposed),
        (Is::Planned, Do::CancelVisit, Is::Cancelled),
        (Is::Proposed, Do::ProposeVisit, Is::Proposed),
        (Is::Proposed, Do::AgreeVisit, Is::Proposed),
        (Is::Proposed, Do::DeclineVisit, Is::Planned),
        (Is::Proposed, Do::RescheduleVisit, Is::Planned),
        (Is::Proposed, Do::CancelVisit, Is::Cancelled),
        (Is::Agreed, Do::DeclineVisit, Is::Planned),
        (Is::Agreed, Do::RescheduleVisit, Is::Planned),
        (Is::Agreed, Do::CancelVisit, Is::Cancelled),
        (Is::Agreed, Do::StartVisit, Is::InProgress),
        (Is::InProgress, Do::RecordVisitStep, Is::InProgress),
        (Is::InProgress, Do::CreateHazard, Is::InProgress),
        (Is::InProgress, Do::IssueRectificationProposal, Is::InProgress),
        (Is::InProgress, Do::EndVisit, Is::Ended),
        (Is::Ended, Do::SubmitVisit, Is::Submitted),
        (Is::Returned, Do::SubmitVisit, Is::Submitted),
        (Is::Submitted, Do::AcceptVisit, Is::Accepted),
        (Is::Submitted, Do::ReturnVisit, Is::Returned),
    ];
    for status in [Is::InProgress, Is::Ended, Is::Returned] {
        expected.push((status, Do::UploadVisitAttachment, status));
    }
    for status in [Is::InProgress, Is::Ended, Is::Submitted, Is::Returned, Is::Accepted] {
        expected.push((status, Do::ReceiveRectificationProposal, status));
    }
    assert_transitions(&expected);
    assert_guarded(Do::ProposeVisit, visit, |it| {
        it.propose(proposal("2026-03-06T01:00:00Z", "2026-03-06T09:00:00Z"), free(), ANSWER_DEADLINES, now())
    });
    assert_guarded(Do::DeclineVisit, visit, |it| it.decline(Side::Contractor, "没空"));
    assert_guarded(Do::RescheduleVisit, visit, |it| it.reschedule("改期"));
    assert_guarded(Do::CancelVisit, visit, |it| it.cancel("取消"));
    assert_guarded(Do::StartVisit, visit, |it| it.start(&registered(), &in_service(), agreed_start()));
    let last = || steps(Step::ALL_IN_ORDER).remove(4);
    assert_guarded(
        Do::IssueRectificationProposal,
        |status| Visit { steps: steps(Step::ALL_IN_ORDER).drain(..4).collect(), ..visit(status) },
        |it| it.record_step(last()),
    );
    assert_guarded(
        Do::RecordVisitStep,
        |status| Visit { steps: Vec::new(), started_at: begun().started_at, ..visit(status) },
        |it| it.record_step(steps(Step::ALL_IN_ORDER).remove(0)),
    );
    assert_guarded(Do::EndVisit, visit, |it| it.end(&calendars(), at("2026-03-05T09:00:00Z")));
    assert_guarded(Do::SubmitVisit, visit, |it| submit(it, now()));
    assert_guarded(Do::AcceptVisit, visit, |it| it.accept(DECIDED_BY, now()));
    assert_guarded(Do::ReturnVisit, visit, |it| it.return_for_correction("照片不清"));
    for status in Is::ALL.iter().filter(|status| **status != Is::Proposed) {
        assert_eq!(
            refused(visit(*status).agree(Side::Contractor, &[1], free(), now())),
            WRONG_STATE,
            "{status}"
        );
    }
}

#[test]
fn what_has_begun_stays() {
    for status in Is::ALL {
        let may_still_be_cancelled = status.after(Do::CancelVisit).is_some();
        let begun = !may_still_be_cancelled && *status != Is::Cancelled;
        assert_eq!(status.has_begun(), begun, "{status}");
    }
}

#[test]
fn changes_of_plan_and_returns_need_a_reason() {
    assert_needs_reason(|| visit(Is::Agreed), |it, reason| it.decline(Side::Contractor, reason));
    assert_needs_reason(|| visit(Is::Proposed), Visit::reschedule);
    assert_needs_reason(|| visit(Is::Planned), Visit::cancel);
    assert_needs_reason(|| visit(Is::Submitted), Visit::return_for_correction);
}

#[test]
fn a2_1_no_visit_starts_before_registration_or_out_of_service() {
    let start = |project: &Project, commission: &Commission| {
        visit(Is::Agreed).start(project, commission, agreed_start())
    };
    assert_eq!(start(&registered(), &in_service()).unwrap().0.started_at, Some(agreed_start()));
    for project in unregistered() {
        assert_eq!(refused(start(&project, &in_service())), PROJECT_NOT_REGISTERED);
    }
    for status in CommissionStatus::ALL.iter().filter(|status| **status != CommissionStatus::InService) {
        assert_eq!(refused(start(&registered(), &commission(*status))), WRONG_STATE, "{status}");
    }
}

#[test]
fn a12_1_a_visit_starts_on_the_agreed_day() {
    // Agreed for nine o'clock on 5 March; in Xiamen that day begins at 16:00 UTC on the 4th, and ends on the 5th.
    let start = |now: &str| visit(Is::Agreed).start(&registered(), &in_service(), at(now));
    for on_time in ["2026-03-04T16:00:00Z", "2026-03-05T01:00:00Z", "2026-03-05T15:59:59.999999Z"] {
        let (begun, _) = start(on_time).unwrap();
        assert_eq!((begun.status, begun.started_at), (Is::InProgress, Some(at(on_time))));
    }
    for early in ["2026-03-04T15:59:59.999999Z", "2026-03-02T01:00:00Z"] {
        let violation = start(early).unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (TOO_EARLY, Some("A12.1")));
        assert_eq!(violation.params, [("day", day("2026-03-05").into())], "{early}");
    }
    for late in ["2026-03-05T16:00:00Z", "2026-03-12T01:00:00Z"] {
        let violation = start(late).unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (AGREED_DAY_PASSED, Some("A12.1")));
        assert_eq!(violation.params, [("day", day("2026-03-05").into())], "{late}");
    }
    // Over midnight it is agreed for both days; to midnight for one.
    let until = |end: &str, now: &str| {
        let (scheduled_start, scheduled_end) = (Some(at("2026-03-05T12:00:00Z")), Some(at(end)));
        let agreed = Visit { scheduled_start, scheduled_end, ..visit(Is::Agreed) };
        agreed.start(&registered(), &in_service(), at(now))
    };
    assert!(until("2026-03-05T16:00:00.000001Z", "2026-03-06T15:59:59Z").is_ok());
    assert_eq!(refused(until("2026-03-05T16:00:00Z", "2026-03-05T16:00:00Z")), AGREED_DAY_PASSED);
}

/// Every order of the five.
fn permutations(rest: &[Step]) -> Vec<Vec<Step>> {
    if rest.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in rest.iter().enumerate() {
        let mut others = rest.to_vec();
        others.remove(index);
        for mut tail in permutations(&others) {
            tail.insert(0, *first);
            all.push(tail);
        }
    }
    all
}

fn walk(order: &[Step]) -> Result<Visit, Violation> {
    let mut it = begun();
    for step in steps(order.iter().copied()) {
        it = it.record_step(step)?.0;
    }
    Ok(it)
}

#[test]
fn a13_1_of_all_orders_one_is_the_order() {
    let orders = permutations(&Step::ALL_IN_ORDER);
    assert_eq!(orders.len(), 120);
    for order in orders {
        match walk(&order) {
            Ok(_) => assert_eq!(order, Step::ALL_IN_ORDER),
            Err(violation) => {
                assert_eq!((violation.code, violation.code.rule), (STEP_OUT_OF_ORDER, Some("A13.1")));
                assert_ne!(order, Step::ALL_IN_ORDER);
            }
        }
    }
    assert_eq!(Step::ALL, Step::ALL_IN_ORDER);
}

#[test]
fn a13_1_a_visit_ends_only_after_all_five() {
    let now = at("2026-03-05T09:00:00Z");
    for count in 0..5 {
        let it = walk(&Step::ALL_IN_ORDER[..count]).unwrap();
        let violation = it.end(&calendars(), now).unwrap_err();
        assert_eq!(violation.code, STEPS_MISSING);
        assert_eq!(violation.params, [("expected", Step::ALL_IN_ORDER[count].into())]);
    }
    let complete = walk(&Step::ALL_IN_ORDER).unwrap();
    for again in Step::ALL {
        let result = complete.clone().record_step(taken(*again, now, now));
        assert_eq!(refused(result), STEP_OUT_OF_ORDER);
    }
    assert_eq!(complete.end(&calendars(), now).unwrap().0.ended_at, Some(now));
}

#[test]
fn a13_1_a_step_has_a_possible_time() {
    let start = begun().started_at.unwrap();
    let five = TimeDelta::minutes(5);
    let a_bit = TimeDelta::microseconds(1);
    let first = |taken_at, recorded_at| begun().record_step(taken(Step::Briefing, taken_at, recorded_at));
    assert!(first(start - five, start).is_ok());
    assert_eq!(refused(first(start - five - a_bit, start)), STEP_TIME_IMPOSSIBLE);
    assert!(first(start + five, start).is_ok());
    assert_eq!(refused(first(start + five + a_bit, start)), STEP_TIME_IMPOSSIBLE);
    let (it, _) = first(start, start).unwrap();
    let later = start + TimeDelta::hours(1);
    let second = |taken_at| it.clone().record_step(taken(Step::DivisionOfWork, taken_at, later));
    assert!(second(start).is_ok());
    assert_eq!(refused_at(second(start - a_bit)), ("step_time_impossible", vec!["/taken_at".into()]));
}

#[test]
fn no_time_of_a_step_panics() {
    let extremes = [DateTime::<Utc>::MIN_UTC, now(), DateTime::<Utc>::MAX_UTC];
    for started_at in extremes {
        for taken_at in extremes {
            for recorded_at in extremes {
                let it = Visit { started_at: Some(started_at), ..begun() };
                let _ = it.record_step(taken(Step::Briefing, taken_at, recorded_at));
            }
        }
    }
    for time in extremes {
        let _ = visit(Is::InProgress).end(&calendars(), time);
        let slots = vec![Slot { start: time, end: time }];
        let _ = propose(Proposal { slots, ..proposal("2026-03-06T01:00:00Z", "2026-03-06T02:00:00Z") });
    }
}

#[test]
fn a14_1_the_upload_is_due_at_the_end_of_the_second_working_day() {
    for (ended_at, due_at, provisional) in [
        ("2026-02-13T08:30:00Z", "2026-02-24T16:00:00Z", false),
        ("2026-09-30T09:00:00Z", "2026-10-09T16:00:00Z", false),
        ("2025-12-31T09:00:00Z", "2026-01-05T16:00:00Z", false),
        ("2026-12-30T09:00:00Z", "2027-01-01T16:00:00Z", true),
    ] {
        let (ended, event) = visit(Is::InProgress).end(&calendars(), at(ended_at)).unwrap();
        assert_eq!(ended.upload_due_at, Some(at(due_at)), "{ended_at}");
        assert_eq!(ended.upload_due_provisional, Some(provisional), "{ended_at}");
        assert!(event.facts.contains(&(FactName::UploadDueProvisional, provisional.to_string())));
    }
}

#[test]
fn a14_1_late_is_marked_from_the_first_instant_after() {
    let due = visit(Is::Ended).upload_due_at.unwrap();
    let (in_time, event) = submit(visit(Is::Ended), due).unwrap();
    assert_eq!(in_time.late, Some(false));
    assert!(event.facts.contains(&(FactName::Late, "false".into())));
    let (late, event) = submit(visit(Is::Ended), due + TimeDelta::microseconds(1)).unwrap();
    assert_eq!((late.late, late.status), (Some(true), Is::Submitted));
    assert!(event.facts.contains(&(FactName::Late, "true".into())));
}

#[test]
fn a14_1_submitting_again_neither_clears_nor_makes_late() {
    let due = visit(Is::Ended).upload_due_at.unwrap();
    let after = due + TimeDelta::days(1);
    for (first, late) in [(due, false), (after, true)] {
        let (submitted, _) = submit(visit(Is::Ended), first).unwrap();
        let (returned, _) = submitted.return_for_correction("照片不清").unwrap();
        let (again, _) = submit(returned, after).unwrap();
        assert_eq!((again.late, again.submitted_at), (Some(late), Some(after)));
    }
}

#[test]
fn a14_2_each_category_brings_its_material() {
    use AttachmentKind as Kind;
    let expected: [(ServiceCategory, &[Kind]); 7] = [
        (ServiceCategory::EducationAndTraining, &[Kind::TrainingMaterial, Kind::AttendanceList, Kind::Photo]),
        (ServiceCategory::HazardInspection, &[Kind::InspectionRecord, Kind::Photo]),
        (ServiceCategory::RiskAssessment, &[Kind::Assessment, Kind::Photo]),
        (ServiceCategory::Standardisation, &[Kind::Assessment, Kind::Photo]),
        (
            ServiceCategory::EmergencyPlanAndDrill,
            &[Kind::EmergencyPlan, Kind::DrillRecord, Kind::Assessment, Kind::Photo],
        ),
        (ServiceCategory::TechnologyPromotion, &[Kind::TrainingMaterial, Kind::Photo]),
        (ServiceCategory::Other, &[Kind::Other, Kind::Photo]),
    ];
    for (category, needed) in expected {
        let submit = |have: &[Kind]| {
            Visit { category, ..visit(Is::Ended) }.submit(have, "可控".into(), PREPARED_BY, now())
        };
        assert!(submit(needed).is_ok(), "{category}");
        for without in needed {
            let have: Vec<_> = AttachmentKind::ALL.iter().copied().filter(|kind| kind != without).collect();
            let violation = submit(&have).unwrap_err();
            assert_eq!((violation.code, violation.code.rule), (MATERIAL_MISSING, Some("A14.2")));
            assert_eq!(violation.params, [("kinds", (*without).into())], "{category}");
            let listed = materials(category, &have);
            assert!(listed.iter().all(|material| material.have == (material.kind != *without)));
        }
        assert_eq!(materials(category, &[]).len(), needed.len());
    }
}

#[test]
fn four_eyes_on_the_material() {
    assert_eq!(refused(visit(Is::Submitted).accept(PREPARED_BY, now())), SAME_PERSON);
    assert_eq!(visit(Is::Submitted).accept(DECIDED_BY, now()).unwrap().0.accepted_at, Some(now()));
}

proptest! {
    /// Any sequence of attempts, right or wrong: what is on record is always a beginning of the order.
    #[test]
    fn a13_1_what_is_recorded_is_a_beginning_of_the_order(attempts in prop::collection::vec(0..5_usize, 0..12)) {
        let mut it = begun();
        for step in steps(attempts.iter().map(|index| Step::ALL_IN_ORDER[*index])) {
            let expected = Step::ALL_IN_ORDER.get(it.steps.len()) == Some(&step.step);
            let result = it.clone().record_step(step);
            prop_assert_eq!(result.is_ok(), expected);
            if let Ok((next, _)) = result {
                it = next;
            }
            let recorded: Vec<_> = it.steps.iter().map(|step| step.step).collect();
            prop_assert_eq!(recorded.as_slice(), &Step::ALL_IN_ORDER[..recorded.len()]);
        }
    }

    #[test]
    fn a14_1_late_exactly_when_after_the_deadline(offset in -1_000_000_i64..1_000_000) {
        let due = visit(Is::Ended).upload_due_at.unwrap();
        let (submitted, _) = submit(visit(Is::Ended), due + TimeDelta::microseconds(offset)).unwrap();
        prop_assert_eq!(submitted.late, Some(offset > 0));
    }
}

#[test]
fn a14_1_a_provisional_deadline_is_counted_again_when_its_year_is_published() {
    let (ended, _) = visit(Is::InProgress).end(&calendars(), at("2026-12-31T02:00:00Z")).unwrap();
    assert_eq!(ended.upload_due_provisional, Some(true));
    // By weekends alone the second working day is Monday, 4 January.
    assert_eq!(ended.upload_due_at, Some(at("2027-01-04T16:00:00Z")));
    assert_eq!(ended.clone().recount_deadline(&calendars()).unwrap(), None);

    let mut published = calendars();
    published.publish(crate::calendar::working_calendar::WorkingYear {
        year: 2027,
        source: "sample".into(),
        holidays: vec![day("2027-01-01"), day("2027-01-04")],
        make_up_working_days: vec![],
    });
    let (recounted, event) = ended.clone().recount_deadline(&published).unwrap().unwrap();
    assert_eq!(recounted.upload_due_at, Some(at("2027-01-06T16:00:00Z")));
    assert_eq!(
        (recounted.upload_due_provisional, event.name.code()),
        (Some(false), EventName::UploadDeadlineRecounted.code())
    );
    assert_eq!(recounted.recount_deadline(&published).unwrap(), None);

    // Marked late by the provisional deadline, in time by the one that holds; one microsecond after it is late.
    for (submitted, late) in [("2027-01-06T16:00:00Z", false), ("2027-01-06T16:00:00.000001Z", true)] {
        let (came, _) = submit(ended.clone(), at(submitted)).unwrap();
        assert_eq!(came.late, Some(true));
        let (recounted, _) = came.recount_deadline(&published).unwrap().unwrap();
        assert_eq!(recounted.late, Some(late), "{submitted}");
    }
}

#[test]
fn a14_1_a_recounted_deadline_is_held_against_the_first_submission() {
    let mut ended = visit(Is::InProgress).end(&calendars(), at("2026-12-31T02:00:00Z")).unwrap().0;
    assert_eq!(ended.upload_due_at, Some(at("2027-01-04T16:00:00Z")));
    let with = |make_up, holidays| {
        let mut published = calendars();
        published.publish(crate::calendar::working_calendar::WorkingYear {
            year: 2027,
            source: "sample".into(),
            holidays,
            make_up_working_days: make_up,
        });
        published
    };

    // In time at first, returned, and sent again after the deadline: it came in time.
    let later = with(vec![], vec![day("2027-01-01"), day("2027-01-04")]);
    let (first, _) = submit(ended.clone(), at("2027-01-06T16:00:00Z")).unwrap();
    let (returned, _) = first.return_for_correction("不全").unwrap();
    let (again, _) = submit(returned, at("2027-01-12T01:00:00Z")).unwrap();
    assert_eq!(again.late, Some(true));
    assert_eq!(again.first_submitted_at, Some(at("2027-01-06T16:00:00Z")));
    let (recounted, event) = again.recount_deadline(&later).unwrap().unwrap();
    assert_eq!(recounted.late, Some(false));
    assert!(event.facts.contains(&(FactName::Late, "false".into())), "{event:?}");

    // A make-up day brings the deadline forward: what was in time by the provisional one came late.
    let sooner = with(vec![day("2027-01-02")], vec![]);
    for (submitted, late) in [("2027-01-02T16:00:00Z", false), ("2027-01-02T16:00:00.000001Z", true)] {
        let (came, _) = submit(ended.clone(), at(submitted)).unwrap();
        assert_eq!(came.late, Some(false));
        let (recounted, event) = came.recount_deadline(&sooner).unwrap().unwrap();
        assert_eq!(recounted.upload_due_at, Some(at("2027-01-02T16:00:00Z")));
        assert_eq!(recounted.late, Some(late), "{submitted}");
        assert_eq!(event.facts.contains(&(FactName::Late, "true".into())), late, "{event:?}");
    }

    // Marked as late by the provisional deadline, and nothing came yet: it is measured anew by the one that holds.
    let (marked, _) = ended.clone().mark_overdue(at("2027-01-04T16:00:00.000001Z")).unwrap();
    let (recounted, event) = marked.recount_deadline(&later).unwrap().unwrap();
    assert_eq!(recounted.late, None);
    assert!(event.facts.contains(&(FactName::Late, "false".into())), "{event:?}");
    assert!(recounted.mark_overdue(at("2027-01-06T16:00:00.000001Z")).is_some());

    // Nothing came yet: nothing is late yet, and what comes then is measured by the deadline that holds.
    ended = ended.recount_deadline(&sooner).unwrap().unwrap().0;
    assert_eq!(ended.late, None);
    assert_eq!(submit(ended, at("2027-01-02T16:00:00.000001Z")).unwrap().0.late, Some(true));
}

#[test]
fn a14_1_what_does_not_come_in_time_is_late_from_the_deadline_on() {
    let ended = visit(Is::Ended);
    let due = ended.upload_due_at.unwrap();
    assert_eq!(ended.clone().mark_overdue(due), None);
    let (late, event) = ended.clone().mark_overdue(due + TimeDelta::microseconds(1)).unwrap();
    assert_eq!(
        (late.late, late.status, event.name.code()),
        (Some(true), Is::Ended, EventName::VisitUploadOverdue.code())
    );
    assert!(event.facts.contains(&(FactName::Late, "true".into())), "{event:?}");
    assert_eq!(late.clone().mark_overdue(due + TimeDelta::days(1)), None);
    assert_eq!(submit(late, due + TimeDelta::days(2)).unwrap().0.late, Some(true));
    let (came, _) = submit(ended, due).unwrap();
    assert_eq!(came.mark_overdue(due + TimeDelta::days(2)), None);
    assert_eq!(visit(Is::InProgress).mark_overdue(due + TimeDelta::days(2)), None);
}
