//! What happens on a client's connection, as subscribers receive it.

use crate::error::{CloseReason, Error, Lagged};
use hearth_protocol::frame::AudienceFrame;
use hearth_protocol::{Fact, SeatNo, Snapshot};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Something that happened on a client's connection. The view already includes it.
///
/// `Debug` shows nothing that people wrote.
#[derive(Clone)]
#[non_exhaustive]
pub enum Event {
    /// The room decided something.
    Decision {
        /// What happened: the facts of the frame that this version knows, in order.
        facts: Arc<[Fact]>,
        /// The frame, with the patch that the client merged into its view.
        frame: Arc<AudienceFrame>,
    },
    /// A snapshot replaced the whole view: the client joined, reconnected without a resume, or was
    /// sent a new snapshot, for example because its role changed.
    Reset(Arc<Snapshot>),
    /// The client reconnected, and the server resumes: the missed decisions follow.
    Resumed,
    /// The person on this seat is typing.
    Writing(SeatNo),
    /// A frame as received, before its effects. Sent only with
    /// [`ConnectionOptions::raw_frames`](crate::ConnectionOptions::raw_frames).
    Raw(Utf8Bytes),
    /// The connection was lost. The client reconnects by itself unless it was told not to.
    ConnectionLost {
        /// The close code, if the server gave one.
        code: Option<u16>,
    },
    /// The client won't reconnect by itself.
    Closed(CloseReason),
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decision { facts, frame } => {
                f.debug_struct("Decision").field("facts", facts).field("frame", frame).finish()
            }
            Self::Reset(snapshot) => f.debug_tuple("Reset").field(&snapshot.cursor).finish(),
            Self::Resumed => f.write_str("Resumed"),
            Self::Writing(seat) => f.debug_tuple("Writing").field(seat).finish(),
            Self::Raw(text) => write!(f, "Raw({} bytes)", text.len()),
            Self::ConnectionLost { code } => {
                f.debug_struct("ConnectionLost").field("code", code).finish()
            }
            Self::Closed(reason) => f.debug_tuple("Closed").field(reason).finish(),
        }
    }
}

/// A subscription to what happens on a client's connection, in order.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<Event>);

impl Events {
    pub(crate) fn new(receiver: broadcast::Receiver<Event>) -> Self {
        Self(receiver)
    }

    /// Waits for the next event. Returns `None` after every [`Client`](crate::Client) was dropped.
    pub async fn next(&mut self) -> Result<Option<Event>, Lagged> {
        match self.0.recv().await {
            Ok(event) => Ok(Some(event)),
            Err(broadcast::error::RecvError::Closed) => Ok(None),
            Err(broadcast::error::RecvError::Lagged(count)) => Err(Lagged(count)),
        }
    }

    /// Returns the next event if it has already arrived.
    pub fn try_next(&mut self) -> Result<Option<Event>, Lagged> {
        match self.0.try_recv() {
            Ok(event) => Ok(Some(event)),
            Err(broadcast::error::TryRecvError::Lagged(count)) => Err(Lagged(count)),
            Err(_) => Ok(None),
        }
    }

    /// Waits until `pick` returns something for an event, and returns that.
    pub async fn find<T>(
        &mut self,
        within: Duration,
        mut pick: impl FnMut(&Event) -> Option<T>,
    ) -> Result<T, Error> {
        let searching = async {
            while let Some(event) = self.next().await? {
                if let Some(found) = pick(&event) {
                    return Ok(found);
                }
            }
            Err(Error::Closed(CloseReason::STOPPED))
        };
        timeout(within, searching).await.unwrap_or(Err(Error::Timeout(within)))
    }

    /// Waits until `pick` returns something for a fact, and returns that.
    pub async fn find_fact<T>(
        &mut self,
        within: Duration,
        mut pick: impl FnMut(&Fact) -> Option<T>,
    ) -> Result<T, Error> {
        self.find(within, |event| match event {
            Event::Decision { facts, .. } => facts.iter().find_map(&mut pick),
            _ => None,
        })
        .await
    }
}
