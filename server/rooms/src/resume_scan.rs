//! Collects the frames between two cursors of a seat.

use crate::published::Audience;
use hearth_protocol::{Cursor, SeatNo};

/// Collects the frames that a seat missed. Numbers have no gaps, so the scan can tell when it is
/// complete.
pub(crate) struct ResumeScan<T> {
    seat: SeatNo,
    from: Cursor,
    to: Cursor,
    missing: u64,
    found: Vec<T>,
}

impl<T> ResumeScan<T> {
    /// Returns a scan for the frames after `from` up to `to`, or `None` if `from` isn't an earlier
    /// state of `to`.
    pub(crate) fn new(seat: SeatNo, from: Cursor, to: Cursor) -> Option<Self> {
        let hosts = match (from.hosts, to.hosts) {
            (Some(from), Some(to)) => to.checked_sub(from)?,
            (None, None) => 0,
            _ => return None,
        };
        let missing = [to.room.checked_sub(from.room)?, to.own.checked_sub(from.own)?]
            .into_iter()
            .try_fold(hosts, u64::checked_add)?;
        Some(Self { seat, from, to, missing, found: Vec::new() })
    }

    /// Returns how many frames are still missing.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    /// Offers a frame by its audience and number. Call it in journal order.
    pub(crate) fn offer(&mut self, audience: Audience, number: u64, frame: impl FnOnce() -> T) {
        let (from, to) = match audience {
            Audience::Room => (self.from.room, self.to.room),
            Audience::Hosts => match (self.from.hosts, self.to.hosts) {
                (Some(from), Some(to)) => (from, to),
                _ => return,
            },
            Audience::Own(seat) if seat == self.seat => (self.from.own, self.to.own),
            Audience::Own(_) => return,
        };
        if number > from && number <= to {
            self.missing = self.missing.saturating_sub(1);
            self.found.push(frame());
        }
    }

    /// Returns the frames, or `None` if any is missing.
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
        let frames = [
            (Audience::Room, 1, "r1"),
            (Audience::Own(me), 1, "s1"),
            (Audience::Hosts, 1, "h1"),
            (Audience::Own(SeatNo(3)), 1, "another's"),
            (Audience::Room, 2, "r2"),
            (Audience::Room, 3, "r3, later"),
        ];
        let missed = |from: &Cursor, to: &Cursor| {
            let mut scan = ResumeScan::new(me, from.clone(), to.clone())?;
            for (audience, number, frame) in frames {
                scan.offer(audience, number, || frame);
            }
            scan.finish()
        };
        let now = Cursor { room: 2, own: 1, hosts: None };
        let from = Cursor { room: 1, own: 0, hosts: None };
        assert_eq!(missed(&from, &now).unwrap(), ["s1", "r2"]);
        assert_eq!(missed(&now, &now).unwrap(), [""; 0]);
        let host = Cursor { room: 1, own: 0, hosts: Some(0) };
        let host_now = Cursor { room: 2, own: 1, hosts: Some(1) };
        assert_eq!(missed(&host, &host_now).unwrap(), ["s1", "h1", "r2"]);
        assert!(missed(&host, &now).is_none(), "no longer a host: a snapshot is due");
        let ahead = Cursor { room: 9, own: 0, hosts: None };
        assert!(missed(&ahead, &now).is_none(), "another history");
        let later = Cursor { room: 2, own: 2, hosts: None };
        assert!(missed(&from, &later).is_none(), "one frame isn't there");
    }
}
