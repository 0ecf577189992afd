//! What crosses a socket, a crash or a disk.

mod bad_input;
mod conformance;
mod crash;
mod recipients;
mod scenarios;
mod slow_reader;
