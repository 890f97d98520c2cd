//! What the regulation says, as pure functions.
//!
//! Nothing here does I/O, reads a clock or knows a database: time, calendars and records come in as
//! arguments, and what comes out is a value or the rule that was broken. Rule ids such as `A3.1`
//! name article and rule of the association's measures (厦门市建设工程质量安全管理协会, 2025); the whole
//! list stands in `ARCHITECTURE.md`.

pub mod access;
pub mod code;
pub mod data;
pub mod event;
pub mod fee;
pub mod group;
pub mod id;
pub mod identifier;
pub mod major_hazard;
pub mod money;
pub mod qualification;
pub mod tie;
pub mod vocabulary;
pub mod working_calendar;

pub use code::{Code, Kind, Violation};
pub use event::Event;
pub use id::Id;
pub use money::Money;
pub use vocabulary::Vocabulary;

/// Every code with which the domain refuses, for the catalogue of errors.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    [
        code::CODES,
        access::CODES,
        money::CODES,
        fee::CODES,
        group::CODES,
        identifier::CODES,
        major_hazard::CODES,
        qualification::CODES,
        working_calendar::CODES,
    ]
    .concat()
}
