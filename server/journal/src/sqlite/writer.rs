//! The writer thread: it writes all queued commands in one transaction, and answers them when the
//! transaction is durable.

use super::commands::Command;
#[cfg(test)]
use super::commit_faults::CommitFaults;
use super::errors::{ErrorKind, Stop, error_kind, storage};
use super::group_commit::{GroupOutcome, commit};
use super::job::Job;
use super::log_copy::{LogStep, LogWatch, copy_rest};
use super::maintenance::{EMPTY_AFTER_ERROR, EMPTY_AGAIN, Maintenance, Task};
use super::shared::{Health, Shared};
use super::store::{BUSY_TIMEOUT, Connections, LockedFolder, empty_log};
use crate::error::{AppendError, JournalError};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long emptying the log may wait for readers, and so block writes.
const EMPTY_TIMEOUT: Duration = Duration::from_millis(100);

/// Message to the writer thread.
#[derive(Debug)]
pub(super) enum Message {
    Execute(Job),
    /// Write what is queued, close the store and stop.
    Close(oneshot::Sender<Result<(), JournalError>>),
}

/// State of the writer thread.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) folder: LockedFolder,
    /// `None` while the store can't be reopened after a failure.
    pub(super) db: Option<Connection>,
    /// Bytes of a page that SQLite uses.
    pub(super) usable: usize,
    pub(super) group_max: usize,
    pub(super) inbox: Receiver<Message>,
    pub(super) maintenance: Maintenance,
    pub(super) log_watch: LogWatch,
    #[cfg(test)]
    pub(super) faults: CommitFaults,
}

/// What the writer does next.
enum Next {
    Write(Vec<Job>),
    WriteAndClose(Vec<Job>, Option<oneshot::Sender<Result<(), JournalError>>>),
}

impl Writer {
    /// Runs until the store is closed, or until every sender is dropped.
    pub(super) fn run(mut self) {
        loop {
            match self.receive() {
                Next::Write(group) => self.write(group),
                Next::WriteAndClose(group, reply) => {
                    self.write(group);
                    return self.close(reply);
                }
            }
            self.maintain();
        }
    }

