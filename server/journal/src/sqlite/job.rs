//! A command on its way through the writer thread.

use super::commands::Command;
use crate::error::AppendError;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A command, and the caller that waits for its result.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Result<(), AppendError>>,
    /// Place in the bounded queue, kept until the caller has its answer.
    pub(super) _permit: OwnedSemaphorePermit,
}

impl Job {
    pub(super) fn answer(self, result: Result<(), AppendError>) {
        // The caller may have been dropped. What was written stays written.
        let _ignored = self.reply.send(result);
    }
}
