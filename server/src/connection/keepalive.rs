//! Decides when an idle connection needs a ping or a beat, and when it's lost.

use hearth_rooms::ConnectionTimers;
use tokio::time::Instant;

/// What an idle connection needs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeepaliveAction {
    Nothing,
    SendPing,
    SendBeat,
    /// The peer didn't answer the last ping in time.
    GiveUp,
}

/// When a connection was last active, in both directions.
#[derive(Debug)]
pub(super) struct Keepalive {
    received_at: Instant,
    sent_at: Instant,
    /// When the unanswered ping was sent.
    pinged_at: Option<Instant>,
}

impl Keepalive {
    pub(super) fn new(now: Instant) -> Self {
        Self { received_at: now, sent_at: now, pinged_at: None }
    }

    /// Notes that bytes arrived.
    pub(super) fn received(&mut self, now: Instant) {
        self.received_at = now;
        self.pinged_at = None;
    }

    /// Notes that a text frame was sent.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent_at = self.sent_at.max(now);
    }

    /// Notes that a ping was sent.
    pub(super) fn pinged(&mut self, now: Instant) {
        self.pinged_at = Some(now);
    }

    /// Restarts the pong timeout while we aren't reading: the answer may be waiting.
    pub(super) fn not_reading(&mut self, now: Instant) {
        if self.pinged_at.is_some() {
            self.pinged_at = Some(now);
        }
    }

    /// Returns what the connection needs now.
    pub(super) fn action(
        &self,
        timers: &ConnectionTimers,
        now: Instant,
        with_token: bool,
    ) -> KeepaliveAction {
        if now >= self.ping_deadline(timers, with_token) {
            return match self.pinged_at {
                Some(_) => KeepaliveAction::GiveUp,
                None => KeepaliveAction::SendPing,
            };
        }
        if now >= self.sent_at + timers.beat {
            KeepaliveAction::SendBeat
        } else {
            KeepaliveAction::Nothing
        }
    }

    /// Returns when the connection will next need something.
    pub(super) fn deadline(&self, timers: &ConnectionTimers, with_token: bool) -> Instant {
        self.ping_deadline(timers, with_token).min(self.sent_at + timers.beat)
    }

    /// Returns when to send a ping, or to give up on the one that was sent.
    fn ping_deadline(&self, timers: &ConnectionTimers, with_token: bool) -> Instant {
        match self.pinged_at {
            Some(at) => at + timers.pong,
            None if with_token => self.received_at + timers.idle_with_token,
            None => self.received_at + timers.idle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KeepaliveAction::{GiveUp, Nothing, SendBeat, SendPing};
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_pinged_and_given_up_without_an_answer() {
        let (timers, start) = (ConnectionTimers::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut keepalive = Keepalive::new(start);
        assert_eq!(keepalive.action(&timers, after(14), false), Nothing);
        assert_eq!(keepalive.action(&timers, after(3), true), SendPing, "sooner with the token");
        assert_eq!(keepalive.action(&timers, after(15), false), SendPing);
        keepalive.pinged(after(15));
        assert_eq!(keepalive.action(&timers, after(19), false), Nothing);
        assert_eq!(keepalive.deadline(&timers, false), after(20));
        assert_eq!(keepalive.action(&timers, after(20), false), GiveUp);
        keepalive.received(after(19));
        assert_eq!(keepalive.action(&timers, after(20), false), SendBeat);
        keepalive.sent(after(20));
        assert_eq!(keepalive.deadline(&timers, false), after(34));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_not_being_read_is_not_given_up() {
        let (timers, start) = (ConnectionTimers::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut keepalive = Keepalive::new(start);
        keepalive.pinged(after(15));
        keepalive.not_reading(after(19));
        assert_eq!(keepalive.action(&timers, after(21), false), SendBeat);
        keepalive.sent(after(21));
        assert_eq!(keepalive.action(&timers, after(24), false), GiveUp);
    }
}
