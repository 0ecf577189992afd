//! What the writing thread does between groups: emptying the log of words, finding out whether the
//! disk has room again, and reopening a store that failed.

use super::shared::Health;
use super::store::{BUSY, empty_log};
use super::trouble::{Trouble, storage, trouble};
use super::writer::{Work, Writer};
use crate::error::{AppendError, JournalError};
use std::time::{Duration, Instant};

/// How long emptying the log waits for readers before it lets writing go on.
const EMPTY_WAIT: Duration = Duration::from_millis(100);
/// How long until emptying the log is tried again, after a reader stood in the way.
const EMPTY_AGAIN: Duration = Duration::from_millis(100);
/// How long until emptying the log is tried again, after an error.
const EMPTY_AFTER_ERROR: Duration = Duration::from_secs(5);
/// How long an erasure waits for an empty log before it is told that it has to be asked again.
const EMPTY_PATIENCE: Duration = Duration::from_secs(30);
/// Words taken back leave the log after this time, all of that time together.
const EMPTY_SOON: Duration = Duration::from_secs(1);
/// How often a full disk is looked at.
const PROBE: Duration = Duration::from_secs(2);
/// First and longest wait between two tries to reopen the store.
const RECOVER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What is to be done between groups, and when.
#[derive(Debug)]
pub(super) struct Chores {
    /// Erasures that are committed, and the time until which they wait for an empty log. Bounded
    /// by the queue, whose places they hold.
    waiting: Vec<(Work, Instant)>,
    empty_at: Option<Instant>,
    probe_at: Option<Instant>,
    recover_at: Option<Instant>,
    recover_wait: Duration,
}

impl Chores {
    pub(super) fn new() -> Self {
        Self {
            waiting: Vec::new(),
            empty_at: None,
            probe_at: None,
            recover_at: None,
            recover_wait: RECOVER.0,
        }
    }

    /// Returns when the next chore is due.
    pub(super) fn next(&self) -> Option<Instant> {
        [self.empty_at, self.probe_at, self.recover_at].into_iter().flatten().min()
    }

    pub(super) fn hold_until_log_is_empty(&mut self, work: Work) {
        let now = Instant::now();
        self.waiting.push((work, now + EMPTY_PATIENCE));
        self.empty_by(now);
    }

    pub(super) fn empty_log_soon(&mut self) {
        self.empty_by(Instant::now() + EMPTY_SOON);
    }

    fn empty_by(&mut self, at: Instant) {
        self.empty_at = Some(self.empty_at.map_or(at, |earlier| earlier.min(at)));
    }

    pub(super) fn probe_later(&mut self) {
        self.probe_at = Some(Instant::now() + PROBE);
    }

    pub(super) fn recover_later(&mut self) {
        self.recover_at = Some(Instant::now() + self.recover_wait);
        self.recover_wait = (self.recover_wait * 2).min(RECOVER.1);
    }

    /// The store is open again, and its log was emptied in opening.
    pub(super) fn recovered(&mut self) {
        self.recover_at = None;
        self.recover_wait = RECOVER.0;
        self.emptied();
    }

    fn emptied(&mut self) {
        self.empty_at = None;
        self.waiting.drain(..).for_each(|(work, _)| work.answer(Ok(())));
    }

    /// Answers every erasure that still waits.
    pub(super) fn give_up(&mut self, error: &JournalError) {
        for (work, _) in self.waiting.drain(..) {
            work.answer(Err(AppendError::Failed(error.clone())));
        }
    }

    /// The log could not be emptied: try again, and tell those who waited long enough.
    fn not_emptied(&mut self, again: Duration, error: &JournalError) {
        let now = Instant::now();
        self.empty_at = Some(now + again);
        for (work, until) in std::mem::take(&mut self.waiting) {
            if until <= now {
                work.answer(Err(error.clone().into()));
            } else {
                self.waiting.push((work, until));
            }
        }
    }
}

impl Writer {
    /// Does the chores that are due.
    pub(super) fn do_chores(&mut self) {
        let now = Instant::now();
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.chores.recover_at) {
            self.recover();
        }
        if due(self.chores.empty_at) {
            self.try_to_empty_log();
        }
        if due(self.chores.probe_at) {
            self.probe();
        }
    }

    /// Empties the log of what was erased, unless a reader stands in the way.
    pub(super) fn try_to_empty_log(&mut self) {
        let folder = self.files.folder.clone();
        let Some(db) = &self.db else {
            let error = self.shared.unavailable("empty the log of erased words");
            self.chores.not_emptied(EMPTY_AFTER_ERROR, &error);
            return;
        };
        let emptied = db
            .busy_timeout(EMPTY_WAIT)
            .and_then(|()| empty_log(db))
            .and_then(|emptied| db.busy_timeout(BUSY).map(|()| emptied));
        match emptied {
            Ok(true) => self.chores.emptied(),
            Ok(false) => {
                self.chores.not_emptied(EMPTY_AGAIN, &JournalError::NotEmptied { folder });
            }
            Err(error) => {
                let said = storage("empty the log of erased words", &folder, &error);
                tracing::warn!(error = %said, "the log could not be emptied; trying again");
                self.chores.not_emptied(EMPTY_AFTER_ERROR, &said);
                if trouble(&error) == Trouble::Store {
                    self.recover();
                }
            }
        }
    }

    /// Finds out whether the disk has room again, so that readiness does not wait for somebody to
    /// append.
    fn probe(&mut self) {
        self.chores.probe_at = None;
        let Some(db) = &self.db else {
            return;
        };
        if self.shared.health.get() != Health::Full {
            return;
        }
        match db.execute("UPDATE store SET newest_at = newest_at", []) {
            Ok(_) => self.shared.health.recovered_from_full(),
            Err(error) if trouble(&error) == Trouble::Store => self.recover(),
            Err(_) => self.chores.probe_later(),
        }
    }
}
