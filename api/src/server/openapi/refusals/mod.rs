//! With what each operation's own rules refuse it, beside what every request of its form can be refused with.
//!
//! A row names an operation and its checks, each with the codes that can become the code of the whole answer. A check that several
//! operations share has a name. Three kinds of codes are left out: those of the request's form ([`super::problem_codes`]), those of
//! single items of a batch, whose answer is a 207, and those that the schema of the contract always refuses first, as
//! `invalid_input`. A missing reason is listed all the same: the steps demand it, whatever the schema of the body says.
//!
//! The end-to-end tests and the run of schemathesis fail on a code that an operation answers with and that is not listed.

mod checks;
mod evidence;
mod identity;
mod library;
mod oversight;
mod service;
#[cfg(test)]
mod tests;

use anze_domain::{Code, access::Operation};

use self::checks::Row;

/// The table, by area.
const AREAS: [&[Row]; 5] =
    [identity::REFUSALS, library::REFUSALS, service::REFUSALS, evidence::REFUSALS, oversight::REFUSALS];

/// The codes of an operation's own rules, in the order of the table.
pub(super) fn of(operation_id: &str) -> Vec<&'static Code> {
    Operation::from_code(operation_id).map(of_operation).unwrap_or_default()
}

fn of_operation(operation: Operation) -> Vec<&'static Code> {
    let rows = AREAS.iter().copied().flatten().filter(|(listed, _)| *listed == operation);
    rows.flat_map(|(_, groups)| groups.iter().copied().flatten()).copied().collect()
}
