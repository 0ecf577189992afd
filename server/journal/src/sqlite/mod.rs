//! The engine for one machine: SQLite, with one thread that writes and one that reads.
//!
//! Writing goes through a bounded queue to one thread, which writes all that waits, of all rooms,
//! in one transaction, and answers when that is on the disk ([`writer`]). What is done between
//! groups stands in [`chores`]. Reading has a queue, a thread and a connection of its own.

mod at_rest;
mod backup;
mod change;
mod chores;
mod look;
mod reader;
mod restore;
mod shared;
mod store;
#[cfg(test)]
mod tests;
mod trouble;
mod writer;

use crate::error::{AppendError, JournalError};
use crate::journal::{Batch, CircleRow, Due, EventRow, Journal, Pending, What};
pub use backup::back_up;
use change::Change;
use chores::Chores;
use hearth_protocol::api::NewCircle;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Text, WordsId};
use reader::Looks;
pub use restore::{Restored, restore};
use shared::{Health, Shared};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
pub use store::{Contents, renew_epoch};
use store::{Files, Opened};
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;
use writer::{Message, Work, Writer};

/// Bounds of the engine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Changes, and as many readings, that may wait; who asks beyond them waits for a place.
    pub queue_max: usize,
    /// Changes written in one transaction.
    pub group_max: usize,
    /// Pages that the store may have: a full disk, for tests.
    #[doc(hidden)]
    pub pages_max: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { queue_max: 1024, group_max: 256, pages_max: None }
    }
}

/// A journal in a folder of this machine.
///
/// Dropping it closes the store, and waits for that; [`close`](Journal::close) does so without
/// holding up a thread.
#[derive(Debug)]
pub struct Sqlite {
    shared: Arc<Shared>,
    epoch: Epoch,
    newest_at: Millis,
    /// None only while the value is dropped.
    changes: Option<Sender<Message>>,
    places: Arc<Semaphore>,
    /// None only while the value is dropped.
    looks: Option<Looks>,
    writing: Mutex<Option<JoinHandle<()>>>,
    reading: Option<JoinHandle<()>>,
    /// One backup at a time.
    backing_up: Arc<Semaphore>,
}

impl Sqlite {
    /// Opens the store in `folder`, and makes it where there is none. Blocks while it does.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        Self::open_with(folder, &Options::default())
    }

    /// Opens the store in `folder` with these bounds.
    pub fn open_with(folder: &Path, options: &Options) -> Result<Self, JournalError> {
        let opened = Files::claim(folder, options)?.open()?;
        Self::start(
            opened,
            options,
            #[cfg(test)]
            tests::Sabotage::default(),
        )
    }

    fn start(
        opened: Opened,
        options: &Options,
        #[cfg(test)] sabotage: tests::Sabotage,
    ) -> Result<Self, JournalError> {
        let Opened { files, writer: db, reader, usable, epoch, newest_at } = opened;
        let shared = Arc::new(Shared::new(files.folder.clone(), reader));
        let (looks, outbox) = Looks::new(Arc::clone(&shared), options.queue_max);
        let (changes, inbox) = channel();
        let writer = Writer {
            shared: Arc::clone(&shared),
            files,
            db: Some(db),
            usable,
            group_max: options.group_max.max(1),
            inbox,
            chores: Chores::new(),
            #[cfg(test)]
            sabotage,
        };
        let writing = spawn(&shared, "journal writer", move || writer.run())?;
        let for_reader = Arc::clone(&shared);
        let reading = spawn(&shared, "journal reader", move || reader::run(&for_reader, &outbox))?;
        Ok(Self {
            shared,
            epoch,
            newest_at,
            changes: Some(changes),
            places: Arc::new(Semaphore::new(options.queue_max)),
            looks: Some(looks),
            writing: Mutex::new(Some(writing)),
            reading: Some(reading),
            backing_up: Arc::new(Semaphore::new(1)),
        })
    }

    /// Copies the store to the file `to` while it serves. The file must not be there yet. Erased
    /// words are in no backup made after they were erased.
    ///
    /// [`restore`] puts it back.
    pub async fn backup(&self, to: &Path) -> Result<(), JournalError> {
        let doing = "make a backup";
        if self.shared.health.get() == Health::Closed {
            return Err(JournalError::Closed { doing });
        }
        let only = Arc::clone(&self.backing_up)
            .try_acquire_owned()
            .map_err(|_| JournalError::BackupUnderWay)?;
        let (answer, answered) = oneshot::channel();
        let (shared, to) = (Arc::clone(&self.shared), to.to_owned());
        let copying = move || {
            let made = backup::back_up(&shared.folder, &to).map(|_held| ());
            drop(only);
            let _gone = answer.send(made);
        };
        drop(spawn(&self.shared, "journal backup", copying)?);
        answered.await.unwrap_or_else(|_| Err(self.shared.unavailable(doing)))
    }

    async fn change(&self, change: Change) -> Result<(), AppendError> {
        let doing = change.doing();
        let closed = || AppendError::Failed(JournalError::Closed { doing });
        change.check()?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| closed())?;
        let (answer, answered) = oneshot::channel();
        let message = Message::Work(Work { change, answer, _place: place });
        self.changes.as_ref().ok_or_else(closed)?.send(message).map_err(|_| closed())?;
        // No answer: the writing thread died with the change in its hands.
        answered.await.unwrap_or(Err(AppendError::Unknown))
    }

    async fn change_other(&self, change: Change) -> Result<(), JournalError> {
        let doing = change.doing();
        self.change(change).await.map_err(|error| match error {
            AppendError::Failed(error) => error,
            AppendError::Full => JournalError::Full { doing },
            AppendError::Unknown | AppendError::Conflict { .. } => JournalError::Unknown { doing },
        })
    }

    async fn look<T: Send + 'static>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&rusqlite::Connection) -> Result<T, look::Unread> + Send + 'static,
    ) -> Result<T, JournalError> {
        match &self.looks {
            Some(looks) => looks.look(doing, read).await,
            None => Err(JournalError::Closed { doing }),
        }
    }

    async fn shut(&self) -> Result<(), JournalError> {
        self.places.close();
        if let Some(looks) = &self.looks {
            looks.close();
        }
        let (told, closed) = oneshot::channel();
        let sent = self.changes.as_ref().is_some_and(|to| to.send(Message::Close(told)).is_ok());
        // Nobody to tell, or no answer: it was closed before.
        let outcome = if sent { closed.await.unwrap_or(Ok(())) } else { Ok(()) };
        let thread = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The thread has nothing left to do but end, so this does not hold anybody up.
        thread.map_or(Ok(()), JoinHandle::join).map_err(|_| self.died())?;
        outcome
    }

    fn died(&self) -> JournalError {
        JournalError::Storage {
            doing: "close the store in order",
            folder: self.shared.folder.clone(),
            reason: "its thread died; the next start puts the store in order".to_owned(),
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        drop(self.changes.take());
        drop(self.looks.take());
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
        for thread in [writing, self.reading.take()].into_iter().flatten() {
            if thread.join().is_err() {
                tracing::error!(error = %self.died(), "closing the store");
            }
        }
    }
}

