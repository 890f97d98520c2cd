//! Endpoints of the service flow, from a project's registration to the service report.

pub mod calculations;
pub mod commission;
pub mod hazard;
pub mod policy;
pub mod project;
pub mod service_plan;
pub mod service_report;
pub mod visit;
