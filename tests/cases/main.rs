//! Tests of everything that crosses a socket, a crash or a disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "this crate is test code: a broken assumption ends the test with a message"
)]

mod backup;
mod bad_input;
mod clock;
mod conformance;
mod connections;
mod crash;
mod demo;
mod documents;
mod proxies;
mod recipients;
mod retry;
mod scenarios;
mod slow_reader;
mod stop;
