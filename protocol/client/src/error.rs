//! What can go wrong, and what to do about it. Nothing here holds words, names or keys.

use crate::client::Missed;
use crate::link::Origin;
use hearth_protocol::close::{ComeBack, come_back};
use hearth_protocol::{CloseCode, Refusal};
use std::fmt;
use std::time::Duration;

/// A text that is not a link to a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// Not `http://…` or `https://…` with nothing but a host and a port.
    #[error("a server's address is `https://host` or `http://host:port`: copy the link anew")]
    Origin,
    /// No circle in it.
    #[error("the link names no circle after `/c/`: copy it anew, to its very end")]
    NotACircle,
    /// No secret in it, or one that was cut short.
    #[error("the link has no whole key after `#`: copy it anew, to its very end")]
    NoSecret,
}

/// Why a client will not come back by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// The close code; absent where this side ended it.
    pub code: Option<u16>,
}

impl Gone {
    /// Returns the code as Hearth names it.
    pub fn close_code(self) -> Option<CloseCode> {
        self.code.and_then(CloseCode::from_code)
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.close_code(), self.code) {
            (Some(known), Some(code)) => write!(f, "{} ({code})", known.reason()),
            (None, Some(code)) => write!(f, "code {code}"),
            (_, None) => f.write_str("this side ended it"),
        }
    }
}

/// What can go wrong between this client and a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The link cannot be read.
    #[error(transparent)]
    BadLink(#[from] BadLink),
    /// Nobody answers there.
    #[error(
        "no connection to {origin} ({source}): check that the server runs and the address is right"
    )]
    NoConnection {
        /// Where.
        origin: Origin,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Something answers there that does not speak with us.
    #[error("{origin} did not open a line ({why}): check that the address is a Hearth server's")]
    NoLine {
        /// Where.
        origin: Origin,
        /// The HTTP status it answered with, where it spoke HTTP.
        status: Option<u16>,
        /// Why.
        why: String,
    },
    /// The link begins with `https:` and this program was built without TLS.
    #[error(
        "this program was built without TLS: build hearth-client with the feature `tls`, or use a link that begins with `http:`"
    )]
    NoTls,
    /// The server closed the line before it welcomed us.
    #[error("the server did not let us in: {gone}{}", told(refusal.as_ref()))]
    Refused {
        /// With which code.
        gone: Gone,
        /// What it said to it.
        refusal: Option<Refusal>,
    },
    /// The server said something this version does not understand.
    #[error("{0}: update this program")]
    NotUnderstood(String),
    /// The client is gone for good; nothing can be sent.
    #[error("the client has left the room: {0}")]
    Gone(Gone),
    /// An [`Events`](crate::Events) lagged behind.
    #[error(transparent)]
    Missed(#[from] Missed),
    /// The server refused what this client asked for by itself.
    #[error("the server refused ({:?}): {}", .0.code, .0.say)]
    NotDone(Refusal),
    /// It did not happen in time.
    #[error("what was waited for did not come within {0:?}")]
    Timeout(Duration),
    /// The server refused a request over HTTP.
    #[error("{origin} refused ({status} {code}): {say}")]
    Http {
        /// Where.
        origin: Origin,
        /// The HTTP status.
        status: u16,
        /// For programs.
        code: String,
        /// What happened, and what to do.
        say: String,
    },
    /// The machine gave no random numbers for a key.
    #[error(
        "the operating system gave no random numbers for a key ({0}): nothing was made or sent"
    )]
    NoRandomness(getrandom::Error),
}

impl Error {
    /// Returns whether trying again makes sense, and when.
    pub fn come_back(&self) -> ComeBack {
        match self {
            Self::NoConnection { .. } | Self::Timeout(_) => ComeBack::Later,
            Self::NoLine { status, .. } => match status {
                Some(429 | 500..=599) | None => ComeBack::Later,
                Some(_) => ComeBack::No,
            },
            Self::Refused { gone, .. } => gone.code.map_or(ComeBack::Later, come_back),
            Self::Http { status: 429 | 500..=599, .. } => ComeBack::Later,
            _ => ComeBack::No,
        }
    }

    /// Returns the code with which the server closed the line.
    pub fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Refused { gone, .. } | Self::Gone(gone) => gone.close_code(),
            _ => None,
        }
    }
}

fn told(refusal: Option<&Refusal>) -> String {
    refusal.map(|refusal| format!(": {}", refusal.say)).unwrap_or_default()
}
