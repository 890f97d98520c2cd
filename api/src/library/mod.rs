//! Endpoints of the expert library: experts, their standing, ties and availability, and their admission.

pub mod council_session;
pub mod expert;
pub mod expert_application;
pub mod group_departure;
pub mod objection;
pub mod public_notice;
pub mod standing;
pub mod tie;
pub mod unavailability;
