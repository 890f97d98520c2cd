//! Notifications (通知): what is told to a user, and to whom it is told.

use uuid::Uuid;

use crate::{
    FactName, RecordKind,
    access::{District, Relation},
    base::{
        id::{OrganizationId, ProjectId, UserId},
        words,
    },
    vocabulary,
};

pub use crate::base::identifier::masked_name;

vocabulary! {
    /// Kinds of notifications.
    pub enum NotificationKind {
        LapseAhead = "lapse_ahead" / "资格即将到期" / "A registration will lapse",
        Lapsed = "lapsed" / "资格已到期" / "A registration has lapsed",
        ExpertWarned = "expert_warned" / "专家被警告" / "An expert was warned",
        ExpertSuspended = "expert_suspended" / "专家被暂停" / "An expert was suspended",
        ExpertReinstated = "expert_reinstated" / "专家已恢复" / "An expert was reinstated",
        ExpertRemoved = "expert_removed" / "专家已移出专家库" / "An expert was removed from the library",
        ExpertLeftGroup = "expert_left_group" / "专家退出专家组" / "An expert left a group",
        ExpertRecused = "expert_recused" / "专家回避" / "An expert was recused",
        TieFoundLater = "tie_found_later" / "事后发现利害关系" / "A tie was found after the service",
        RecusalRequested = "recusal_requested" / "申请专家回避" / "A recusal was requested",
        RecusalDecided = "recusal_decided" / "回避申请已决定" / "A recusal request was decided",
        VisitProposed = "visit_proposed" / "待确认服务时间" / "A time was proposed",
        AnswerDue = "answer_due" / "请尽快确认服务时间" / "An answer is due",
        AnswerOverdue = "answer_overdue" / "逾期未确认服务时间" / "An answer is overdue",
        TimeAgreed = "time_agreed" / "服务时间已确认" / "The time is agreed",
        TimeDeclined = "time_declined" / "所提时间有人不能参加" / "The time was declined",
        TimesReopened = "times_reopened" / "须另行提议服务时间" / "Times are to be proposed anew",
        PlaceReopened = "place_reopened" / "专家名额重新开放" / "A place in a group is open again",
        ApplicationSubmitted = "application_submitted" / "收到入库申请" / "An application was submitted",
        ApplicationReturned = "application_returned" / "入库申请被退回" / "An application was returned",
        ApplicationRejected = "application_rejected" / "入库申请被驳回" / "An application was rejected",
        ApplicationPassed = "application_passed" / "理事会表决通过" / "The council passed an application",
        ApplicationVotedDown = "application_voted_down" / "理事会表决未通过" / "The council voted an application down",
        ApplicationAdjourned = "application_adjourned" / "理事会休会" / "The council's session was adjourned",
        ApplicationOnNotice = "application_on_notice" / "入库申请公示" / "An application is on public notice",
        ApplicationAdmitted = "application_admitted" / "已入库" / "An applicant was admitted",
        ObjectionLodged = "objection_lodged" / "收到异议" / "An objection came in",
        ObjectionUpheld = "objection_upheld" / "异议成立" / "An objection was upheld",
        SomeoneDeclined = "someone_declined" / "有人答复不能参加" / "Somebody declined a visit",
        VisitRescheduled = "visit_rescheduled" / "现场服务改期" / "A visit is rescheduled",
        VisitCancelled = "visit_cancelled" / "现场服务取消" / "A visit is cancelled",
        UploadOverdue = "upload_overdue" / "服务资料逾期" / "Material of a visit is overdue",
        MajorHazard = "major_hazard" / "发现重大事故隐患" / "A major hazard was found",
        OrganizationRegistered = "organization_registered" / "单位登记待审核" / "An organisation waits for approval",
        OrganizationApproved = "organization_approved" / "单位登记审核通过" / "The organisation was approved",
        OrganizationRejected = "organization_rejected" / "单位登记被驳回" / "The organisation was rejected",
        ProjectRegistered = "project_registered" / "项目已登记" / "A project was registered",
        ProjectSuspended = "project_suspended" / "项目停工" / "Work on a project has stopped",
        ProjectResumed = "project_resumed" / "项目复工" / "Work on a project goes on",
        ProjectAmended = "project_amended" / "项目登记信息已更正" / "A registered project was amended",
        ProjectPartyJoined = "project_party_joined" / "成为项目参建单位" / "Your organisation has a part in a project",
        ProjectPartyLeft = "project_party_left" / "不再是项目参建单位" / "Your organisation has no part in a project any more",
        ProjectCompleted = "project_completed" / "项目完工" / "A project is completed",
        PolicyRecorded = "policy_recorded" / "保单已录入" / "A policy was recorded",
        PolicyEndorsed = "policy_endorsed" / "保单已批改" / "A policy was endorsed",
        CommissionSubmitted = "commission_submitted" / "收到委托服务单" / "A commission was submitted",
        CommissionReturned = "commission_returned" / "委托服务单被退回" / "A commission was returned",
        CommissionAccepted = "commission_accepted" / "委托已接受" / "A commission was accepted",
        CommissionWithdrawn = "commission_withdrawn" / "委托服务单已撤回" / "A commission was withdrawn",
        CommissionTerminated = "commission_terminated" / "委托已终止" / "A commission was terminated",
        ServicePlanSubmitted = "service_plan_submitted" / "收到技术服务方案" / "A service plan was submitted",
        ServicePlanReturned = "service_plan_returned" / "技术服务方案被退回" / "A service plan was returned",
        ServicePlanConfirmed = "service_plan_confirmed" / "技术服务方案已确认" / "A service plan was confirmed",
        MaterialSubmitted = "material_submitted" / "收到服务资料" / "Material of a visit was submitted",
        MaterialReturned = "material_returned" / "服务资料被退回" / "Material of a visit was returned",
        MaterialAccepted = "material_accepted" / "服务资料审核通过" / "Material of a visit was accepted",
        HazardRecorded = "hazard_recorded" / "登记了隐患" / "A hazard was recorded",
        HazardAmended = "hazard_amended" / "隐患内容已更正" / "A hazard was corrected",
        HazardAcknowledged = "hazard_acknowledged" / "隐患已签收" / "A hazard was acknowledged",
        HazardRectified = "hazard_rectified" / "隐患已整改，待复查" / "A hazard was reported rectified",
        HazardRejected = "hazard_rejected" / "隐患整改被退回" / "A rectification was rejected",
        HazardClosed = "hazard_closed" / "隐患已销号" / "A hazard was closed",
        HazardExtended = "hazard_extended" / "隐患整改期限已延长" / "The due date of a hazard was extended",
        ReportSubmitted = "report_submitted" / "收到技术服务报告" / "A service report was submitted",
        ReportReturned = "report_returned" / "技术服务报告被退回" / "A service report was returned",
        ReportAcknowledged = "report_acknowledged" / "技术服务报告已签收" / "A service report was acknowledged",
    }
}

