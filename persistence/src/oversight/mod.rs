//! What is read across all areas: the timeline of a project, how it stands, the caller's tasks, and what records are called.

pub mod overview;
pub mod summary;
pub mod task;
pub mod timeline;
