//! What is read across all areas: the timeline of a project, how it stands, the tasks and the calendar of a caller, and what
//! records are called.

pub mod calendar;
mod ordered;
pub mod overview;
mod statement;
pub mod summary;
pub mod task;
pub mod timeline;
