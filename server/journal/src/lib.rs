//! What happened in every room, durable and in order.
//!
//! [`Journal`] is the one interface; [`Sqlite`] is the engine behind it where Hearth runs on one
//! machine; [`faults::Faulty`] stands before an engine in tests and fails on command.
//!
//! The journal knows no rules of a room: an event is a number, a time and an opaque body. What it
//! does promise:
//! - An append that was answered with `Ok` is on the disk, at its place, once. An append whose
//!   `after` is not the room's head changes nothing.
//! - A circle has at most one room that has not ended.
//! - Human texts are kept apart from events. Erasing them leaves no copy of their words in any
//!   file of the store, its write-ahead log included (backups made before keep theirs).
//! - Every queue has a bound. No call blocks the thread that makes it, except opening a store.
//! - Errors name what failed, on which store, and what to do; never words or keys.

mod error;
pub mod faults;
mod journal;
mod sqlite;

pub use error::{AppendError, JournalError};
pub use journal::{Batch, CircleRow, DUE_MAX, Due, EventRow, Journal, Pending, What};
pub use sqlite::{Contents, Options, Restored, Sqlite, back_up, renew_epoch, restore};
