//! State shared by the threads of a store.

use crate::error::JournalError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// Whether the store accepts writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Serving,
    /// The last write found the disk full.
    Full,
    /// A write failed, and the store hasn't been reopened yet.
    Recovering,
    Closed,
}

/// An atomic [`Health`].
#[derive(Debug)]
pub(super) struct HealthCell(AtomicU8);

impl HealthCell {
    fn new() -> Self {
        Self(AtomicU8::new(Health::Serving as u8))
    }

    pub(super) fn set(&self, health: Health) {
        self.0.store(health as u8, Ordering::Release);
    }

    pub(super) fn get(&self) -> Health {
        [Health::Serving, Health::Full, Health::Recovering]
            .into_iter()
            .find(|health| *health as u8 == self.0.load(Ordering::Acquire))
            .unwrap_or(Health::Closed)
    }

    /// Records that a write succeeded. Only the writer thread calls this.
    pub(super) fn write_succeeded(&self) {
        if self.get() == Health::Full {
            self.set(Health::Serving);
        }
    }
}

/// State shared by the threads of a store.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    pub(super) health: HealthCell,
    /// `None` while the writer reopens the store, and once it is closed.
    reader: Mutex<Option<Connection>>,
    /// The connection that copies the log; `None` as for the reader's.
    log: Mutex<Option<Connection>>,
}

impl Shared {
    pub(super) fn new(folder: PathBuf, reader: Connection, log: Connection) -> Self {
        let health = HealthCell::new();
        Self { folder, health, reader: Mutex::new(Some(reader)), log: Mutex::new(Some(log)) }
    }

    /// Locks the read connection. Never hold the guard across an await.
    pub(super) fn reader(&self) -> MutexGuard<'_, Option<Connection>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the read connection, unless a query is running.
    pub(super) fn try_reader(&self) -> Option<MutexGuard<'_, Option<Connection>>> {
        match self.reader.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Locks the connection that copies the log.
    pub(super) fn log_connection(&self) -> MutexGuard<'_, Option<Connection>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the error for a request whose connection or thread is gone.
    pub(super) fn unavailable(&self, doing: &'static str) -> JournalError {
        match self.health.get() {
            Health::Closed => JournalError::Closed { doing },
            Health::Serving | Health::Full | Health::Recovering => {
                JournalError::Recovering { doing, folder: self.folder.clone() }
            }
        }
    }
}
