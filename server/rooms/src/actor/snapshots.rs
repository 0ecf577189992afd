//! Snapshots of a room, so that loading it needn't replay all its rows. They are encoded and stored
//! beside the actor: one of a long session takes many milliseconds.

use super::Actor;
use hearth_journal::JournalError;
use hearth_room::Room;
use tokio::task::{JoinHandle, spawn_blocking};

/// Rows after which a room stores a snapshot.
const ROWS_MIN: u64 = 256;
/// A long room stores one after an eighth of its rows. A snapshot is as long as the session, so with a
/// fixed interval each row would cost more than the one before.
const ROWS_DIVISOR: u64 = 8;

/// The snapshots of one room.
#[derive(Debug)]
pub(super) struct Snapshots {
    /// Number of the last row in the newest snapshot, stored or under way.
    newest: u64,
    storing: Option<JoinHandle<()>>,
}

impl Snapshots {
    /// `stored` is the number of the last row in the stored snapshot, or 0 if there is none.
    pub(super) fn new(stored: u64) -> Self {
        Self { newest: stored, storing: None }
    }

    fn is_due(&self, seq: u64) -> bool {
        seq.saturating_sub(self.newest) >= ROWS_MIN.max(seq / ROWS_DIVISOR)
            && self.storing.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Actor {
    /// Begins to store a snapshot of what is published, if one is due.
    pub(super) fn store_snapshot_if_due(&mut self) {
        if !self.snapshots.is_due(self.published) {
            return;
        }
        // Another room's is under way: this one's turn comes with one of its next rows.
        let Ok(permit) = self.context.snapshots.clone().try_acquire_owned() else { return };
        self.snapshots.newest = self.published;
        let (context, id, room) = (self.context.clone(), self.id, self.room.clone());
        let storing = self.context.tasks.spawn(async move {
            let seq = room.seq();
            let Some(body) = encode(room).await else { return };
            match context.journal.put_snapshot(id, seq, body).await {
                // The circle was deleted.
                Ok(()) | Err(JournalError::NoRoom { .. }) => {}
                // A snapshot only speeds up the next load.
                Err(error) => {
                    tracing::warn!(%error, "snapshot skipped; the next load takes longer");
                }
            }
            drop(permit);
        });
        self.snapshots.storing = Some(storing);
    }
}

async fn encode(room: Room) -> Option<String> {
    match spawn_blocking(move || serde_json::to_string(&room)).await {
        Ok(Ok(body)) => Some(body),
        Ok(Err(error)) => {
            tracing::error!(%error, "can't encode a snapshot");
            None
        }
        Err(error) => {
            tracing::error!(%error, "encoding a snapshot ended early");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_snapshots_together_and_the_rows_to_replay_stay_proportional_to_the_session() {
        let (mut snapshots, mut encoded) = (Snapshots::new(0), 0);
        for seq in 1..50_000 {
            if snapshots.is_due(seq) {
                snapshots.newest = seq;
                encoded += seq;
            }
            assert!(seq - snapshots.newest <= ROWS_MIN.max(seq / ROWS_DIVISOR), "{seq}");
            assert!(encoded <= (ROWS_DIVISOR + 1) * seq, "{seq}");
        }
        assert!(encoded > 0);
    }

    #[tokio::test]
    async fn one_is_stored_at_a_time() {
        let mut snapshots = Snapshots::new(0);
        let (done, wait) = tokio::sync::oneshot::channel();
        snapshots.storing = Some(tokio::spawn(async move { wait.await.unwrap() }));
        assert!(!snapshots.is_due(ROWS_MIN));
        done.send(()).unwrap();
        while !snapshots.is_due(ROWS_MIN) {
            tokio::task::yield_now().await;
        }
    }
}
