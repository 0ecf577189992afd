//! Support for tests that cross a socket: a server that can be killed, people to fill it, a socket
//! that can send anything, and scenarios to run.
#![allow(missing_docs, reason = "only the tests beside it use this library")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this crate is test code: a broken assumption ends the test with a message"
)]

pub mod members;
pub mod ports;
pub mod process;
pub mod raw;
pub mod rng;
pub mod scenario;
pub mod server;
