//! Words for what events and notifications store as codes, in Chinese and in English.
//!
//! What an earlier version stored under a code that is no term any more is shown by its code.

use chrono::DateTime;
use uuid::Uuid;

use crate::{
    EventName, FactName, Money, RecordKind, Vocabulary,
    access::{Port, Role},
    calendar::working_calendar::SHANGHAI,
    identity::{
        notification::{NotificationKind, filled, placeholders},
        organization::OrganizationStatus,
    },
    library::{
        council_session::{CouncilSessionStatus, MajorityRule, VoteOutcome},
        expert::ExpertStatus,
        expert_application::{ApplicationFileKind, ExpertApplicationStatus},
        objection::ObjectionStatus,
        public_notice::PublicNoticeStatus,
        qualification::{EngineerClass, EngineerLevel, Pool},
        tie::{RecusalStatus, TieKind, TieSource},
        unavailability::{PartOfDay, UnavailabilityKind, Weekday},
    },
    service::{
        commission::{CommissionStatus, ServiceCategory},
        fee::FeeMode,
        hazard::{HazardGrade, HazardStatus},
        project::ProjectStatus,
        service_plan::ServicePlanStatus,
        service_report::ServiceReportStatus,
        visit::{AttachmentKind, LeavingCause, ReopenedPart, Step, VisitStatus},
    },
};

/// The same in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Words {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// What has no words of its own, as it is.
    fn as_it_is(text: &str) -> Self {
        Self::new(text, text)
    }

    /// Several, one after the other.
    fn listed(all: &[Self]) -> Self {
        let joined = |of: fn(&Self) -> &str| all.iter().map(of).collect::<Vec<_>>().join(", ");
        Self { zh: joined(|it| &it.zh), en: joined(|it| &it.en) }
    }
}

impl<T: Vocabulary> From<T> for Words {
    fn from(term: T) -> Self {
        Self::new(term.zh(), term.en())
    }
}

/// The words for a code of one list.
type Lookup = fn(&str) -> Option<Words>;

fn term<T: Vocabulary>(code: &str) -> Option<Words> {
    T::from_code(code).map(Words::from)
}

fn term_or_code<T: Vocabulary>(code: &str) -> Words {
    term::<T>(code).unwrap_or_else(|| Words::as_it_is(code))
}

/// The title of an event, by the code of its [`EventName`].
#[must_use]
pub fn event(name: &str) -> Words {
    term_or_code::<EventName>(name)
}

/// A kind of record, by the code of its [`RecordKind`].
#[must_use]
pub fn record_kind(subject: &str) -> Words {
    term_or_code::<RecordKind>(subject)
}

/// The label of a fact, by the code of its [`FactName`].
#[must_use]
pub fn fact_label(name: &str) -> Words {
    term_or_code::<FactName>(name)
}

/// A state of a record of this kind, by its code.
#[must_use]
pub fn state(subject: &str, code: &str) -> Words {
    let lookup = RecordKind::from_code(subject).and_then(states_of);
    lookup.and_then(|lookup| lookup(code)).unwrap_or_else(|| Words::as_it_is(code))
}

/// The list that the states of a record of this kind are from; none where it has no states.
fn states_of(kind: RecordKind) -> Option<Lookup> {
    Some(match kind {
        RecordKind::Organization => term::<OrganizationStatus>,
        RecordKind::Expert => term::<ExpertStatus>,
        RecordKind::ExpertApplication => term::<ExpertApplicationStatus>,
        RecordKind::CouncilSession => term::<CouncilSessionStatus>,
        RecordKind::PublicNotice => term::<PublicNoticeStatus>,
        RecordKind::Objection => term::<ObjectionStatus>,
        RecordKind::RecusalRequest => term::<RecusalStatus>,
        RecordKind::Project => term::<ProjectStatus>,
        RecordKind::Commission => term::<CommissionStatus>,
        RecordKind::ServicePlan => term::<ServicePlanStatus>,
        RecordKind::Visit => term::<VisitStatus>,
        RecordKind::Hazard => term::<HazardStatus>,
        RecordKind::ServiceReport => term::<ServiceReportStatus>,
        RecordKind::User
        | RecordKind::Session
        | RecordKind::ApiToken
        | RecordKind::Affiliate
        | RecordKind::ApplicationFile
        | RecordKind::Tie
        | RecordKind::Unavailability
        | RecordKind::Policy
        | RecordKind::Attachment => return None,
    })
}

