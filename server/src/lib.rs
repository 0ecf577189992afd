//! The Hearth server: circles over HTTP, rooms over WebSocket.

pub mod cli;
pub mod clock;
pub mod config;
pub mod door;
pub mod http;
pub mod line;
pub mod rooms;
pub mod serve;
pub mod telemetry;
mod web;