impl NotificationKind {
    /// Whether it always goes by e-mail as well, to who has an address: what cannot wait, and what decides on somebody's standing.
    #[must_use]
    pub const fn always_by_email(self) -> bool {
        matches!(
            self,
            Self::MajorHazard
                | Self::UploadOverdue
                | Self::ExpertSuspended
                | Self::ExpertRemoved
                | Self::OrganizationApproved
                | Self::OrganizationRejected
                | Self::CommissionTerminated
        )
    }

    /// The text in Chinese and in English; `{name}` stands for a fact.
    #[must_use]
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::LapseAhead => (
                "专家 {expert} 的注册安全工程师注册将于 {until} 到期，还有 {days} 天。",
                "The registration of expert {expert} as a safety engineer lapses after {until}, in {days} days.",
            ),
            Self::Lapsed => (
                "专家 {expert} 的注册安全工程师注册已于 {until} 到期；退出：{left}。",
                "The registration of expert {expert} as a safety engineer lapsed after {until}; pools left: {left}.",
            ),
            Self::ExpertWarned => ("专家 {expert} 被警告：{reason}", "Expert {expert} was warned: {reason}"),
            Self::ExpertSuspended => {
                ("专家 {expert} 已被暂停：{reason}", "Expert {expert} was suspended: {reason}")
            }
            Self::ExpertReinstated => {
                ("专家 {expert} 已恢复：{reason}", "Expert {expert} was reinstated: {reason}")
            }
            Self::ExpertRemoved => (
                "专家 {expert} 已移出专家库：{reason}",
                "Expert {expert} was removed from the library: {reason}",
            ),
            Self::ExpertLeftGroup => (
                "专家 {expert} 退出现场服务 {visit} 的专家组，该服务须重新安排。",
                "Expert {expert} left the group of visit {visit}, which is to be arranged anew.",
            ),
            Self::ExpertRecused => (
                "专家 {expert} 回避（A12.2），退出现场服务 {visit} 的专家组，该服务须重新安排。",
                "Expert {expert} is recused (A12.2) and left the group of visit {visit}, which is to be arranged anew.",
            ),
            Self::TieFoundLater => (
                "现场服务 {visit} 已开始后发现专家 {expert} 与参建单位有利害关系，已在该服务注明。",
                "After visit {visit} had begun, a tie of expert {expert} to a party was found; it is marked there.",
            ),
            Self::RecusalRequested => (
                "有参建单位申请专家 {expert} 回避：{reason}",
                "A party asks that expert {expert} be recused: {reason}",
            ),
            Self::RecusalDecided => (
                "关于专家 {expert} 的回避申请已决定（{status}）：{reason}",
                "The request to recuse expert {expert} was decided ({status}): {reason}",
            ),
            Self::VisitProposed => (
                "现场服务 {visit} 拟于 {scheduled_start} 进行，请确认。",
                "Visit {visit} is proposed for {scheduled_start}; please answer.",
            ),
            Self::AnswerDue => (
                "请于 {due_at} 前确认现场服务 {visit} 的时间。",
                "Please answer by {due_at} on the time of visit {visit}.",
            ),
            Self::AnswerOverdue => (
                "现场服务 {visit} 的时间逾期（{due_at}）仍有未确认者。",
                "The time of visit {visit} was to be answered by {due_at}, and is not by everyone.",
            ),
            Self::UploadOverdue => (
                "现场服务 {visit} 的资料应于 {due_at} 前上传，尚未提交，已记为逾期（A14.1）。",
                "The material of visit {visit} was due by {due_at} and was not submitted: it is late (A14.1).",
            ),
            Self::MajorHazard => (
                "现场服务 {visit} 发现重大事故隐患 {hazard}，已发告知书 {notice}，须立即整改（A15.1）。",
                "Visit {visit} found the major hazard {hazard}; notice {notice} is issued. It is to be rectified at once (A15.1).",
            ),
            Self::TimeAgreed => (
                "现场服务 {visit} 定于 {scheduled_start}。",
                "Visit {visit} takes place on {scheduled_start}.",
            ),
            Self::PlaceReopened => (
                "现场服务 {visit} 有一名专家答复不能参加，须另行提名：{reason}",
                "An expert declined visit {visit}; another is to be named for the place: {reason}",
            ),
            Self::ApplicationSubmitted => (
                "入库申请 {application} 已提交，请审核。",
                "Application {application} for the library was submitted and is to be reviewed.",
            ),
            Self::ApplicationReturned => (
                "您的入库申请 {application} 被退回，请补正后再提交：{reason}",
                "Your application {application} was returned, to be corrected and submitted again: {reason}",
            ),
            Self::ApplicationRejected => (
                "您的入库申请 {application} 被驳回：{reason}",
                "Your application {application} was rejected: {reason}",
            ),
            Self::ApplicationPassed => (
                "您的入库申请 {application} 经理事会 {held_on} 会议表决通过：赞成 {votes_for}，反对 {votes_against}，弃权 {votes_abstain}。",
                "The council passed your application {application} on {held_on}: {votes_for} for, {votes_against} against, {votes_abstain} abstained.",
            ),
            Self::ApplicationVotedDown => (
                "您的入库申请 {application} 经理事会 {held_on} 会议表决未通过：赞成 {votes_for}，反对 {votes_against}，弃权 {votes_abstain}。",
                "The council voted your application {application} down on {held_on}: {votes_for} for, {votes_against} against, {votes_abstain} abstained.",
            ),
            Self::ApplicationAdjourned => (
                "理事会会议休会，入库申请 {application} 将提交另一次会议：{reason}",
                "The council's session was adjourned; application {application} goes to another: {reason}",
            ),
            Self::ApplicationOnNotice => (
                "您的入库申请 {application} 已公示（{notice}），至 {due_on} 24:00 止。",
                "Your application {application} is on public notice ({notice}) until the end of {due_on}.",
            ),
            Self::ApplicationAdmitted => (
                "您的入库申请 {application} 已通过公示，您已入库。",
                "Your application {application} went the whole way: you are in the library.",
            ),
            Self::ObjectionLodged => (
                "收到对入库申请 {application} 的异议（{notice}），请核实处理。",
                "An objection to application {application} ({notice}) came in and is to be decided.",
            ),
            Self::ObjectionUpheld => (
                "对入库申请 {application} 的异议成立，申请终止：{reason}",
                "An objection to application {application} was upheld, and the application ends: {reason}",
            ),
            Self::TimesReopened => (
                "现场服务 {visit} 的时间未能约定，须另行提议：{reason}",
                "No time was agreed for visit {visit}; propose anew: {reason}",
            ),
            Self::SomeoneDeclined => (
                "现场服务 {visit} 有人答复不能参加，时间另行安排。",
                "Somebody declined visit {visit}; it is being arranged anew.",
            ),
            Self::VisitRescheduled => (
                "现场服务 {visit} 改期，时间另行约定：{reason}",
                "Visit {visit} is rescheduled, and a time is to be agreed anew: {reason}",
            ),
            Self::VisitCancelled => {
                ("现场服务 {visit} 已取消：{reason}", "Visit {visit} is cancelled: {reason}")
            }
            Self::OrganizationRegistered => {
                ("“{number}”已登记，请审核。", "{number} has registered and waits for approval.")
            }
            Self::OrganizationApproved => {
                ("“{number}”的登记已审核通过，可以开始使用。", "{number} was approved and may start to work.")
            }
            Self::OrganizationRejected => {
                ("“{number}”的登记被驳回：{reason}", "The registration of {number} was rejected: {reason}")
            }
            Self::ProjectRegistered => {
                ("施工单位登记了项目 {number}。", "The contractor registered project {number}.")
            }
            Self::ProjectSuspended => {
                ("项目 {number} 停工：{reason}", "Work on project {number} has stopped: {reason}")
            }
            Self::ProjectAmended => (
                "施工单位更正了项目 {number} 的登记信息（{amended_fields}）：{reason}",
                "The contractor amended project {number} ({amended_fields}): {reason}",
            ),
            Self::ProjectPartyJoined => (
                "贵单位已登记为项目 {number} 的{port}，可以查看该项目。",
                "Your organisation now has a part in project {number} ({port}) and can read it.",
            ),
            Self::ProjectPartyLeft => (
                "贵单位不再是项目 {number} 的{port}，不能再查看该项目：{reason}",
                "Your organisation has no part in project {number} any more ({port}) and can no longer read it: {reason}",
            ),
            Self::ProjectResumed => ("项目 {number} 复工。", "Work on project {number} goes on."),
            Self::ProjectCompleted => ("项目 {number} 完工。", "Project {number} is completed."),
            Self::PolicyRecorded => (
                "保险机构录入了本项目的保单 {number}。",
                "The insurer recorded policy {number} on the project.",
            ),
            Self::PolicyEndorsed => (
                "保险机构批改了保单 {number}，批单号 {endorsement_number}。",
                "The insurer endorsed policy {number} by endorsement {endorsement_number}.",
            ),
            Self::CommissionSubmitted => (
                "保险机构提交了委托服务单 {number}，请接受或退回。",
                "The insurer submitted commission {number}; please accept or return it.",
            ),
            Self::CommissionReturned => (
                "委托服务单 {number} 被退回，请补正后再提交：{reason}",
                "Commission {number} was returned, to be corrected and submitted again: {reason}",
            ),
            Self::CommissionAccepted => (
                "服务机构接受了委托 {number}，将编制技术服务方案。",
                "The provider accepted commission {number} and will write the service plan.",
            ),
            Self::CommissionWithdrawn => (
                "保险机构撤回了委托服务单 {number}：{reason}",
                "The insurer withdrew commission {number}: {reason}",
            ),
            Self::CommissionTerminated => {
                ("委托 {number} 已终止：{reason}", "Commission {number} was terminated: {reason}")
            }
            Self::ServicePlanSubmitted => (
                "服务机构提交了技术服务方案 {number}，请确认或退回（A4.4）。",
                "The provider submitted service plan {number}; please confirm or return it (A4.4).",
            ),
            Self::ServicePlanReturned => (
                "技术服务方案 {number} 被退回，请重新编制：{reason}",
                "Service plan {number} was returned; please write a new one: {reason}",
            ),
            Self::ServicePlanConfirmed => (
                "技术服务方案 {number} 已确认，现场服务可以安排。",
                "Service plan {number} was confirmed; its visits can be arranged.",
            ),
            Self::MaterialSubmitted => (
                "现场服务 {number} 的资料已提交，请审核。",
                "The material of visit {number} was submitted and is to be reviewed.",
            ),
            Self::MaterialReturned => (
                "现场服务 {number} 的资料被退回，请补正后再提交：{reason}",
                "The material of visit {number} was returned, to be corrected and submitted again: {reason}",
            ),
            Self::MaterialAccepted => {
                ("现场服务 {number} 的资料已审核通过。", "The material of visit {number} was accepted.")
            }
            Self::HazardRecorded => (
                "现场服务发现隐患 {number}，请于 {due_on} 前整改。",
                "A visit found hazard {number}. It is to be rectified by {due_on}.",
            ),
            Self::HazardAmended => (
                "隐患 {number} 的内容已更正（{amended_fields}）。",
                "Hazard {number} was corrected ({amended_fields}).",
            ),
            Self::HazardAcknowledged => {
                ("施工单位签收了隐患 {number}。", "The contractor acknowledged hazard {number}.")
            }
            Self::HazardRectified => (
                "施工单位已整改隐患 {number}，请复查。",
                "The contractor reports that hazard {number} is rectified; please check it.",
            ),
            Self::HazardRejected => (
                "隐患 {number} 的整改被退回，请继续整改：{reason}",
                "The rectification of hazard {number} was rejected; please go on: {reason}",
            ),
            Self::HazardClosed => ("隐患 {number} 已销号。", "Hazard {number} was closed."),
            Self::HazardExtended => (
                "隐患 {number} 的整改期限延长至 {due_on}：{reason}",
                "Hazard {number} is due on {due_on} now: {reason}",
            ),
            Self::ReportSubmitted => (
                "服务机构提交了技术服务报告 {number}，请签收或退回（A4.7）。",
                "The provider submitted service report {number}; please acknowledge or return it (A4.7).",
            ),
            Self::ReportReturned => (
                "技术服务报告 {number} 被退回，请补正后再提交：{reason}",
                "Service report {number} was returned, to be corrected and submitted again: {reason}",
            ),
            Self::ReportAcknowledged => (
                "保险机构签收了技术服务报告 {number}，委托完成。",
                "The insurer acknowledged service report {number}; the commission is completed.",
            ),
            Self::TimeDeclined => (
                "现场服务 {visit} 的时间有人答复不能参加，须重新安排：{reason}",
                "The time of visit {visit} was declined, and is to be arranged anew: {reason}",
            ),
        }
    }
}

