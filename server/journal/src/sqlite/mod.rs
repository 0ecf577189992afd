//! The engine for one machine: SQLite, with a writer thread, a reader thread and one that copies the
//! log.
//!
//! Commands go through a bounded queue to the [`writer`] thread. It writes everything queued, for
//! all rooms, in one transaction, and answers when that is durable. Between groups it does the
//! [`maintenance`]. Queries have a queue, a thread and a connection of their own ([`reader`]), and so
//! has copying a long log to the database file ([`log_copy`]).

mod backup;
mod bars;
mod commands;
#[cfg(test)]
mod commit_faults;
mod erasure;
mod errors;
mod files;
mod group_commit;
mod job;
mod log_copy;
mod lookup;
mod maintenance;
mod queries;
mod reader;
mod restore;
mod row_storage;
mod schema;
mod shared;
mod stats;
mod store;
#[cfg(test)]
mod tests;
mod text_storage;
mod writer;

use crate::error::{AppendError, JournalError};
use crate::journal::{
    Batch, CircleBar, CircleRow, DueRoom, EraseScope, Journal, JournalFuture, StoredRow,
};
pub use backup::back_up;
use commands::Command;
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, Epoch, Millis, RoomId, Text, TextId};
use job::Job;
use log_copy::log_copy;
use maintenance::Maintenance;
use queries::QueryError;
use reader::QueryQueue;
pub use restore::{Restored, restore};
use shared::{Health, Shared};
pub use stats::StoreStats;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use store::{Connections, LockedFolder, OpenStore};
pub use store::{SqliteOptions, renew_epoch};
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;
use writer::{Message, Writer};

/// Minimum time between the probes of [`Journal::ready`]. Anyone can ask for readiness, and each probe
/// is a commit.
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// A journal in a folder on this machine.
///
/// Dropping it closes the store and blocks until that is done. [`close`](Journal::close) does the
/// same without blocking a thread.
#[derive(Debug)]
pub struct Sqlite {
    shared: Arc<Shared>,
    epoch: Epoch,
    /// `None` only during `drop`.
    commands: Option<Sender<Message>>,
    permits: Arc<Semaphore>,
    /// `None` only during `drop`.
    queries: Option<QueryQueue>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// The threads that read and that copy the log. Empty only during `drop`.
    others: Vec<JoinHandle<()>>,
    /// Allows one backup at a time.
    backups: Arc<Semaphore>,
    /// When [`Journal::ready`] last wrote a probe.
    probed_at: Mutex<Option<Instant>>,
}

impl Sqlite {
    /// Opens the store in `folder`, creating it if needed. Blocks while it does.
    pub fn open(folder: &Path) -> Result<Self, JournalError> {
        Self::open_with(folder, &SqliteOptions::default())
    }

    /// Opens the store in `folder` with the given limits, creating it if needed. Blocks while it
    /// does.
    pub fn open_with(folder: &Path, options: &SqliteOptions) -> Result<Self, JournalError> {
        let store = LockedFolder::lock(folder, options)?.open()?;
        Self::start(
            store,
            options,
            #[cfg(test)]
            commit_faults::CommitFaults::default(),
        )
    }

    fn start(
        store: OpenStore,
        options: &SqliteOptions,
        #[cfg(test)] faults: commit_faults::CommitFaults,
    ) -> Result<Self, JournalError> {
        let OpenStore { folder, connections, usable, epoch } = store;
        let Connections { writer: mut db, reader, log } = connections;
        let shared = Arc::new(Shared::new(folder.path.clone(), reader, log));
        let (log_watch, log_copier) = log_copy(options.log_pages);
        log_watch
            .observe(&mut db)
            .map_err(|error| errors::storage("open the store", &folder.path, &error))?;
        let (queries, query_inbox) = QueryQueue::new(Arc::clone(&shared), options.queue_max);
        let (commands, inbox) = channel();
        let writer = Writer {
            shared: Arc::clone(&shared),
            folder,
            db: Some(db),
            usable,
            group_max: options.group_max.max(1),
            inbox,
            maintenance: Maintenance::new(),
            log_watch,
            #[cfg(test)]
            faults,
        };
        let writer = spawn(&shared, "journal writer", move || writer.run())?;
        let for_reader = Arc::clone(&shared);
        let read = move || reader::run(&for_reader, &query_inbox);
        let reader = spawn(&shared, "journal reader", read)?;
        let for_copier = Arc::clone(&shared);
        let copier = spawn(&shared, "journal log", move || log_copier.run(&for_copier))?;
        Ok(Self {
            shared,
            epoch,
            commands: Some(commands),
            permits: Arc::new(Semaphore::new(options.queue_max)),
            queries: Some(queries),
            writer: Mutex::new(Some(writer)),
            others: vec![reader, copier],
            backups: Arc::new(Semaphore::new(1)),
            probed_at: Mutex::new(None),
        })
    }

