//! What is read across all areas: timelines, tasks, calendars, and all that is held about a person.

pub mod calendar;
pub mod privacy;
pub mod task;
pub mod timeline;
