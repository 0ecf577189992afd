//! Faults to inject into commits, for tests of recovery.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Fault to inject in place of a commit.
#[derive(Debug, Clone, Copy)]
pub(super) enum CommitFault {
    /// Commit, and report a failure.
    Written,
    /// Roll back, and report a failure.
    NotWritten,
    /// Roll back, and report a full disk.
    Full,
}

/// Queue of faults, one for each of the next commits.
#[derive(Debug, Default, Clone)]
pub(super) struct CommitFaults(Arc<Mutex<VecDeque<CommitFault>>>);

impl CommitFaults {
    pub(super) fn next(&self) -> Option<CommitFault> {
        self.0.lock().unwrap().pop_front()
    }

    pub(super) fn push(&self, fault: CommitFault) {
        self.0.lock().unwrap().push_back(fault);
    }
}
