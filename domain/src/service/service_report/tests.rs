use super::*;
use crate::{Vocabulary, base::code::WRONG_STATE, fixtures::*, service::commission::CommissionStatus};

use Operation as Do;
use ServiceReportStatus as Is;

fn served(number: &str, status: VisitStatus, line: u128) -> ServedVisit {
    ServedVisit {
        number: number.into(),
        status,
        line_id: id(line),
        ended_at: Some(now()),
        late: Some(false),
        conclusion: Some("可控".into()),
    }
}

/// All that the sample commission agrees, accepted.
fn all_served() -> Vec<ServedVisit> {
    let done = VisitStatus::Accepted;
    vec![served("FW-1", done, 11), served("FW-2", done, 11), served("FW-3", done, 12)]
}

fn hazards() -> Vec<ReportedHazard> {
    vec![ReportedHazard {
        number: "YH-1".into(),
        grade: HazardGrade::Major,
        status: HazardStatus::Acknowledged,
        description: "支护变形".into(),
    }]
}

fn submit(visits: &[ServedVisit]) -> Result<(ServiceReport, Event), Violation> {
    report(Is::Draft).submit(&terms().lines, visits, hazards(), true, now())
}

#[test]
fn transitions() {
    assert_transitions(&[
        (Is::Draft, Do::UpdateServiceReport, Is::Draft),
        (Is::Draft, Do::SubmitServiceReport, Is::Submitted),
        (Is::Returned, Do::UpdateServiceReport, Is::Returned),
        (Is::Returned, Do::SubmitServiceReport, Is::Submitted),
        (Is::Submitted, Do::AcknowledgeServiceReport, Is::Acknowledged),
        (Is::Submitted, Do::ReturnServiceReport, Is::Returned),
    ]);
    assert_guarded(Do::UpdateServiceReport, report, |it| it.update("好".into(), "完".into()));
    assert_guarded(Do::SubmitServiceReport, report, |it| {
        it.submit(&terms().lines, &all_served(), hazards(), true, now())
    });
    assert_guarded(Do::AcknowledgeServiceReport, report, |it| it.acknowledge(DECIDED_BY, now()));
    assert_guarded(Do::ReturnServiceReport, report, |it| it.return_for_correction(DECIDED_BY, "缺结论"));
}

#[test]
fn a4_7_one_report_of_a_commission_in_service() {
    for status in CommissionStatus::ALL {
        let result = report(Is::Draft).create(&commission(*status), false);
        if *status == CommissionStatus::InService {
            assert!(result.is_ok());
        } else {
            assert_eq!(refused(result), WRONG_STATE, "{status}");
        }
    }
    let second = report(Is::Draft).create(&commission(CommissionStatus::InService), true);
    assert_eq!(refused(second), REPORT_OPEN_ALREADY);
}

#[test]
fn a4_7_every_visit_is_accepted() {
    assert!(submit(&all_served()).is_ok());
    for status in VisitStatus::ALL {
        let mut visits = all_served();
        visits.push(served("FW-4", *status, 12));
        let result = submit(&visits);
        if matches!(status, VisitStatus::Accepted | VisitStatus::Cancelled) {
            assert!(result.is_ok(), "{status}");
        } else {
            let violation = result.unwrap_err();
            assert_eq!((violation.code, violation.code.rule), (VISIT_NOT_ACCEPTED, Some("A4.7")));
            let params = [("visit", Words::verbatim("FW-4")), ("status", (*status).into())];
            assert_eq!(violation.params, params);
        }
    }
}

