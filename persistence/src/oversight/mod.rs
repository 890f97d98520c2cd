//! What is read across all areas: the timeline of a project.

pub mod timeline;
