//! Commits a batch, and recovers if the journal answers anything but Ok.

use super::outgoing::Outgoing;
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError, DUE_SOON_MS, fallback_deadline};
use crate::replay::{from_journal, replay};
use hearth_journal::AppendError;
use std::time::Duration;
use tokio::time::sleep;

/// Delays between attempts to read back the outcome of a batch.
const READ_BACK_DELAYS: [Duration; 6] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];
/// Stored deadlines are rounded down to multiples of this. Most shares move the deadline by seconds, and
/// so don't change the stored one, which is in an index. A room loaded up to half a minute early stays
/// loaded.
const DEADLINE_STEP_MS: u64 = DUE_SOON_MS / 2;
/// Other nodes' rows read at once.
const CATCH_UP_ROWS: usize = 256;

pub(super) enum CommitOutcome {
    Durable,
    /// The batch has no rows.
    Empty,
    /// Nothing was written, and the journal accepts nothing for now.
    Failed,
    /// Another batch came first: decide again.
    Conflict,
}

impl Actor {
    pub(super) async fn commit(
        &mut self,
        batch: &mut PendingBatch,
    ) -> Result<CommitOutcome, ActorError> {
        if batch.rows.is_empty() {
            return Ok(CommitOutcome::Empty);
        }
        let deadline = self.room.next_deadline().unwrap_or_else(|| fallback_deadline(self.now()));
        let stored = deadline - deadline % DEADLINE_STEP_MS;
        let rows = batch.take_batch((!batch.ended).then_some(stored));
        let journal = self.context.journal.clone();
        match journal.append(self.circle, self.id, self.published, rows).await {
            Ok(()) => Ok(CommitOutcome::Durable),
            Err(AppendError::Conflict { head }) => {
                tracing::info!(head, "append conflict, deciding again");
                Ok(CommitOutcome::Conflict)
            }
            Err(error @ (AppendError::Full | AppendError::Failed(_))) => {
                tracing::error!(%error, "append failed, nothing was stored");
                Ok(CommitOutcome::Failed)
            }
            Err(AppendError::Unknown) => self.read_back_outcome(batch).await,
        }
    }

    async fn read_back_outcome(&self, batch: &PendingBatch) -> Result<CommitOutcome, ActorError> {
        tracing::warn!("commit outcome unknown; reading back the batch id");
        for delay in READ_BACK_DELAYS {
            match self.context.journal.last_batch(self.id).await {
                Ok(Some((id, _))) if id == batch.id => return Ok(CommitOutcome::Durable),
                Ok(_) => return Ok(CommitOutcome::Conflict),
                Err(error) => tracing::warn!(%error, "can't read the last batch id yet"),
            }
            tokio::select! {
                () = sleep(delay) => {}
                () = self.context.stop.cancelled() => break,
            }
        }
        // Don't send answers that may be wrong. Clients reconnect and resend their commands under
        // the same ids.
        Err(ActorError::CommitUnknown)
    }

    /// Rolls the actor's copy of the room back to what was published last.
    pub(super) async fn roll_back(&mut self) -> Result<(), ActorError> {
        let journal = self.context.journal.as_ref();
        self.room = replay(journal, self.id, Some(self.published)).await?;
        Ok(())
    }

    /// Reads and publishes what other nodes appended.
    pub(super) async fn catch_up(&mut self) -> Result<(), ActorError> {
        loop {
            let journal = self.context.journal.clone();
            let rows = journal.read(self.id, self.published, CATCH_UP_ROWS).await?;
            let mut batch = PendingBatch::new(usize::MAX);
            for row in &rows {
                let row = from_journal(row)?;
                self.room.replay(&row)?;
                self.carry_out(&mut batch, row);
                if let Some((seat, code)) = batch.leaving.take() {
                    batch.outgoing.push(Outgoing::Close(seat, code));
                }
            }
            self.render(&mut batch).await?;
            self.publish(batch, &mut Vec::new())?;
            if rows.len() < CATCH_UP_ROWS {
                return Ok(());
            }
        }
    }
}