/// What the value of a fact is.
enum Form {
    /// A code of a list, or several with `, ` between them.
    Terms(Lookup),
    /// Parties to a visit: `contractor` or the id of an expert, with spaces between them.
    Sides,
    /// `true` or `false`.
    YesNo,
    /// An amount in CNY.
    Money,
    /// Instants (RFC 3339), with spaces between them.
    Instants,
    /// A date, a number, an id or a text, which is said as it is stored.
    Plain,
}

/// What the value of a fact about a record of this kind is.
fn form_of(kind: Option<RecordKind>, fact: FactName) -> Form {
    use FactName as F;
    Form::Terms(match fact {
        F::Category => term::<ServiceCategory>,
        F::Cause => term::<LeavingCause>,
        F::Class => term::<EngineerClass>,
        F::FeeMode => term::<FeeMode>,
        F::Grade => term::<HazardGrade>,
        F::Kind => return kind.and_then(kinds_of).map_or(Form::Plain, Form::Terms),
        F::Level => term::<EngineerLevel>,
        F::MajorityRule => term::<MajorityRule>,
        F::Outcome => term::<VoteOutcome>,
        F::PartOfDay => term::<PartOfDay>,
        F::Pool | F::Pools | F::PoolsLeft | F::Left => term::<Pool>,
        F::Reopened => term::<ReopenedPart>,
        F::Port => term::<Port>,
        F::Role => term::<Role>,
        F::Source => term::<TieSource>,
        F::Status => term::<RecusalStatus>,
        F::Step => term::<Step>,
        F::Tie => term::<TieKind>,
        F::Weekday => term::<Weekday>,
        F::AgreedBy | F::DeclinedBy | F::Missing => return Form::Sides,
        F::Again | F::Late | F::UploadDueProvisional => return Form::YesNo,
        F::AmountDue
        | F::Fee
        | F::PremiumReceived
        | F::PremiumReceivedBefore
        | F::PremiumTotal
        | F::PremiumTotalBefore => return Form::Money,
        F::AnswerBy
        | F::DueAt
        | F::EndsAt
        | F::EndsAtBefore
        | F::ScheduledEnd
        | F::ScheduledStart
        | F::Slots
        | F::StartsAt
        | F::TakenAt
        | F::UploadDueAt
        | F::UploadDueAtBefore => return Form::Instants,
        F::Application
        | F::ApplicationId
        | F::Applications
        | F::AssessedOn
        | F::Company
        | F::CouncilDecisionNumber
        | F::CouncilSessionId
        | F::CouncilSize
        | F::Days
        | F::DueOn
        | F::DueOnBefore
        | F::Employer
        | F::EmployerBefore
        | F::EndorsementNumber
        | F::Expert
        | F::ExpertId
        | F::GroupSize
        | F::Hazard
        | F::HazardId
        | F::HeldOn
        | F::Hint
        | F::LeaderId
        | F::MajorHazardItem
        | F::Majority
        | F::MembersPresent
        | F::Notice
        | F::Number
        | F::Party
        | F::Passed
        | F::PlanVersion
        | F::ProjectId
        | F::PublicNoticeId
        | F::PublicNoticeNumber
        | F::Quorum
        | F::Reason
        | F::SameAsId
        | F::Seq
        | F::Sha256
        | F::Since
        | F::Size
        | F::Until
        | F::UntilBefore
        | F::UserId
        | F::Visit
        | F::VisitId
        | F::VotedDown
        | F::VotesAbstain
        | F::VotesAgainst
        | F::VotesFor
        | F::Years => return Form::Plain,
    })
}

