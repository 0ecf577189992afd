//! Backoff after failed appends.

use hearth_protocol::Millis;

/// Bounds of the delay before deadlines are tried again.
const DELAY_MS_MIN: u64 = 1_000;
const DELAY_MS_MAX: u64 = 30_000;

/// Exponential backoff for retrying deadlines. Commands aren't delayed: their senders wait.
#[derive(Default)]
pub(super) struct RetryBackoff {
    pub(super) not_before: Option<Millis>,
    delay_ms: u64,
}

impl RetryBackoff {
    pub(super) fn failed(&mut self, now: Millis) {
        if self.not_before.is_some_and(|at| now < at) {
            // A command failed during the delay. That is no reason for a longer one.
            return;
        }
        self.delay_ms = (self.delay_ms * 2).clamp(DELAY_MS_MIN, DELAY_MS_MAX);
        self.not_before = Some(now.saturating_add(self.delay_ms));
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }
}