    /// Copies the store to the file `to` while it is in use. The file must not exist. The backup
    /// contains no text that was erased before. [`restore`] puts it back.
    pub async fn backup(&self, to: &Path) -> Result<(), JournalError> {
        let doing = "make a backup";
        if self.shared.health.get() == Health::Closed {
            return Err(JournalError::Closed { doing });
        }
        let permit = Arc::clone(&self.backups)
            .try_acquire_owned()
            .map_err(|_| JournalError::BackupRunning)?;
        let (reply, answer) = oneshot::channel();
        let (shared, to) = (Arc::clone(&self.shared), to.to_owned());
        let copy = move || {
            let result = backup::back_up(&shared.folder, &to).map(|_stats| ());
            drop(permit);
            let _ignored = reply.send(result);
        };
        drop(spawn(&self.shared, "journal backup", copy)?);
        answer.await.unwrap_or_else(|_| Err(self.shared.unavailable(doing)))
    }

    async fn append_command(&self, command: Command) -> Result<(), AppendError> {
        let doing = command.doing();
        let closed = || AppendError::Failed(JournalError::Closed { doing });
        command.check()?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let (reply, answer) = oneshot::channel();
        let message = Message::Execute(Job { command, reply, _permit: permit });
        self.commands.as_ref().ok_or_else(closed)?.send(message).map_err(|_| closed())?;
        // No answer means that the writer thread died while it had the command.
        answer.await.unwrap_or(Err(AppendError::Unknown))
    }

    async fn command(&self, command: Command) -> Result<(), JournalError> {
        let doing = command.doing();
        self.append_command(command).await.map_err(|error| error.of_command(doing))
    }

    async fn query<T: Send + 'static>(
        &self,
        doing: &'static str,
        query: impl FnOnce(&rusqlite::Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, JournalError> {
        match &self.queries {
            Some(queries) => queries.run(doing, query).await,
            None => Err(JournalError::Closed { doing }),
        }
    }

    /// Returns whether a probe started less than [`PROBE_INTERVAL`] ago; if not, one starts now.
    fn probed_recently(&self) -> bool {
        let mut probed_at = self.probed_at.lock().unwrap_or_else(PoisonError::into_inner);
        let recently = probed_at.is_some_and(|at| at.elapsed() < PROBE_INTERVAL);
        if !recently {
            *probed_at = Some(Instant::now());
        }
        recently
    }

    async fn shut_down(&self) -> Result<(), JournalError> {
        self.permits.close();
        if let Some(queries) = &self.queries {
            queries.close();
        }
        let (reply, answer) = oneshot::channel();
        let commands = self.commands.as_ref();
        let sent = commands.is_some_and(|commands| commands.send(Message::Close(reply)).is_ok());
        // If nobody receives or answers the message, the store was closed before.
        let result = if sent { answer.await.unwrap_or(Ok(())) } else { Ok(()) };
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The thread is about to end, so joining it doesn't block.
        thread.map_or(Ok(()), JoinHandle::join).map_err(|_| self.thread_died())?;
        result
    }

    fn thread_died(&self) -> JournalError {
        JournalError::Storage {
            doing: "close the store",
            folder: self.shared.folder.clone(),
            reason: "its thread panicked; the next start repairs the store".to_owned(),
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        drop(self.commands.take());
        drop(self.queries.take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        for thread in writer.into_iter().chain(std::mem::take(&mut self.others)) {
            if thread.join().is_err() {
                tracing::error!(error = %self.thread_died(), "journal thread panicked");
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

    fn create_circle<'a>(
        &'a self,
        new: &'a NewCircle,
        circle: CircleId,
        now: Millis,
    ) -> JournalFuture<'a, ()> {
        Box::pin(self.command(Command::CreateCircle { circle, new: new.clone(), now }))
    }

    fn circle(&self, circle: CircleId) -> JournalFuture<'_, Option<CircleRow>> {
        Box::pin(self.query("read a circle", move |db| queries::circle(db, circle)))
    }

    fn set_next_at(&self, circle: CircleId, next_at: Option<Millis>) -> JournalFuture<'_, ()> {
        Box::pin(self.command(Command::SetNextAt { circle, next_at }))
    }

    fn live_room(&self, circle: CircleId) -> JournalFuture<'_, Option<RoomId>> {
        Box::pin(
            self.query("find the live room of a circle", move |db| queries::live_room(db, circle)),
        )
    }

    fn bars(&self, circle: CircleId) -> JournalFuture<'_, Vec<CircleBar>> {
        Box::pin(self.query("read the bars of a circle", move |db| bars::bars(db, circle)))
    }

