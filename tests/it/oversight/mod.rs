//! What is read across all areas: timelines, and what is held about a person.

mod hand_over;
mod overview;
mod privacy;
mod screens;
mod timeline;
mod wording;
