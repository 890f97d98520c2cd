//! What is read across all areas: timelines, tasks, and all that is held about a person.

pub mod privacy;
pub mod task;
pub mod timeline;
