//! Tests of the journal through its interface: one conformance suite that every engine must pass,
//! and tests of the SQLite engine's files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod conformance;
mod engine;
mod faults;
mod sqlite;
mod support;
