//! Durable storage of everything that happens in rooms and circles.
//!
//! [`Journal`] is the interface. [`Sqlite`] stores everything in a folder on this machine.
//! [`Memory`] stores everything in memory, for tests and the demo. [`faults::Faulty`] wraps another
//! journal and fails on demand, for tests.
//!
//! A journal contains no rules of a room. A [`StoredRow`] is a number, a time and an opaque body. Every
//! engine guarantees:
//! - An append that returned `Ok` is durable, at its place, exactly once. An append whose `after`
//!   isn't the room's head changes nothing.
//! - A circle has at most one room that hasn't ended.
//! - Human texts are stored apart from rows. Erasing a text leaves no copy of it anywhere in the
//!   store, including the write-ahead log. (Backups made earlier keep theirs.)
//! - Every queue is bounded. No call blocks its thread, except opening a store.
//! - Errors say what failed, in which store, and what to do. They never contain texts or keys.

#![warn(missing_docs)]

mod error;
pub mod faults;
mod journal;
mod memory;
mod sqlite;

pub use error::{AppendError, JournalError};
pub use journal::{
    BarChange, Batch, CircleBar, CircleRow, DueRoom, EraseScope, Journal, JournalFuture, LIST_MAX,
    STORED_ROW_FORMAT, STORED_ROW_FORMAT_OLDEST, StoredRow,
};
pub use memory::Memory;
pub use sqlite::{Restored, Sqlite, SqliteOptions, StoreStats, back_up, renew_epoch, restore};
