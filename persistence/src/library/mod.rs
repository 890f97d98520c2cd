//! The expert library: experts, certificates, standing, ties, unavailability, and the records of admission.

pub mod application_file;
pub mod certificate;
pub mod council_session;
pub mod expert;
pub mod expert_application;
pub mod objection;
pub mod public_notice;
pub(crate) mod qualification;
pub mod standing;
pub mod tie;
pub mod unavailability;
