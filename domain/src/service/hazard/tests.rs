use super::*;
use crate::{
    Vocabulary,
    access::{Caller, Who},
    base::code::{NOTHING_AMENDED, REASON_REQUIRED, WRONG_STATE},
    fixtures::*,
    service::{
        major_hazard::MAJOR_HAZARD_ITEM_UNKNOWN,
        visit::{TakenStep, VisitStatus},
    },
};

use HazardGrade::{General, Major};
use HazardStatus as Is;
use Operation as Do;

/// No reason for a late due date.
const WEEK: DueDateLimit<'_> = DueDateLimit { days: 7, reason: None };

fn general(status: HazardStatus) -> Hazard {
    hazard(status, General)
}

/// A visit in this state whose group has taken so many steps; the fifth is the proposal.
fn visit_after(steps_taken: usize, status: VisitStatus) -> Visit {
    let steps: Vec<TakenStep> = steps(Step::ALL_IN_ORDER).into_iter().take(steps_taken).collect();
    Visit { steps, ..visit(status) }
}

/// A visit whose group is on site and has not issued its proposal.
fn on_site() -> Visit {
    visit_after(4, VisitStatus::InProgress)
}

fn found(grade: HazardGrade, item: Option<&str>) -> Result<(Hazard, Event), Violation> {
    let mut it = hazard(Is::Open, grade);
    it.finding.major_hazard_item = item.map(ToOwned::to_owned);
    it.record(&on_site(), &criteria(), WEEK)
}

#[test]
fn transitions() {
    let mut expected = vec![
        (Is::Open, Do::AcknowledgeHazard, Is::Acknowledged),
        (Is::Acknowledged, Do::RectifyHazard, Is::Rectified),
        (Is::Rectified, Do::CloseHazard, Is::Closed),
        (Is::Rectified, Do::RejectHazard, Is::Open),
        (Is::Open, Do::ExtendHazard, Is::Open),
        (Is::Acknowledged, Do::ExtendHazard, Is::Acknowledged),
    ];
    expected.push((Is::Open, Do::CorrectHazard, Is::Open));
    for status in [Is::Open, Is::Acknowledged, Is::Rectified] {
        expected.push((status, Do::AmendHazard, status));
        expected.push((status, Do::CommentHazard, status));
        expected.push((status, Do::UploadHazardAttachment, status));
    }
    assert_transitions(&expected);
    assert_guarded(Do::AcknowledgeHazard, general, |it| it.acknowledge(DECIDED_BY, now()));
    assert_guarded(Do::RectifyHazard, general, |it| it.rectify("已加固".into(), true, now()));
    assert_guarded(Do::CommentHazard, general, |it| it.comment("属实"));
    assert_guarded(Do::CloseHazard, general, |it| it.close(now()));
    assert_guarded(Do::RejectHazard, general, |it| it.reject("未整改"));
    assert_guarded(Do::ExtendHazard, general, |it| it.extend(day("2026-03-11"), "材料未到", now()));
}

#[test]
fn comments_rejections_and_extensions_need_words() {
    assert_needs_reason(|| general(Is::Open), Hazard::comment);
    assert_needs_reason(|| general(Is::Rectified), Hazard::reject);
    assert_needs_reason(|| general(Is::Open), |it, reason| it.extend(day("2026-03-11"), reason, now()));
}

#[test]
fn a15_1_major_is_said_by_an_item_of_the_criteria() {
    let (_, event) = found(Major, Some("MH2024-05-2")).unwrap();
    assert!(event.facts.contains(&(FactName::MajorHazardItem, "MH2024-05-2".into())));
    assert_eq!(refused(found(Major, None)), MAJOR_HAZARD_ITEM_REQUIRED);
    for item in ["", "MH2024-99-1", "很严重"] {
        assert_eq!(refused(found(Major, Some(item))), MAJOR_HAZARD_ITEM_UNKNOWN);
    }
    assert!(found(General, None).is_ok());
    assert_eq!(refused(found(General, Some("MH2024-05-2"))), MAJOR_HAZARD_ITEM_NOT_ALLOWED);
    for article in criteria().articles {
        for item in article.items {
            assert!(found(Major, Some(&item.code)).is_ok(), "{}", item.code);
        }
    }
}

