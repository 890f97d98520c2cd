//! The list of every state machine, for readers that show all of them: the state diagrams.

use crate::{
    Vocabulary,
    access::{Operation, state_machine::State},
    identity::organization::OrganizationStatus,
    library::{
        council_session::CouncilSessionStatus, expert::ExpertStatus,
        expert_application::ExpertApplicationStatus, objection::ObjectionStatus,
        public_notice::PublicNoticeStatus, tie::RecusalStatus,
    },
    service::{
        commission::CommissionStatus, hazard::HazardStatus, project::ProjectStatus,
        service_plan::ServicePlanStatus, service_report::ServiceReportStatus, visit::VisitStatus,
    },
    vocabularies::CodeList,
};

/// The states of one kind of record, and what leads from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateMachine {
    /// The Chinese name of the record.
    pub zh: &'static str,
    /// The English name of the record.
    pub en: &'static str,
    /// The states.
    pub states: CodeList,
    /// The states in which a record begins.
    pub beginnings: Vec<Beginning>,
    /// Every step from one state to another, or to the same.
    pub transitions: Vec<Transition>,
}

/// How a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// The code of its first state.
    pub state: &'static str,
    /// What makes the record.
    pub cause: Cause,
}

/// A step of a state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The code of the state before.
    pub from: &'static str,
    /// The code of the state after.
    pub to: &'static str,
    /// What takes the step.
    pub cause: Cause,
}

/// What takes a step of a state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The operation, whenever it succeeds: [`State::after`] says so.
    Operation(Operation),
    /// The operation, under a condition.
    OperationIf(Operation, Condition),
    /// The platform itself, without an operation of a caller on this record.
    Platform(Condition),
}

/// When a step is taken, in Chinese and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

const fn when(zh: &'static str, en: &'static str) -> Condition {
    Condition { zh, en }
}

/// The machine of a vocabulary of states. `further` are the steps that [`State::after`] does not know: those that
/// depend on more than the state and the operation.
fn machine<S: State>(
    (zh, en): (&'static str, &'static str),
    beginnings: &[(S, Cause)],
    further: &[(S, S, Cause)],
) -> StateMachine {
    let of_operations = S::ALL.iter().flat_map(|from| {
        Operation::ALL.iter().filter_map(|operation| {
            let to = from.after(*operation)?;
            Some(Transition { from: from.code(), to: to.code(), cause: Cause::Operation(*operation) })
        })
    });
    let further = further.iter().map(|(from, to, cause)| Transition {
        from: from.code(),
        to: to.code(),
        cause: *cause,
    });
    StateMachine {
        zh,
        en,
        states: CodeList::of::<S>(),
        beginnings: beginnings
            .iter()
            .map(|(state, cause)| Beginning { state: state.code(), cause: *cause })
            .collect(),
        transitions: of_operations.chain(further).collect(),
    }
}

/// Every state machine, in the order of the flow. A new one is added here; a test holds the list complete.
#[must_use]
pub fn state_machines() -> Vec<StateMachine> {
    use Cause::Operation as By;
    vec![
        organization(),
        machine(("项目", "Project"), &[(ProjectStatus::Draft, By(Operation::CreateProject))], &[]),
        commission(),
        machine(
            ("技术服务方案", "Service plan"),
            &[(ServicePlanStatus::Draft, By(Operation::CreateServicePlan))],
            &[],
        ),
        visit(),
        machine(("隐患", "Hazard"), &[(HazardStatus::Open, By(Operation::CreateHazard))], &[]),
        machine(
            ("技术服务报告", "Service report"),
            &[(ServiceReportStatus::Draft, By(Operation::CreateServiceReport))],
            &[],
        ),
        expert_application(),
        machine(
            ("理事会会议", "Council session"),
            &[(CouncilSessionStatus::Open, By(Operation::CreateCouncilSession))],
            &[],
        ),
        public_notice(),
        machine(("异议", "Objection"), &[(ObjectionStatus::Open, By(Operation::CreateObjection))], &[]),
        expert(),
        machine(
            ("回避申请", "Request for recusal"),
            &[(RecusalStatus::Open, By(Operation::CreateRecusalRequest))],
            &[],
        ),
    ]
}

fn organization() -> StateMachine {
    machine(
        ("单位", "Organisation"),
        &[
            (OrganizationStatus::Pending, Cause::Operation(Operation::RegisterOrganization)),
            (OrganizationStatus::Active, Cause::Operation(Operation::CreateOrganization)),
        ],
        &[],
    )
}

fn commission() -> StateMachine {
    machine(
        ("委托服务单", "Commission"),
        &[
            (CommissionStatus::Draft, Cause::Operation(Operation::CreateCommission)),
            (CommissionStatus::Draft, Cause::Operation(Operation::CreateCommissions)),
        ],
        &[],
    )
}

