//! Work that the platform does by itself.

pub mod housekeeping;
