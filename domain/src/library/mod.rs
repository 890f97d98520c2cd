//! The expert library (专家库): experts, their qualification, standing, ties and availability, and how they are admitted.

pub mod certificate;
pub mod company;
pub mod council_session;
pub mod expert;
pub mod expert_application;
pub mod group;
pub mod objection;
pub mod public_notice;
pub mod qualification;
pub mod standing;
pub mod tie;
pub mod unavailability;
