//! Starts the real server on a database of its own and talks HTTP to it, on SQLite and on PostgreSQL alike.
//!
//! A test is a function with the attribute [`both_databases`], which makes it a test on each database. It gets a [`World`] and speaks
//! through the world's [`Client`]s. Every answer is held against the published contract before the test sees it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops by panicking, with the reason"
)]

pub mod actors;
pub mod binary;
pub mod client;
pub mod contract;
pub mod database;
pub mod mail;
pub mod recording;
pub mod statements;
pub mod world;

pub use anze_test_macros::both_databases;
pub use anze_test_postgres as postgres;

pub use actors::{Actor, Cast, Record, Stage, Story};
pub use binary::Binary;
pub use client::{Answer, Client, Request};
pub use database::{Database, TestDatabase};
pub use recording::Recording;
pub use world::World;
