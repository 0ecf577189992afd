//! When nothing is heard: pings, beats, and the end of a line that nobody answers on.

use hearth_rooms::ConnectionTimers;
use tokio::time::Instant;

/// What a quiet line needs now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing.
    Nothing,
    /// A ping.
    Ping,
    /// A beat.
    Beat,
    /// It is lost.
    Lost,
}

/// How long a line has been quiet, in both directions.
#[derive(Debug)]
pub(super) struct Quiet {
    heard: Instant,
    sent: Instant,
    pinged: Option<Instant>,
}

impl Quiet {
    /// Returns a line on which something was heard and sent just now.
    pub(super) fn new(now: Instant) -> Self {
        Self { heard: now, sent: now, pinged: None }
    }

    /// Something was heard.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.pinged = None;
    }

    /// A text was sent.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent = now;
    }

    /// A ping was sent.
    pub(super) fn pinged(&mut self, now: Instant) {
        self.pinged = Some(now);
    }

    /// Nothing can be heard, because this end does not read: an answer may be waiting.
    pub(super) fn deaf(&mut self, now: Instant) {
        if self.pinged.is_some() {
            self.pinged = Some(now);
        }
    }

    /// Returns what is needed now.
    pub(super) fn need(&self, timers: &ConnectionTimers, now: Instant, with_token: bool) -> Need {
        if now >= self.ping_or_loss(timers, with_token) {
            return if self.pinged.is_some() { Need::Lost } else { Need::Ping };
        }
        if now >= self.sent + timers.beat { Need::Beat } else { Need::Nothing }
    }

    /// Returns when something will be needed.
    pub(super) fn due(&self, timers: &ConnectionTimers, with_token: bool) -> Instant {
        self.ping_or_loss(timers, with_token).min(self.sent + timers.beat)
    }

    fn ping_or_loss(&self, timers: &ConnectionTimers, with_token: bool) -> Instant {
        match self.pinged {
            Some(at) => at + timers.pong,
            None if with_token => self.heard + timers.quiet_with_token,
            None => self.heard + timers.quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_quiet_line_is_pinged_and_lost_when_nobody_answers() {
        let (timers, start) = (ConnectionTimers::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut quiet = Quiet::new(start);
        assert_eq!(quiet.need(&timers, after(14), false), Need::Nothing);
        assert_eq!(quiet.need(&timers, after(3), true), Need::Ping, "sooner where the token is");
        assert_eq!(quiet.need(&timers, after(15), false), Need::Ping);
        quiet.pinged(after(15));
        assert_eq!(quiet.need(&timers, after(19), false), Need::Nothing);
        assert_eq!(quiet.due(&timers, false), after(20));
        assert_eq!(quiet.need(&timers, after(20), false), Need::Lost);
        quiet.heard(after(19));
        assert_eq!(quiet.need(&timers, after(20), false), Need::Beat);
        quiet.sent(after(20));
        assert_eq!(quiet.due(&timers, false), after(34));
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_not_read_is_not_taken_for_lost() {
        let (timers, start) = (ConnectionTimers::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut quiet = Quiet::new(start);
        quiet.pinged(after(15));
        quiet.deaf(after(19));
        assert_eq!(quiet.need(&timers, after(21), false), Need::Beat);
        quiet.sent(after(21));
        assert_eq!(quiet.need(&timers, after(24), false), Need::Lost);
    }
}
