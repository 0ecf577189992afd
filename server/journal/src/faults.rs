//! A journal that fails on command, for tests of whoever uses one.

use crate::error::{AppendError, JournalError};
use crate::journal::{Batch, CircleRow, Due, EventRow, Journal, Pending, What};
use hearth_protocol::api::NewCircle;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Text, WordsId};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// How an append fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It answers [`AppendError::Full`] and writes nothing.
    Full,
    /// It is written, and answers [`AppendError::Unknown`].
    UnknownWritten,
    /// It is not written, and answers [`AppendError::Unknown`].
    UnknownNotWritten,
    /// It is written and answered well, this much later.
    Delayed(Duration),
}

#[derive(Debug, Default)]
struct Orders {
    next: VecDeque<Fault>,
    always: Option<Fault>,
    reading_fails: bool,
}

/// A journal before another one, that fails on command and does nothing else of its own.
pub struct Faulty {
    inner: Arc<dyn Journal>,
    orders: Mutex<Orders>,
}

impl Faulty {
    /// Returns a journal that does all that `inner` does, until told otherwise.
    pub fn new(inner: Arc<dyn Journal>) -> Self {
        Self { inner, orders: Mutex::default() }
    }

    /// The next `times` appends that have no order yet fail so.
    pub fn next_appends(&self, times: usize, fault: Fault) {
        self.orders().next.extend(std::iter::repeat_n(fault, times));
    }

    /// Every append without an order of its own fails so, until told otherwise.
    pub fn every_append(&self, fault: Option<Fault>) {
        self.orders().always = fault;
    }

    /// Every reading fails, [`last_batch`](Journal::last_batch) included, until told otherwise.
    pub fn reading_fails(&self, fails: bool) {
        self.orders().reading_fails = fails;
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> Option<Fault> {
        let mut orders = self.orders();
        orders.next.pop_front().or(orders.always)
    }

    fn or_fail<'a, T: Send + 'a>(
        &self,
        doing: &'static str,
        read: Pending<'a, T>,
    ) -> Pending<'a, T> {
        if self.orders().reading_fails {
            let folder = PathBuf::from("(a fault made for a test)");
            return Box::pin(std::future::ready(Err(JournalError::Recovering { doing, folder })));
        }
        read
    }
}

impl Journal for Faulty {
    fn epoch(&self) -> Epoch {
        self.inner.epoch()
    }

    fn newest_at(&self) -> Millis {
        self.inner.newest_at()
    }

    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> Pending<'a, ()> {
        self.inner.create_circle(new, circle, now)
    }

    fn circle(&self, circle: CircleId) -> Pending<'_, Option<CircleRow>> {
        self.or_fail("read a circle", self.inner.circle(circle))
    }

    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> Pending<'_, ()> {
        self.inner.set_next_at(circle, next_at)
    }

    fn live_room(&self, circle: CircleId) -> Pending<'_, Option<RoomId>> {
        self.or_fail("find a circle's room", self.inner.live_room(circle))
    }

    fn barred(&self, circle: CircleId) -> Pending<'_, Vec<KeyHash>> {
        self.or_fail("read whom a circle bars", self.inner.barred(circle))
    }

    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> Pending<'_, (), AppendError> {
        let fault = self.fault();
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

    fn last_batch(&self, room: RoomId) -> Pending<'_, Option<(Uuid, u64)>> {
        self.or_fail("read a room's head", self.inner.last_batch(room))
    }

    fn read(&self, room: RoomId, after: u64, most: usize) -> Pending<'_, Vec<EventRow>> {
        self.or_fail("read a room's events", self.inner.read(room, after, most))
    }

    fn texts<'a>(&'a self, room: RoomId, ids: &'a [WordsId]) -> Pending<'a, Vec<(WordsId, Text)>> {
        self.or_fail("read a room's texts", self.inner.texts(room, ids))
    }

    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> Pending<'_, ()> {
        self.inner.put_snapshot(room, seq, body)
    }

    fn snapshot(&self, room: RoomId) -> Pending<'_, Option<(u64, String)>> {
        self.or_fail("read a room's snapshot", self.inner.snapshot(room))
    }

    fn erase(&self, room: RoomId, what: What) -> Pending<'_, ()> {
        self.inner.erase(room, what)
    }

    fn words_left(&self) -> Pending<'_, Vec<(CircleId, RoomId)>> {
        self.or_fail("find rooms with words left", self.inner.words_left())
    }

    fn due(&self, before: Millis) -> Pending<'_, Vec<Due>> {
        self.or_fail("find rooms that are due", self.inner.due(before))
    }

    fn next_due(&self) -> Pending<'_, Option<Millis>> {
        self.or_fail("find the next deadline", self.inner.next_due())
    }

    fn delete_circle(&self, circle: CircleId) -> Pending<'_, ()> {
        self.inner.delete_circle(circle)
    }

    fn ready(&self) -> Pending<'_, ()> {
        self.inner.ready()
    }

    fn close(&self) -> Pending<'_, ()> {
        self.inner.close()
    }
}
