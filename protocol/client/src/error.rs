//! Errors. None of them contains what people wrote, names or keys.

use crate::link::{BadLink, Origin};
use hearth_protocol::close::{ComeBack, come_back};
use hearth_protocol::{CloseCode, Refusal};
use std::fmt;
use std::time::Duration;

/// Why a client won't reconnect by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseReason {
    /// The WebSocket close code; `None` if this side ended the connection.
    pub code: Option<u16>,
}

impl CloseReason {
    /// Every [`Client`](crate::Client) was dropped, or its task has stopped.
    pub(crate) const STOPPED: Self = Self { code: None };

    /// Returns the code as one of Hearth's, or `None` if it isn't one.
    pub fn close_code(self) -> Option<CloseCode> {
        self.code.and_then(CloseCode::from_code)
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.close_code(), self.code) {
            (Some(known), Some(code)) => write!(f, "{} ({code})", known.reason()),
            (None, Some(code)) => write!(f, "close code {code}"),
            (_, None) => f.write_str("closed by this client"),
        }
    }
}

/// An [`Events`](crate::Events) fell behind and lost this many events. The view includes their
/// effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} events were missed: read more often, raise `ConnectionOptions::event_buffer`, or read the view"
)]
pub struct Lagged(pub u64);

/// What can go wrong between this client and a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The link can't be read.
    #[error(transparent)]
    BadLink(#[from] BadLink),
    /// No server accepted the connection.
    #[error(
        "can't connect to {origin} ({source}): check that the server runs and the address is right"
    )]
    Unreachable {
        /// The server's address.
        origin: Origin,
        /// Why the connection failed.
        #[source]
        source: std::io::Error,
    },
    /// Something answered, but not as a Hearth server would.
    #[error(
        "{origin} didn't accept the connection ({reason}): check that the address is a Hearth server's"
    )]
    HandshakeFailed {
        /// The server's address.
        origin: Origin,
        /// The HTTP status of the answer; `None` if it wasn't HTTP.
        status: Option<u16>,
        /// Why the response wasn't accepted.
        reason: String,
    },
    /// The link begins with `https:`, but this program was built without TLS.
    #[error(
        "this program was built without TLS: build hearth-client with the feature `tls`, or use a link that begins with `http:`"
    )]
    NoTls,
    /// The server closed the connection instead of welcoming the client.
    #[error("the server didn't admit this client: {reason}{}", detail(refusal.as_ref()))]
    JoinRejected {
        /// The close code.
        reason: CloseReason,
        /// The refusal sent before the close, if there was one.
        refusal: Option<Refusal>,
    },
    /// The server sent something this version can't read.
    #[error("{0}: update this program")]
    Protocol(String),
    /// The client is disconnected and won't reconnect by itself, so nothing can be sent.
    #[error("the client is disconnected: {0}")]
    Closed(CloseReason),
    /// The client is in another room by now, so the command won't be sent (again). It may have
    /// happened in its own room if the answer was lost.
    #[error("the command was meant for a room that this client is no longer in")]
    OtherRoom,
    /// An [`Events`](crate::Events) fell behind.
    #[error(transparent)]
    Lagged(#[from] Lagged),
    /// The server refused the command and changed nothing.
    #[error("the server refused ({:?}): {}", .0.code, .0.say)]
    Refused(Refusal),
    /// The wait timed out.
    #[error("nothing matched within {0:?}")]
    Timeout(Duration),
    /// The server refused a request over HTTP.
    #[error("{origin} refused ({status} {code}): {say}")]
    Http {
        /// The server's address.
        origin: Origin,
        /// The HTTP status.
        status: u16,
        /// The problem's code, for programs.
        code: String,
        /// What happened and what to do, for people.
        say: String,
    },
    /// The operating system's random number generator failed.
    #[error(
        "the operating system's random number generator failed ({0}): no key was made and nothing was sent"
    )]
    NoRandomness(getrandom::Error),
}

impl Error {
    /// Returns whether to try again, and when.
    pub fn come_back(&self) -> ComeBack {
        match self {
            Self::Unreachable { .. } | Self::Timeout(_) => ComeBack::Later,
            Self::HandshakeFailed { status, .. } => match status {
                Some(429 | 500..=599) | None => ComeBack::Later,
                Some(_) => ComeBack::No,
            },
            Self::JoinRejected { reason, .. } => reason.code.map_or(ComeBack::Later, come_back),
            Self::Http { status: 429 | 500..=599, .. } => ComeBack::Later,
            _ => ComeBack::No,
        }
    }

    /// Returns the code with which the server closed the connection, if it is one of Hearth's.
    pub fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::JoinRejected { reason, .. } | Self::Closed(reason) => reason.close_code(),
            _ => None,
        }
    }

    /// Returns the server's refusal of a command or of joining, if that is what went wrong.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::JoinRejected { refusal, .. } => refusal.as_ref(),
            _ => None,
        }
    }
}

fn detail(refusal: Option<&Refusal>) -> String {
    refusal.map(|refusal| format!(": {}", refusal.say)).unwrap_or_default()
}
