//! State machines: which state follows which operation, and the refusal where none does.

use uuid::Uuid;

use crate::{
    Event, EventName, RecordKind, Violation, Vocabulary,
    access::Operation,
    base::code::{REASON_REQUIRED, WRONG_STATE},
};

/// A record's state, with the transitions that the regulation draws.
pub trait State: Vocabulary {
    /// The state after the operation; none where it is not possible now.
    fn after(self, operation: Operation) -> Option<Self>;
}

/// The state after the operation.
///
/// # Errors
/// [`WRONG_STATE`] where it is not possible in this state (A4: each step only after the one before it).
pub fn step<S: State>(state: S, operation: Operation) -> Result<S, Violation> {
    state
        .after(operation)
        .ok_or_else(|| Violation::new(WRONG_STATE).with("status", state).with("operation", operation))
}

/// A record with a state and a history of reasons.
pub trait Record: Sized {
    /// Its states.
    type State: State;
    /// Kind of record, as events name it.
    const KIND: RecordKind;
    /// Its id.
    fn uuid(&self) -> Uuid;
    /// Its state.
    fn state(&self) -> Self::State;
    /// Puts it into a state, with the reason where one was given.
    fn put(&mut self, state: Self::State, reason: Option<String>);

    /// The record after the operation, and what happened.
    ///
    /// # Errors
    /// [`WRONG_STATE`].
    fn advance(mut self, operation: Operation, event: EventName) -> Result<(Self, Event), Violation> {
        let from = self.state();
        let to = step(from, operation)?;
        self.put(to, None);
        let event = Event::new(event, Self::KIND, self.uuid()).states(Some(from.code()), to.code());
        Ok((self, event))
    }

    /// As [`Record::advance`], for an operation that needs a reason.
    ///
    /// # Errors
    /// [`WRONG_STATE`], or [`REASON_REQUIRED`] where the reason is blank.
    fn advance_because(
        mut self,
        operation: Operation,
        event: EventName,
        reason: &str,
    ) -> Result<(Self, Event), Violation> {
        let from = self.state();
        let to = step(from, operation)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        self.put(to, Some(reason.to_owned()));
        let event =
            Event::new(event, Self::KIND, self.uuid()).states(Some(from.code()), to.code()).because(reason);
        Ok((self, event))
    }
}

/// Gives a record struct with `id`, `status` and `status_reason` its [`Record`].
macro_rules! record {
    ($name:ident, $state:ident, RecordKind::$kind:ident) => {
        impl $crate::access::state_machine::Record for $name {
            type State = $state;
            const KIND: $crate::RecordKind = $crate::RecordKind::$kind;
            fn uuid(&self) -> uuid::Uuid {
                self.id.uuid()
            }
            fn state(&self) -> $state {
                self.status
            }
            fn put(&mut self, state: $state, reason: Option<String>) {
                self.status = state;
                self.status_reason = reason;
            }
        }
    };
}
pub(crate) use record;

#[cfg(test)]
mod tests;
