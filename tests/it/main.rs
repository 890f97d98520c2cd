//! End-to-end tests: the real server, both databases, every answer held against the contract.

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
