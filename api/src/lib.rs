//! The JSON REST API and its command line.
//!
//! One module per resource; around them, in the order a request meets them: [`server`] listens,
//! [`middleware`] gives each request its id, limits and log line and each failure its form
//! ([`problem`], [`catalogue`]), [`extract`] holds input to the published [`contract`], handlers answer
//! by [`respond`] and [`page`]. [`openapi`] writes the contract from the code that mounts the [`routes`].

pub mod api_token;
pub mod app;
pub mod attachment;
pub mod batch;
pub mod calculations;
pub mod call;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod commission;
pub mod contract;
pub mod council_session;
mod demo;
pub mod docs;
pub mod expert;
pub mod expert_application;
pub mod extract;
pub mod hazard;
pub mod housekeeping;
pub mod identity;
mod in_process;
pub mod language;
pub mod leaving;
pub mod middleware;
pub mod notification;
pub mod objection;
pub mod openapi;
pub mod ops;
pub mod organization;
pub mod page;
pub mod password;
pub mod policy;
pub mod privacy;
pub mod problem;
pub mod project;
pub mod public_notice;
pub mod reference;
pub mod respond;
pub mod routes;
pub mod schema;
pub mod secrets;
pub mod server;
pub mod service_plan;
pub mod service_report;
pub mod session;
pub mod settings;
pub mod standing;
pub mod terms;
pub mod tie;
pub mod token;
pub mod unavailability;
pub mod user;
pub mod visit;
pub mod wire;

#[cfg(test)]
mod testing;
