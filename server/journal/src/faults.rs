//! A journal that fails on demand, for tests of the code that uses one.

use crate::error::{AppendError, JournalError};
use crate::journal::{
    Batch, CircleBar, CircleRow, DueRoom, EraseScope, Journal, JournalFuture, StoredRow,
};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Text, TextId};
use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Fault to inject into an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Write nothing and return [`AppendError::Full`].
    Full,
    /// Write the batch and return [`AppendError::Unknown`].
    UnknownWritten,
    /// Write nothing and return [`AppendError::Unknown`].
    UnknownNotWritten,
    /// Wait this long, then append normally.
    Delayed(Duration),
}

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Fault>,
    always: Option<Fault>,
    reading_fails: bool,
}

/// A journal that passes every call to another one, and fails on demand.
pub struct Faulty {
    inner: Arc<dyn Journal>,
    plan: Mutex<Plan>,
    texts_read: AtomicUsize,
}

impl Faulty {
    /// Wraps `inner`, without any faults.
    pub fn new(inner: Arc<dyn Journal>) -> Self {
        Self { inner, plan: Mutex::default(), texts_read: AtomicUsize::new(0) }
    }

    /// Returns how many texts were asked for so far.
    pub fn texts_read(&self) -> usize {
        self.texts_read.load(Ordering::Relaxed)
    }

    /// Injects `fault` into `times` appends, after the faults already planned.
    pub fn next_appends(&self, times: usize, fault: Fault) {
        self.plan().next.extend(std::iter::repeat_n(fault, times));
    }

    /// Injects `fault` into every append without a fault of its own; `None` stops that.
    pub fn every_append(&self, fault: Option<Fault>) {
        self.plan().always = fault;
    }

    /// Makes every read fail, [`last_batch`](Journal::last_batch) included, or none.
    pub fn reading_fails(&self, fails: bool) {
        self.plan().reading_fails = fails;
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self) -> Option<Fault> {
        let mut plan = self.plan();
        plan.next.pop_front().or(plan.always)
    }

    fn or_fail<'a, T: Send + 'a>(
        &self,
        doing: &'static str,
        read: JournalFuture<'a, T>,
    ) -> JournalFuture<'a, T> {
        if self.plan().reading_fails {
            let folder = PathBuf::from("(fault injected by a test)");
            return Box::pin(std::future::ready(Err(JournalError::Recovering { doing, folder })));
        }
        read
    }
}

impl Journal for Faulty {
    fn epoch(&self) -> Epoch {
        self.inner.epoch()
    }

    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> JournalFuture<'a, ()> {
        self.inner.create_circle(new, circle, now)
    }

    fn circle(&self, circle: CircleId) -> JournalFuture<'_, Option<CircleRow>> {
        self.or_fail("read a circle", self.inner.circle(circle))
    }

    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> JournalFuture<'_, ()> {
        self.inner.set_next_at(circle, next_at)
    }

    fn live_room(&self, circle: CircleId) -> JournalFuture<'_, Option<RoomId>> {
        self.or_fail("find the live room of a circle", self.inner.live_room(circle))
    }

    fn bars(&self, circle: CircleId) -> JournalFuture<'_, Vec<CircleBar>> {
        self.or_fail("read the bars of a circle", self.inner.bars(circle))
    }

    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> JournalFuture<'_, (), AppendError> {
        let fault = self.next_fault();
        Box::pin(async move {
            match fault {
                Some(Fault::Full) => return Err(AppendError::Full),
                Some(Fault::UnknownNotWritten) => return Err(AppendError::Unknown),
                Some(Fault::Delayed(time)) => tokio::time::sleep(time).await,
                Some(Fault::UnknownWritten) | None => {}
            }
            let outcome = self.inner.append(circle, room, after, batch).await;
            match fault {
                Some(Fault::UnknownWritten) => Err(AppendError::Unknown),
                _ => outcome,
            }
        })
    }

    fn last_batch(&self, room: RoomId) -> JournalFuture<'_, Option<(Uuid, u64)>> {
        self.or_fail("read a room's head", self.inner.last_batch(room))
    }

    fn read(&self, room: RoomId, after: u64, limit: usize) -> JournalFuture<'_, Vec<StoredRow>> {
        self.or_fail("read a room's rows", self.inner.read(room, after, limit))
    }

    fn texts<'a>(
        &'a self,
        room: RoomId,
        ids: &'a [TextId],
    ) -> JournalFuture<'a, Vec<(TextId, Text)>> {
        self.texts_read.fetch_add(ids.len(), Ordering::Relaxed);
        self.or_fail("read a room's texts", self.inner.texts(room, ids))
    }

    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> JournalFuture<'_, ()> {
        self.inner.put_snapshot(room, seq, body)
    }

    fn snapshot(&self, room: RoomId) -> JournalFuture<'_, Option<(u64, String)>> {
        self.or_fail("read a room's snapshot", self.inner.snapshot(room))
    }

    fn erase(&self, room: RoomId, scope: EraseScope) -> JournalFuture<'_, ()> {
        self.inner.erase(room, scope)
    }

    fn unerased_rooms(&self) -> JournalFuture<'_, Vec<(CircleId, RoomId)>> {
        self.or_fail("list rooms that still have texts", self.inner.unerased_rooms())
    }

    fn expired_rooms(&self, kept: RangeInclusive<Millis>) -> JournalFuture<'_, Vec<RoomId>> {
        self.or_fail("list rooms whose rows are to be erased", self.inner.expired_rooms(kept))
    }

    fn due(&self, before: Millis, after: Option<DueRoom>) -> JournalFuture<'_, Vec<DueRoom>> {
        self.or_fail("list due rooms", self.inner.due(before, after))
    }

    fn next_due(&self) -> JournalFuture<'_, Option<Millis>> {
        self.or_fail("find the next deadline", self.inner.next_due())
    }

    fn delete_circle(&self, circle: CircleId) -> JournalFuture<'_, ()> {
        self.inner.delete_circle(circle)
    }

    fn ready(&self) -> JournalFuture<'_, ()> {
        self.inner.ready()
    }

    fn close(&self) -> JournalFuture<'_, ()> {
        self.inner.close()
    }
}
