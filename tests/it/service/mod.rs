//! The service flow, from a project to the report that the insurer acknowledges.

mod amendment;
mod by_tasks;
mod calculation;
mod commission;
mod flow;
mod hazard;
mod policy;
mod project;
mod scheduling;
mod service_plan;
mod service_report;
mod visit;