#[test]
fn a15_1_a_major_hazard_always_has_its_notice_and_a_general_one_never() {
    let (major, _) = found(Major, Some("MH2024-05-2")).unwrap();
    let notice = major.notice.clone().unwrap();
    assert_eq!((notice.number, notice.issued_at), (major.number.clone(), major.created_at));
    assert_eq!(major.notice_event().unwrap().name.code(), EventName::MajorHazardNoticeIssued.code());
    let numbered =
        || Notice { number: "TZ-1".into(), issued_at: now(), received_at: None, received_by: None };
    let record = |grade| {
        let it = Hazard { notice: Some(numbered()), ..hazard(Is::Open, grade) };
        it.record(&on_site(), &criteria(), WEEK).unwrap().0
    };
    assert_eq!(record(Major).notice, Some(numbered()));
    assert_eq!(record(General).notice, None);
    assert_eq!(record(General).notice_event(), None);
}

#[test]
fn a15_1_the_first_receipt_of_the_notice_stays_on_record() {
    let (major, _) = found(Major, Some("MH2024-05-2")).unwrap();
    let (received, _) = major.acknowledge(DECIDED_BY, at("2026-03-05T03:00:00Z")).unwrap();
    let (rectified, _) = received.rectify("已加固".into(), true, at("2026-03-06T03:00:00Z")).unwrap();
    let (rejected, _) = rectified.reject("仍有变形").unwrap();
    assert_eq!((rejected.acknowledged_at, rejected.rectified_at), (None, None));
    let (again, _) = rejected.acknowledge(PREPARED_BY, at("2026-03-07T03:00:00Z")).unwrap();
    let notice = again.notice.unwrap();
    assert_eq!(notice.received_at, Some(at("2026-03-05T03:00:00Z")));
    assert_eq!(notice.received_by, Some(DECIDED_BY));
    assert_eq!(again.acknowledged_at, Some(at("2026-03-07T03:00:00Z")));
}

#[test]
fn a11_2_hazards_are_recorded_on_site_only() {
    for status in VisitStatus::ALL {
        let result = general(Is::Open).record(&visit_after(4, *status), &criteria(), WEEK);
        if *status == VisitStatus::InProgress {
            assert!(result.is_ok());
        } else {
            assert_eq!(refused(result), WRONG_STATE, "{status}");
        }
    }
}

#[test]
fn a13_1_no_hazard_is_added_after_the_proposal() {
    let add = |grade, visit: &Visit| hazard(Is::Open, grade).record(visit, &criteria(), WEEK);
    for grade in [General, Major] {
        for taken in 0..=4 {
            assert!(add(grade, &visit_after(taken, VisitStatus::InProgress)).is_ok(), "{taken} steps");
        }
        let violation = add(grade, &visit_after(5, VisitStatus::InProgress)).unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (PROPOSAL_ISSUED_ALREADY, Some("A13.1")));
    }
    // The very step that makes the difference.
    let (issued, _) = on_site().record_step(steps(Step::ALL_IN_ORDER).remove(4)).unwrap();
    assert_eq!(refused(add(General, &issued)), PROPOSAL_ISSUED_ALREADY);
    assert_eq!(refused(add(General, &visit_after(5, VisitStatus::Ended))), WRONG_STATE);
}

#[test]
fn a11_2_the_due_date_is_today_or_later_in_xiamen() {
    // Recorded at 23:30 UTC on 4 March: in Xiamen it is 5 March.
    let due = |due_on: &str| {
        let mut it = Hazard { created_at: at("2026-03-04T23:30:00Z"), ..general(Is::Open) };
        it.finding.due_on = day(due_on);
        it.record(&on_site(), &criteria(), WEEK)
    };
    assert!(due("2026-03-05").is_ok());
    assert_eq!(refused(due("2026-03-04")), DUE_DATE_PASSED);
    let mut both = hazard(Is::Open, General);
    both.finding.due_on = day("2026-03-04");
    both.finding.major_hazard_item = Some("MH2024-05-2".into());
    let fields = vec!["/major_hazard_item".to_owned(), "/due_on".to_owned()];
    let result = both.record(&on_site(), &criteria(), WEEK);
    assert_eq!(refused_at(result), ("invalid_input", fields));
}

