//! The interface that every engine implements.

use crate::error::{AppendError, JournalError};
use futures_util::future::BoxFuture;
use hearth_protocol::api::{Entry, NewCircle};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, Epoch, Millis, RoomId, Settings, Text, TextId};
use std::collections::HashSet;
use std::fmt;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Future of a journal call.
///
/// Once polled, dropping it doesn't undo the call: a request that reached the engine is carried out.
pub type JournalFuture<'a, T, E = JournalError> = BoxFuture<'a, Result<T, E>>;

/// Maximum rooms that [`Journal::due`], [`Journal::unerased_rooms`] and [`Journal::expired_rooms`]
/// return at once.
pub const LIST_MAX: usize = 1024;

/// Format of the rows and snapshots that this version writes.
///
/// A store records the newest format that was written to it, and an engine refuses to open a store
/// of a format that it can't read. Increase it when the bodies of rows change in a way that older
/// code can't read.
pub const STORED_ROW_FORMAT: u32 = 4;

/// The oldest format that this version reads. Increase it when newer code can't read the bodies of
/// such rows.
pub const STORED_ROW_FORMAT_OLDEST: u32 = 3;

/// One decision of a room, with its place in the room's log.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Number of the row in its room, from 1, without gaps.
    pub seq: u64,
    /// When the room decided it.
    pub at: Millis,
    /// The decision, as JSON that only the caller reads. It contains no human text. Spaces around it
    /// aren't kept.
    pub body: String,
}

impl fmt::Debug for StoredRow {
    /// Omits the body, which may contain key hashes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredRow({} at {}, {} bytes)", self.seq, self.at, self.body.len())
    }
}

/// Rows, and the changes that go with them, to append to a room atomically.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Identifies the batch, to find out after [`AppendError::Unknown`] whether it was written.
    pub id: Uuid,
    /// At least one row, numbered consecutively from the room's head.
    pub rows: Vec<StoredRow>,
    /// New texts that the rows refer to. Each id must be new to the room.
    pub texts: Vec<(TextId, Text)>,
    /// Texts to erase. Ids that aren't stored are ignored.
    pub erased: Vec<TextId>,
    /// Changes to the circle's bars, in order.
    pub bars: Vec<BarChange>,
    /// When the room must act next without any input. It replaces the room's earlier deadline.
    pub deadline: Option<Millis>,
    /// Whether the room has ended. A room that ended stays ended, whatever later batches say.
    pub ended: bool,
}

/// A change to the bars of a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarChange {
    /// Store a bar, replacing one with the same id.
    Put {
        /// The bar's id.
        id: BarId,
        /// The barred seat key.
        key: KeyHash,
        /// The text of the room with the name that the person has. The journal copies it, so it may
        /// be erased in the same batch.
        name: TextId,
        /// When the person was removed.
        at: Millis,
    },
    /// Delete a bar and its name. An id that isn't stored is ignored.
    Lift(BarId),
}

/// A bar of a circle: someone who was removed until a host lifts the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleBar {
    /// Its id.
    pub id: BarId,
    /// The barred seat key.
    pub key: KeyHash,
    /// The name that the person had.
    pub name: Text,
    /// When the person was removed.
    pub at: Millis,
}

impl Batch {
    /// Returns the number of the last row, or why the batch breaks the contract of
    /// [`Journal::append`].
    pub(crate) fn check(&self, after: u64) -> Result<u64, JournalError> {
        let mut last = after;
        for row in &self.rows {
            if last.checked_add(1) != Some(row.seq) {
                return Err(JournalError::Malformed { what: "a batch with a gap in its numbers" });
            }
            last = row.seq;
        }
        if last == after {
            return Err(JournalError::Malformed { what: "a batch without rows" });
        }
        let mut ids = HashSet::new();
        if !self.texts.iter().all(|(id, _)| ids.insert(*id)) {
            return Err(TEXT_EXISTS);
        }
        Ok(last)
    }
}

pub(crate) const TEXT_EXISTS: JournalError =
    JournalError::Malformed { what: "a text whose id is already in use" };
pub(crate) const BAR_WITHOUT_NAME: JournalError =
    JournalError::Malformed { what: "a bar whose name isn't stored" };
pub(crate) const OTHER_CIRCLE: JournalError =
    JournalError::Malformed { what: "a batch for a room of another circle" };
pub(crate) const SNAPSHOT_AHEAD: JournalError =
    JournalError::Malformed { what: "a snapshot ahead of its room" };

/// Returns why a circle breaks the contract of [`Journal::create_circle`], if it does.
pub(crate) fn check_circle(new: &NewCircle) -> Result<(), JournalError> {
    let mut roles = HashSet::new();
    if new.entries.iter().all(|entry| roles.insert(entry.role)) {
        Ok(())
    } else {
        Err(JournalError::Malformed { what: "a circle with two links of one kind" })
    }
}

/// A circle as it was created, with the current time of its next session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleRow {
    /// When the circle was created.
    pub created_at: Millis,
    /// Title of the circle.
    pub title: Text,
    /// Agreements of its members.
    pub agreements: Option<Text>,
    /// Names of the people who hold the circle.
    pub held_by: Option<Text>,
    /// Planned length of a session, in milliseconds.
    pub lasts_ms: Option<u64>,
    /// When the next session starts. It may be in the past.
    pub next_at: Option<Millis>,
    /// Settings of its sessions.
    pub settings: Settings,
    /// Keys of the circle's links, at most one for each kind, in the order of
    /// [`LinkRole::ALL`](hearth_protocol::api::LinkRole::ALL).
    pub entries: Vec<Entry>,
}

