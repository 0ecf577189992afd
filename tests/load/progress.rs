//! Which shares of a room have been heard by everyone, and how long after they were due.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The shares of one room that not everyone has heard yet. Each connection receives them in order,
/// so a connection's nth delivery is the nth share.
#[derive(Debug)]
pub(crate) struct Progress {
    people: usize,
    /// The number of the first share in `waiting`.
    first: usize,
    waiting: VecDeque<Share>,
}

#[derive(Debug)]
struct Share {
    due: Instant,
    /// People who haven't heard it.
    missing: usize,
}

/// A share that everyone has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) due: Instant,
    /// Time from when it was due until the last one heard it.
    pub(crate) after: Duration,
}

impl Progress {
    pub(crate) fn new(people: usize) -> Self {
        Self { people, first: 0, waiting: VecDeque::new() }
    }

    /// Adds a share that was to be sent at `due`, even if it was sent later: a generator that a slow
    /// server holds up would otherwise hide the time that people waited.
    pub(crate) fn share(&mut self, due: Instant) {
        self.waiting.push_back(Share { due, missing: self.people });
    }

    /// Notes that someone has heard the share with this number at `now`. Returns it if they were the
    /// last one, and `Err` if there is no such share.
    pub(crate) fn heard(&mut self, number: usize, now: Instant) -> Result<Option<Heard>, String> {
        let place = number.checked_sub(self.first);
        let share = place.and_then(|place| self.waiting.get_mut(place));
        let share = share.filter(|share| share.missing > 0);
        let share = share.ok_or_else(|| format!("share {number} was heard too often"))?;
        share.missing -= 1;
        let heard = (share.missing == 0)
            .then(|| Heard { due: share.due, after: now.saturating_duration_since(share.due) });
        while self.waiting.front().is_some_and(|share| share.missing == 0) {
            self.waiting.pop_front();
            self.first += 1;
        }
        Ok(heard)
    }

    /// Returns whether everyone has heard everything.
    pub(crate) fn is_complete(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_share_is_heard_when_the_last_person_hears_it() {
        let (start, mut room) = (Instant::now(), Progress::new(2));
        room.share(start);
        room.share(start + 10 * MS);
        assert_eq!(room.heard(0, start + MS), Ok(None));
        // One person is a share ahead of the other.
        assert_eq!(room.heard(1, start + 11 * MS), Ok(None));
        let first = Heard { due: start, after: 12 * MS };
        assert_eq!(room.heard(0, start + 12 * MS), Ok(Some(first)));
        assert!(!room.is_complete());
        let second = Heard { due: start + 10 * MS, after: 3 * MS };
        assert_eq!(room.heard(1, start + 13 * MS), Ok(Some(second)));
        assert!(room.is_complete());
    }

    #[test]
    fn time_counts_from_when_a_share_was_due() {
        let (start, mut room) = (Instant::now(), Progress::new(1));
        // Both were due while the server was stuck for 100 ms, and are heard at its end.
        room.share(start + 10 * MS);
        room.share(start + 90 * MS);
        let after = |heard: Result<Option<Heard>, String>| heard.unwrap().unwrap().after;
        assert_eq!(after(room.heard(0, start + 100 * MS)), 90 * MS);
        assert_eq!(after(room.heard(1, start + 100 * MS)), 10 * MS);
    }

    #[test]
    fn a_share_that_is_delivered_twice_is_noticed() {
        let (start, mut room) = (Instant::now(), Progress::new(1));
        room.share(start);
        room.share(start);
        assert!(matches!(room.heard(0, start), Ok(Some(_))));
        assert!(room.heard(0, start).is_err());
        assert!(room.heard(2, start).is_err());
    }
}
