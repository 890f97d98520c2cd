//! The server as a process: its start and end, kills, and the test harness itself.

mod crash;
mod harness;
mod operation;
