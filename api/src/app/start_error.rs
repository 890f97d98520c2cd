//! Why the application or its server does not start.

use std::{io, net::SocketAddr};

use crate::http::contract::ContractError;

/// The server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be taken.
    #[error("{address} cannot be listened on: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        cause: io::Error,
    },
    /// The contract is unusable: a fault of the program.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// Two metrics have one name: a fault of the program.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The operating system gives no thread.
    #[error("no thread: {0}")]
    Thread(#[source] io::Error),
    /// What the application needs is not there, such as the database.
    #[error("{0}")]
    Needs(String),
}
