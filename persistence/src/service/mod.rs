//! The records of the service flow, from the project to the service report.

pub mod booking;
pub mod commission;
pub mod hazard;
pub mod policy;
pub mod project;
pub mod service_plan;
pub mod service_report;
pub mod visit;
