//! Files of visits and hazards.

use anze_domain::{access::Operation, base::code::WRONG_STATE, evidence::attachment::KIND_NOT_HERE};

use super::checks::{FILE, Group, Row};
use crate::http::catalogue::REQUIRED;

/// An attachment: its kind, and its place, of which the query gives all three parameters or none.
const ATTACHMENT: Group = &[WRONG_STATE, KIND_NOT_HERE, REQUIRED];

pub(super) const REFUSALS: &[Row] = &[
    (Operation::UploadVisitAttachment, &[ATTACHMENT, FILE]),
    (Operation::UploadHazardAttachment, &[ATTACHMENT, FILE]),
];
