//! What every area is read by: the words for what is stored as codes, the tasks that follow from states, and who is told of
//! which events.

pub mod hand_over;
pub mod task;
pub mod wording;
