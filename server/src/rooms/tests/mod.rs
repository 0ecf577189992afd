//! Rooms driven through real lines: WebSocket frames over a stream in memory, a store in a
//! temporary folder, and a clock moved by hand.

mod admission;
mod door;
mod endings;
mod faults;
pub(crate) mod person;
mod resume;
pub(crate) mod support;
