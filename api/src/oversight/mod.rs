//! What is read across all areas: timelines, overviews, tasks, calendars, and all that is held about a person.

pub mod calendar;
pub mod overview;
pub mod privacy;
pub mod task;
pub mod timeline;
