//! The living demo: six simulated members hold a circle, session after session, so that a visitor
//! can join a conversation that is already going on.
//!
//! The members are ordinary clients. This crate uses the public client library and no part of the
//! server. The embedding program starts a server, creates a circle with [`create_circle`] and calls
//! [`Members::join`].
//!
//! - `script` is everything the members say.
//! - `plan` decides what a member does next. It is pure: an observation goes in, an intent comes out.
//! - `observation` is the only file that reads the client's view, and `plan/commands` the only one
//!   that builds commands.
//! - `bot` runs one member's connection; `members` sends all six into one session after another.

mod bot;
mod circle;
mod members;
mod memory;
mod observation;
mod pacing;
mod plan;
mod random;
mod script;
mod seating;
#[cfg(test)]
mod tests;

pub use circle::create_circle;
pub use members::Members;
pub use pacing::Pacing;