impl NotificationKind {
    /// What is added for who may know more, in Chinese and in English, where the facts for it are told.
    #[must_use]
    pub const fn details(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::ReportSubmitted => {
                Some(("尚有 {open_hazards} 项隐患未销号。", " Hazards that are not closed: {open_hazards}."))
            }
            Self::HazardAmended => Some(("理由：{reason}", " The reason: {reason}")),
            Self::ExpertLeftGroup => Some(("原因：{cause}。", " The cause: {cause}.")),
            Self::ExpertRecused | Self::TieFoundLater => {
                Some(("利害关系：{tie}，“{party}”。", " The tie: {tie}, to {party}."))
            }
            _ => None,
        }
    }
}

/// The names of facts that stand in braces in a template.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// What is told. No personal data goes in here beyond masked names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it tells.
    pub kind: NotificationKind,
    /// Kind of the record that it is about, such as [`RecordKind::Visit`].
    pub subject: RecordKind,
    /// The record.
    pub subject_id: Uuid,
    /// What tells this occasion from others of the same kind on the same record, such as a date or a
    /// version: nobody is told the same twice.
    pub occasion: String,
    /// The project, where it is about one.
    pub project_id: Option<ProjectId>,
    /// What the text says, by name.
    pub facts: Vec<(FactName, String)>,
}