/// The list that the fact `kind` of a record of this kind is from.
fn kinds_of(kind: RecordKind) -> Option<Lookup> {
    Some(match kind {
        RecordKind::ApplicationFile => term::<ApplicationFileKind>,
        RecordKind::Tie | RecordKind::RecusalRequest => term::<TieKind>,
        RecordKind::Unavailability => term::<UnavailabilityKind>,
        RecordKind::Attachment => term::<AttachmentKind>,
        _ => return None,
    })
}

/// The value of a fact about a record of this kind. A value that cannot be read as what the fact is stays as it is.
#[must_use]
pub fn fact_value(subject: &str, name: &str, value: &str) -> Words {
    let kind = RecordKind::from_code(subject);
    let said = FactName::from_code(name).and_then(|fact| match form_of(kind, fact) {
        Form::Terms(lookup) => each(value, ", ", lookup),
        Form::Sides => each(value, " ", side),
        Form::YesNo => yes_or_no(value),
        Form::Money => value.parse().ok().map(money),
        Form::Instants => each(value, " ", instant),
        Form::Plain => None,
    });
    said.unwrap_or_else(|| Words::as_it_is(value))
}

fn each(value: &str, separator: &str, words: impl Fn(&str) -> Option<Words>) -> Option<Words> {
    let all = value.split(separator).map(words).collect::<Option<Vec<_>>>()?;
    Some(Words::listed(&all))
}

fn side(code: &str) -> Option<Words> {
    match code.parse::<Uuid>() {
        Ok(_) => Some(Words::new(format!("专家 {code}"), format!("expert {code}"))),
        Err(_) => term::<Port>(code),
    }
}

fn yes_or_no(value: &str) -> Option<Words> {
    match value {
        "true" => Some(Words::new("是", "Yes")),
        "false" => Some(Words::new("否", "No")),
        _ => None,
    }
}

/// `21000.00 元` and `CNY 21,000.00`.
fn money(amount: Money) -> Words {
    let text = amount.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Words::new(format!("{text} 元"), format!("CNY {grouped}.{part}"))
}

/// To the minute, in Asia/Shanghai.
fn instant(text: &str) -> Option<Words> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Words::as_it_is(&at.with_timezone(&SHANGHAI).format("%Y-%m-%d %H:%M").to_string()))
}

