//! Entries of the event log, as timelines and histories show them.

use anze_domain::{ActorKind, EventName, FactName, RecordKind, Vocabulary, oversight::wording};
use anze_persistence::store::event;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{app::criteria::criteria, http::language::Language};

/// An entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Place in the project's log, from 1.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Code of what happened: a term of `EventName`, or a code under which an earlier version stored the event.
    #[schema(max_length = 64, pattern = "^[a-z_]+$", example = json!(EventName::CommissionSubmitted.code()))]
    pub name: String,
    /// What happened, in the caller's language (`Accept-Language`; Chinese by default). An event whose code is no
    /// term of `EventName` has its code here.
    #[schema(max_length = 200, example = "提交委托服务单")]
    pub title: String,
    /// Code of the kind of record: a term of `RecordKind`, or a code under which an earlier version stored it.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = json!(RecordKind::Commission.code()))]
    pub subject: String,
    /// The kind of record in the caller's language.
    #[schema(max_length = 200, example = "委托服务单")]
    pub subject_title: String,
    /// The record.
    pub subject_id: Uuid,
    /// State before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "draft")]
    pub from: Option<String>,
    /// State before, in the caller's language. Absent where `from` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200, example = "草稿")]
    pub from_title: Option<String>,
    /// State after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "submitted")]
    pub to: Option<String>,
    /// State after, in the caller's language. Absent where `to` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200, example = "已提交")]
    pub to_title: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Why, in the caller's language: a reason from a list by its name, any other as somebody wrote it. Absent where `reason`
    /// is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000, example = "资料不完整")]
    pub reason_text: Option<String>,
    /// Further facts, by name.
    #[schema(max_items = 32)]
    pub facts: Vec<EventFact>,
    /// Whether reason and facts are withheld, as the caller does not read the record.
    pub details_withheld: bool,
    /// Code of the kind of actor: a term of `ActorKind`.
    #[schema(max_length = 16, pattern = "^[a-z]+$", example = json!(ActorKind::User.code()))]
    pub actor_kind: String,
    /// The kind of actor in the caller's language.
    #[schema(max_length = 200, example = "用户")]
    pub actor_kind_title: String,
    /// The user or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor_id: Option<Uuid>,
    /// Their organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// SHA-256 over this entry and the digest before it, in hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub digest: String,
}

/// A fact of an event or of a notification.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventFact {
    /// Code of its name: a term of `EventFactName`, or a code under which an earlier version stored the fact.
    #[schema(max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = json!(FactName::Fee.code()))]
    pub name: String,
    /// Its value, as text: codes, ids, RFC 3339 instants, ISO dates and decimal amounts as they are stored. Several
    /// instants have spaces between them.
    #[schema(max_length = 1000, example = "21000.00")]
    pub value: String,
    /// Its name in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "服务费")]
    pub label: String,
    /// Its value in the caller's language: terms by their names, amounts with their currency, instants to the minute in
    /// Asia/Shanghai, ids by the kind of the record. A value without words of its own is the same as `value`.
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
