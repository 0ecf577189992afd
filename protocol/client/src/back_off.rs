//! How long to wait before a line is tried again.

use hearth_protocol::close::ComeBack;
use std::time::Duration;

const NOW_FIRST: Duration = Duration::from_millis(250);
const NOW_MOST: Duration = Duration::from_secs(8);
const LATER_FIRST: Duration = Duration::from_secs(1);
const LATER_MOST: Duration = Duration::from_secs(30);

/// Waits that double, each with a share drawn by lot, so that a room's clients do not all come back
/// in one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BackOff {
    tries: u32,
}

impl BackOff {
    /// Forgets earlier failures.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }

    /// Returns the next wait; nothing where one should not come back. `lot` is in 0..=255.
    pub(crate) fn next(&mut self, back: ComeBack, lot: u8) -> Option<Duration> {
        let tries = self.tries;
        self.tries = tries.saturating_add(1);
        let (first, most) = match back {
            ComeBack::No => return None,
            ComeBack::Now if tries == 0 => return Some(NOW_FIRST * u32::from(lot) / 255),
            ComeBack::Now => (NOW_FIRST, NOW_MOST),
            ComeBack::Later => (LATER_FIRST, LATER_MOST),
        };
        let wait = first.saturating_mul(1_u32.checked_shl(tries).unwrap_or(u32::MAX)).min(most);
        Some(wait / 2 + (wait / 2) * u32::from(lot) / 255)
    }
}

/// Returns a number drawn by lot. Where the machine has none the waits are merely not spread.
pub(crate) fn lot() -> u8 {
    let mut byte = [0];
    match getrandom::fill(&mut byte) {
        Ok(()) => u8::from_le_bytes(byte),
        Err(_) => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_return_is_at_once_and_later_ones_wait_longer_up_to_a_bound() {
        let mut back_off = BackOff::default();
        assert_eq!(back_off.next(ComeBack::Now, 0), Some(Duration::ZERO));
        let waits: Vec<_> = (0..40).filter_map(|_| back_off.next(ComeBack::Now, 255)).collect();
        assert_eq!(waits[0], NOW_FIRST * 2);
        assert!(waits.is_sorted());
        assert_eq!(waits[39], NOW_MOST);
    }

    #[test]
    fn later_waits_from_the_start_and_no_means_never() {
        let mut back_off = BackOff::default();
        assert_eq!(back_off.next(ComeBack::Later, 0), Some(LATER_FIRST / 2));
        assert_eq!(back_off.next(ComeBack::No, 0), None);
        back_off.reset();
        assert_eq!(back_off.next(ComeBack::Later, 255), Some(LATER_FIRST));
    }
}
