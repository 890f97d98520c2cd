//! What is read across all areas: the timeline of a project, the caller's tasks, and what records are called.

pub mod summary;
pub mod task;
pub mod timeline;
