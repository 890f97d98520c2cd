//! The files that prove what happened on site.

mod attachment;
