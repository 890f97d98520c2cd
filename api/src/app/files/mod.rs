//! The bytes of files: received into the file store, inspected, and served from it.

mod fault;
mod hex;
mod inspect;
mod receive;
mod serve;

pub(crate) use hex::hex;
pub(crate) use inspect::{Hints, MEDIA_TYPES, hints};
pub(crate) use receive::{ReceivedFile, receive_file};
pub(crate) use serve::{OCTET_STREAM, serve_file};
