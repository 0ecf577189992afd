//! How a client keeps its connection.

use hearth_protocol::Cursor;
use std::time::Duration;

/// How a client keeps its connection.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionOptions {
    /// Time to open a connection and be welcomed.
    pub connect_timeout: Duration,
    /// Time without a message from the server after which the connection counts as lost. The server
    /// sends one at least every 20 s.
    pub idle_timeout: Duration,
    /// Number of events that an [`Events`](crate::Events) may fall behind before it loses some.
    pub event_buffer: usize,
    /// Whether to also report each frame as it was received ([`Event::Raw`](crate::Event::Raw)),
    /// for recordings and tests.
    pub raw_frames: bool,
    /// Whether to reconnect without being asked after a connection is lost.
    pub auto_reconnect: bool,
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(45),
            event_buffer: 1024,
            raw_frames: false,
            auto_reconnect: true,
        }
    }
}

/// What to ask the server for when reconnecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reconnect {
    /// The frames missed since the last one received. Falls back to a snapshot if the client could
    /// not apply a frame.
    Resume,
    /// The frames after this cursor.
    From(Cursor),
    /// A snapshot.
    Fresh,
}
