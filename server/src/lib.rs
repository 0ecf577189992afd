//! The Hearth server: circles over HTTP, rooms over WebSocket.

pub mod cli;
pub mod config;
pub mod door;
pub mod http;
pub mod line;
pub mod serve;
pub mod telemetry;
#[cfg(test)]
mod testing;
mod web;

pub use hearth_rooms::clock;
