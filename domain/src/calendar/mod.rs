//! Time and travel: working days, slots of a day, and how long the way between two places takes.

pub mod slot;
pub mod travel;
pub mod working_calendar;
