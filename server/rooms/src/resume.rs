//! Collects the events between two cursors of a seat.

use crate::broadcast::Recipients;
use crate::ws_frame::Frame;
use hearth_protocol::{Cursor, SeatNo};

/// An event that a client missed while it was disconnected.
pub(crate) struct MissedEvent {
    /// Its sequence number in the journal.
    pub(crate) seq: u64,
    pub(crate) frame: Frame,
}

/// Collects the events that a seat missed. Numbers have no gaps, so the scan knows when it is
/// complete.
pub(crate) struct ResumeScan<T> {
    seat: SeatNo,
    from: Cursor,
    to: Cursor,
    missing: u64,
    found: Vec<T>,
}

impl<T> ResumeScan<T> {
    /// Returns a scan for the events after `from` up to `to`, or `None` if `from` isn't an earlier
    /// state of `to`.
    pub(crate) fn new(seat: SeatNo, from: Cursor, to: Cursor) -> Option<Self> {
        let hosts = match (from.staff, to.staff) {
            (Some(from), Some(to)) => to.checked_sub(from)?,
            (None, None) => 0,
            _ => return None,
        };
        let missing = [to.room.checked_sub(from.room)?, to.seat.checked_sub(from.seat)?]
            .into_iter()
            .try_fold(hosts, u64::checked_add)?;
        Some(Self { seat, from, to, missing, found: Vec::new() })
    }

    /// Returns how many events are still missing.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    /// Offers an event. Call it in journal order.
    pub(crate) fn offer(&mut self, recipients: Recipients, number: u64, event: impl FnOnce() -> T) {
        let (from, to) = match recipients {
            Recipients::Room => (self.from.room, self.to.room),
            Recipients::Hosts => match (self.from.staff, self.to.staff) {
                (Some(from), Some(to)) => (from, to),
                _ => return,
            },
            Recipients::Seat(seat) if seat == self.seat => (self.from.seat, self.to.seat),
            Recipients::Seat(_) | Recipients::AllExcept(_) | Recipients::Connection(_) => return,
        };
        if number > from && number <= to {
            self.missing = self.missing.saturating_sub(1);
            self.found.push(event());
        }
    }

    /// Returns the events if none is missing.
    pub(crate) fn finish(self) -> Option<Vec<T>> {
        (self.missing == 0).then_some(self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_found_whole_or_not_at_all() {
        let me = SeatNo(2);
        let events = [
            (Recipients::Room, 1, "r1"),
            (Recipients::Seat(me), 1, "s1"),
            (Recipients::Hosts, 1, "h1"),
            (Recipients::Seat(SeatNo(3)), 1, "another's"),
            (Recipients::Room, 2, "r2"),
            (Recipients::Room, 3, "r3, later"),
        ];
        let missed = |from, to| {
            let mut scan = ResumeScan::new(me, from, to)?;
            for (recipients, number, event) in events {
                scan.offer(recipients, number, || event);
            }
            scan.finish()
        };
        let now = Cursor { room: 2, seat: 1, staff: None };
        let from = Cursor { room: 1, seat: 0, staff: None };
        assert_eq!(missed(from, now).unwrap(), ["s1", "r2"]);
        assert_eq!(missed(now, now).unwrap(), [""; 0]);
        let host = Cursor { staff: Some(0), ..from };
        assert_eq!(missed(host, Cursor { staff: Some(1), ..now }).unwrap(), ["s1", "h1", "r2"]);
        assert!(missed(host, now).is_none(), "no longer a host: a snapshot is due");
        assert!(missed(Cursor { room: 9, ..from }, now).is_none(), "from another history");
        assert!(missed(from, Cursor { seat: 2, ..now }).is_none(), "one event isn't there");
    }
}