/// A room that must act at `deadline` without any input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRoom {
    /// The room's circle.
    pub circle: CircleId,
    /// The room.
    pub room: RoomId,
    /// When it must act.
    pub deadline: Millis,
}

/// How much of a room [`Journal::erase`] erases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraseScope {
    /// The room's texts. Rows and snapshot stay; the text ids in them no longer resolve.
    Texts,
    /// Texts, rows and snapshot. Only the fact that the room took place stays, with the time of its
    /// last row. Bars of the circle stay as well. Refused while the room hasn't ended.
    All,
}

/// Durable, ordered storage of circles and rooms.
///
/// A room's log is a sequence of rows numbered from 1 without gaps. Its *head* is the number of the
/// last row. Every append names the head on which it was decided, so of two concurrent decisions
/// only one can be written.
pub trait Journal: Send + Sync + 'static {
    /// Returns the identity of the store, chosen when it was created. A restore changes it.
    fn epoch(&self) -> Epoch;

    /// Creates a circle. Fails with [`JournalError::CircleExists`] if the id is in use.
    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> JournalFuture<'a, ()>;

    /// Returns a circle, or `None` if it was never created or has been deleted.
    fn circle(&self, circle: CircleId) -> JournalFuture<'_, Option<CircleRow>>;

    /// Sets or clears the time of a circle's next session. Fails with [`JournalError::NoCircle`] if
    /// there is no such circle.
    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> JournalFuture<'_, ()>;

    /// Returns the circle's room that hasn't ended.
    fn live_room(&self, circle: CircleId) -> JournalFuture<'_, Option<RoomId>>;

    /// Returns the bars of a circle in the order of their ids.
    fn bars(&self, circle: CircleId) -> JournalFuture<'_, Vec<CircleBar>>;

    /// Appends a batch to a room. Durable when it returns `Ok`.
    ///
    /// `after` must be the room's head. 0 creates the room, unless its circle has another room that
    /// hasn't ended (`Conflict { head: 0 }`).
    ///
    /// The texts in `erased`, and the names in bars that are lifted or replaced, can no longer be
    /// read when this returns, and disappear from the files
    /// of the store within seconds. Use [`erase`](Self::erase) to wait until they have.
    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> JournalFuture<'_, (), AppendError>;

    /// Returns the id of the last batch appended to a room, and the room's head.
    ///
    /// Call it after [`AppendError::Unknown`] to learn the outcome. While it fails, the outcome is
    /// still unknown: retry.
    fn last_batch(&self, room: RoomId) -> JournalFuture<'_, Option<(Uuid, u64)>>;

    /// Returns up to `limit` rows of a room that follow row `after`, in order.
    fn read(&self, room: RoomId, after: u64, limit: usize) -> JournalFuture<'_, Vec<StoredRow>>;

    /// Returns those of the given texts that are stored, in the order of `ids`. A missing one was
    /// erased.
    fn texts<'a>(
        &'a self,
        room: RoomId,
        ids: &'a [TextId],
    ) -> JournalFuture<'a, Vec<(TextId, Text)>>;

    /// Stores a snapshot of a room as it was after row `seq`, replacing an older one. An older
    /// snapshot than the stored one is ignored, and so is one that comes after the room's rows were
    /// erased. The body is JSON without human text, as in [`StoredRow::body`].
    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> JournalFuture<'_, ()>;

    /// Returns the newest snapshot of a room, and the number of the last row in it.
    fn snapshot(&self, room: RoomId) -> JournalFuture<'_, Option<(u64, String)>>;

    /// Erases a room's texts, or everything in it. When it returns `Ok`, no file of the store
    /// contains what was erased. A room with nothing to erase, or that doesn't exist, is no error.
    fn erase(&self, room: RoomId, scope: EraseScope) -> JournalFuture<'_, ()>;

    /// Returns at most [`LIST_MAX`] rooms that ended and still have texts: because their circle
    /// keeps texts for some days, or because a crash interrupted erasing them.
    fn unerased_rooms(&self) -> JournalFuture<'_, Vec<(CircleId, RoomId)>>;

    /// Returns at most [`LIST_MAX`] rooms that ended at a time outside `kept` and still have rows.
    /// The time of a room's last row counts as its end.
    fn expired_rooms(&self, kept: RangeInclusive<Millis>) -> JournalFuture<'_, Vec<RoomId>>;

    /// Returns at most [`LIST_MAX`] rooms that haven't ended and whose deadline is at or before
    /// `before`, in order of deadline and id. To list more, call it again with the last one as
    /// `after`.
    fn due(&self, before: Millis, after: Option<DueRoom>) -> JournalFuture<'_, Vec<DueRoom>>;

    /// Returns the earliest deadline of all rooms that haven't ended.
    fn next_due(&self) -> JournalFuture<'_, Option<Millis>>;

    /// Deletes a circle and everything in it. When it returns `Ok`, nothing in the store contains
    /// its texts. A circle that doesn't exist is no error.
    fn delete_circle(&self, circle: CircleId) -> JournalFuture<'_, ()>;

    /// Checks that the store accepts an append as large as a person can send. It may write for that,
    /// but only every few seconds, however often this is called.
    fn ready(&self) -> JournalFuture<'_, ()>;

    /// Writes everything queued and closes the store. Every later call fails with
    /// [`JournalError::Closed`], except that closing again is no error.
    fn close(&self) -> JournalFuture<'_, ()>;
}