impl Notification {
    /// A notification about a record.
    #[must_use]
    pub fn new(
        kind: NotificationKind,
        subject: RecordKind,
        subject_id: impl Into<Uuid>,
        occasion: impl ToString,
    ) -> Self {
        Self {
            kind,
            subject,
            subject_id: subject_id.into(),
            occasion: occasion.to_string(),
            project_id: None,
            facts: Vec::new(),
        }
    }

    /// Says which project it is about.
    #[must_use]
    pub fn of_project(mut self, project: ProjectId) -> Self {
        self.project_id = Some(project);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: FactName, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// Who is told: each user once, however they come to be meant; nobody who is disabled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// These users.
    pub users: Vec<UserId>,
    /// Every user of these organisations.
    pub organizations: Vec<OrganizationId>,
    /// The users of these experts.
    pub experts: Vec<Uuid>,
    /// Every user of the association.
    pub association: bool,
    /// Every user of the organisations that have one of these parts in this project.
    pub partners_of: Option<(ProjectId, Vec<Relation>)>,
    /// Every user of the regulators whose area this district is in.
    pub regulators_of: Option<District>,
}

impl Recipients {
    /// The association.
    #[must_use]
    pub fn association() -> Self {
        Self { association: true, ..Self::default() }
    }

    /// Whether nobody is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// And the users of an organisation.
    #[must_use]
    pub fn organization(mut self, id: OrganizationId) -> Self {
        self.organizations.push(id);
        self
    }