#[test]
fn an_extension_is_later() {
    let extend = |due_on: &str| general(Is::Open).extend(day(due_on), "材料未到", now());
    let (later, event) = extend("2026-03-11").unwrap();
    assert_eq!(later.finding.due_on, day("2026-03-11"));
    assert!(event.facts.contains(&(FactName::DueOnBefore, "2026-03-10".into())));
    assert_eq!(refused(extend("2026-03-10")), DUE_DATE_NOT_LATER);
    assert_eq!(refused(extend("2026-03-09")), DUE_DATE_NOT_LATER);
}

#[test]
fn a11_2_an_extension_ends_today_or_later_in_xiamen() {
    // Overdue since 10 March. From 16:00 UTC on 14 March it is 15 March in Xiamen.
    let extend = |due_on: &str, now: &str| general(Is::Acknowledged).extend(day(due_on), "材料未到", at(now));
    let midnight = "2026-03-14T16:00:00Z";
    assert_eq!(extend("2026-03-15", midnight).unwrap().0.finding.due_on, day("2026-03-15"));
    assert_eq!(refused_at(extend("2026-03-14", midnight)), ("due_date_passed", vec!["/due_on".into()]));
    assert!(extend("2026-03-14", "2026-03-14T15:59:59.999999Z").is_ok());
    // On the day itself the same day is no extension; that it is later is asked besides.
    assert_eq!(refused(extend("2026-03-10", "2026-03-10T15:59:59.999999Z")), DUE_DATE_NOT_LATER);
    assert_eq!(refused(extend("2026-03-10", "2026-03-10T16:00:00Z")), DUE_DATE_PASSED);
    // The state and the reason are asked first.
    let closed = general(Is::Closed).extend(day("2026-03-14"), "材料未到", at(midnight));
    assert_eq!(refused(closed), WRONG_STATE);
}

#[test]
fn a_rectification_has_evidence() {
    let rectify = |evidence| general(Is::Acknowledged).rectify("已加固".into(), evidence, now());
    assert_eq!(refused(rectify(false)), EVIDENCE_REQUIRED);
    let (it, _) = rectify(true).unwrap();
    assert_eq!((it.rectification.as_deref(), it.rectified_at), (Some("已加固"), Some(now())));
    assert_eq!(it.close(now()).unwrap().0.closed_at, Some(now()));
}

#[test]
fn a_comment_leaves_the_reason_of_the_state() {
    let (rejected, _) = general(Is::Rectified).reject("未整改").unwrap();
    let (commented, event) = rejected.comment("属实").unwrap();
    assert_eq!(commented.status_reason.as_deref(), Some("未整改"));
    assert_eq!(event.reason.as_deref(), Some("属实"));
}

/// The expert who recorded it, another of the group, and its leader.
fn experts() -> [Caller; 3] {
    let of = |user: Uuid, expert: usize| Caller {
        who: Who::User(user),
        expert_id: Some(EXPERTS[expert]),
        ..Caller::NOBODY
    };
    [of(general(Is::Open).recorded_by, 1), of(Uuid::from_u128(901), 2), of(Uuid::from_u128(902), 0)]
}

fn correct(
    hazard: Hazard,
    change: impl FnOnce(&mut Finding),
    limit: DueDateLimit<'_>,
) -> Result<(Hazard, Vec<Event>), Violation> {
    let mut finding = hazard.finding.clone();
    change(&mut finding);
    let visit = on_site();
    hazard.correct(finding, limit, None, (&visit, &criteria(), &experts()[0]), now())
}

#[test]
fn a11_2_its_author_corrects_a_hazard_until_it_is_acknowledged() {
    let (next, events) = correct(general(Is::Open), |it| it.place = "五层".into(), WEEK).unwrap();
    assert_eq!((next.finding.place.as_str(), next.status), ("五层", Is::Open));
    let before = general(Is::Open).finding.place;
    let facts = [
        (FactName::AmendedFields, "place".to_owned()),
        (FactName::PlaceBefore, before),
        (FactName::Place, "五层".to_owned()),
    ];
    assert_eq!((events.len(), &events[0].facts[..]), (1, &facts[..]));
    assert_eq!(refused(correct(general(Is::Open), |_| (), WEEK)), NOTHING_AMENDED);
    // Once acknowledged, also where it is open again after a rejection.
    assert_eq!(refused(correct(general(Is::Acknowledged), |it| it.place = "五层".into(), WEEK)), WRONG_STATE);
    let rejected = general(Is::Rectified).reject("未整改").unwrap().0;
    let reopened = Hazard { rectification: Some("已整改".into()), ..rejected };
    assert_eq!(refused(correct(reopened, |it| it.place = "五层".into(), WEEK)), HAZARD_ACKNOWLEDGED_ALREADY);
    let visit = on_site();
    for (caller, allowed) in experts().iter().zip([true, false, false]) {
        let may = general(Is::Open).check_allowed_now(Do::CorrectHazard, &visit, caller);
        assert_eq!(may.map_err(|it| it.code), if allowed { Ok(()) } else { Err(NOT_THE_AUTHOR) });
    }
}

