//! The server as the network sees it: its door, its HTTP interface, its beginning and its end. Each
//! test starts a server of its own on loopback, with a data folder of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on ends"
)]

mod circles;
mod door;
mod half_open;
mod handshake;
#[cfg(feature = "web")]
mod next_session;
mod page;
mod people;
mod server;
mod stopping;
