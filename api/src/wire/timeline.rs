//! Entries of the event log, as timelines and histories show them.

use anze_domain::{ActorKind, EventName, FactName, RecordKind, Vocabulary, oversight::wording};
use anze_persistence::store::event;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{app::criteria::criteria, http::language::Language};

/// Entry of a timeline: one event on one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Sequence number of the event in its log, from 1. All records of a project share the project's log.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// Instant at which the event was recorded (RFC 3339, UTC).
    pub occurred_at: DateTime<Utc>,
    /// Code of the event: a term of `EventName`, or a code under which an earlier version stored the event.
    #[schema(max_length = 64, pattern = "^[a-z_]+$", example = json!(EventName::CommissionSubmitted.code()))]
    pub name: String,
    /// Name of the event in the caller's language (`Accept-Language`; Chinese by default). If the code is no term
    /// of `EventName`, the code itself.
    #[schema(max_length = 200, example = "提交委托服务单")]
    pub title: String,
    /// Code of the kind of record: a term of `RecordKind`, or a code under which an earlier version stored the
    /// kind.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = json!(RecordKind::Commission.code()))]
    pub subject: String,
    /// Name of the kind of record, in the caller's language.
    #[schema(max_length = 200, example = "委托服务单")]
    pub subject_title: String,
    /// Id of the record on which the event happened.
    pub subject_id: Uuid,
    /// Code of the record's state before the event. Absent if the event created the record or changed no state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "draft")]
    pub from: Option<String>,
    /// Name of the state before the event, in the caller's language. Absent if `from` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200, example = "草稿")]
    pub from_title: Option<String>,
    /// Code of the record's state after the event. Absent if the event changed no state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "submitted")]
    pub to: Option<String>,
    /// Name of the state after the event, in the caller's language. Absent if `to` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200, example = "已提交")]
    pub to_title: Option<String>,
    /// Reason for the event as it is stored: words of the actor, or a code from a list. Absent if no reason was
    /// given or the reason is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Reason for people to read: a code from a list by its name in the caller's language, other words as they
    /// were written. Absent if `reason` is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000, example = "资料不完整")]
    pub reason_text: Option<String>,
    /// Further facts of the event, each with its name and value. Empty if the facts are withheld.
    #[schema(max_items = 32)]
    pub facts: Vec<EventFact>,
    /// Whether the reason and the facts are withheld because the caller may not read the record.
    pub details_withheld: bool,
    /// Code of the kind of actor who caused the event: a term of `ActorKind`.
    #[schema(max_length = 16, pattern = "^[a-z]+$", example = json!(ActorKind::User.code()))]
    pub actor_kind: String,
    /// Name of the kind of actor, in the caller's language.
    #[schema(max_length = 200, example = "用户")]
    pub actor_kind_title: String,
    /// Id of the user or API token that caused the event. Absent if the platform or a person without a login
    /// caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor_id: Option<Uuid>,
    /// Id of the actor's organisation. Absent if the actor belongs to no organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// SHA-256 digest over this entry and the digest of the entry before it, in lower-case hexadecimal. A later
    /// change to the log breaks the chain.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub digest: String,
}

/// Fact of an event or of a notification: a name and a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventFact {
    /// Code of the fact's name: a term of `EventFactName`, or a code under which an earlier version stored the
    /// fact.
    #[schema(max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = json!(FactName::Fee.code()))]
    pub name: String,
    /// Value of the fact as stored text: a code, an id, an RFC 3339 instant, an ISO date, a decimal amount or
    /// words. Spaces separate several instants.
    #[schema(max_length = 1000, example = "21000.00")]
    pub value: String,
    /// Name of the fact in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "服务费")]
    pub label: String,
    /// Value of the fact for people to read, in the caller's language. Codes are shown by their names and amounts
    /// with their currency. Instants are shown to the minute in Xiamen time, ids by the kind of the record. Any
    /// other value equals `value`.
    #[schema(max_length = 4000, example = "21000.00 元")]
    pub text: String,
}

impl EventFact {
    /// The facts about a record of this kind, in a language.
    #[must_use]
    pub fn all(subject: &str, facts: &[(String, String)], language: Language) -> Vec<Self> {
        let criteria = criteria().ok();
        let fact = |(name, value): &(String, String)| Self {
            label: language.pick(wording::fact_label(name)),
            text: language.pick(wording::fact_value(criteria, subject, name, value)),
            name: name.clone(),
            value: value.clone(),
        };
        facts.iter().map(fact).collect()
    }
}

impl TimelineEntry {
    /// The entry, with its words in a language.
    #[must_use]
    pub fn new(entry: event::Entry, language: Language) -> Self {
        let state = |code: &String| language.pick(wording::state(&entry.subject, code));
        Self {
            seq: entry.seq,
            occurred_at: entry.occurred_at(),
            title: language.pick(wording::event(&entry.name)),
            subject_title: language.pick(wording::record_kind(&entry.subject)),
            subject_id: entry.subject_id(),
            from_title: entry.from_state.as_ref().map(state),
            to_title: entry.to_state.as_ref().map(state),
            actor_id: entry.actor_id(),
            organization_id: entry.organization_id(),
            actor_kind_title: language.pick(wording::actor_kind(&entry.actor_kind)),
            reason_text: entry
                .reason
                .as_ref()
                .map(|reason| language.pick(wording::reason(&entry.subject, reason))),
            digest: entry.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            facts: EventFact::all(&entry.subject, entry.facts(), language),
            details_withheld: false,
            name: entry.name,
            subject: entry.subject,
            from: entry.from_state,
            to: entry.to_state,
            reason: entry.reason,
            actor_kind: entry.actor_kind,
        }
    }
}
