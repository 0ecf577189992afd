//! The engine that keeps everything in memory, for tests and the demo.

mod state;

use crate::error::{AppendError, JournalError};
use crate::journal::{
    Batch, CircleBar, CircleRow, DueRoom, EraseScope, Journal, JournalFuture, StoredRow,
};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Text, TextId};
use state::State;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Default capacity of a [`Memory`].
const BYTES_MAX: usize = 256 * 1024 * 1024;

/// A journal in memory.
///
/// It keeps every guarantee of a [`Journal`] except durability: its contents end with the process.
/// Calls are atomic and never wait, so there is no queue. Writes that exceed its capacity fail with
/// [`AppendError::Full`] or [`JournalError::Full`].
#[derive(Debug)]
pub struct Memory {
    /// `None` once closed.
    state: Mutex<Option<State>>,
    epoch: Epoch,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Creates an empty journal with a capacity of 256 MiB.
    pub fn new() -> Self {
        Self::with_capacity(BYTES_MAX)
    }

    /// Creates an empty journal for up to `bytes_max` bytes of circles, rows, texts and snapshots.
    pub fn with_capacity(bytes_max: usize) -> Self {
        let state = Mutex::new(Some(State::new(bytes_max)));
        Self { state, epoch: Epoch(Uuid::new_v4()) }
    }

    /// Closes this journal and returns another one with the same contents and epoch, like opening a
    /// store again after a restart.
    pub fn reopen(&self) -> Result<Self, JournalError> {
        let state = self.lock().take().ok_or(JournalError::Closed { doing: "reopen the store" })?;
        Ok(Self { state: Mutex::new(Some(state)), epoch: self.epoch })
    }

    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Executes a command when the future is polled. Fails if the journal is closed.
    fn append_command<'a>(
        &'a self,
        doing: &'static str,
        command: impl FnOnce(&mut State) -> Result<(), AppendError> + Send + 'a,
    ) -> JournalFuture<'a, (), AppendError> {
        Box::pin(async move {
            match self.lock().as_mut() {
                Some(state) => command(state),
                None => Err(JournalError::Closed { doing }.into()),
            }
        })
    }

    fn command<'a>(
        &'a self,
        doing: &'static str,
        command: impl FnOnce(&mut State) -> Result<(), AppendError> + Send + 'a,
    ) -> JournalFuture<'a, ()> {
        Box::pin(async move {
            self.append_command(doing, command).await.map_err(|error| error.of_command(doing))
        })
    }

    fn query<'a, T: Send + 'a>(
        &'a self,
        doing: &'static str,
        query: impl FnOnce(&State) -> T + Send + 'a,
    ) -> JournalFuture<'a, T> {
        Box::pin(
            async move { self.lock().as_ref().map(query).ok_or(JournalError::Closed { doing }) },
        )
    }
}

impl Journal for Memory {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> JournalFuture<'a, ()> {
        self.command("create a circle", move |state| state.create_circle(new, circle, now))
    }

    fn circle(&self, circle: CircleId) -> JournalFuture<'_, Option<CircleRow>> {
        self.query("read a circle", move |state| state.circle(circle))
    }

    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> JournalFuture<'_, ()> {
        let doing = "set the time of the next session";
        self.command(doing, move |state| state.set_next_at(circle, next_at))
    }

    fn live_room(&self, circle: CircleId) -> JournalFuture<'_, Option<RoomId>> {
        self.query("find the live room of a circle", move |state| state.live_room(circle))
    }

    fn bars(&self, circle: CircleId) -> JournalFuture<'_, Vec<CircleBar>> {
        self.query("read the bars of a circle", move |state| state.bars(circle))
    }

    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> JournalFuture<'_, (), AppendError> {
        let doing = "append to a room";
        self.append_command(doing, move |state| state.append(circle, room, after, batch))
    }

    fn last_batch(&self, room: RoomId) -> JournalFuture<'_, Option<(Uuid, u64)>> {
        self.query("read a room's head", move |state| state.last_batch(room))
    }

    fn read(&self, room: RoomId, after: u64, limit: usize) -> JournalFuture<'_, Vec<StoredRow>> {
        self.query("read a room's rows", move |state| state.read(room, after, limit))
    }

    fn texts<'a>(
        &'a self,
        room: RoomId,
        ids: &'a [TextId],
    ) -> JournalFuture<'a, Vec<(TextId, Text)>> {
        self.query("read a room's texts", move |state| state.texts(room, ids))
    }

    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> JournalFuture<'_, ()> {
        self.command("store a snapshot", move |state| state.put_snapshot(room, seq, body))
    }

    fn snapshot(&self, room: RoomId) -> JournalFuture<'_, Option<(u64, String)>> {
        self.query("read a room's snapshot", move |state| state.snapshot(room))
    }

    fn erase(&self, room: RoomId, scope: EraseScope) -> JournalFuture<'_, ()> {
        self.command("erase a room's texts", move |state| state.erase(room, scope))
    }

    fn unerased_rooms(&self) -> JournalFuture<'_, Vec<(CircleId, RoomId)>> {
        self.query("list rooms that still have texts", State::unerased_rooms)
    }

    fn expired_rooms(&self, kept: RangeInclusive<Millis>) -> JournalFuture<'_, Vec<RoomId>> {
        let doing = "list rooms whose rows are to be erased";
        self.query(doing, move |state| state.expired_rooms(&kept))
    }

    fn due(&self, before: Millis, after: Option<DueRoom>) -> JournalFuture<'_, Vec<DueRoom>> {
        self.query("list due rooms", move |state| state.due(before, after))
    }

    fn next_due(&self) -> JournalFuture<'_, Option<Millis>> {
        self.query("find the next deadline", State::next_due)
    }

    fn delete_circle(&self, circle: CircleId) -> JournalFuture<'_, ()> {
        self.command("delete a circle", move |state| {
            state.delete_circle(circle);
            Ok(())
        })
    }

    fn ready(&self) -> JournalFuture<'_, ()> {
        let doing = "append";
        self.command(
            doing,
            move |state| {
                if state.is_almost_full() { Err(AppendError::Full) } else { Ok(()) }
            },
        )
    }

    fn close(&self) -> JournalFuture<'_, ()> {
        Box::pin(async {
            drop(self.lock().take());
            Ok(())
        })
    }
}
