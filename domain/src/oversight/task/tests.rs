use super::*;
use crate::{
    Vocabulary,
    access::{Port, Resource, Role, Who},
    fixtures::id,
};

fn of(port: Port, role: Role) -> Caller {
    let who = Who::User(uuid::Uuid::from_u128(9));
    Caller { who, organization_id: Some(id(1)), port: Some(port), role, ..Caller::NOBODY }
}

fn person() -> Caller {
    Caller { organization_id: None, port: None, ..of(Port::Provider, Role::Operator) }
}

fn tasks_of(caller: &Caller) -> Vec<(&'static str, Assignee)> {
    let task = |kind: &TaskKind| kind.assignee(caller).map(|assignee| (kind.code(), assignee));
    TaskKind::ALL.iter().filter_map(task).collect()
}

#[test]
fn every_kind_is_settled_on_the_record_that_waits() {
    for kind in TaskKind::ALL {
        let resource = kind.operations()[0].resource();
        let same = format!("{resource:?}") == format!("{:?}", kind.record());
        // What is made anew waits at what it is made from.
        let made_from = matches!(
            (resource, kind.record()),
            (Resource::ServicePlan | Resource::ServiceReport, RecordKind::Commission)
                | (Resource::CouncilSession | Resource::PublicNotice, RecordKind::ExpertApplication)
        );
        assert!(same || made_from, "{kind:?}");
        let parts: Vec<_> = kind.operations().iter().map(|operation| operation.grant().relations).collect();
        assert!(parts.iter().all(|part| *part == parts[0]), "{kind:?}");
    }
}

#[test]
fn a4_each_step_waits_for_the_port_whose_turn_it_is() {
    let its = |port| tasks_of(&of(port, Role::Admin)).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
    assert_eq!(
        its(Port::Contractor),
        [
            "register_project",
            "agree_visit",
            "receive_rectification_proposal",
            "acknowledge_hazard",
            "rectify_hazard"
        ]
    );
    assert_eq!(
        its(Port::Insurer),
        ["submit_commission", "confirm_service_plan", "acknowledge_service_report"]
    );
    let provider = its(Port::Provider);
    assert_eq!(
        provider,
        [
            "answer_commission",
            "create_service_plan",
            "submit_service_plan",
            "propose_visit",
            "cancel_visit",
            "reschedule_visit",
            "review_visit",
            "create_service_report",
            "submit_service_report"
        ]
    );
    let association = its(Port::Association);
    assert!(provider.iter().all(|kind| association.contains(kind)), "the association serves as well");
    assert!(association.contains(&"review_organization") && association.contains(&"decide_objection"));
    for port in [Port::Supervisor, Port::Owner, Port::Regulator] {
        assert_eq!(its(port), [""; 0], "{port:?}");
    }
}

#[test]
fn a10_1_an_expert_has_the_tasks_of_the_group_and_an_applicant_the_own_application() {
    let expert = Caller { expert_id: Some(uuid::Uuid::from_u128(8)), ..person() };
    let its = tasks_of(&expert);
    assert!(its.contains(&("agree_visit", Assignee::Member)));
    for kind in ["start_visit", "record_visit_step", "end_visit", "submit_visit", "review_hazard"] {
        assert!(its.contains(&(kind, Assignee::Leader)), "{kind}");
    }
    assert_eq!(tasks_of(&person()), [("submit_expert_application", Assignee::Applicant)]);
}

#[test]
fn who_may_only_look_has_no_task_and_an_operator_none_of_an_administrator() {
    assert_eq!(tasks_of(&of(Port::Insurer, Role::Viewer)), []);
    assert_eq!(tasks_of(&Caller::NOBODY), []);
    let inactive = Caller { active: false, ..of(Port::Contractor, Role::Admin) };
    assert_eq!(tasks_of(&inactive), []);
    let operator = tasks_of(&of(Port::Association, Role::Operator));
    assert!(operator.iter().all(|(kind, _)| *kind != "review_organization"));
    assert!(operator.contains(&("review_expert_application", Assignee::Association)));
}

#[test]
fn every_kind_of_task_is_settled_by_an_event() {
    let settled: Vec<_> = EventName::ALL.iter().filter_map(|name| TaskKind::settled_by(*name)).collect();
    for (kind, operation) in &settled {
        assert!(kind.operations().contains(operation), "{kind}");
    }
    let never: Vec<_> =
        TaskKind::ALL.iter().filter(|kind| settled.iter().all(|(it, _)| it != *kind)).collect();
    // The proposal is one of the five steps, and recorded as such (A13.1).
    assert_eq!(never, [&TaskKind::CancelVisit, &TaskKind::IssueRectificationProposal]);
    assert_eq!(TaskKind::settled_by(EventName::SessionBegun), None);
    assert_eq!(
        TaskKind::settled_by(EventName::CommissionReturned),
        Some((TaskKind::AnswerCommission, Operation::ReturnCommission))
    );
}
