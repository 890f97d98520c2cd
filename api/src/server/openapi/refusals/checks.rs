//! What a row of the table is made of, and the checks of more than one area.

use anze_domain::{Code, access::Operation};
use anze_persistence::LOGIN_NAME_TAKEN;

use crate::http::catalogue::{FILE_EMPTY, FILE_FORM_INVALID, FILE_TYPE_NOT_TAKEN, PASSWORD_TOO_WEAK};

/// The codes of one check.
pub(super) type Group = &'static [&'static Code];

/// An operation with every check of its own rules that can refuse it.
pub(super) type Row = (Operation, &'static [Group]);

/// A new account: its login name and its password.
pub(super) const NEW_ACCOUNT: Group = &[PASSWORD_TOO_WEAK, LOGIN_NAME_TAKEN];

/// The bytes of a file that is uploaded.
pub(super) const FILE: Group = &[FILE_FORM_INVALID, FILE_EMPTY, FILE_TYPE_NOT_TAKEN];