fn spawn(
    shared: &Shared,
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, JournalError> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| {
        JournalError::Storage {
            doing: "start a thread",
            folder: shared.folder.clone(),
            reason: error.to_string(),
        }
    })
}

impl Journal for Sqlite {
    fn epoch(&self) -> Epoch {
        self.epoch
    }

    fn newest_at(&self) -> Millis {
        self.newest_at
    }

    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> Pending<'a, ()> {
        Box::pin(self.change_other(Change::CreateCircle { circle, new: new.clone(), now }))
    }

    fn circle(&self, circle: CircleId) -> Pending<'_, Option<CircleRow>> {
        Box::pin(self.look("read a circle", move |db| look::circle(db, circle)))
    }

    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> Pending<'_, ()> {
        Box::pin(self.change_other(Change::SetNextAt { circle, next_at }))
    }

    fn live_room(&self, circle: CircleId) -> Pending<'_, Option<RoomId>> {
        Box::pin(self.look("find a circle's room", move |db| look::live_room(db, circle)))
    }

    fn barred(&self, circle: CircleId) -> Pending<'_, Vec<KeyHash>> {
        Box::pin(self.look("read whom a circle bars", move |db| look::barred(db, circle)))
    }

    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> Pending<'_, (), AppendError> {
        Box::pin(self.change(Change::Append { circle, room, after, batch }))
    }

    fn last_batch(&self, room: RoomId) -> Pending<'_, Option<(Uuid, u64)>> {
        Box::pin(self.look("read a room's head", move |db| look::last_batch(db, room)))
    }

    fn read(&self, room: RoomId, after: u64, most: usize) -> Pending<'_, Vec<EventRow>> {
        Box::pin(self.look("read a room's events", move |db| look::read(db, room, after, most)))
    }

    fn texts<'a>(&'a self, room: RoomId, ids: &'a [WordsId]) -> Pending<'a, Vec<(WordsId, Text)>> {
        let ids = ids.to_vec();
        Box::pin(self.look("read a room's texts", move |db| look::texts(db, room, &ids)))
    }

    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> Pending<'_, ()> {
        Box::pin(self.change_other(Change::PutSnapshot { room, seq, body }))
    }

    fn snapshot(&self, room: RoomId) -> Pending<'_, Option<(u64, String)>> {
        Box::pin(self.look("read a room's snapshot", move |db| look::snapshot(db, room)))
    }

    fn erase(&self, room: RoomId, what: What) -> Pending<'_, ()> {
        Box::pin(self.change_other(Change::Erase { room, what }))
    }

    fn words_left(&self) -> Pending<'_, Vec<(CircleId, RoomId)>> {
        Box::pin(self.look("find rooms with words left", look::words_left))
    }

    fn due(&self, before: Millis) -> Pending<'_, Vec<Due>> {
        Box::pin(self.look("find rooms that are due", move |db| look::due(db, before)))
    }

    fn next_due(&self) -> Pending<'_, Option<Millis>> {
        Box::pin(self.look("find the next deadline", look::next_due))
    }

    fn delete_circle(&self, circle: CircleId) -> Pending<'_, ()> {
        Box::pin(self.change_other(Change::DeleteCircle { circle }))
    }

    fn ready(&self) -> Pending<'_, ()> {
        let doing = "append";
        Box::pin(std::future::ready(match self.shared.health.get() {
            Health::Serving => Ok(()),
            Health::Full => Err(JournalError::Full { doing }),
            Health::Recovering | Health::Closed => Err(self.shared.unavailable(doing)),
        }))
    }

    fn close(&self) -> Pending<'_, ()> {
        Box::pin(self.shut())
    }
}
