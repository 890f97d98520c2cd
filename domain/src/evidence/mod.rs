//! Evidence: the files that prove what happened on site.

pub mod attachment;