    fn append(
        &self,
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    ) -> JournalFuture<'_, (), AppendError> {
        Box::pin(self.append_command(Command::Append { circle, room, after, batch }))
    }

    fn last_batch(&self, room: RoomId) -> JournalFuture<'_, Option<(Uuid, u64)>> {
        Box::pin(self.query("read a room's head", move |db| queries::last_batch(db, room)))
    }

    fn read(&self, room: RoomId, after: u64, limit: usize) -> JournalFuture<'_, Vec<StoredRow>> {
        Box::pin(self.query("read a room's rows", move |db| queries::read(db, room, after, limit)))
    }

    fn texts<'a>(
        &'a self,
        room: RoomId,
        ids: &'a [TextId],
    ) -> JournalFuture<'a, Vec<(TextId, Text)>> {
        let ids = ids.to_vec();
        Box::pin(self.query("read a room's texts", move |db| queries::texts(db, room, &ids)))
    }

    fn put_snapshot(&self, room: RoomId, seq: u64, body: String) -> JournalFuture<'_, ()> {
        Box::pin(self.command(Command::PutSnapshot { room, seq, body }))
    }

    fn snapshot(&self, room: RoomId) -> JournalFuture<'_, Option<(u64, String)>> {
        Box::pin(self.query("read a room's snapshot", move |db| queries::snapshot(db, room)))
    }

    fn erase(&self, room: RoomId, scope: EraseScope) -> JournalFuture<'_, ()> {
        Box::pin(self.command(Command::Erase { room, scope }))
    }

    fn unerased_rooms(&self) -> JournalFuture<'_, Vec<(CircleId, RoomId)>> {
        Box::pin(self.query("list rooms that still have texts", queries::unerased_rooms))
    }

    fn expired_rooms(&self, kept: RangeInclusive<Millis>) -> JournalFuture<'_, Vec<RoomId>> {
        let doing = "list rooms whose rows are to be erased";
        Box::pin(self.query(doing, move |db| queries::expired_rooms(db, &kept)))
    }

    fn due(&self, before: Millis, after: Option<DueRoom>) -> JournalFuture<'_, Vec<DueRoom>> {
        Box::pin(self.query("list due rooms", move |db| queries::due(db, before, after)))
    }

    fn next_due(&self) -> JournalFuture<'_, Option<Millis>> {
        Box::pin(self.query("find the next deadline", queries::next_due))
    }

    fn delete_circle(&self, circle: CircleId) -> JournalFuture<'_, ()> {
        Box::pin(self.command(Command::DeleteCircle { circle }))
    }

    fn ready(&self) -> JournalFuture<'_, ()> {
        let doing = "append";
        Box::pin(async move {
            match self.shared.health.get() {
                Health::Serving if self.probed_recently() => Ok(()),
                Health::Serving => self.command(Command::Probe).await,
                Health::Full => Err(JournalError::Full { doing }),
                Health::Recovering | Health::Closed => Err(self.shared.unavailable(doing)),
            }
        })
    }

    fn close(&self) -> JournalFuture<'_, ()> {
        Box::pin(self.shut_down())
    }
}
