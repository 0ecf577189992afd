//! The one thread that writes: it takes what waits, writes it in one transaction, and answers when
//! that is on the disk.

use super::change::Change;
use super::chores::Chores;
use super::shared::{Health, Shared};
use super::store::Files;
use super::trouble::{Stop, Trouble, storage, trouble};
use crate::error::{AppendError, JournalError};
use rusqlite::{Connection, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A change and who waits for it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) change: Change,
    pub(super) answer: oneshot::Sender<Result<(), AppendError>>,
    /// Its place in the bounded queue, held until it is answered.
    pub(super) _place: OwnedSemaphorePermit,
}

impl Work {
    /// Answers whoever asked.
    pub(super) fn answer(self, outcome: Result<(), AppendError>) {
        // Whoever asked may have gone; what was written stays written.
        let _gone = self.answer.send(outcome);
    }
}

/// What comes to the writer.
#[derive(Debug)]
pub(super) enum Message {
    /// Write this.
    Work(Work),
    /// Write what waits, put the store in order and stop.
    Close(oneshot::Sender<Result<(), JournalError>>),
}

/// The state of the writing thread.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) files: Files,
    /// None while the store could not be reopened after a failure.
    pub(super) db: Option<Connection>,
    /// Bytes of a page that SQLite uses.
    pub(super) usable: usize,
    pub(super) group_max: usize,
    pub(super) inbox: Receiver<Message>,
    pub(super) chores: Chores,
    #[cfg(test)]
    pub(super) sabotage: super::tests::Sabotage,
}

/// How a group of changes fared.
pub(super) enum Attempt {
    /// The transaction is on the disk. For each change: done, or refused.
    Committed(Vec<Result<(), AppendError>>),
    /// Nothing was written: the change at this place cannot be stored.
    Without(usize, JournalError),
    /// Nothing was written: the disk is full.
    Full,
    /// Nothing was written: another program holds the file, or the store is not open.
    Not(JournalError),
    /// Nothing was written, and what the store holds must be read anew.
    Broken(JournalError),
    /// Perhaps it was written: what the store holds must be read anew.
    Unknown,
}

/// What `gather` found.
enum Gathered {
    Group(Vec<Work>),
    Last(Vec<Work>, Option<oneshot::Sender<Result<(), JournalError>>>),
}

impl Writer {
    /// Works until told to close, or until nobody is left to ask.
    pub(super) fn run(mut self) {
        loop {
            match self.gather() {
                Gathered::Group(group) => self.settle(group),
                Gathered::Last(group, told) => {
                    self.settle(group);
                    return self.finish(told);
                }
            }
            self.do_chores();
        }
    }

