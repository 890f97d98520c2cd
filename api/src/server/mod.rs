//! The server: one way to build it, for `anze serve` and for tests.

pub(crate) mod application;
pub mod docs;
pub mod in_process;
pub mod openapi;
pub mod ops;
pub mod reference;
pub mod routes;
mod running;
mod transport;

pub use running::Running;

pub use crate::app::start_error::StartError;

#[cfg(test)]
mod tests;
