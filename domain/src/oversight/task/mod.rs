//! Tasks (待办): what waits for somebody, and what settles it.
//!
//! A task is no record. It follows from the state of a record and from the rules by which the record goes on: whoever may do
//! the first of a kind's operations on the record now has the task, as long as the operation is possible.

#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::{
    EventName, Id, RecordKind, Vocabulary,
    access::{Caller, Operation, Relation, Who, is_conceivable, may_ever},
    vocabulary,
};

vocabulary! {
    /// Kinds of tasks, by what has to be done.
    pub enum TaskKind {
        ReviewOrganization = "review_organization" / "审核单位登记" / "Review the registration of an organisation",
        RegisterProject = "register_project" / "登记项目" / "Register a project",
        SubmitCommission = "submit_commission" / "提交委托服务单" / "Submit a commission",
        AnswerCommission = "answer_commission" / "答复委托" / "Answer a commission",
        CreateServicePlan = "create_service_plan" / "编制技术服务方案" / "Create a service plan",
        SubmitServicePlan = "submit_service_plan" / "提交技术服务方案" / "Submit a service plan",
        ConfirmServicePlan = "confirm_service_plan" / "确认技术服务方案" / "Confirm a service plan",
        ProposeVisit = "propose_visit" / "安排现场服务" / "Arrange a visit",
        CancelVisit = "cancel_visit" / "取消已无法安排的现场服务" / "Cancel a visit that can no longer be arranged",
        AgreeVisit = "agree_visit" / "答复服务时间" / "Answer proposed times of a visit",
        RescheduleVisit = "reschedule_visit" / "改期已错过的现场服务" / "Reschedule a visit that was missed",
        StartVisit = "start_visit" / "开始现场服务" / "Start a visit",
        RecordVisitStep = "record_visit_step" / "记录服务程序" / "Record a step of a visit",
        IssueRectificationProposal = "issue_rectification_proposal" / "出具整改建议书" / "Issue the rectification proposal",
        EndVisit = "end_visit" / "结束现场服务" / "End a visit",
        ReceiveRectificationProposal = "receive_rectification_proposal" / "签收整改建议书" / "Acknowledge the rectification proposal",
        SubmitVisit = "submit_visit" / "提交服务资料" / "Submit a visit's material",
        ReviewVisit = "review_visit" / "审核服务资料" / "Review a visit's material",
        AcknowledgeHazard = "acknowledge_hazard" / "签收隐患" / "Acknowledge a hazard",
        RectifyHazard = "rectify_hazard" / "整改隐患" / "Rectify a hazard",
        ReviewHazard = "review_hazard" / "复查隐患整改" / "Review a rectification",
        CreateServiceReport = "create_service_report" / "编制技术服务报告" / "Create a service report",
        SubmitServiceReport = "submit_service_report" / "提交技术服务报告" / "Submit a service report",
        AcknowledgeServiceReport = "acknowledge_service_report" / "签收技术服务报告" / "Acknowledge a service report",
        SubmitExpertApplication = "submit_expert_application" / "提交入库申请" / "Submit an expert application",
        ReviewExpertApplication = "review_expert_application" / "审核入库申请" / "Review an expert application",
        PutApplicationToVote = "put_application_to_vote" / "将入库申请提交理事会" / "Put an expert application to the council",
        HoldCouncilSession = "hold_council_session" / "登记理事会表决结果" / "Record the result of a council session",
        PublishNotice = "publish_notice" / "公示通过的入库申请" / "Publish an application that the council passed",
        DecideObjection = "decide_objection" / "处理异议" / "Decide an objection",
        DecideRecusalRequest = "decide_recusal_request" / "处理回避申请" / "Decide a recusal request",
    }
}

/// Whose task a kind of task is: the part in the record that makes it somebody's, and what they are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// The association, for every record.
    Association,
    /// The organisation that has this part in the record.
    Organization(Relation),
    /// The leader of the visit's group.
    Leader,
    /// The experts of the visit's group, each for themselves.
    Member,
    /// The person who applies for the library.
    Applicant,
}

impl Assignee {
    /// The id by which records name the assignee: of the organisation, the expert or the user. None for the association, whose
    /// tasks are those of every record, and for a caller who has no such id.
    #[must_use]
    pub fn id(self, caller: &Caller) -> Option<Uuid> {
        match (self, caller.who) {
            (Self::Association, _) => None,
            (Self::Organization(_), _) => caller.organization_id.map(Id::uuid),
            (Self::Leader | Self::Member, _) => caller.expert_id,
            (Self::Applicant, Who::User(user)) => Some(user),
            (Self::Applicant, _) => None,
        }
    }
}

