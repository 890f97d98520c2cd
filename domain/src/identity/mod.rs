//! Who works on the platform: organisations of the seven ports, their users, and their inbox.

pub mod notification;
pub mod organization;
pub mod session_end;
