//! Notifications (通知): what is told to a user, and to whom it is told.

use uuid::Uuid;

use crate::{
    FactName, RecordKind,
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
    }
}

impl NotificationKind {
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
}

impl Recipients {
    /// The association.
    #[must_use]
    pub fn association() -> Self {
        Self { association: true, ..Self::default() }
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