impl TaskKind {
    /// The operations that settle such a task, the usual one first: that one decides whether there is a task.
    #[must_use]
    pub const fn operations(self) -> &'static [Operation] {
        use Operation as Do;
        match self {
            Self::ReviewOrganization => &[Do::ApproveOrganization, Do::RejectOrganization],
            Self::RegisterProject => &[Do::RegisterProject, Do::CancelProject],
            Self::SubmitCommission => &[Do::SubmitCommission, Do::WithdrawCommission],
            Self::AnswerCommission => &[Do::AcceptCommission, Do::ReturnCommission],
            Self::CreateServicePlan => &[Do::CreateServicePlan],
            Self::SubmitServicePlan => &[Do::SubmitServicePlan],
            Self::ConfirmServicePlan => &[Do::ConfirmServicePlan, Do::ReturnServicePlan],
            Self::ProposeVisit => &[Do::ProposeVisit, Do::CancelVisit],
            Self::CancelVisit => &[Do::CancelVisit],
            Self::AgreeVisit => &[Do::AgreeVisit, Do::DeclineVisit],
            Self::RescheduleVisit => &[Do::RescheduleVisit, Do::CancelVisit],
            Self::StartVisit => &[Do::StartVisit],
            Self::RecordVisitStep => &[Do::RecordVisitStep],
            Self::IssueRectificationProposal => &[Do::IssueRectificationProposal],
            Self::EndVisit => &[Do::EndVisit],
            Self::ReceiveRectificationProposal => &[Do::ReceiveRectificationProposal],
            Self::SubmitVisit => &[Do::SubmitVisit],
            Self::ReviewVisit => &[Do::AcceptVisit, Do::ReturnVisit],
            Self::AcknowledgeHazard => &[Do::AcknowledgeHazard],
            Self::RectifyHazard => &[Do::RectifyHazard],
            Self::ReviewHazard => &[Do::CloseHazard, Do::RejectHazard],
            Self::CreateServiceReport => &[Do::CreateServiceReport],
            Self::SubmitServiceReport => &[Do::SubmitServiceReport],
            Self::AcknowledgeServiceReport => &[Do::AcknowledgeServiceReport, Do::ReturnServiceReport],
            Self::SubmitExpertApplication => &[Do::SubmitExpertApplication, Do::WithdrawExpertApplication],
            Self::ReviewExpertApplication => {
                &[Do::ReviewExpertApplication, Do::ReturnExpertApplication, Do::RejectExpertApplication]
            }
            Self::PutApplicationToVote => &[Do::PutApplicationsToVote],
            Self::HoldCouncilSession => {
                &[Do::RecordCouncilVotes, Do::CloseCouncilSession, Do::AdjournCouncilSession]
            }
            Self::PublishNotice => &[Do::CreatePublicNotice],
            Self::DecideObjection => &[Do::UpholdObjection, Do::DismissObjection],
            Self::DecideRecusalRequest => &[Do::UpholdRecusalRequest, Do::DismissRecusalRequest],
        }
    }

    /// The kind of task that an event of this name settles, and the operation by which it was settled. None for events that
    /// settle no task.
    #[must_use]
    pub fn settled_by(event: EventName) -> Option<(Self, Operation)> {
        let operation = settling_operation(event)?;
        let kind = Self::ALL.iter().find(|kind| kind.operations().contains(&operation))?;
        Some((*kind, operation))
    }

    /// The kind of record that waits.
    #[must_use]
    pub const fn record(self) -> RecordKind {
        match self {
            Self::ReviewOrganization => RecordKind::Organization,
            Self::RegisterProject => RecordKind::Project,
            Self::SubmitCommission
            | Self::AnswerCommission
            | Self::CreateServicePlan
            | Self::CreateServiceReport => RecordKind::Commission,
            Self::SubmitServicePlan | Self::ConfirmServicePlan => RecordKind::ServicePlan,
            Self::ProposeVisit
            | Self::CancelVisit
            | Self::AgreeVisit
            | Self::RescheduleVisit
            | Self::StartVisit
            | Self::RecordVisitStep
            | Self::IssueRectificationProposal
            | Self::EndVisit
            | Self::ReceiveRectificationProposal
            | Self::SubmitVisit
            | Self::ReviewVisit => RecordKind::Visit,
            Self::AcknowledgeHazard | Self::RectifyHazard | Self::ReviewHazard => RecordKind::Hazard,
            Self::SubmitServiceReport | Self::AcknowledgeServiceReport => RecordKind::ServiceReport,
            Self::SubmitExpertApplication
            | Self::ReviewExpertApplication
            | Self::PutApplicationToVote
            | Self::PublishNotice => RecordKind::ExpertApplication,
            Self::HoldCouncilSession => RecordKind::CouncilSession,
            Self::DecideObjection => RecordKind::Objection,
            Self::DecideRecusalRequest => RecordKind::RecusalRequest,
        }
    }

    /// Whether such tasks have a due date: the end of the plan's window, the time for answers, the agreed time, the deadline
    /// of the upload, the due date of a hazard, the day of a session.
    #[must_use]
    pub const fn has_due_date(self) -> bool {
        matches!(
            self,
            Self::ProposeVisit
                | Self::CancelVisit
                | Self::AgreeVisit
                | Self::RescheduleVisit
                | Self::StartVisit
                | Self::RecordVisitStep
                | Self::IssueRectificationProposal
                | Self::EndVisit
                | Self::SubmitVisit
                | Self::AcknowledgeHazard
                | Self::RectifyHazard
                | Self::HoldCouncilSession
        )
    }

    /// As whom the caller may have such tasks. None where the caller cannot do the first operation on any record.
    ///
    /// A step of a visit may be recorded by any member of the group, and it is the leader who answers for it (A10.1).
    #[must_use]
    pub fn assignee(self, caller: &Caller) -> Option<Assignee> {
        let operation = self.operations().first().copied()?;
        may_ever(caller, operation).ok()?;
        if self == Self::RecordVisitStep {
            return caller.expert_id.map(|_| Assignee::Leader);
        }
        let as_whom = |relation: &Relation| match relation {
            Relation::Association => Some(Assignee::Association),
            Relation::Leader => Some(Assignee::Leader),
            Relation::Member => Some(Assignee::Member),
            Relation::Applicant => Some(Assignee::Applicant),
            Relation::Contractor | Relation::Insurer | Relation::Provider => {
                Some(Assignee::Organization(*relation))
            }
            _ => None,
        };
        let conceivable = |relation: &&Relation| is_conceivable(caller, **relation);
        operation.grant().relations.iter().filter(conceivable).find_map(as_whom)
    }
}

