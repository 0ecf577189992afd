//! What the threads of a store share.

use crate::error::JournalError;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whether the store takes writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It does.
    Serving,
    /// The last write found the disk full.
    Full,
    /// A write failed, and the store is not open again yet.
    Recovering,
    /// It is closed.
    Closed,
}

/// Whether the store takes writes, for every thread to see.
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

    pub(super) fn full(&self) {
        self.set(Health::Full);
    }

    /// A write went well; only the writing thread calls this.
    pub(super) fn recovered_from_full(&self) {
        if self.get() == Health::Full {
            self.set(Health::Serving);
        }
    }
}

/// What the threads of a store share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    pub(super) health: HealthCell,
    /// None while the writer reopens the store, and after it was closed.
    reader: Mutex<Option<Connection>>,
}

impl Shared {
    pub(super) fn new(folder: PathBuf, reader: Connection) -> Self {
        Self { folder, health: HealthCell::new(), reader: Mutex::new(Some(reader)) }
    }

    /// Returns the reading connection, once nobody else uses it. Never held across an await.
    pub(super) fn reader(&self) -> MutexGuard<'_, Option<Connection>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns why the store cannot be asked to do something, if it cannot.
    pub(super) fn unavailable(&self, doing: &'static str) -> JournalError {
        match self.health.get() {
            Health::Closed => JournalError::Closed { doing },
            Health::Serving | Health::Full | Health::Recovering => {
                JournalError::Recovering { doing, folder: self.folder.clone() }
            }
        }
    }
}
