//! Rooms driven through WebSockets in memory, with a store in a temporary folder and a clock that tests
//! move.

mod admission;
mod endings;
mod faults;
mod opening;
mod resume;
mod time;
mod visibility;
