//! What the tests that cross a socket share: a server to kill, people to fill it, a socket that
//! says whatever it is told, and scenarios to play.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this crate is test code: a broken assumption ends the test with a word about it"
)]

pub mod company;
pub mod house;
pub mod lot;
mod ports;
pub mod process;
pub mod raw;
pub mod scenario;
