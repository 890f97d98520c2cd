//! What every endpoint does over HTTP: the contract, limits, idempotency and batches.

mod batch;
mod contract;
mod idempotency;
mod limits;
