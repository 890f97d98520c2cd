//! Words for what events and notifications store as codes, in Chinese and in English.
//!
//! What an earlier version stored under a code that is no term any more is shown by its code. An id is said as the kind of record
//! that it names: no event holds the name of a person, and an id says nothing to a reader. An item of the criteria for major hazards is
//! said by its text, where the caller has the criteria.

use chrono::{DateTime, NaiveDateTime};
use uuid::Uuid;

use crate::{
    ActorKind, EventName, FactName, Money, RecordKind, Vocabulary, Words,
    access::{District, Port, Role},
    identity::{
        notification::{NotificationKind, filled, placeholders},
        organization::OrganizationStatus,
        session_end::SessionEndReason,
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
        hazard::{HazardField, HazardGrade, HazardStatus},
        major_hazard::MajorHazardCriteria,
        project::{ProjectField, ProjectStatus},
        service_plan::ServicePlanStatus,
        service_report::ServiceReportStatus,
        visit::{AttachmentKind, GroupDepartureCause, ReopenedPart, Step, VisitStatus},
    },
};

/// The words for a code of one list.
type Lookup = fn(&str) -> Option<Words>;

fn term<T: Vocabulary>(code: &str) -> Option<Words> {
    T::from_code(code).map(Words::from)
}

fn term_or_code<T: Vocabulary>(code: &str) -> Words {
    term::<T>(code).unwrap_or_else(|| Words::verbatim(code))
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

/// The kind of an actor, by the code of its [`ActorKind`].
#[must_use]
pub fn actor_kind(code: &str) -> Words {
    term_or_code::<ActorKind>(code)
}

/// The reason of an event on a record of this kind. A session ends for a reason from a list; every other reason is said as somebody
/// wrote it.
#[must_use]
pub fn reason(subject: &str, reason: &str) -> Words {
    match RecordKind::from_code(subject) {
        Some(RecordKind::Session) => term_or_code::<SessionEndReason>(reason),
        _ => Words::verbatim(reason),
    }
}

/// A state of a record of this kind, by its code.
#[must_use]
pub fn state(subject: &str, code: &str) -> Words {
    let lookup = RecordKind::from_code(subject).and_then(states_of);
    lookup.and_then(|lookup| lookup(code)).unwrap_or_else(|| Words::verbatim(code))
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
        | RecordKind::CalendarSubscription
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
    /// The id of a record of this kind.
    Record(RecordKind),
    /// The code of an item of the criteria for major hazards.
    HazardItem,
    /// A date, a number or a text, which is said as it is stored.
    Plain,
}

/// What the value of a fact about a record of this kind is.
fn form_of(kind: Option<RecordKind>, fact: FactName) -> Form {
    use FactName as F;
    Form::Terms(match fact {
        F::AmendedFields if kind == Some(RecordKind::Hazard) => term::<HazardField>,
        F::AmendedFields => term::<ProjectField>,
        F::Category => term::<ServiceCategory>,
        F::Cause => term::<GroupDepartureCause>,
        F::Class => term::<EngineerClass>,
        F::District | F::DistrictBefore => term::<District>,
        F::FeeMode => term::<FeeMode>,
        F::Grade | F::GradeBefore => term::<HazardGrade>,
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
        F::ApplicationId => return Form::Record(RecordKind::ExpertApplication),
        F::CouncilSessionId => return Form::Record(RecordKind::CouncilSession),
        F::ExpertId | F::LeaderId => return Form::Record(RecordKind::Expert),
        F::HazardId => return Form::Record(RecordKind::Hazard),
        F::OwnerId | F::OwnerIdBefore | F::SupervisorId | F::SupervisorIdBefore => {
            return Form::Record(RecordKind::Organization);
        }
        F::ProjectId => return Form::Record(RecordKind::Project),
        F::PublicNoticeId => return Form::Record(RecordKind::PublicNotice),
        F::SameAsId => return Form::Record(RecordKind::Attachment),
        F::UserId => return Form::Record(RecordKind::User),
        F::VisitId => return Form::Record(RecordKind::Visit),
        F::MajorHazardItem | F::MajorHazardItemBefore => return Form::HazardItem,
        F::Address
        | F::AddressBefore
        | F::Application
        | F::Applications
        | F::AssessedOn
        | F::Company
        | F::CouncilDecisionNumber
        | F::CouncilSize
        | F::Days
        | F::Description
        | F::DescriptionBefore
        | F::DueOn
        | F::DueOnBefore
        | F::Employer
        | F::EmployerBefore
        | F::EndorsementNumber
        | F::Expert
        | F::GroupSize
        | F::Hazard
        | F::HeldOn
        | F::Hint
        | F::LegalBasis
        | F::LegalBasisBefore
        | F::Location
        | F::LocationBefore
        | F::Majority
        | F::Measures
        | F::MeasuresBefore
        | F::MembersPresent
        | F::Notice
        | F::Number
        | F::OpenHazards
        | F::Owner
        | F::OwnerBefore
        | F::Party
        | F::Passed
        | F::PermitNumber
        | F::PermitNumberBefore
        | F::Place
        | F::PlaceBefore
        | F::PlannedEnd
        | F::PlannedEndBefore
        | F::PlannedStart
        | F::PlannedStartBefore
        | F::PlanVersion
        | F::Project
        | F::PublicNoticeNumber
        | F::Quorum
        | F::Reason
        | F::Seq
        | F::Sha256
        | F::Since
        | F::Size
        | F::Supervisor
        | F::SupervisorBefore
        | F::Until
        | F::UntilBefore
        | F::Visit
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
pub fn fact_value(criteria: Option<&MajorHazardCriteria>, subject: &str, name: &str, value: &str) -> Words {
    let kind = RecordKind::from_code(subject);
    let said = FactName::from_code(name).and_then(|fact| match form_of(kind, fact) {
        Form::Terms(lookup) => each(value, ", ", lookup),
        Form::Sides => sides(value),
        Form::YesNo => yes_or_no(value),
        Form::Money => value.parse().ok().map(Money::into),
        Form::Instants => each(value, " ", instant).or_else(|| each(value, " / ", local_time)),
        Form::Record(kind) => value.parse::<Uuid>().ok().map(|_| kind.into()),
        Form::HazardItem => criteria.and_then(|criteria| hazard_item(criteria, value)),
        Form::Plain => None,
    });
    said.unwrap_or_else(|| Words::verbatim(value))
}

fn each(value: &str, separator: &str, words: impl Fn(&str) -> Option<Words>) -> Option<Words> {
    let all = value.split(separator).map(words).collect::<Option<Vec<_>>>()?;
    Some(Words::list(all))
}

/// The ports by their names, and the experts by their number: a name is nothing that an event holds.
fn sides(value: &str) -> Option<Words> {
    let (experts, ports): (Vec<_>, Vec<_>) = value.split(' ').partition(|code| code.parse::<Uuid>().is_ok());
    let mut all = ports.into_iter().map(term::<Port>).collect::<Option<Vec<_>>>()?;
    all.extend(match experts.len() {
        0 => None,
        1 => Some(RecordKind::Expert.into()),
        many => Some(Words::new(format!("{many} 名专家"), format!("{many} experts"))),
    });
    Some(Words::list(all))
}

/// What the item of the criteria says, in Chinese only. The text is marked as a summary, as it is not the official wording.
fn hazard_item(criteria: &MajorHazardCriteria, code: &str) -> Option<Words> {
    let (article, item) = criteria.item(code)?;
    Some(Words::new(
        format!("{}（概要）", item.text),
        format!("Article {} ({}): {} (summary)", article.article, article.heading, item.text),
    ))
}

fn yes_or_no(value: &str) -> Option<Words> {
    match value {
        "true" => Some(Words::new("是", "Yes")),
        "false" => Some(Words::new("否", "No")),
        _ => None,
    }
}

/// To the minute, in Asia/Shanghai.
fn instant(text: &str) -> Option<Words> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc().into())
}

/// A local time, as earlier versions stored it in notifications.
fn local_time(text: &str) -> Option<Words> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").ok().map(|_| Words::verbatim(text))
}

/// The text of a notification about a record of this kind, with its facts in words. It begins with the name of the project, where
/// the facts tell it.
#[must_use]
pub fn notification(
    criteria: Option<&MajorHazardCriteria>,
    kind: NotificationKind,
    subject: &str,
    facts: &[(String, String)],
) -> Words {
    let said: Vec<_> = facts
        .iter()
        .map(|(name, value)| (name.clone(), fact_value(criteria, subject, name, value)))
        .collect();
    let in_language = |of: fn(&Words) -> &String| -> Vec<(String, String)> {
        said.iter().map(|(name, words)| (name.clone(), of(words).clone())).collect()
    };
    let (in_chinese, in_english) = (in_language(|it| &it.zh), in_language(|it| &it.en));
    let (zh, en) = kind.texts();
    let (mut zh, mut en) = (filled(zh, &in_chinese), filled(en, &in_english));
    let project = facts.iter().find(|(name, _)| name == FactName::Project.code());
    if let Some((_, project)) = project {
        (zh, en) = (format!("{project}：{zh}"), format!("{project}: {en}"));
    }
    if let Some((more_zh, more_en)) = kind.details()
        && placeholders(more_zh).all(|name| facts.iter().any(|(known, _)| known == name))
    {
        zh.push_str(&filled(more_zh, &in_chinese));
        en.push_str(&filled(more_en, &in_english));
    }
    Words { zh, en }
}

#[cfg(test)]
mod tests;
