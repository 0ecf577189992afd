//! Tests the server over the network: access control, the HTTP API, startup and shutdown. Each test
//! starts its own server on loopback, with its own data folder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't continue should fail"
)]

mod access;
mod circles;
mod command_line;
mod full_disk;
mod full_room;
mod half_open;
mod handshake;
#[cfg(feature = "web")]
mod next_session;
mod page;
mod people;
mod server;
mod stopping;
