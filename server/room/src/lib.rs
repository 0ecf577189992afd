//! The rules of a talking circle, pure.
//!
//! The contract, in full:
//! - [`Room::open`] makes a room's first events; [`Room::begin`] starts a fold with the first.
//! - [`Room::decide`] says which events an [`Act`] causes, or why it is refused; it changes nothing.
//! - [`Room::record`] numbers events; [`Room::apply`] makes them so, and knows no rules.
//! - [`Room::next_deadline`] and [`Room::decide_due`] are all there is of time. Call `decide_due`
//!   until it returns nothing (the drain rule), recording and applying each time.
//! - [`Room::view`] is all that one seat may see.
//!
//! The same events give the same room on every machine. Nothing here reads a clock, draws a lot or
//! does IO: `now` and `dice` are handed in.

mod act;
mod core;
mod decide;
mod event;
mod rights;
mod room;

pub use act::{Act, Opening};
pub use event::{Audience, Cause, Event, LedgerEvent, Recorded};
pub use room::{ApplyError, Room};
