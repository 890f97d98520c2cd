//! What is read across all areas: the timeline of a project, and the tasks of a caller.

pub mod task;
pub mod timeline;
