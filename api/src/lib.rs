//! The JSON REST API.
//!
//! The areas [`identity`], [`library`], [`service`], [`evidence`] and [`oversight`] hold one module for each resource.
//! The other modules serve all of them:
//!
//! - [`http`] speaks HTTP: middleware, extractors, the compiled contract, problem details, pages.
//! - [`app`] holds the state, the settings, and the contexts in which a request reads and writes.
//! - [`wire`] holds the JSON types that several areas share.
//! - [`jobs`] runs the background work.
//! - [`server`] listens, mounts the routes, and writes the contract from the code that mounts them.

pub mod app;
pub mod evidence;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod library;
pub mod oversight;
pub mod server;
pub mod service;
pub mod wire;

#[cfg(test)]
mod testing;
