//! What is read across all areas: timelines, and all that is held about a person.

pub mod privacy;
pub mod timeline;
