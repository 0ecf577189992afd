//! Schedule of the writer's maintenance between groups: emptying the log of erased texts, checking
//! whether a full disk has space again, and reopening a store that failed.

use super::job::Job;
use crate::error::{AppendError, JournalError};
use std::time::{Duration, Instant};

/// Delay until the log is emptied again, after another connection prevented it.
pub(super) const EMPTY_AGAIN: Duration = Duration::from_millis(100);
/// Delay until the log is emptied again, after an error.
pub(super) const EMPTY_AFTER_ERROR: Duration = Duration::from_secs(5);
/// How long an erasure waits for an empty log before it fails.
const ERASURE_TIMEOUT: Duration = Duration::from_secs(30);
/// Delay until the log is emptied of texts that an append erased.
const EMPTY_SOON: Duration = Duration::from_secs(1);
/// Interval between checks of a full disk.
const PROBE: Duration = Duration::from_secs(2);
/// First and longest delay between attempts to reopen the store.
const RECOVER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// A kind of maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Recover,
    EmptyLog,
    ProbeDisk,
}

/// Maintenance tasks that are pending, and when they are due.
#[derive(Debug)]
pub(super) struct Maintenance {
    /// Erasures that are committed and wait for an empty log, each with its timeout. Bounded by the
    /// command queue, in which each keeps its place.
    waiting: Vec<(Job, Instant)>,
    empty_at: Option<Instant>,
    probe_at: Option<Instant>,
    recover_at: Option<Instant>,
    recover_delay: Duration,
}

impl Maintenance {
    pub(super) fn new() -> Self {
        Self {
            waiting: Vec::new(),
            empty_at: None,
            probe_at: None,
            recover_at: None,
            recover_delay: RECOVER.0,
        }
    }

    /// Returns when the next task is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        [self.empty_at, self.probe_at, self.recover_at].into_iter().flatten().min()
    }

    /// Returns whether a task is due.
    pub(super) fn is_due(&self, task: Task) -> bool {
        let at = match task {
            Task::Recover => self.recover_at,
            Task::EmptyLog => self.empty_at,
            Task::ProbeDisk => self.probe_at,
        };
        at.is_some_and(|at| at <= Instant::now())
    }

    /// Holds a committed erasure back until the log is empty.
    pub(super) fn hold_until_log_is_empty(&mut self, job: Job) {
        let now = Instant::now();
        self.waiting.push((job, now + ERASURE_TIMEOUT));
        self.empty_by(now);
    }

    pub(super) fn empty_log_soon(&mut self) {
        self.empty_by(Instant::now() + EMPTY_SOON);
    }

    fn empty_by(&mut self, at: Instant) {
        self.empty_at = Some(self.empty_at.map_or(at, |earlier| earlier.min(at)));
    }

    /// Records that the log is empty, and answers the waiting erasures.
    pub(super) fn log_emptied(&mut self) {
        self.empty_at = None;
        self.waiting.drain(..).for_each(|(job, _)| job.answer(Ok(())));
    }

    /// Schedules another attempt to empty the log, and fails the erasures that timed out.
    pub(super) fn log_not_emptied(&mut self, delay: Duration, error: &JournalError) {
        let now = Instant::now();
        self.empty_at = Some(now + delay);
        for (job, until) in std::mem::take(&mut self.waiting) {
            if until <= now {
                job.answer(Err(error.clone().into()));
            } else {
                self.waiting.push((job, until));
            }
        }
    }

    /// Fails every waiting erasure.
    pub(super) fn fail_waiting(&mut self, error: &JournalError) {
        for (job, _) in self.waiting.drain(..) {
            job.answer(Err(AppendError::Failed(error.clone())));
        }
    }

    pub(super) fn probe_later(&mut self) {
        self.probe_at = Some(Instant::now() + PROBE);
    }

    pub(super) fn probed(&mut self) {
        self.probe_at = None;
    }

    pub(super) fn recover_later(&mut self) {
        self.recover_at = Some(Instant::now() + self.recover_delay);
        self.recover_delay = (self.recover_delay * 2).min(RECOVER.1);
    }

    /// Records that the store was reopened, which empties the log as well.
    pub(super) fn recovered(&mut self) {
        self.recover_at = None;
        self.recover_delay = RECOVER.0;
        self.log_emptied();
    }
}
