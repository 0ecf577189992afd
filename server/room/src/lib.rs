//! The rules of a talking circle, as pure functions.
//!
//! The contract, in full:
//! - [`Room::open`] opens a room; [`Room::from_first`] and [`Room::replay`] rebuild one from stored
//!   rows.
//! - [`Room::decide`] returns the [`Decision`] on an [`Input`], or why it is refused. It changes
//!   nothing until [`Room::accept`] makes the decision the room's state.
//! - [`Room::next_deadline`] and [`Room::decide_due`] are the whole interface to time. Call
//!   `decide_due` until it returns `None` (the drain rule), accepting each time.
//! - [`Decision::row`] is what the journal stores and what everyone publishes; [`Room::snapshot`] is
//!   all that one seat may see.
//!
//! The same rows give the same room on every machine. Nothing here reads a clock, draws random
//! numbers or does IO: `now` and [`Random`] are passed in.

#![warn(missing_docs, clippy::wildcard_enum_match_arm)]

mod deadline;
mod decision;
mod draft;
mod input;
mod orders;
mod random;
mod replay;
mod room;
mod row;
mod state;
mod turn_context;
mod turn_outcome;
mod wire_frame;

mod hidden;
mod message;
mod moderation;
mod presence;
mod queue;
mod round;
mod session;
mod settle;
mod signal;
mod silence;
mod turn;

pub use decision::Decision;
pub use input::{EarlierBar, Input, Opening};
pub use random::Random;
pub use replay::ReplayError;
pub use room::{DecideError, Room};
pub use row::{
    AudiencePart, Cause, DisconnectReason, Effect, MessagePart, ROW_FORMAT, ROW_FORMAT_OLDEST,
    RoomPart, Row,
};
pub use state::Remembered;
pub use wire_frame::WireFrame;
