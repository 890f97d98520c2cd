//! What is read across all areas: timelines, overviews, tasks, and all that is held about a person.

pub mod overview;
pub mod privacy;
pub mod task;
pub mod timeline;
