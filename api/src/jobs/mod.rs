//! Work that the platform does by itself.

pub mod delivery;
pub mod housekeeping;
