//! End-to-end tests: the real server, both databases, every answer held against the contract.
//!
//! Codes of events, records, facts and states are written as strings here, on purpose: they are what callers receive, and a code
//! that changes by accident fails these tests. All other tests name them by their vocabularies (`.ci/vocabularies`).

#[cfg(test)]
mod access;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod http;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod library;
#[cfg(test)]
mod oversight;
#[cfg(test)]
mod server;
#[cfg(test)]
mod service;
