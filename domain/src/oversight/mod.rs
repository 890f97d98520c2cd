//! What every area is read by: the words for what is stored as codes, and the tasks that follow from states.

pub mod task;
pub mod wording;
