//! What happened: the one record that timeline, feed, notification and audit are read from.

mod actor_kind;
mod fact;
mod name;
mod record_kind;
#[cfg(test)]
mod tests;

use uuid::Uuid;

pub use actor_kind::ActorKind;
pub use fact::FactName;
pub use name::EventName;
pub use record_kind::RecordKind;

/// A change that took place, as the domain says it. Who and when are added where it is appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened, such as [`EventName::CommissionSubmitted`].
    pub name: EventName,
    /// The kind of record it happened to, such as [`RecordKind::Commission`].
    pub subject: RecordKind,
    /// The record it happened to.
    pub subject_id: Uuid,
    /// State before, where the record has one.
    pub from: Option<&'static str>,
    /// State after, where the record has one.
    pub to: Option<&'static str>,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// Further facts, by name. No personal data goes in here.
    pub facts: Vec<(FactName, String)>,
}

impl Event {
    /// An event named `name` on a record.
    pub fn new(name: EventName, subject: RecordKind, subject_id: impl Into<Uuid>) -> Self {
        Self {
            name,
            subject,
            subject_id: subject_id.into(),
            from: None,
            to: None,
            reason: None,
            facts: Vec::new(),
        }
    }

    /// Says the change of state.
    #[must_use]
    pub fn states(mut self, from: Option<&'static str>, to: &'static str) -> Self {
        self.from = from;
        self.to = Some(to);
        self
    }

    /// Gives the reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: FactName, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// All that happened, where it is this alone.
impl From<Event> for Vec<Event> {
    fn from(event: Event) -> Self {
        vec![event]
    }
}
