//! The JSON REST API.
//!
//! One module per resource; around them, in the order a request meets them: [`server`] listens,
//! [`middleware`] gives each request its id, limits and log line and each failure its form
//! ([`problem`], [`catalogue`]), [`extract`] holds input to the published [`contract`], handlers answer
//! by [`respond`] and [`page`]. [`openapi`] writes the contract from the code that mounts the [`routes`].

pub mod app;
pub mod evidence;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod library;
pub mod oversight;
pub mod server;
pub mod service;
pub mod wire;

#[cfg(test)]
mod testing;
