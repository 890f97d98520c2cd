//! Who works on the platform: organisations of the seven ports, their users, their inbox, and what goes to them by e-mail.

pub mod delivery;
pub mod notification;
pub mod organization;
pub mod session_end;
