//! How long to wait before the next attempt to reconnect.

use hearth_protocol::close::ComeBack;
use std::time::Duration;

const NOW_FIRST: Duration = Duration::from_millis(250);
const NOW_MAX: Duration = Duration::from_secs(8);
const LATER_FIRST: Duration = Duration::from_secs(1);
const LATER_MAX: Duration = Duration::from_secs(30);

/// Exponential backoff with jitter, so that a room's clients don't all reconnect at once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// Forgets earlier failures.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// Returns the next wait, or `None` if the client must not reconnect by itself. `jitter` spreads
    /// the wait: 0 gives the shortest, 255 the longest.
    pub(crate) fn next(&mut self, come_back: ComeBack, jitter: u8) -> Option<Duration> {
        let attempts = self.attempts;
        self.attempts = attempts.saturating_add(1);
        let (first, max) = match come_back {
            ComeBack::No => return None,
            ComeBack::Now if attempts == 0 => return Some(NOW_FIRST * u32::from(jitter) / 255),
            ComeBack::Now => (NOW_FIRST, NOW_MAX),
            ComeBack::Later => (LATER_FIRST, LATER_MAX),
        };
        let wait = first.saturating_mul(1_u32.checked_shl(attempts).unwrap_or(u32::MAX)).min(max);
        Some(wait / 2 + (wait / 2) * u32::from(jitter) / 255)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reconnect_is_immediate_and_later_waits_grow_up_to_a_bound() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(ComeBack::Now, 0), Some(Duration::ZERO));
        let waits: Vec<_> = (0..40).filter_map(|_| backoff.next(ComeBack::Now, 255)).collect();
        assert_eq!(waits[0], NOW_FIRST * 2);
        assert!(waits.is_sorted());
        assert_eq!(waits[39], NOW_MAX);
    }

    #[test]
    fn later_waits_from_the_start_and_no_means_never() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(ComeBack::Later, 0), Some(LATER_FIRST / 2));
        assert_eq!(backoff.next(ComeBack::No, 0), None);
        backoff.reset();
        assert_eq!(backoff.next(ComeBack::Later, 255), Some(LATER_FIRST));
    }
}
