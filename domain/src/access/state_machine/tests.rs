use super::*;
use crate::{
    fixtures::*,
    service::hazard::{HazardGrade, HazardStatus},
};

#[test]
fn a4_a_refusal_names_state_and_operation() {
    let violation = step(HazardStatus::Open, Operation::CloseHazard).unwrap_err();
    assert_eq!((violation.code, violation.code.rule), (WRONG_STATE, Some("A4")));
    let params = [("status", HazardStatus::Open.into()), ("operation", Operation::CloseHazard.into())];
    assert_eq!(violation.params, params);
}

#[test]
fn a_change_forgets_the_reason_of_the_state_before() {
    let (rejected, event) = hazard(HazardStatus::Rectified, HazardGrade::General).reject(" 未整改 ").unwrap();
    assert_eq!(rejected.status_reason.as_deref(), Some("未整改"));
    assert_eq!((event.from, event.to), (Some("rectified"), Some("open")));
    assert_eq!(rejected.acknowledge(PREPARED_BY, now()).unwrap().0.status_reason, None);
}
