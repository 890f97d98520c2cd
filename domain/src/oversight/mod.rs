//! What every area is read by: the words for what is stored as codes.

pub mod wording;
