//! What the regulation says, as pure functions.
//!
//! Nothing here does I/O, reads a clock or knows a database: time, calendars and records come in as
//! arguments, and what comes out is a value or the rule that was broken. Rule ids such as `A3.1`
//! name article and rule of the association's measures (厦门市建设工程质量安全管理协会, 2025); the whole
//! list stands in `ARCHITECTURE.md`.

pub mod access;
pub mod base;
pub mod calendar;
pub mod evidence;
#[cfg(test)]
mod fixtures;
pub mod identity;
pub mod library;
pub mod oversight;
pub mod service;
pub mod state_machines;
pub mod vocabularies;

pub use base::{
    code::{Code, Kind, Violation},
    event::{ActorKind, Event, EventName, FactName, RecordKind},
    id::Id,
    money::Money,
    period::Period,
    vocabulary::Vocabulary,
    words::Words,
};

/// Every code with which the domain refuses, for the catalogue of errors.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    [
        base::code::CODES,
        access::CODES,
        evidence::attachment::CODES,
        service::booking::CODES,
        library::certificate::CODES,
        service::commission::CODES,
        library::council_session::CODES,
        library::expert::CODES,
        library::expert_application::CODES,
        service::fee::CODES,
        library::group::CODES,
        service::hazard::CODES,
        service::hazard::CORRECTION_CODES,
        base::identifier::CODES,
        service::major_hazard::CODES,
        base::money::CODES,
        library::objection::CODES,
        identity::delivery::CODES,
        identity::organization::CODES,
        service::policy::CODES,
        service::project::CODES,
        service::project::AMENDMENT_CODES,
        base::location::CODES,
        library::public_notice::CODES,
        library::qualification::CODES,
        service::service_plan::CODES,
        service::service_report::CODES,
        calendar::slot::CODES,
        library::standing::CODES,
        &library::tie::codes(),
        oversight::calendar::CODES,
        library::unavailability::CODES,
        service::visit::CODES,
        service::visit::NEGOTIATION_CODES,
        service::visit::STEP_CODES,
        service::visit::MATERIAL_CODES,
        calendar::working_calendar::CODES,
    ]
    .concat()
}