/// The operation that an event tells of, where tasks are settled by it.
const fn settling_operation(event: EventName) -> Option<Operation> {
    use EventName as Event;
    use Operation as Do;
    let operation = match event {
        Event::OrganizationApproved => Do::ApproveOrganization,
        Event::OrganizationRejected => Do::RejectOrganization,
        Event::ProjectRegistered => Do::RegisterProject,
        Event::ProjectCancelled => Do::CancelProject,
        Event::CommissionSubmitted => Do::SubmitCommission,
        Event::CommissionWithdrawn => Do::WithdrawCommission,
        Event::CommissionAccepted => Do::AcceptCommission,
        Event::CommissionReturned => Do::ReturnCommission,
        Event::ServicePlanCreated => Do::CreateServicePlan,
        Event::ServicePlanSubmitted => Do::SubmitServicePlan,
        Event::ServicePlanConfirmed => Do::ConfirmServicePlan,
        Event::ServicePlanReturned => Do::ReturnServicePlan,
        Event::VisitProposed => Do::ProposeVisit,
        Event::VisitCancelled => Do::CancelVisit,
        Event::VisitAgreedByOne | Event::VisitAgreed | Event::VisitTimesReopened => Do::AgreeVisit,
        Event::VisitDeclined => Do::DeclineVisit,
        Event::VisitRescheduled => Do::RescheduleVisit,
        Event::VisitStarted => Do::StartVisit,
        Event::VisitStepRecorded => Do::RecordVisitStep,
        Event::RectificationProposalReceived => Do::ReceiveRectificationProposal,
        Event::VisitEnded => Do::EndVisit,
        Event::VisitSubmitted => Do::SubmitVisit,
        Event::VisitAccepted => Do::AcceptVisit,
        Event::VisitReturned => Do::ReturnVisit,
        Event::HazardAcknowledged => Do::AcknowledgeHazard,
        Event::HazardRectified => Do::RectifyHazard,
        Event::HazardClosed => Do::CloseHazard,
        Event::HazardRejected => Do::RejectHazard,
        Event::ServiceReportCreated => Do::CreateServiceReport,
        Event::ServiceReportSubmitted => Do::SubmitServiceReport,
        Event::ServiceReportAcknowledged => Do::AcknowledgeServiceReport,
        Event::ServiceReportReturned => Do::ReturnServiceReport,
        Event::ExpertApplicationSubmitted => Do::SubmitExpertApplication,
        Event::ExpertApplicationWithdrawn => Do::WithdrawExpertApplication,
        Event::ExpertApplicationReviewed => Do::ReviewExpertApplication,
        Event::ExpertApplicationReturned => Do::ReturnExpertApplication,
        Event::ExpertApplicationRejected => Do::RejectExpertApplication,
        Event::ExpertApplicationPutToVote => Do::PutApplicationsToVote,
        Event::ExpertApplicationPublished => Do::CreatePublicNotice,
        Event::CouncilVotesRecorded => Do::RecordCouncilVotes,
        Event::CouncilSessionClosed => Do::CloseCouncilSession,
        Event::CouncilSessionAdjourned => Do::AdjournCouncilSession,
        Event::ObjectionUpheld => Do::UpholdObjection,
        Event::ObjectionDismissed => Do::DismissObjection,
        Event::RecusalRequestUpheld => Do::UpholdRecusalRequest,
        Event::RecusalRequestDismissed => Do::DismissRecusalRequest,
        _ => return None,
    };
    Some(operation)
}
