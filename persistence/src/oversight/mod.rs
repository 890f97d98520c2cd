//! What is read across all areas: the timeline of a project, and the tasks and the calendar of a caller.

pub mod calendar;
mod ordered;
mod statement;
pub mod task;
pub mod timeline;