/// The text of a notification about a record of this kind, with its facts in words.
#[must_use]
pub fn notification(kind: NotificationKind, subject: &str, facts: &[(String, String)]) -> Words {
    let said: Vec<_> =
        facts.iter().map(|(name, value)| (name.clone(), fact_value(subject, name, value))).collect();
    let in_language = |of: fn(&Words) -> &String| -> Vec<(String, String)> {
        said.iter().map(|(name, words)| (name.clone(), of(words).clone())).collect()
    };
    let (in_chinese, in_english) = (in_language(|it| &it.zh), in_language(|it| &it.en));
    let (zh, en) = kind.texts();
    let (mut zh, mut en) = (filled(zh, &in_chinese), filled(en, &in_english));
    if let Some((more_zh, more_en)) = kind.details()
        && placeholders(more_zh).all(|name| facts.iter().any(|(known, _)| known == name))
    {
        zh.push_str(&filled(more_zh, &in_chinese));
        en.push_str(&filled(more_en, &in_english));
    }
    Words { zh, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(zh: &str, en: &str) -> Words {
        Words::new(zh, en)
    }

    #[test]
    fn facts_are_said_in_words() {
        let said = |name, value| fact_value("visit", name, value);
        assert_eq!(said("fee_mode", "premium_ratio"), FeeMode::PremiumRatio.into());
        assert_eq!(said("fee", "21000.00"), words("21000.00 元", "CNY 21,000.00"));
        assert_eq!(said("fee", "0.05"), words("0.05 元", "CNY 0.05"));
        assert_eq!(said("premium_total", "1234567.80"), words("1234567.80 元", "CNY 1,234,567.80"));
        assert_eq!(
            said("answer_by", "2026-11-30T01:30:00+00:00"),
            words("2026-11-30 09:30", "2026-11-30 09:30")
        );
        let two = "2026-11-30T01:30:00+00:00 2026-12-01T06:00:00+00:00";
        assert_eq!(said("slots", two).zh, "2026-11-30 09:30, 2026-12-01 14:00");
        assert_eq!(said("late", "true"), words("是", "Yes"));
        assert_eq!(said("held_on", "2026-11-30"), words("2026-11-30", "2026-11-30"));
        assert_eq!(said("reopened", "place"), ReopenedPart::Place.into());
        let id = Uuid::from_u128(7);
        assert_eq!(
            said("missing", &format!("contractor {id}")),
            words(&format!("施工单位, 专家 {id}"), &format!("Contractor, expert {id}"))
        );
    }

    #[test]
    fn the_kind_of_a_record_is_from_the_list_of_its_own() {
        assert_eq!(fact_value("organization", "port", "insurer"), Port::Insurer.into());
        assert_eq!(fact_value("tie", "kind", "kinship"), TieKind::Kinship.into());
        assert_eq!(fact_value("visit", "kind", "kinship"), words("kinship", "kinship"));
    }

    #[test]
    fn states_are_from_the_list_of_their_record() {
        assert_eq!(state("commission", "submitted"), CommissionStatus::Submitted.into());
        assert_eq!(state("policy", "submitted"), words("submitted", "submitted"));
    }

    #[test]
    fn what_is_no_term_any_more_is_shown_as_it_is_stored() {
        assert_eq!(event("commission_sent"), words("commission_sent", "commission_sent"));
        assert_eq!(record_kind("order"), words("order", "order"));
        assert_eq!(fact_label("price"), words("price", "price"));
        assert_eq!(fact_value("order", "price", "5"), words("5", "5"));
        assert_eq!(fact_value("commission", "fee_mode", "flat"), words("flat", "flat"));
        assert_eq!(fact_value("commission", "fee", "a lot"), words("a lot", "a lot"));
        assert_eq!(fact_value("visit", "answer_by", "soon"), words("soon", "soon"));
        assert_eq!(fact_value("visit", "late", "a bit"), words("a bit", "a bit"));
        assert_eq!(fact_value("visit", "missing", "owner2"), words("owner2", "owner2"));
        assert_eq!(state("commission", "sent"), words("sent", "sent"));
        assert_eq!(state("order", "sent"), words("sent", "sent"));
    }

    #[test]
    fn each_language_says_codes_by_their_names_and_details_only_where_they_are_told() {
        let told = |kind: NotificationKind, facts: &[(&str, &str)]| {
            let facts: Vec<_> = facts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            let Words { zh, en } = notification(kind, "visit", &facts);
            (zh, en)
        };
        let brief = [("expert", "吴**"), ("visit", "FW-1")];
        let (zh, en) = told(NotificationKind::ExpertRecused, &brief);
        assert!(zh.ends_with("该服务须重新安排。") && en.ends_with("arranged anew."), "{zh} {en}");
        let more = [brief[0], brief[1], ("tie", "kinship"), ("party", "甲公司")];
        let (zh, en) = told(NotificationKind::ExpertRecused, &more);
        assert!(zh.ends_with("利害关系：近亲属关系，“甲公司”。"), "{zh}");
        assert!(en.ends_with("The tie: kinship, to 甲公司."), "{en}");
        let lapsed = [("expert", "吴**"), ("until", "2026-06-30"), ("left", "leader, member")];
        let (zh, en) = told(NotificationKind::Lapsed, &lapsed);
        assert!(zh.ends_with(&format!("退出：{}, {}。", Pool::Leader.zh(), Pool::Member.zh())), "{zh}");
        assert!(en.ends_with(&format!("pools left: {}, {}.", Pool::Leader.en(), Pool::Member.en())), "{en}");
        let none =
            told(NotificationKind::Lapsed, &[("expert", "吴**"), ("until", "2026-06-30"), ("left", "-")]);
        assert!(none.0.ends_with("退出：-。"), "{}", none.0);
        let decided = [("expert", "吴**"), ("status", "upheld"), ("reason", "属实")];
        assert!(told(NotificationKind::RecusalDecided, &decided).0.contains(RecusalStatus::Upheld.zh()));
    }
}