    /// Waits for something to write, or for the next chore, and takes what else waits.
    fn gather(&self) -> Gathered {
        let first = match self.chores.next() {
            Some(at) => self.inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let mut next = match first {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Gathered::Last(Vec::new(), None),
        };
        let mut group = Vec::new();
        while let Some(message) = next {
            match message {
                Message::Work(work) => group.push(work),
                Message::Close(told) => return Gathered::Last(group, Some(told)),
            }
            next = if group.len() < self.group_max { self.inbox.try_recv().ok() } else { None };
        }
        Gathered::Group(group)
    }

    /// Writes a group and answers each of its members.
    fn settle(&mut self, mut group: Vec<Work>) {
        while !group.is_empty() {
            match self.attempt(&group) {
                Attempt::Committed(verdicts) => {
                    if verdicts.iter().any(Result::is_ok) {
                        self.shared.health.recovered_from_full();
                    }
                    for (work, verdict) in group.drain(..).zip(verdicts) {
                        self.answer_committed(work, verdict);
                    }
                }
                Attempt::Without(place, error) => {
                    group.remove(place).answer(Err(error.into()));
                }
                // One large change must not take the small ones with it, and erasing makes room.
                Attempt::Full if group.len() > 1 => {
                    group.drain(..).for_each(|work| self.settle(vec![work]));
                }
                Attempt::Full => {
                    self.shared.health.full();
                    self.chores.probe_later();
                    group.drain(..).for_each(|work| work.answer(Err(AppendError::Full)));
                }
                Attempt::Not(error) => answer_all(&mut group, &error.into()),
                Attempt::Broken(error) => {
                    self.recover();
                    answer_all(&mut group, &error.into());
                }
                // Whoever reads the head after this answer reads what is on the disk, or is told
                // that it cannot be read yet: so first reopen.
                Attempt::Unknown => {
                    self.recover();
                    answer_all(&mut group, &AppendError::Unknown);
                }
            }
        }
    }

    fn answer_committed(&mut self, work: Work, verdict: Result<(), AppendError>) {
        if verdict.is_ok() && work.change.waits_for_empty_log() {
            self.chores.hold_until_log_is_empty(work);
            return;
        }
        if verdict.is_ok() && work.change.takes_words_back() {
            self.chores.empty_log_soon();
        }
        work.answer(verdict);
    }

    /// Tries to write a group in one transaction.
    fn attempt(&mut self, group: &[Work]) -> Attempt {
        let doing = group.first().map_or("write", |work| work.change.doing());
        let folder = &self.files.folder;
        let Some(db) = &mut self.db else {
            return Attempt::Not(JournalError::Recovering { doing, folder: folder.clone() });
        };
        let transaction = match db.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(transaction) => transaction,
            Err(error) => return not_begun(&error, storage(doing, folder, &error)),
        };
        let mut verdicts = Vec::with_capacity(group.len());
        for (place, work) in group.iter().enumerate() {
            match work.change.perform(&transaction, self.usable) {
                Ok(()) => verdicts.push(Ok(())),
                Err(Stop::Refused(error)) => verdicts.push(Err(error)),
                Err(Stop::Sql(error)) => {
                    let said = storage(work.change.doing(), folder, &error);
                    return match trouble(&error) {
                        Trouble::Asked => Attempt::Without(place, said),
                        Trouble::Full | Trouble::Busy | Trouble::Store => not_begun(&error, said),
                    };
                }
            }
        }
        #[cfg(test)]
        if let Some(attempt) = self.sabotage.instead_of_commit() {
            return attempt.of(transaction);
        }
        match transaction.commit() {
            Ok(()) => Attempt::Committed(verdicts),
            // The log's last frame was not written, so no reader will ever take the others for
            // a transaction.
            Err(error) if trouble(&error) == Trouble::Full => Attempt::Full,
            Err(error) => {
                let error = storage(doing, folder, &error);
                tracing::error!(%error, "a commit failed; reopening the store");
                Attempt::Unknown
            }
        }
    }

    /// Closes every connection, opens the store again and reads what the disk holds.
    ///
    /// After a failed write the system may have forgotten what it could not put on the disk, while
    /// still showing it to readers. So the log is moved into the main file, which writes every page
    /// anew, before anybody reads or writes again.
    pub(super) fn recover(&mut self) {
        self.shared.health.set(Health::Recovering);
        let mut reader = self.shared.reader();
        drop(reader.take());
        drop(self.db.take());
        match self.files.reopen() {
            Ok((db, fresh)) => {
                self.db = Some(db);
                *reader = Some(fresh);
                self.shared.health.set(Health::Serving);
                self.chores.recovered();
            }
            Err(error) => {
                tracing::error!(%error, "the store cannot be reopened; trying again");
                self.chores.recover_later();
            }
        }
    }

    /// Answers what still waits, puts the store in order and closes it.
    fn finish(mut self, told: Option<oneshot::Sender<Result<(), JournalError>>>) {
        let doing = "write";
        while let Ok(message) = self.inbox.try_recv() {
            if let Message::Work(work) = message {
                work.answer(Err(JournalError::Closed { doing }.into()));
            }
        }
        self.try_to_empty_log();
        drop(self.shared.reader().take());
        self.chores.give_up(&JournalError::NotEmptied { folder: self.files.folder.clone() });
        let closed = match self.db.take().map(Connection::close) {
            Some(Err((_, error))) => Err(storage("close the store", &self.files.folder, &error)),
            Some(Ok(())) => Ok(()),
            None => Err(JournalError::Recovering {
                doing: "close the store in order",
                folder: self.files.folder.clone(),
            }),
        };
        self.shared.health.set(Health::Closed);
        // The lock goes before the answer, so that whoever hears it can open the store again.
        drop(self);
        if let Some(told) = told {
            let _gone = told.send(closed);
        }
    }
}

impl Drop for Writer {
    /// However the thread ends, nobody shall think that the store still takes appends.
    fn drop(&mut self) {
        self.shared.health.set(Health::Closed);
    }
}

/// Sorts an error that came before the commit.
fn not_begun(error: &rusqlite::Error, said: JournalError) -> Attempt {
    match trouble(error) {
        Trouble::Full => Attempt::Full,
        Trouble::Busy | Trouble::Asked => Attempt::Not(said),
        Trouble::Store => Attempt::Broken(said),
    }
}

fn answer_all(group: &mut Vec<Work>, error: &AppendError) {
    group.drain(..).for_each(|work| work.answer(Err(error.clone())));
}
