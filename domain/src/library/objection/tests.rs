use super::*;
use crate::{
    fixtures::*,
    library::{expert_application::ExpertApplicationStatus as Is, public_notice::PublicNoticeStatus},
};

fn notice() -> PublicNotice {
    PublicNotice {
        id: id(501),
        version: 1,
        number: "GS-1".into(),
        status: PublicNoticeStatus::Open,
        published_at: at("2026-02-12T02:00:00Z"),
        working_days: 5,
        due_on: day("2026-02-26"),
        ends_at: at("2026-02-26T16:00:00Z"),
        provisional: false,
        applications: 1,
        created_by: Uuid::from_u128(900),
        ended_at: None,
        created_at: now(),
        updated_at: now(),
    }
}

fn on_notice() -> ExpertApplication {
    ExpertApplication { public_notice_id: Some(id(501)), ..application(Is::OnNotice) }
}

fn objection(status: ObjectionStatus, created_at: &str) -> Objection {
    Objection {
        id: id(401),
        version: 1,
        status,
        status_reason: None,
        public_notice_id: id(501),
        application_id: id(701),
        grounds: "从业经历不实".into(),
        objector_name: "李四".into(),
        contact: "13800000009".into(),
        decided_at: None,
        decided_by: None,
        created_at: at(created_at),
        updated_at: at(created_at),
    }
}

const LAST: &str = "2026-02-26T15:59:59Z";

fn lodged(
    created_at: &str,
    application: Option<&ExpertApplication>,
    counted: Counted,
) -> Option<&'static crate::Code> {
    let it = objection(ObjectionStatus::Open, created_at);
    it.lodge(&notice(), application, counted).err().map(|violation| violation.code)
}

#[test]
fn it_is_taken_at_the_last_second_and_not_at_the_end() {
    let it = on_notice();
    assert_eq!(lodged(LAST, Some(&it), Counted::default()), None);
    assert_eq!(lodged("2026-02-26T16:00:00Z", Some(&it), Counted::default()), Some(OBJECTION_WINDOW_CLOSED));
}

#[test]
fn it_is_about_what_is_on_this_notice() {
    assert_eq!(lodged(LAST, None, Counted::default()), Some(NOT_ON_NOTICE));
    let elsewhere = ExpertApplication { public_notice_id: Some(id(502)), ..on_notice() };
    assert_eq!(lodged(LAST, Some(&elsewhere), Counted::default()), Some(NOT_ON_NOTICE));
    for status in <Is as crate::Vocabulary>::ALL {
        let it = ExpertApplication { status: *status, ..on_notice() };
        let told = lodged(LAST, Some(&it), Counted::default());
        let expected = match status {
            Is::OnNotice => None,
            Is::Admitted | Is::Rejected => Some(OBJECTION_WINDOW_CLOSED),
            _ => Some(NOT_ON_NOTICE),
        };
        assert_eq!(told, expected, "{status}");
    }
}

/// It came in time and was looked at when the notice had been found to have ended.
#[test]
fn what_is_looked_at_after_the_end_came_too_late() {
    let it = objection(ObjectionStatus::Open, LAST);
    let ended = PublicNotice { status: PublicNoticeStatus::Ended, ..notice() };
    let of = |status| ExpertApplication { status, ..on_notice() };
    for status in [Is::OnNotice, Is::Admitted, Is::Withdrawn] {
        let told = refused(it.clone().lodge(&ended, Some(&of(status)), Counted::default()));
        assert_eq!(told, OBJECTION_WINDOW_CLOSED, "{status}");
    }
    for status in [Is::Admitted, Is::Rejected] {
        assert_eq!(lodged(LAST, Some(&of(status)), Counted::default()), Some(OBJECTION_WINDOW_CLOSED));
    }
    let elsewhere = ExpertApplication { public_notice_id: Some(id(502)), ..of(Is::Admitted) };
    assert_eq!(lodged(LAST, Some(&elsewhere), Counted::default()), Some(NOT_ON_NOTICE));
}

#[test]
fn a_flood_stops_at_each_limit() {
    let it = on_notice();
    let told = |counted| lodged(LAST, Some(&it), counted);
    let none = Counted::default();
    let all = |less: u64| Counted {
        lately: FROM_ADDRESS - less,
        open_from_address: OPEN_FROM_ADDRESS - less,
        open_on_application_from_address: OPEN_ON_APPLICATION_FROM_ADDRESS - less,
        open_on_application: OPEN_ON_APPLICATION - less,
    };
    assert_eq!(told(all(1)), None);
    let Counted { lately, open_from_address, open_on_application_from_address, open_on_application } = all(0);
    assert_eq!(told(Counted { lately, ..none }), Some(OBJECTIONS_TOO_FREQUENT));
    assert_eq!(told(Counted { open_from_address, ..none }), Some(OBJECTIONS_OPEN_FROM_ADDRESS));
    assert_eq!(told(Counted { open_on_application_from_address, ..none }), Some(OBJECTIONS_REPEATED));
    assert_eq!(told(Counted { open_on_application, ..none }), Some(OBJECTIONS_OPEN_ON_APPLICATION));
    // To shut others out takes as many places as there are in a street, not in a family.
    const { assert!(OPEN_ON_APPLICATION / OPEN_ON_APPLICATION_FROM_ADDRESS >= 50) };
}

#[test]
fn it_is_decided_once_with_a_reason() {
    use ObjectionStatus as Is;
    let by = Uuid::from_u128(900);
    assert_transitions(&[
        (Is::Open, Operation::UpholdObjection, Is::Upheld),
        (Is::Open, Operation::DismissObjection, Is::Dismissed),
    ]);
    let of = |status| objection(status, LAST);
    assert_guarded(Operation::UpholdObjection, of, |it| it.uphold("属实", by, now()));
    assert_guarded(Operation::DismissObjection, of, |it| it.dismiss("不属实", by, now()));
    assert_needs_reason(|| of(Is::Open), |it, reason| it.uphold(reason, by, now()));
    assert_needs_reason(|| of(Is::Open), |it, reason| it.dismiss(reason, by, now()));
    let (dismissed, _) = of(Is::Open).dismiss("不属实", by, now()).unwrap();
    assert_eq!((dismissed.decided_by, dismissed.decided_at), (Some(by), Some(now())));
}
