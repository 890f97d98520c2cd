//! Endpoints of attachments: the files that prove what happened on site.

pub mod attachment;
