//! With what each operation's own rules refuse it, beside what every request of its form can be refused with.
//!
//! The end-to-end tests and the run of schemathesis fail on a code that an operation answers with and that is not listed here.

use anze_domain::Code;

/// The codes of an operation's own rules.
pub(super) fn of(operation_id: &str) -> &'static [&'static Code] {
    REFUSALS.iter().find(|(id, _)| *id == operation_id).map_or(&[], |(_, codes)| codes)
}

const REFUSALS: &[(&str, &[&Code])] = &[];
