//! What every area is read by: the words for what is stored as codes, the tasks and the calendar that follow from states and dates, and who is told of
//! which events.

pub mod calendar;
pub mod hand_over;
pub mod task;
pub mod wording;
