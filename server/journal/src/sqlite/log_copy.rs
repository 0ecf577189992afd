//! Copies the write-ahead log to the database file (a checkpoint) on a thread of its own, so that no
//! command waits while megabytes are written and flushed.
//!
//! Left to itself, SQLite copies a long log within the commit that made it long. Here a thread with a
//! connection of its own does it. Writes go on meanwhile, and what they add is copied again, until
//! little is left. The writer copies that rest between two groups, if no query is running. Then nothing
//! needs the log any more, and the next commit restarts it.

use super::errors::{ErrorKind, error_kind, storage};
use super::shared::Shared;
use super::store::BUSY_TIMEOUT;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Maximum passes per request. If the disk can't keep up, each pass leaves as much as the last.
const PASSES: u32 = 4;
/// How many times as long as it should be the log may become before the writer waits.
const LOG_GROWTH_MAX: u32 = 4;

/// State shared by the writer, its commit hook and the thread.
#[derive(Debug, Default)]
struct State {
    /// Pages in the log after the last commit.
    pages: AtomicU32,
    /// Set once the writer should copy the rest.
    rest: AtomicBool,
    /// Set once a copy failed so that the store must be reopened.
    broken: AtomicBool,
}

/// What the writer does about the log after a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogStep {
    Nothing,
    /// Copy what isn't copied yet, unless a query is running.
    CopyRest,
    /// The log has reached its bound: copy what isn't copied yet, after the query and the copy that
    /// are running.
    CopyNow,
    /// Reopen the store.
    Recover,
}

/// The writer's side: watches the log's length.
#[derive(Debug)]
pub(super) struct LogWatch {
    state: Arc<State>,
    wake: SyncSender<()>,
    /// Pages from which the log is copied.
    long: u32,
    /// Pages at which the thread is next asked to copy.
    ask_at: u32,
    /// Pages when this was last looked at.
    before: u32,
}

/// The thread's side.
#[derive(Debug)]
pub(super) struct LogCopier {
    state: Arc<State>,
    requests: Receiver<()>,
    /// Pages that the writer may copy by itself.
    little: u32,
}

/// Returns both sides for a log that is copied from `long` pages on.
pub(super) fn log_copy(long: u32) -> (LogWatch, LogCopier) {
    let state = Arc::<State>::default();
    let (wake, requests) = sync_channel(1);
    let watch = LogWatch { state: Arc::clone(&state), wake, long, ask_at: long, before: 0 };
    (watch, LogCopier { state, requests, little: long / 16 })
}

impl LogWatch {
    /// Observes the commits of a connection, which must not copy the log itself.
    pub(super) fn observe(&self, db: &mut Connection) -> rusqlite::Result<()> {
        let state = Arc::clone(&self.state);
        db.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            state.pages.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))
    }

    /// Returns what to do after a group. Asks the thread to copy if the log is long.
    pub(super) fn after_group(&mut self) -> LogStep {
        let pages = self.state.pages.load(Ordering::Relaxed);
        if pages < self.before {
            self.ask_at = self.long;
        }
        self.before = pages;
        if self.state.broken.swap(false, Ordering::AcqRel) {
            return LogStep::Recover;
        }
        if pages >= self.ask_at {
            // A reader can keep the log from restarting. Asking again at each commit wouldn't help.
            self.ask_at = pages.saturating_add(self.long / 4);
            if pages / LOG_GROWTH_MAX >= self.long {
                return LogStep::CopyNow;
            }
            // If a request is still waiting, it covers this one.
            let _waiting = self.wake.try_send(());
        }
        if self.state.rest.swap(false, Ordering::AcqRel) {
            LogStep::CopyRest
        } else {
            LogStep::Nothing
        }
    }

    /// Has the rest copied after the next group.
    pub(super) fn copy_rest_later(&self) {
        self.state.rest.store(true, Ordering::Release);
    }
}