#[test]
fn a7_1_every_line_is_served_as_agreed() {
    for missing in 0..3 {
        let mut visits = all_served();
        visits.remove(missing);
        let violation = submit(&visits).unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (SERVICE_INCOMPLETE, Some("A7.1")));
        let (line, agreed, served) = if missing < 2 { (1, 2, 1) } else { (2, 1, 0) };
        let params = [("line", line), ("agreed", agreed), ("planned", served)];
        assert_eq!(violation.params, params.map(|(name, value)| (name, value.into())));
        // A report has no services to point at.
        assert!(violation.fields.is_empty());
        let mut cancelled = all_served();
        cancelled[missing].status = VisitStatus::Cancelled;
        assert_eq!(refused(submit(&cancelled)), SERVICE_INCOMPLETE);
    }
    assert_eq!(refused(submit(&[])), SERVICE_INCOMPLETE);
}

#[test]
fn the_snapshot_holds_what_stood_on_record() {
    let mut visits = all_served();
    visits[1].late = Some(true);
    visits.push(served("FW-4", VisitStatus::Cancelled, 12));
    visits.push(served("FW-5", VisitStatus::Accepted, 12));
    let (submitted, _) = submit(&visits).unwrap();
    assert_eq!(submitted.submitted_at, Some(now()));
    let snapshot = submitted.snapshot.clone().unwrap();
    let lines: Vec<_> = snapshot.lines.iter().map(|line| (line.category, line.agreed, line.served)).collect();
    let expected = [(ServiceCategory::HazardInspection, 2, 2), (ServiceCategory::EducationAndTraining, 1, 2)];
    assert_eq!(lines, expected);
    let listed: Vec<_> = snapshot.visits.iter().map(|visit| (visit.number.as_str(), visit.late)).collect();
    assert_eq!(listed, [("FW-1", false), ("FW-2", true), ("FW-3", false), ("FW-5", false)]);
    assert!(snapshot.visits.iter().all(|visit| visit.conclusion == "可控" && visit.ended_at == Some(now())));
    assert_eq!(snapshot.hazards, hazards());
    // A return and a correction keep it; the next submission replaces it.
    let (returned, _) = submitted.return_for_correction(DECIDED_BY, "缺结论").unwrap();
    let (updated, _) = returned.update("好".into(), "完".into()).unwrap();
    assert_eq!(updated.status_reason.as_deref(), Some("缺结论"));
    assert_eq!(updated.snapshot, Some(snapshot));
    let (again, _) = updated.submit(&terms().lines, &all_served(), Vec::new(), false, now()).unwrap();
    assert_eq!(again.snapshot.unwrap().hazards, []);
}

#[test]
fn four_eyes_and_a_reason_for_a_return() {
    assert_eq!(refused(report(Is::Submitted).acknowledge(PREPARED_BY, now())), SAME_PERSON);
    let (done, _) = report(Is::Submitted).acknowledge(DECIDED_BY, now()).unwrap();
    assert_eq!((done.decided_by, done.acknowledged_at), (Some(DECIDED_BY), Some(now())));
    assert_needs_reason(|| report(Is::Submitted), |it, reason| it.return_for_correction(DECIDED_BY, reason));
}

#[test]
fn a11_2_who_reports_open_hazards_says_that_they_know() {
    let submit = |status, acknowledged| {
        let hazards = hazards().into_iter().map(|it| ReportedHazard { status, ..it }).collect();
        report(Is::Draft).submit(&terms().lines, &all_served(), hazards, acknowledged, now())
    };
    for status in HazardStatus::ALL {
        let without = submit(*status, false);
        if *status == HazardStatus::Closed {
            let (done, event) = without.unwrap();
            assert_eq!((done.open_hazards_reported(), event.facts), (Some(0), Vec::new()));
            continue;
        }
        let told = ("open_hazards_not_acknowledged", vec!["/open_hazards_acknowledged".to_owned()]);
        assert_eq!(refused_at(without), told);
        let (done, event) = submit(*status, true).unwrap();
        assert_eq!(done.open_hazards_reported(), Some(1));
        assert_eq!(event.facts, [(FactName::OpenHazards, "1".to_owned())]);
        // Those of now count again once it is returned.
        let returned = done.return_for_correction(DECIDED_BY, "缺结论").unwrap().0;
        assert_eq!(returned.open_hazards_reported(), None);
    }
}
