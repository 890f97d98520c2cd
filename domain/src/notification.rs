//! Notifications (通知): what is told to a user, and to whom it is told.

use uuid::Uuid;

use crate::{
    Id,
    organization::{Organization, User},
    project::Project,
    vocabulary,
};

vocabulary! {
    /// What a notification tells.
    pub enum NotificationKind {
        LapseAhead = "lapse_ahead" / "资格即将到期" / "A registration will lapse",
        Lapsed = "lapsed" / "资格已到期" / "A registration has lapsed",
        ExpertWarned = "expert_warned" / "专家被警告" / "An expert was warned",
        ExpertSuspended = "expert_suspended" / "专家被暂停" / "An expert was suspended",
        ExpertReinstated = "expert_reinstated" / "专家已恢复" / "An expert was reinstated",
        ExpertRemoved = "expert_removed" / "专家已出库" / "An expert was removed from the library",
        ExpertLeftGroup = "expert_left_group" / "专家退出专家组" / "An expert left a group",
        ExpertRecused = "expert_recused" / "专家回避" / "An expert was recused",
        TieFoundLater = "tie_found_later" / "事后发现利害关系" / "A tie was found after the service",
        RecusalRequested = "recusal_requested" / "申请专家回避" / "A recusal was requested",
        RecusalDecided = "recusal_decided" / "回避申请已决定" / "A recusal request was decided",
        VisitProposed = "visit_proposed" / "待确认服务时间" / "A time was proposed",
        AnswerDue = "answer_due" / "请尽快确认服务时间" / "An answer is due",
        AnswerOverdue = "answer_overdue" / "逾期未确认服务时间" / "An answer is overdue",
        TimeAgreed = "time_agreed" / "服务时间已确认" / "The time is agreed",
        TimeDeclined = "time_declined" / "服务时间被谢绝" / "The time was declined",
        TimesReopened = "times_reopened" / "须另行提议服务时间" / "Times are to be proposed anew",
        PlaceReopened = "place_reopened" / "专家名额重新开放" / "A place in a group is open again",
        SomeoneDeclined = "someone_declined" / "有人谢绝服务时间" / "Somebody declined a visit",
        VisitRescheduled = "visit_rescheduled" / "现场服务改期" / "A visit is rescheduled",
        VisitCancelled = "visit_cancelled" / "现场服务取消" / "A visit is cancelled",
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
            Self::ExpertRemoved => {
                ("专家 {expert} 已出库：{reason}", "Expert {expert} was removed from the library: {reason}")
            }
            Self::ExpertLeftGroup => (
                "专家 {expert} 退出现场服务 {visit} 的专家组，该服务须重新安排：{reason}",
                "Expert {expert} left the group of visit {visit}, which is to be arranged anew: {reason}",
            ),
            Self::ExpertRecused => (
                "专家 {expert} 与参建单位“{party}”有利害关系（{tie}），退出现场服务 {visit} 的专家组，该服务须重新安排。",
                "Expert {expert} has a tie ({tie}) to the party {party} and left the group of visit {visit}, which is to be arranged anew.",
            ),
            Self::TieFoundLater => (
                "现场服务 {visit} 已开始后发现专家 {expert} 与参建单位“{party}”有利害关系（{tie}），已注明。",
                "After visit {visit} had begun, a tie ({tie}) of expert {expert} to the party {party} was found; it is marked there.",
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
            Self::TimeAgreed => (
                "现场服务 {visit} 定于 {scheduled_start}。",
                "Visit {visit} takes place on {scheduled_start}.",
            ),
            Self::PlaceReopened => (
                "现场服务 {visit} 有一名专家谢绝，须另行提名：{reason}",
                "An expert declined visit {visit}; another is to be named for the place: {reason}",
            ),
            Self::TimesReopened => (
                "现场服务 {visit} 的时间未能约定，须另行提议：{reason}",
                "No time was agreed for visit {visit}; propose anew: {reason}",
            ),
            Self::SomeoneDeclined => (
                "现场服务 {visit} 有人谢绝，时间另行安排。",
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
                "现场服务 {visit} 的时间被谢绝，须重新安排：{reason}",
                "The time of visit {visit} was declined, and is to be arranged anew: {reason}",
            ),
        }
    }
}

/// What is told. No personal data goes in here beyond masked names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it tells.
    pub kind: NotificationKind,
    /// Kind of the record that it is about, such as `visit`.
    pub subject: &'static str,
    /// The record.
    pub subject_id: Uuid,
    /// What tells this occasion from others of the same kind on the same record, such as a date or a
    /// version: nobody is told the same twice.
    pub occasion: String,
    /// The project, where it is about one.
    pub project_id: Option<Id<Project>>,
    /// What the text says, by name.
    pub facts: Vec<(&'static str, String)>,
}

impl Notification {
    /// A notification about a record.
    #[must_use]
    pub fn new(
        kind: NotificationKind,
        subject: &'static str,
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
    pub fn of_project(mut self, project: Id<Project>) -> Self {
        self.project_id = Some(project);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// Who is told: each user once, however they come to be meant; nobody who is disabled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// These users.
    pub users: Vec<Id<User>>,
    /// Every user of these organisations.
    pub organizations: Vec<Id<Organization>>,
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
    pub fn organization(mut self, id: Id<Organization>) -> Self {
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
    pub fn user(mut self, id: Id<User>) -> Self {
        self.users.push(id);
        self
    }
}

/// A template with its facts filled in.
#[must_use]
pub fn filled(template: &str, facts: &[(String, String)]) -> String {
    facts.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// A name as it is shown to who needs no more: its first character.
#[must_use]
pub fn masked_name(name: &str) -> String {
    name.trim().chars().next().map_or_else(|| "*".to_owned(), |first| format!("{first}**"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vocabulary;

    /// The names in braces, in order.
    fn places(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_the_same_facts() {
        for kind in NotificationKind::ALL {
            let (zh, en) = kind.texts();
            assert_eq!(places(zh), places(en), "{kind}");
            assert!(!places(zh).is_empty(), "{kind}");
        }
    }

    #[test]
    fn facts_fill_their_places() {
        let facts = [("visit".to_owned(), "FW-2026-000001".to_owned())];
        assert_eq!(filled("a {visit} b {other}", &facts), "a FW-2026-000001 b {other}");
    }

    #[test]
    fn of_a_masked_name_the_first_character_is_left() {
        assert_eq!(masked_name("吴志强"), "吴**");
        assert_eq!(masked_name("欧"), "欧**");
        assert_eq!(masked_name(" "), "*");
    }
}
