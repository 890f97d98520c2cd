//! What the regulation says, as pure functions.
//!
//! Nothing here does I/O, reads a clock or knows a database: time, calendars and records come in as
//! arguments, and what comes out is a value or the rule that was broken. Rule ids such as `A3.1`
//! name article and rule of the association's measures (厦门市建设工程质量安全管理协会, 2025); the whole
//! list stands in `ARCHITECTURE.md`.

pub mod access;
pub mod attachment;
pub mod booking;
pub mod certificate;
pub mod code;
pub mod commission;
pub mod council_session;
pub mod data;
pub mod event;
pub mod expert;
pub mod expert_application;
pub mod fee;
#[cfg(test)]
mod fixtures;
pub mod flow;
pub mod group;
pub mod hazard;
pub mod id;
pub mod identifier;
pub mod key;
pub mod major_hazard;
pub mod money;
pub mod notification;
pub mod objection;
pub mod organization;
pub mod period;
pub mod policy;
pub mod project;
pub mod public_notice;
pub mod qualification;
pub mod service_plan;
pub mod service_report;
pub mod slot;
pub mod standing;
pub mod suggestion;
pub mod tie;
pub mod travel;
pub mod unavailability;
pub mod visit;
pub mod vocabulary;
pub mod working_calendar;

pub use code::{Code, Kind, Violation};
pub use event::Event;
pub use id::Id;
pub use money::Money;
pub use period::Period;
pub use vocabulary::Vocabulary;

/// Every code with which the domain refuses, for the catalogue of errors.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    [
        code::CODES,
        access::CODES,
        attachment::CODES,
        booking::CODES,
        certificate::CODES,
        commission::CODES,
        council_session::CODES,
        expert::CODES,
        expert_application::CODES,
        fee::CODES,
        group::CODES,
        hazard::CODES,
        identifier::CODES,
        major_hazard::CODES,
        money::CODES,
        objection::CODES,
        organization::CODES,
        policy::CODES,
        project::CODES,
        project::LOCATION_CODES,
        public_notice::CODES,
        qualification::CODES,
        service_plan::CODES,
        service_report::CODES,
        slot::CODES,
        standing::CODES,
        &tie::codes(),
        unavailability::CODES,
        visit::CODES,
        visit::NEGOTIATION_CODES,
        visit::STEP_CODES,
        visit::MATERIAL_CODES,
        working_calendar::CODES,
    ]
    .concat()
}
