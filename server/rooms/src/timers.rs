//! Timeouts of a connection's transport.

use std::time::Duration;

/// Timeouts of a connection's transport. The rooms hand them to each connection and don't use them
/// themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionTimers {
    /// Time for the first frame.
    pub hello: Duration,
    /// A ping goes out after receiving nothing for this long.
    pub idle: Duration,
    /// Like `idle`, while the seat is offered the token or holds it.
    pub idle_with_token: Duration,
    /// A connection that leaves a ping unanswered for this long is lost.
    pub pong: Duration,
    /// A beat goes out after sending no text frame for this long, since browsers don't see pings.
    pub beat: Duration,
    /// Longest time that a write may make no progress.
    pub write: Duration,
    /// Time for the peer to answer a close.
    pub drain: Duration,
}

impl Default for ConnectionTimers {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            idle_with_token: Duration::from_secs(3),
            pong: Duration::from_secs(5),
            beat: Duration::from_secs(20),
            write: Duration::from_secs(10),
            drain: Duration::from_secs(2),
        }
    }
}