fn visit() -> StateMachine {
    use VisitStatus::{Agreed, Cancelled, Planned, Proposed};
    let agreed = when("各方均已答复，且有各方均可的时段", "everyone has answered, and a slot suits everyone");
    let no_slot =
        when("各方均已答复，但没有各方均可的时段", "everyone has answered, and no slot suits everyone");
    let left = when(
        "专家退出专家组（回避、被暂停、移出专家库或注册资格到期）",
        "an expert leaves the group: recusal, suspension, removal, or a registration that lapsed",
    );
    let newer_plan =
        when("新版方案确认，服务尚未开始", "a later plan is confirmed, and the visit has not begun");
    let terminated =
        when("委托终止，服务尚未开始", "the commission is terminated, and the visit has not begun");
    let mut further = vec![
        (Proposed, Agreed, Cause::OperationIf(Operation::AgreeVisit, agreed)),
        (Proposed, Planned, Cause::OperationIf(Operation::AgreeVisit, no_slot)),
    ];
    let mut causes = vec![Cause::Platform(left)];
    causes.extend(
        [
            Operation::SuspendExpert,
            Operation::RemoveExpert,
            Operation::UpholdRecusalRequest,
            Operation::DeclareTie,
            Operation::ChangeEmployer,
        ]
        .map(|operation| Cause::OperationIf(operation, left)),
    );
    for cause in causes {
        further.extend([Planned, Proposed, Agreed].map(|from| (from, Planned, cause)));
    }
    for (operation, condition) in
        [(Operation::ConfirmServicePlan, newer_plan), (Operation::TerminateCommission, terminated)]
    {
        let cause = Cause::OperationIf(operation, condition);
        further.extend([Planned, Proposed, Agreed].map(|from| (from, Cancelled, cause)));
    }
    machine(("现场服务", "Visit"), &[(Planned, Cause::Operation(Operation::ConfirmServicePlan))], &further)
}

fn expert_application() -> StateMachine {
    use ExpertApplicationStatus::{Admitted, Draft, OnNotice, PutToVote, Rejected, VotedDown};
    let voted_down = when("赞成票未达到规定多数", "the votes miss the majority");
    let admitted = when("公示期满，无异议待处理", "the public notice has ended, and no objection waits");
    let lapsed =
        when("公示期满时已不具备资格", "the public notice has ended, and the applicant no longer qualifies");
    machine(
        ("入库申请", "Application for the library"),
        &[(Draft, Cause::Operation(Operation::CreateExpertApplication))],
        &[
            (PutToVote, VotedDown, Cause::OperationIf(Operation::CloseCouncilSession, voted_down)),
            (OnNotice, Admitted, Cause::Platform(admitted)),
            (OnNotice, Rejected, Cause::Platform(lapsed)),
        ],
    )
}

/// A public notice has no operation that changes it: it ends by itself.
fn public_notice() -> StateMachine {
    let (open, ended) = (PublicNoticeStatus::Open.code(), PublicNoticeStatus::Ended.code());
    let over = when("公示期满", "its working days are over");
    StateMachine {
        zh: "公示",
        en: "Public notice",
        states: CodeList::of::<PublicNoticeStatus>(),
        beginnings: vec![Beginning { state: open, cause: Cause::Operation(Operation::CreatePublicNotice) }],
        transitions: vec![Transition { from: open, to: ended, cause: Cause::Platform(over) }],
    }
}

fn expert() -> StateMachine {
    use ExpertStatus::{Active, Removed};
    let admitted = when("入库申请公示期满", "the public notice of an application has ended");
    machine(
        ("专家", "Expert"),
        &[(Active, Cause::Operation(Operation::AdmitExpert)), (Active, Cause::Platform(admitted))],
        &[(Removed, Active, Cause::Platform(admitted))],
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::vocabularies::vocabularies;

    fn reached(
        machine: &StateMachine,
        first: &'static str,
        taken: impl Fn(Cause) -> bool,
    ) -> BTreeSet<&'static str> {
        let mut reached = BTreeSet::from([first]);
        loop {
            let known = reached.len();
            for step in machine.transitions.iter().filter(|step| taken(step.cause)) {
                if reached.contains(step.from) {
                    reached.insert(step.to);
                }
            }
            if reached.len() == known {
                return reached;
            }
        }
    }

    #[test]
    fn every_vocabulary_of_states_has_its_machine() {
        let machines: Vec<_> = state_machines().iter().map(|machine| machine.states.name).collect();
        let mut listed = machines.clone();
        listed.sort_unstable();
        let mut vocabularies: Vec<_> =
            vocabularies().iter().map(|list| list.name).filter(|name| name.ends_with("Status")).collect();
        vocabularies.sort_unstable();
        assert_eq!(listed, vocabularies);
    }

    #[test]
    fn the_first_state_of_a_record_leads_to_every_other() {
        for machine in state_machines() {
            let states: BTreeSet<_> = machine.states.terms.iter().map(|term| term.code).collect();
            let first = machine.beginnings.first().unwrap().state;
            assert_eq!(reached(&machine, first, |_| true), states, "{}", machine.states.name);
        }
    }

    /// Operations alone, whatever else holds, lead to all states but these.
    #[test]
    fn a_state_that_needs_a_condition_is_known() {
        let mut missed = Vec::new();
        for machine in state_machines() {
            let first = machine.beginnings.first().unwrap().state;
            let reached = reached(&machine, first, |cause| matches!(cause, Cause::Operation(_)));
            let states = machine.states.terms.iter().map(|term| term.code);
            missed.extend(states.filter(|state| !reached.contains(state)).map(|state| (machine.en, state)));
        }
        let expected = [
            // The last answer settles the time, so that all that follows needs it.
            ("Visit", "agreed"),
            ("Visit", "in_progress"),
            ("Visit", "ended"),
            ("Visit", "submitted"),
            ("Visit", "returned"),
            ("Visit", "accepted"),
            // The end of the notice admits; the numbers of the vote decide.
            ("Application for the library", "admitted"),
            ("Application for the library", "voted_down"),
            // It ends by itself.
            ("Public notice", "ended"),
        ];
        assert_eq!(missed, expected);
    }

    #[test]
    fn a_step_is_listed_once() {
        for machine in state_machines() {
            let steps = &machine.transitions;
            let twice = steps
                .iter()
                .enumerate()
                .find(|(index, step)| steps.iter().skip(index + 1).any(|it| it == *step));
            assert_eq!(twice, None, "{}", machine.states.name);
        }
    }
}
