//! Attachments and the store of their files.

pub mod attachment;
pub mod file;
