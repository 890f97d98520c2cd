//! End-to-end tests: the real server, both databases, every answer held against the contract.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod project;