    /// And the user of an expert.
    #[must_use]
    pub fn expert(mut self, id: impl Into<Uuid>) -> Self {
        self.experts.push(id.into());
        self
    }

    /// And a user.
    #[must_use]
    pub fn user(mut self, id: UserId) -> Self {
        self.users.push(id);
        self
    }
}

/// A template with its facts filled in.
#[must_use]
pub fn filled(template: &str, facts: &[(String, String)]) -> String {
    words::filled(template, facts.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vocabulary;

    /// The names in braces, in order.
    fn in_order(text: &str) -> Vec<&str> {
        let mut names: Vec<_> = placeholders(text).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_the_same_facts() {
        for kind in NotificationKind::ALL {
            let (zh, en) = kind.texts();
            assert_eq!(in_order(zh), in_order(en), "{kind}");
            assert!(!in_order(zh).is_empty(), "{kind}");
            let (zh, en) = kind.details().unwrap_or_default();
            assert_eq!(in_order(zh), in_order(en), "{kind}");
        }
    }

    #[test]
    fn facts_fill_their_places() {
        let facts = [(FactName::Visit.code().to_owned(), "FW-2026-000001".to_owned())];
        assert_eq!(filled("a {visit} b {other}", &facts), "a FW-2026-000001 b {other}");
    }
}
