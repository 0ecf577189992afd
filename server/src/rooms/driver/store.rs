//! Storing: one batch, and what follows where the journal says anything but *done*.

use super::plan::Plan;
use super::{Broken, Driver, backstop};
use crate::rooms::fold::{fold, from_row};
use crate::rooms::wire::Frame;
use hearth_journal::AppendError;
use hearth_protocol::{EachWords, WordsId};
use hearth_room::Recorded;
use std::time::Duration;
use tokio::time::sleep;

/// Waits before asking again what became of a batch.
const ASK_AGAIN: [Duration; 6] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];
/// Events of others that are read at once.
const CATCH_UP_AT_ONCE: usize = 256;

/// What became of a batch.
pub(super) enum Stored {
    /// It is durable.
    Yes,
    /// There was nothing to store.
    Nothing,
    /// Nothing was written, and nothing can be for now.
    No,
    /// Something else was written first: decide again.
    Again,
}

impl Driver {
    /// Appends what was decided.
    pub(super) async fn store(&mut self, plan: &mut Plan) -> Result<Stored, Broken> {
        if plan.rows.is_empty() {
            return Ok(Stored::Nothing);
        }
        let deadline = self.room.next_deadline();
        let deadline = deadline.or_else(|| Some(backstop(self.now())));
        let batch = plan.batch(deadline.filter(|_| !plan.ended));
        let journal = self.house.journal.clone();
        match journal.append(self.circle, self.id, self.published, batch).await {
            Ok(()) => Ok(Stored::Yes),
            Err(AppendError::Conflict { head }) => {
                tracing::info!(head, "another batch came first; deciding again");
                Ok(Stored::Again)
            }
            Err(error @ (AppendError::Full | AppendError::Failed(_))) => {
                tracing::error!(%error, "nothing was stored");
                Ok(Stored::No)
            }
            Err(AppendError::Unknown) => self.find_out(plan).await,
        }
    }

    async fn find_out(&self, plan: &Plan) -> Result<Stored, Broken> {
        tracing::warn!("it is not known whether a batch was written; asking the journal");
        for wait in ASK_AGAIN {
            match self.house.journal.last_batch(self.id).await {
                Ok(Some((id, _))) if id == plan.id => return Ok(Stored::Yes),
                Ok(_) => return Ok(Stored::Again),
                Err(error) => tracing::warn!(%error, "the journal cannot say yet"),
            }
            tokio::select! {
                () = sleep(wait) => {}
                () = self.house.stop.cancelled() => break,
            }
        }
        // Nothing may be answered that may not be true. Lines come back, and their commands' ids
        // tell what was done.
        Err(Broken::Unknown)
    }

    /// Makes the room in hand again what the journal had when something was last published.
    pub(super) async fn refold(&mut self) -> Result<(), Broken> {
        self.room = fold(self.house.journal.as_ref(), self.id, Some(self.published)).await?;
        Ok(())
    }

    /// Reads what others appended, and lets it be seen.
    pub(super) async fn catch_up(&mut self) -> Result<(), Broken> {
        loop {
            let journal = self.house.journal.clone();
            let rows = journal.read(self.id, self.published, CATCH_UP_AT_ONCE).await?;
            let mut records: Vec<Recorded> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
            let mut plan = self.blank_plan();
            self.join_words(&mut records).await?;
            for mut recorded in records {
                let frame = match recorded.frame() {
                    Some(event) => Some(Frame::text(&event)?),
                    None => None,
                };
                plan.texts.extend(recorded.event.take_texts());
                self.stage_one(&mut plan, &recorded, frame)?;
            }
            self.dress(&mut plan).await?;
            self.publish(plan, &mut Vec::new())?;
            if rows.len() < CATCH_UP_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Puts the words that are there beside their ids.
    pub(super) async fn join_words(&self, records: &mut [Recorded]) -> Result<(), Broken> {
        let mut ids: Vec<WordsId> = Vec::new();
        for recorded in records.iter_mut() {
            recorded.event.each_words(&mut |words| ids.push(words.id));
        }
        let found = self.finder().find(&ids).await?;
        for recorded in records {
            recorded.event.each_words(&mut |words| words.text = found.get(&words.id).cloned());
        }
        Ok(())
    }
}