impl LogCopier {
    /// Copies whenever it is asked to, until the writer is gone.
    pub(super) fn run(self, shared: &Shared) {
        while self.requests.recv().is_ok() {
            match self.copy_most(shared) {
                Ok(()) => self.state.rest.store(true, Ordering::Release),
                Err(error) => {
                    let converted = storage("copy the log", &shared.folder, &error);
                    tracing::warn!(error = %converted, "can't copy the log, retrying when it has grown");
                    if error_kind(&error) == ErrorKind::Store {
                        self.state.broken.store(true, Ordering::Release);
                    }
                }
            }
        }
    }

    fn copy_most(&self, shared: &Shared) -> rusqlite::Result<()> {
        for _ in 0..PASSES {
            let connection = shared.log_connection();
            // The writer is reopening or closing the store, which copies the log as well.
            let Some(db) = connection.as_ref() else { break };
            if copy_log(db)? <= self.little {
                break;
            }
        }
        Ok(())
    }
}

/// Copies the log to the database file and flushes that, without waiting for anyone. Returns how many
/// pages are left.
fn copy_log(db: &Connection) -> rusqlite::Result<u32> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        // Both are -1 if another connection is copying.
        let (all, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(u32::try_from(all - copied).unwrap_or(0))
    })
}

/// Copies the rest of the log on the writer's connection, and has the next commit restart it unless
/// another connection is reading. Waits for nobody: the writer tries again when the log has grown.
pub(super) fn copy_rest(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::ZERO)?;
    let copied = db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_row| Ok(()));
    db.busy_timeout(BUSY_TIMEOUT)?;
    copied
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch_of(pages: &[u32], watch: &mut LogWatch) -> Vec<LogStep> {
        pages
            .iter()
            .map(|pages| {
                watch.state.pages.store(*pages, Ordering::Relaxed);
                watch.after_group()
            })
            .collect()
    }

    #[test]
    fn a_long_log_is_copied_by_the_thread_and_its_rest_by_the_writer() {
        let (mut watch, copier) = log_copy(100);
        assert_eq!(watch_of(&[1, 99], &mut watch), [LogStep::Nothing; 2]);
        assert!(copier.requests.try_recv().is_err());
        assert_eq!(watch_of(&[100, 101, 124], &mut watch), [LogStep::Nothing; 3]);
        assert!(copier.requests.try_recv().is_ok());
        assert!(copier.requests.try_recv().is_err(), "asked once");
        copier.state.rest.store(true, Ordering::Release);
        assert_eq!(watch_of(&[120, 121], &mut watch), [LogStep::CopyRest, LogStep::Nothing]);
        watch.copy_rest_later();
        assert_eq!(watch_of(&[122, 123], &mut watch), [LogStep::CopyRest, LogStep::Nothing]);
        // A commit restarted the log.
        assert_eq!(watch_of(&[3, 99], &mut watch), [LogStep::Nothing; 2]);
        assert_eq!(watch_of(&[110], &mut watch), [LogStep::Nothing]);
    }

    #[test]
    fn the_writer_waits_once_the_log_has_reached_its_bound() {
        let (mut watch, copier) = log_copy(100);
        assert_eq!(watch_of(&[100, 200, 300, 399], &mut watch), [LogStep::Nothing; 4]);
        // Also if the thread keeps up, and only readers keep the log from restarting.
        assert!(copier.requests.try_recv().is_ok());
        watch.copy_rest_later();
        assert_eq!(watch_of(&[424, 425], &mut watch), [LogStep::CopyNow, LogStep::CopyRest]);
        assert_eq!(watch_of(&[449], &mut watch), [LogStep::CopyNow]);
    }

    #[test]
    fn a_copy_that_broke_the_store_reopens_it() {
        let (mut watch, copier) = log_copy(100);
        copier.state.broken.store(true, Ordering::Release);
        assert_eq!(watch_of(&[5, 6], &mut watch), [LogStep::Recover, LogStep::Nothing]);
    }
}
