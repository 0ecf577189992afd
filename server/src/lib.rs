//! The Hearth server: circles over HTTP, rooms over WebSocket.

pub mod access;
pub mod cli;
pub mod config;
pub mod connection;
pub mod http;
pub mod startup;
pub mod state;
pub mod telemetry;
#[cfg(test)]
mod testing;
mod web;

pub use hearth_rooms::clock;
