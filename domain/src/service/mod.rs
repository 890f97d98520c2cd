//! The service flow (Art. 2 to 7 and 13 to 15): from a project's registration to the report that the insurer acknowledges.

pub mod booking;
pub mod commission;
pub mod fee;
pub mod hazard;
pub mod major_hazard;
pub mod policy;
pub mod project;
pub mod service_plan;
pub mod service_report;
pub mod suggestion;
pub mod visit;
