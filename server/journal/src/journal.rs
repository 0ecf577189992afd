//! The interface: what every engine does.

use crate::error::{AppendError, JournalError};
use futures_util::future::BoxFuture;
use hearth_protocol::api::{Entry, NewCircle};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Settings, Text, WordsId};
use std::fmt;
use uuid::Uuid;

/// An answer under way. Dropping it does not undo the call: what was sent to the engine is done.
pub type Pending<'a, T, E = JournalError> = BoxFuture<'a, Result<T, E>>;

/// Rooms that [`Journal::due`] and [`Journal::words_left`] return at once.
pub const DUE_MAX: usize = 1024;

/// An event in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place among all events of its room, from 1, without gaps.
    pub seq: u64,
    /// When it was decided.
    pub at: Millis,
    /// The event, in a form that only the caller reads. It holds no human text.
    pub body: String,
}

impl fmt::Debug for EventRow {
    /// Shows no body: it may hold hashes of keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventRow({} at {}, {} bytes)", self.seq, self.at, self.body.len())
    }
}

/// What is appended to a room in one piece: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Names the batch, so that after an unknown outcome one can tell whether it was written.
    pub id: Uuid,
    /// Its events: at least one, numbered on from the room's head.
    pub events: Vec<EventRow>,
    /// The human texts that its events name.
    pub texts: Vec<(WordsId, Text)>,
    /// The texts that its events take back or withdraw; they are erased.
    pub erased: Vec<WordsId>,
    /// Seat keys barred in the circle from now on (`true`), or barred no longer.
    pub bars: Vec<(KeyHash, bool)>,
    /// The next time at which something happens in the room by itself.
    pub deadline: Option<Millis>,
    /// Whether the room has ended. A room that ended stays so, whatever later batches say.
    pub ended: bool,
}

/// A circle as it was made, and the hour it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleRow {
    /// When it was made.
    pub made_at: Millis,
    /// Its title.
    pub title: Text,
    /// What its members agree on.
    pub agreements: Option<Text>,
    /// Who holds it.
    pub held_by: Option<Text>,
    /// How long a session is meant to last, in milliseconds.
    pub lasts_ms: Option<u64>,
    /// The hour of its next session, be it past or to come.
    pub next_at: Option<Millis>,
    /// Its settings.
    pub settings: Settings,
    /// What is known of its links, one entry for each kind, in the order of
    /// [`LinkRole::ALL`](hearth_protocol::api::LinkRole::ALL).
    pub entries: Vec<Entry>,
}

/// A room that is to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Its circle.
    pub circle: CircleId,
    /// The room.
    pub room: RoomId,
    /// When something happens in it by itself.
    pub deadline: Millis,
}

/// What of a room is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Its human texts; events and snapshot stay, and name texts that are tombstones.
    Texts,
    /// Texts, events and snapshot. What stays is that the room took place. Refused while the room
    /// is live.
    All,
}

/// What happened in every room, durable and in order.
///
/// A room's journal is a sequence of events numbered from 1 without gaps; its *head* is the number
/// of the last. Whoever appends says after which head it decided, so two who decide at once cannot
/// both be written.
pub trait Journal: Send + Sync + 'static {
    /// Returns the identity of the store, made when it was created. A restore makes a new one.
    fn epoch(&self) -> Epoch;

    /// Returns the newest time of any event when the store was opened; 0 if there was none.
    fn newest_at(&self) -> Millis;

    /// Makes a circle. Fails with [`JournalError::CircleExists`] where there is one of that id.
    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> Pending<'a, ()>;

    /// Returns a circle; none if it was never made, or deleted.
    fn circle(&self, circle: CircleId) -> Pending<'_, Option<CircleRow>>;

    /// Gives a circle's next session its hour, in the place of an older one, or none. Fails with
    /// [`JournalError::NoCircle`] where there is no such circle.
    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> Pending<'_, ()>;

    /// Returns the circle's room that has not ended.
    fn live_room(&self, circle: CircleId) -> Pending<'_, Option<RoomId>>;

    /// Returns the hashes of the seat keys that are barred in a circle.
    fn barred(&self, circle: CircleId) -> Pending<'_, Vec<KeyHash>>;

    /// Appends a batch to a room: durable when answered with `Ok`. `after` must be the room's head;
    /// 0 makes the room, unless its circle has another that has not ended
    /// (`Conflict { head: 0 }`).
    ///
    /// Texts named in `erased` are gone from the files of the store soon after, not before the
    /// answer; those that nobody may ever find are for [`erase`](Self::erase).
    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> Pending<'_, (), AppendError>;

    /// Returns the id of the batch appended last to a room, and the room's head: what one compares
    /// after [`AppendError::Unknown`]. Where it fails, the outcome is still unknown: ask again.
    fn last_batch(&self, room: RoomId) -> Pending<'_, Option<(Uuid, u64)>>;

    /// Returns up to `most` events of a room that follow `after`, in order.
    fn read(&self, room: RoomId, after: u64, most: usize) -> Pending<'_, Vec<EventRow>>;

    /// Returns those of the named texts that are there. One that is missing is a tombstone.
    fn texts<'a>(&'a self, room: RoomId, ids: &'a [WordsId]) -> Pending<'a, Vec<(WordsId, Text)>>;

    /// Keeps a snapshot of a room as it was after event `seq`, in the place of an older one. It
    /// must hold no human text. One that is older than what is kept changes nothing.
    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> Pending<'_, ()>;

    /// Returns the newest snapshot of a room, and after which event it was taken.
    fn snapshot(&self, room: RoomId) -> Pending<'_, Option<(u64, String)>>;

    /// Erases a room's texts, or all of it. When answered with `Ok`, no file of the store holds the
    /// words. Nothing to erase is no error.
    fn erase(&self, room: RoomId, what: What) -> Pending<'_, ()>;

    /// Returns rooms that have ended and still hold texts, at most [`DUE_MAX`]: those whose erasing
    /// was cut short, and those whose circle keeps its words for some days.
    fn words_left(&self) -> Pending<'_, Vec<(CircleId, RoomId)>>;

    /// Returns the rooms that have not ended and whose deadline is not after `before`, the
    /// earliest first, at most [`DUE_MAX`].
    fn due(&self, before: Millis) -> Pending<'_, Vec<Due>>;

    /// Returns the earliest deadline of a room that has not ended.
    fn next_due(&self) -> Pending<'_, Option<Millis>>;

    /// Deletes a circle and everything of it. When answered with `Ok`, no file of the store holds
    /// its words. A circle that is not there is no error.
    fn delete_circle(&self, circle: CircleId) -> Pending<'_, ()>;

    /// Checks, cheaply, that the store takes appends.
    fn ready(&self) -> Pending<'_, ()>;

    /// Writes what waits, puts the store in order and closes it; every later call fails with
    /// [`JournalError::Closed`]. Closing twice is no error.
    fn close(&self) -> Pending<'_, ()>;
}
