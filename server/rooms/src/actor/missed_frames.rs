//! Finds what a resuming client missed: in the broadcast buffer, or else in the journal.

use super::outgoing::{Outgoing, PendingWelcome};
use super::{Actor, ActorError};
use crate::broadcast::Missed;
use crate::published::{Audience, Published};
use crate::replay::from_journal;
use crate::resume_scan::ResumeScan;
use crate::ws_frame::Frame;
use hearth_protocol::{Cursor, SeatNo};
use hearth_room::Row;
use std::sync::Arc;

/// Missed frames that a resume delivers; beyond that a snapshot is shorter.
const MISSED_FRAMES_MAX: u64 = 1_024;
/// Bytes of missed frames that a resume delivers.
const MISSED_BYTES_MAX: usize = 128 * 1024;
/// Rows to read back beyond those missed, since other audiences' rows lie between.
const READ_BACK_SPARE: u64 = 64;
/// Rows to read back at most.
const READ_BACK_MAX: u64 = 4 * MISSED_FRAMES_MAX;

impl Actor {
    /// Returns exactly the frames that a resuming client missed, or `None` if it needs a snapshot
    /// instead. `before` is what the same batch publishes before the welcome.
    pub(super) async fn missed_frames(
        &self,
        before: &[Outgoing],
        welcome: &PendingWelcome,
    ) -> Result<Option<Vec<Frame>>, ActorError> {
        let Some(from) = welcome.resume.clone() else { return Ok(None) };
        let (seat, to) = (welcome.view.seat, welcome.view.cursor.clone());
        let Some(scan) = ResumeScan::new(seat, from.clone(), to.clone()) else { return Ok(None) };
        if scan.missing() > MISSED_FRAMES_MAX {
            return Ok(None);
        }
        let found = match self.missed_in_buffer(scan, before) {
            Some(found) => Some(found),
            None if self.reads_journal_for(seat) => {
                self.missed_in_journal(seat, &from, &to, welcome.seq).await
            }
            None => None,
        };
        let Some(found) = found else { return Ok(None) };
        let mut frames = Vec::new();
        let mut bytes = 0;
        // One at a time, so that no more texts are read than a resume may deliver.
        for missed in found {
            let frame = match missed {
                Missed::Frame(frame) => Some(frame),
                Missed::Decision(audience, decision) => {
                    self.frame_for(seat, audience, &decision)?
                }
                Missed::Row(audience, row) => match self.publish_row(row).await {
                    Ok(decision) => self.frame_for(seat, audience, &decision)?,
                    Err(error) => {
                        tracing::error!(%error, "can't read the texts of the missed frames");
                        return Ok(None);
                    }
                },
            };
            bytes += frame.as_ref().map_or(0, Frame::len);
            frames.extend(frame);
            if bytes > MISSED_BYTES_MAX {
                return Ok(None);
            }
        }
        Ok(Some(frames))
    }

    /// Returns a decision's frame as a seat may see it.
    fn frame_for(
        &self,
        seat: SeatNo,
        audience: Audience,
        decision: &Published,
    ) -> serde_json::Result<Option<Frame>> {
        match audience {
            Audience::Room => decision.room_frame(|message| self.room.sees(seat, message)),
            Audience::Hosts | Audience::Own(_) => decision.frame(audience),
        }
    }

    /// Counts a resume that needs the journal, and returns whether the seat may have it. The first one after
    /// the room was loaded isn't counted.
    fn reads_journal_for(&self, seat: SeatNo) -> bool {
        self.seat_rates.get(&seat).is_none_or(|rate| rate.allows_journal_resume())
    }

    fn missed_in_buffer(
        &self,
        mut scan: ResumeScan<Missed>,
        before: &[Outgoing],
    ) -> Option<Vec<Missed>> {
        self.broadcast.for_each_frame(|audience, number, frame| {
            scan.offer(audience, number, || frame.missed(audience));
        });
        for out in before {
            let (published, hosts) = match out {
                Outgoing::Decision { published: Some(published), .. } => (published, false),
                Outgoing::HostsFrame { published: Some(published), .. } => (published, true),
                _ => continue,
            };
            for (audience, number) in frames_of(&published.row) {
                if (audience == Audience::Hosts) == hosts {
                    let missed = || Missed::Decision(audience, published.clone());
                    scan.offer(audience, number, missed);
                }
            }
        }
        scan.finish()
    }

    async fn missed_in_journal(
        &self,
        seat: SeatNo,
        from: &Cursor,
        to: &Cursor,
        head: u64,
    ) -> Option<Vec<Missed>> {
        let mut back = READ_BACK_SPARE;
        loop {
            let mut scan = ResumeScan::new(seat, from.clone(), to.clone())?;
            back = (back + 2 * scan.missing()).min(head).min(READ_BACK_MAX);
            let rows_max = usize::try_from(back).unwrap_or_default();
            let rows = match self.context.journal.read(self.id, head - back, rows_max).await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::error!(%error, "can't read the frames that a resuming client missed");
                    return None;
                }
            };
            for row in &rows {
                let row = from_journal(row).map(Arc::new).ok()?;
                for (audience, number) in frames_of(&row) {
                    scan.offer(audience, number, || Missed::Row(audience, row.clone()));
                }
            }
            if let Some(found) = scan.finish() {
                return Some(found);
            }
            if back == head || back == READ_BACK_MAX {
                return None;
            }
            back *= 4;
        }
    }
}

/// Returns the frames of a row, in wire order.
pub(super) fn frames_of(row: &Row) -> impl Iterator<Item = (Audience, u64)> {
    let room = row.room.iter().map(|frame| (Audience::Room, frame.common.number));
    let own = row.own.iter().map(|(seat, frame)| (Audience::Own(*seat), frame.number));
    let hosts = row.hosts.iter().map(|frame| (Audience::Hosts, frame.number));
    room.chain(own).chain(hosts)
}
