use proptest::prelude::*;

use super::*;
use crate::{
    base::{code::WRONG_STATE, id::ServiceLineId},
    fixtures::*,
    service::commission::CommissionStatus,
};

use Operation as Do;
use ServicePlanStatus as Is;

fn in_service() -> Commission {
    commission(CommissionStatus::InService)
}

fn submit(services: Vec<PlannedService>, begun: &[ServiceLineId]) -> Result<(ServicePlan, Event), Violation> {
    ServicePlan { services, ..plan(Is::Draft) }.submit(&in_service(), begun, now())
}

#[test]
fn transitions() {
    assert_transitions(&[
        (Is::Draft, Do::UpdateServicePlan, Is::Draft),
        (Is::Draft, Do::SubmitServicePlan, Is::Submitted),
        (Is::Submitted, Do::ConfirmServicePlan, Is::Confirmed),
        (Is::Submitted, Do::ReturnServicePlan, Is::Returned),
    ]);
    assert_guarded(Do::UpdateServicePlan, plan, |it| {
        it.update("改".into(), planned_services(), &in_service())
    });
    assert_guarded(Do::SubmitServicePlan, plan, |it| it.submit(&in_service(), &[], now()));
    assert_guarded(Do::ConfirmServicePlan, plan, |it| it.confirm(DECIDED_BY, now()));
    assert_guarded(Do::ReturnServicePlan, plan, |it| it.return_for_correction(DECIDED_BY, "频次不足"));
}

#[test]
fn a4_3_a_plan_is_made_only_for_an_accepted_commission() {
    use CommissionStatus as Has;
    for status in <Has as crate::Vocabulary>::ALL {
        let commission = commission(*status);
        let created = plan(Is::Draft).create(&commission, false);
        let submitted = plan(Is::Draft).submit(&commission, &[], now());
        if matches!(status, Has::Accepted | Has::InService) {
            assert!(created.is_ok() && submitted.is_ok(), "{status}");
        } else {
            assert_eq!((refused(created), refused(submitted)), (WRONG_STATE, WRONG_STATE), "{status}");
        }
    }
    assert_eq!(refused(plan(Is::Draft).create(&in_service(), true)), PLAN_OPEN_ALREADY);
}

#[test]
fn a7_1_every_line_is_covered_as_often_as_agreed() {
    assert_eq!(submit(planned_services(), &[]).unwrap().0.submitted_at, Some(now()));
    let mut more = planned_services();
    more.push(planned(24, 12, ServiceCategory::EducationAndTraining));
    assert!(submit(more, &[]).is_ok());
    let one_fewer = || planned_services().split_off(1);
    let violation = submit(one_fewer(), &[]).unwrap_err();
    assert_eq!((violation.code, violation.code.rule), (PLAN_MISSES_SERVICE, Some("A7.1")));
    let counts = [("line", 1.into()), ("agreed", 2.into()), ("planned", 1.into())];
    assert_eq!(violation.params, counts);
    let none = submit(Vec::new(), &[]).unwrap_err();
    assert_eq!((none.code, none.fields.len()), (PLAN_MISSES_SERVICE, 2));
    // What was served under an earlier version counts, on its own line only.
    assert!(submit(one_fewer(), &[id(11)]).is_ok());
    assert_eq!(refused(submit(one_fewer(), &[id(12)])), PLAN_MISSES_SERVICE);
    assert!(submit(Vec::new(), &[id(11), id(12), id(11)]).is_ok());
}

#[test]
fn a7_1_only_what_is_commissioned_is_planned() {
    let update = |service| plan(Is::Draft).update("改".into(), vec![service], &in_service());
    let inspection = || planned(21, 11, ServiceCategory::HazardInspection);
    assert!(update(inspection()).is_ok());
    for foreign in [
        planned(21, 13, ServiceCategory::HazardInspection),
        planned(21, 11, ServiceCategory::EducationAndTraining),
    ] {
        let expected = ("line_not_commissioned", vec!["/services/0/line_id".to_owned()]);
        assert_eq!(refused_at(update(foreign)), expected);
    }
    let within = |window| update(PlannedService { window, ..inspection() });
    assert!(within(days("2026-02-01", "2026-11-30")).is_ok());
    assert_eq!(refused(within(days("2026-01-31", "2026-11-30"))), OUTSIDE_COMMISSION_PERIOD);
    assert_eq!(refused(within(days("2026-02-01", "2026-12-01"))), OUTSIDE_COMMISSION_PERIOD);
    assert_eq!(refused(within(days("2026-03-02", "2026-03-01"))), crate::base::code::PERIOD_REVERSED);
}

#[test]
fn two_conflicts_in_a_plan_are_one_conflict_with_both_fields() {
    let foreign = || planned(21, 13, ServiceCategory::HazardInspection);
    let result = plan(Is::Draft).update("改".into(), vec![foreign(), foreign()], &in_service());
    let both = vec!["/services/0/line_id".to_owned(), "/services/1/line_id".to_owned()];
    assert_eq!(refused_at(result), ("line_not_commissioned", both));
}

#[test]
fn a10_1_a_planned_group_can_be() {
    for (group_size, code) in [
        (0, Some(GROUP_TOO_SMALL)),
        (2, Some(GROUP_TOO_SMALL)),
        (3, None),
        (20, None),
        (21, Some(GROUP_TOO_LARGE)),
        (u32::MAX, Some(GROUP_TOO_LARGE)),
    ] {
        let service = PlannedService { group_size, ..planned(21, 11, ServiceCategory::HazardInspection) };
        let result = plan(Is::Draft).update("改".into(), vec![service], &in_service());
        assert_eq!(result.err().map(|violation| violation.code), code, "{group_size}");
    }
}

#[test]
fn a4_4_four_eyes_and_a_reason_for_a_return() {
    assert_eq!(refused(plan(Is::Submitted).confirm(PREPARED_BY, now())), SAME_PERSON);
    let (confirmed, _) = plan(Is::Submitted).confirm(DECIDED_BY, now()).unwrap();
    assert_eq!((confirmed.decided_by, confirmed.confirmed_at), (Some(DECIDED_BY), Some(now())));
    assert_needs_reason(|| plan(Is::Submitted), |it, reason| it.return_for_correction(DECIDED_BY, reason));
}

proptest! {
    #[test]
    fn a7_1_a_plan_covers_exactly_when_no_line_is_short(
        agreed in prop::collection::vec(1..4_u32, 1..4),
        planned in prop::collection::vec(0..5_u128, 0..10),
        begun in prop::collection::vec(0..5_u128, 0..4),
    ) {
        let lines: Vec<_> = (0..).zip(&agreed)
            .map(|(number, times)| line(number, ServiceCategory::HazardInspection, *times)).collect();
        let often = |number: u128| planned.iter().chain(&begun).filter(|it| **it == number).count();
        let enough = (0..).zip(&agreed).all(|(number, times)| often(number) >= usize::try_from(*times).unwrap());
        let begun: Vec<_> = begun.iter().map(|number| id(*number)).collect();
        prop_assert_eq!(covers(&lines, planned.iter().map(|number| id(*number)), &begun).is_ok(), enough);
    }
}