#[test]
fn a15_1_a_general_hazard_that_becomes_major_has_its_notice_and_stays_major() {
    let major = |it: &mut Finding| {
        (it.grade, it.major_hazard_item) = (Major, Some("MH2024-05-2".into()));
    };
    let (next, events) = correct(general(Is::Open), major, WEEK).unwrap();
    let names: Vec<_> = events.iter().map(|it| it.name).collect();
    assert_eq!(names, [EventName::HazardCorrected, EventName::MajorHazardNoticeIssued]);
    assert_eq!(next.notice.as_ref().map(|it| it.issued_at), Some(now()));
    let lower = |it: &mut Finding| (it.grade, it.major_hazard_item) = (General, None);
    assert_eq!(refused(correct(next.clone(), lower, WEEK)), MAJOR_GRADE_FIXED);
    assert_eq!(refused(correct(next, |it| it.major_hazard_item = None, WEEK)), MAJOR_HAZARD_ITEM_REQUIRED);
}

#[test]
fn a15_1_a_due_date_beyond_the_limit_has_a_reason() {
    let recorded_on = shanghai_date(hazard(Is::Open, Major).created_at);
    let due = |days: u64, grade, reason| {
        let mut it = hazard(Is::Open, grade);
        it.finding.due_on = recorded_on.checked_add_days(chrono::Days::new(days)).unwrap();
        it.record(&on_site(), &criteria(), DueDateLimit { days: 7, reason })
    };
    assert!(due(7, Major, None).is_ok());
    assert!(due(8, General, None).is_ok());
    for blank in [None, Some(" ")] {
        let told = ("due_date_reason_required", vec!["/due_on_reason".to_owned()]);
        assert_eq!(refused_at(due(8, Major, blank)), told);
    }
    let (late, event) = due(8, Major, Some(" 需专家论证 ")).unwrap();
    assert_eq!(
        (late.status_reason.as_deref(), event.reason.as_deref()),
        (Some("需专家论证"), Some("需专家论证"))
    );
}

#[test]
fn a11_2_an_acknowledged_hazard_is_amended_with_a_reason() {
    let visit = on_site();
    let amend = |hazard: Hazard, amendment: &HazardAmendment, reason: &str, caller: &Caller| {
        hazard.amend(amendment, reason, (&visit, &criteria(), caller))
    };
    let [author, other, leader] = experts();
    let acknowledged = || Hazard { acknowledged_at: Some(now()), ..general(Is::Acknowledged) };
    let place = HazardAmendment { place: Some("五层".into()), ..HazardAmendment::default() };
    for caller in [&author, &leader] {
        let (next, event) = amend(acknowledged(), &place, "楼层有误", caller).unwrap();
        assert_eq!((next.finding.place.as_str(), next.status), ("五层", Is::Acknowledged));
        assert_eq!(event.reason.as_deref(), Some("楼层有误"));
    }
    assert_eq!(refused(amend(acknowledged(), &place, "楼层有误", &other)), NOT_THE_AUTHOR);
    assert_eq!(refused(amend(general(Is::Open), &place, "楼层有误", &author)), WRONG_STATE);
    assert_eq!(refused(amend(acknowledged(), &place, " ", &author)), REASON_REQUIRED);
    let same = HazardAmendment { place: Some(general(Is::Open).finding.place), ..HazardAmendment::default() };
    assert_eq!(
        refused_at(amend(acknowledged(), &same, "楼层有误", &author)),
        ("nothing_amended", vec!["/place".into()])
    );
    let item =
        HazardAmendment { major_hazard_item: Some("MH2024-05-2".into()), ..HazardAmendment::default() };
    assert_eq!(refused(amend(acknowledged(), &item, "条目有误", &author)), MAJOR_HAZARD_ITEM_NOT_ALLOWED);
}
