//! Finds what a resuming client missed: in the broadcast buffer, or else in the journal.

use super::apply::recipients_of;
use super::outgoing::{Outgoing, PendingWelcome};
use super::{Actor, ActorError};
use crate::replay::from_row;
use crate::resume::{MissedEvent, ResumeScan};
use crate::ws_frame::Frame;
use hearth_protocol::{Cursor, SeatNo};
use hearth_room::Recorded;

/// Missed events that a resume delivers; beyond that a snapshot is shorter.
const MISSED_EVENTS_MAX: u64 = 1_024;
/// Bytes of them.
const MISSED_BYTES_MAX: usize = 128 * 1024;
/// Rows to read back beyond those missed, since other audiences' events lie between.
const READ_BACK_SPARE: u64 = 64;
/// Rows to read back at most.
const READ_BACK_MAX: u64 = 4 * MISSED_EVENTS_MAX;

impl Actor {
    /// Returns exactly the frames a resume missed, or `None` if a snapshot is due instead. `before`
    /// is what the same batch publishes before the welcome.
    pub(super) async fn missed_frames(
        &self,
        before: &[Outgoing],
        welcome: &PendingWelcome,
    ) -> Result<Option<Vec<Frame>>, ActorError> {
        let Some(from) = welcome.resume else { return Ok(None) };
        let (seat, to) = (welcome.view.seat, welcome.view.cursor);
        let Some(scan) = ResumeScan::new(seat, from, to) else { return Ok(None) };
        if scan.missing() > MISSED_EVENTS_MAX {
            return Ok(None);
        }
        let found = match self.missed_in_buffer(scan, before) {
            Some(found) => Some(found),
            None => self.missed_in_journal(seat, from, to, welcome.head).await?,
        };
        Ok(found
            .filter(|found| found.iter().all(|missed| missed.seq > welcome.sees_from))
            .map(|found| found.into_iter().map(|missed| missed.frame).collect::<Vec<_>>())
            .filter(|frames| frames.iter().map(Frame::len).sum::<usize>() <= MISSED_BYTES_MAX))
    }

    fn missed_in_buffer(
        &self,
        mut scan: ResumeScan<MissedEvent>,
        before: &[Outgoing],
    ) -> Option<Vec<MissedEvent>> {
        self.broadcast.for_each_event(|recipients, seq, number, frame| {
            scan.offer(recipients, number, || MissedEvent { seq, frame: frame.clone() });
        });
        for out in before {
            if let Outgoing::Event { recipients, seq, number, frame } = out {
                let missed = || MissedEvent { seq: *seq, frame: frame.clone() };
                scan.offer(*recipients, *number, missed);
            }
        }
        scan.finish()
    }

    async fn missed_in_journal(
        &self,
        seat: SeatNo,
        from: Cursor,
        to: Cursor,
        head: u64,
    ) -> Result<Option<Vec<MissedEvent>>, ActorError> {
        let mut back = READ_BACK_SPARE;
        loop {
            let Some(mut scan) = ResumeScan::new(seat, from, to) else { return Ok(None) };
            back = (back + 2 * scan.missing()).min(head).min(READ_BACK_MAX);
            let rows_max = usize::try_from(back).unwrap_or_default();
            let rows = match self.context.journal.read(self.id, head - back, rows_max).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(%error, "can't read what a resume missed");
                    return Ok(None);
                }
            };
            for row in &rows {
                let recorded = from_row(row)?;
                if let Some(recipients) = recipients_of(recorded.event.audience()) {
                    scan.offer(recipients, recorded.number, || recorded);
                }
            }
            if let Some(mut records) = scan.finish() {
                self.attach_texts(&mut records).await?;
                return records.iter().map(to_missed).collect::<Result<_, _>>().map(Some);
            }
            if back == head || back == READ_BACK_MAX {
                return Ok(None);
            }
            back *= 4;
        }
    }
}

fn to_missed(recorded: &Recorded) -> Result<MissedEvent, ActorError> {
    let event = recorded.frame().ok_or(ActorError::Bug("a missed event has no audience"))?;
    Ok(MissedEvent { seq: recorded.seq, frame: Frame::text(&event)? })
}
