//! The timeouts and intervals of a connection.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionTimers {
    /// Timeout for the first frame.
    pub hello: Duration,
    /// Time without receiving anything before a ping is sent.
    pub quiet: Duration,
    /// The same while the seat has the token or is offered it.
    pub quiet_with_token: Duration,
    /// Timeout for the answer to a ping.
    pub pong: Duration,
    /// Time without sending text before a beat is sent: browsers don't show pings to pages.
    pub beat: Duration,
    /// Time without progress before a write fails.
    pub write: Duration,
    /// Timeout for the peer's answer to a close.
    pub drain: Duration,
}

impl Default for ConnectionTimers {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(5),
            quiet: Duration::from_secs(15),
            quiet_with_token: Duration::from_secs(3),
            pong: Duration::from_secs(5),
            beat: Duration::from_secs(20),
            write: Duration::from_secs(10),
            drain: Duration::from_secs(2),
        }
    }
}