    /// Waits for a command or for the next maintenance, and takes everything queued.
    fn receive(&self) -> Next {
        let first = match self.maintenance.next_at() {
            Some(at) => self.inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let mut next = match first {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Next::WriteAndClose(Vec::new(), None),
        };
        let mut group = Vec::new();
        while let Some(message) = next {
            match message {
                Message::Execute(job) => group.push(job),
                Message::Close(reply) => return Next::WriteAndClose(group, Some(reply)),
            }
            next = if group.len() < self.group_max { self.inbox.try_recv().ok() } else { None };
        }
        Next::Write(group)
    }

    /// Writes a group, and answers each of its commands.
    fn write(&mut self, mut group: Vec<Job>) {
        while !group.is_empty() {
            match self.commit(&group) {
                GroupOutcome::Committed(results) => {
                    self.after_commit(&group, &results);
                    for (job, result) in group.drain(..).zip(results) {
                        self.answer_committed(job, result);
                    }
                }
                GroupOutcome::Invalid(index, error) => {
                    group.remove(index).answer(Err(error.into()));
                }
                // Write each alone: small commands may still fit, and erasing frees space.
                GroupOutcome::Full if group.len() > 1 => {
                    group.drain(..).for_each(|job| self.write(vec![job]));
                }
                GroupOutcome::Full => {
                    self.shared.health.set(Health::Full);
                    self.maintenance.probe_later();
                    answer_all(&mut group, &AppendError::Full);
                }
                GroupOutcome::NotWritten(error) => answer_all(&mut group, &error.into()),
                GroupOutcome::Broken(error) => {
                    self.recover();
                    answer_all(&mut group, &error.into());
                }
                // Reopen before answering: a caller that then reads the head must see what the disk
                // contains, or an error.
                GroupOutcome::Unknown => {
                    self.recover();
                    answer_all(&mut group, &AppendError::Unknown);
                }
            }
        }
    }

    fn commit(&mut self, group: &[Job]) -> GroupOutcome {
        let folder = &self.folder.path;
        match &mut self.db {
            Some(db) => commit(
                db,
                group,
                self.usable,
                folder,
                #[cfg(test)]
                &self.faults,
            ),
            None => GroupOutcome::NotWritten(JournalError::Recovering {
                doing: group.first().map_or("write", |job| job.command.doing()),
                folder: folder.clone(),
            }),
        }
    }

    /// Marks a full store as serving again if a probe fits. Anything smaller doesn't count: on a full
    /// disk, a short message may still fit where an announcement doesn't.
    fn after_commit(&mut self, group: &[Job], results: &[Result<(), AppendError>]) {
        if self.shared.health.get() != Health::Full {
            return;
        }
        let mut written = group.iter().zip(results).filter(|(_, result)| result.is_ok()).peekable();
        if written.peek().is_none() {
            return;
        }
        if written.any(|(job, _)| matches!(job.command, Command::Probe)) {
            self.shared.health.write_succeeded();
        } else {
            self.probe_disk();
        }
    }

    fn answer_committed(&mut self, job: Job, result: Result<(), AppendError>) {
        if result.is_ok() && job.command.waits_for_empty_log() {
            self.maintenance.hold_until_log_is_empty(job);
            return;
        }
        if result.is_ok() && job.command.erases_some_texts() {
            self.maintenance.empty_log_soon();
        }
        job.answer(result);
    }

    /// Closes every connection and reopens the store.
    ///
    /// After a failed write, the operating system may show readers data that it never wrote to the
    /// disk. Reopening moves the log into the database file, which writes every page again, before
    /// anyone reads or writes.
    fn recover(&mut self) {
        self.shared.health.set(Health::Recovering);
        let shared = Arc::clone(&self.shared);
        let (mut reader, mut log) = (shared.reader(), shared.log_connection());
        drop((reader.take(), log.take(), self.db.take()));
        match self.reopen() {
            Ok(fresh) => {
                self.db = Some(fresh.writer);
                *reader = Some(fresh.reader);
                *log = Some(fresh.log);
                self.shared.health.set(Health::Serving);
                self.maintenance.recovered();
            }
            Err(error) => {
                tracing::error!(%error, "the store stays closed, retrying");
                self.maintenance.recover_later();
            }
        }
    }

    fn reopen(&self) -> Result<Connections, JournalError> {
        let mut fresh = self.folder.reopen()?;
        self.log_watch
            .observe(&mut fresh.writer)
            .map_err(|error| storage("reopen the store", &self.folder.path, &error))?;
        Ok(fresh)
    }

    fn maintain(&mut self) {
        match self.log_watch.after_group() {
            LogStep::Nothing => {}
            LogStep::CopyRest => self.copy_rest_of_log(false),
            LogStep::CopyNow => self.copy_rest_of_log(true),
            LogStep::Recover => self.recover(),
        }
        if self.maintenance.is_due(Task::Recover) {
            self.recover();
        }
        if self.maintenance.is_due(Task::EmptyLog) {
            self.empty_log();
        }
        if self.maintenance.is_due(Task::ProbeDisk) {
            self.probe_disk();
        }
    }

    /// Copies what is left of a long log. A query that reads an older state would keep the log from
    /// restarting: waits for it, or leaves the rest for later.
    fn copy_rest_of_log(&mut self, wait: bool) {
        let Some(db) = &self.db else { return };
        let copied = {
            let reader = if wait { Some(self.shared.reader()) } else { self.shared.try_reader() };
            if reader.is_none() {
                return self.log_watch.copy_rest_later();
            }
            // The thread is idle, or `wait` slows writers down to what the disk takes.
            let _copying = self.shared.log_connection();
            copy_rest(db)
        };
        if let Err(error) = copied {
            let converted = storage("copy the log", &self.folder.path, &error);
            tracing::warn!(error = %converted, "can't copy the log, retrying when it has grown");
            if error_kind(&error) == ErrorKind::Store {
                self.recover();
            }
        }
    }

    /// Removes erased texts from the log, unless a reader prevents it.
    fn empty_log(&mut self) {
        let doing = "remove erased texts from the log";
        let folder = self.folder.path.clone();
        let Some(db) = &self.db else {
            let error = self.shared.unavailable(doing);
            self.maintenance.log_not_emptied(EMPTY_AFTER_ERROR, &error);
            return;
        };
        // SQLite refuses to empty a log that another connection is copying, and doesn't wait for it.
        let copying = self.shared.log_connection();
        let emptied = db
            .busy_timeout(EMPTY_TIMEOUT)
            .and_then(|()| empty_log(db))
            .and_then(|emptied| db.busy_timeout(BUSY_TIMEOUT).map(|()| emptied));
        drop(copying);
        match emptied {
            Ok(true) => self.maintenance.log_emptied(),
            Ok(false) => {
                let error = JournalError::LogNotEmptied { folder };
                self.maintenance.log_not_emptied(EMPTY_AGAIN, &error);
            }
            Err(error) => {
                let converted = storage(doing, &folder, &error);
                tracing::warn!(error = %converted, "can't empty the log, retrying");
                self.maintenance.log_not_emptied(EMPTY_AFTER_ERROR, &converted);
                if error_kind(&error) == ErrorKind::Store {
                    self.recover();
                }
            }
        }
    }

    /// Checks whether a full disk has space again, so that the store becomes ready without waiting
    /// for an append.
    fn probe_disk(&mut self) {
        self.maintenance.probed();
        let Some(db) = &mut self.db else {
            return;
        };
        if self.shared.health.get() != Health::Full {
            return;
        }
        match probe_in_transaction(db, self.usable) {
            Ok(()) => self.shared.health.write_succeeded(),
            Err(error) if error_kind(&error) == ErrorKind::Store => self.recover(),
            Err(_) => self.maintenance.probe_later(),
        }
    }

    /// Answers everything still queued, and closes the store.
    fn close(mut self, reply: Option<oneshot::Sender<Result<(), JournalError>>>) {
        let doing = "close the store";
        while let Ok(message) = self.inbox.try_recv() {
            if let Message::Execute(job) = message {
                let doing = job.command.doing();
                job.answer(Err(JournalError::Closed { doing }.into()));
            }
        }
        self.empty_log();
        drop((self.shared.reader().take(), self.shared.log_connection().take()));
        let folder = self.folder.path.clone();
        self.maintenance.fail_waiting(&JournalError::LogNotEmptied { folder });
        let closed = match self.db.take().map(Connection::close) {
            Some(Err((_, error))) => Err(storage(doing, &self.folder.path, &error)),
            Some(Ok(())) => Ok(()),
            None => Err(JournalError::Recovering { doing, folder: self.folder.path.clone() }),
        };
        // Unlocks the folder before the caller learns that it may open the store again.
        drop(self);
        if let Some(reply) = reply {
            let _ignored = reply.send(closed);
        }
    }
}

impl Drop for Writer {
    /// Marks the store closed, even if the thread panics.
    fn drop(&mut self) {
        self.shared.health.set(Health::Closed);
    }
}

fn probe_in_transaction(db: &mut Connection, usable: usize) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match Command::Probe.execute(&transaction, usable) {
        Err(Stop::Sql(error)) => Err(error),
        // A probe is never refused.
        Ok(()) | Err(Stop::Refused(_) | Stop::Invalid(_)) => transaction.commit(),
    }
}

fn answer_all(group: &mut Vec<Job>, error: &AppendError) {
    group.drain(..).for_each(|job| job.answer(Err(error.clone())));
}
