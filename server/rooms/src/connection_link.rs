//! State shared by a connection and its room besides the broadcast buffer: whether the connection
//! is still open, whether its seat has the token, and a few frames too large for the buffer.

use crate::large_frame::LargeFrame;
use crate::ws_frame::Frame;
use hearth_protocol::TextIds;
use hearth_protocol::limits::IN_FLIGHT_MAX;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Large frames (pages, snapshots) that may wait for one connection.
const LARGE_FRAMES_MAX: usize = IN_FLIGHT_MAX;
/// Bytes of large frames that may wait for one connection.
const LARGE_FRAMES_BYTES_MAX: usize = 512 * 1024;

/// Identifies a connection while the server runs. Logs contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// Either side closed it, or the network dropped it. The client may reconnect in a moment.
    Closed,
    /// A ping stayed unanswered.
    PingTimeout,
    /// This server is stopping. Presence stays as it is, and the next server corrects it.
    ServerStop,
}

const CONNECTED: u8 = 0;
const CLOSED: u8 = 1;
const PING_TIMEOUT: u8 = 2;
const SERVER_STOP: u8 = 3;

/// State shared by a connection and its room.
#[derive(Debug)]
pub(crate) struct ConnectionLink {
    connection: ConnectionId,
    disconnected: AtomicU8,
    has_token: AtomicBool,
    large_frames: Mutex<VecDeque<LargeFrame>>,
    /// Wakes the actor on a disconnect.
    wake_actor: Arc<Notify>,
}

impl ConnectionLink {
    pub(crate) fn new(connection: ConnectionId, wake_actor: Arc<Notify>) -> Self {
        Self {
            connection,
            disconnected: AtomicU8::new(CONNECTED),
            has_token: AtomicBool::new(false),
            large_frames: Mutex::default(),
            wake_actor,
        }
    }

    pub(crate) fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Returns why the connection ended, or `None` while it is open.
    pub(crate) fn disconnected(&self) -> Option<ConnectionEnd> {
        match self.disconnected.load(Ordering::Acquire) {
            CONNECTED => None,
            PING_TIMEOUT => Some(ConnectionEnd::PingTimeout),
            SERVER_STOP => Some(ConnectionEnd::ServerStop),
            _ => Some(ConnectionEnd::Closed),
        }
    }

    fn disconnect(&self, reason: ConnectionEnd) {
        let reason = match reason {
            ConnectionEnd::Closed => CLOSED,
            ConnectionEnd::PingTimeout => PING_TIMEOUT,
            ConnectionEnd::ServerStop => SERVER_STOP,
        };
        // Only the first reason counts; later ones are its consequences.
        let first = self.disconnected.compare_exchange(
            CONNECTED,
            reason,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
        if first.is_ok() {
            self.wake_actor.notify_one();
        }
    }

    /// Returns whether the connection's seat is offered the token or holds it.
    pub(crate) fn has_token(&self) -> bool {
        self.has_token.load(Ordering::Relaxed)
    }

    pub(crate) fn set_has_token(&self, has_token: bool) {
        self.has_token.store(has_token, Ordering::Relaxed);
    }

    /// Queues a large frame. Returns false if too many are waiting.
    pub(crate) fn push_large_frame(&self, frame: LargeFrame) -> bool {
        let mut frames = self.large_frames();
        let bytes: usize = frames.iter().map(LargeFrame::len).sum();
        let fits = frames.len() < LARGE_FRAMES_MAX && bytes + frame.len() <= LARGE_FRAMES_BYTES_MAX;
        if fits {
            frames.push_back(frame);
        }
        fits
    }

    pub(crate) fn pop_large_frame(&self) -> Option<Frame> {
        let mut frames = self.large_frames();
        let frame = frames.pop_front().map(LargeFrame::into_frame);
        if frames.is_empty() {
            // Most connections never need the queue again, so free its memory.
            frames.shrink_to_fit();
        }
        frame
    }

    /// Drops erased texts from the waiting frames.
    pub(crate) fn erase(&self, erased: &TextIds) {
        self.large_frames().iter_mut().for_each(|frame| frame.erase(erased));
    }

    fn large_frames(&self) -> MutexGuard<'_, VecDeque<LargeFrame>> {
        self.large_frames.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection's end of its link. Dropping it reports the disconnect, however the connection
/// ends.
#[derive(Debug)]
pub struct LinkGuard(Arc<ConnectionLink>);

impl LinkGuard {
    pub(crate) fn new(link: Arc<ConnectionLink>) -> Self {
        Self(link)
    }

    pub fn connection(&self) -> ConnectionId {
        self.0.connection()
    }

    /// Returns whether the connection's seat is offered the token or holds it.
    pub fn has_token(&self) -> bool {
        self.0.has_token()
    }

    /// Reports the disconnect before the drop, with its reason.
    pub fn disconnect(&self, reason: ConnectionEnd) {
        self.0.disconnect(reason);
    }
}

impl Drop for LinkGuard {
    fn drop(&mut self) {
        self.0.disconnect(ConnectionEnd::Closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::frame::Page;
    use hearth_protocol::{CommandId, Keyed, Text, TextId};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn link() -> (Arc<ConnectionLink>, Arc<Notify>) {
        let notify = Arc::new(Notify::new());
        (Arc::new(ConnectionLink::new(ConnectionId(1), notify.clone())), notify)
    }

    #[tokio::test]
    async fn a_room_is_told_once_however_a_connection_ends() {
        let (link, notify) = link();
        let guard = LinkGuard::new(link.clone());
        assert_eq!(link.disconnected(), None);
        guard.disconnect(ConnectionEnd::PingTimeout);
        drop(guard);
        assert_eq!(link.disconnected(), Some(ConnectionEnd::PingTimeout));
        notify.notified().await;

        let (link, notify) = self::link();
        drop(LinkGuard::new(link.clone()));
        assert_eq!(link.disconnected(), Some(ConnectionEnd::Closed));
        notify.notified().await;
    }

    fn page(words: &str) -> LargeFrame {
        let texts = BTreeMap::from([(TextId(Uuid::from_u128(5)), Text::plain(words))]);
        let page = Page { messages: Keyed::default(), earlier: false, texts };
        LargeFrame::page(CommandId::new(Uuid::from_u128(6)), page).unwrap()
    }

    #[test]
    fn an_erased_text_leaves_the_waiting_frames() {
        let (link, _notify) = link();
        assert!(link.push_large_frame(page("in haste")));
        link.erase(&[TextId(Uuid::from_u128(5))].into());
        assert!(!link.pop_large_frame().unwrap().payload().contains("in haste"));
    }

    #[test]
    fn waiting_frames_are_bounded_in_number_and_bytes_and_keep_their_order() {
        let (link, _notify) = link();
        for _ in 0..LARGE_FRAMES_MAX {
            assert!(link.push_large_frame(page("a")));
        }
        assert!(!link.push_large_frame(page("a")));
        while link.pop_large_frame().is_some() {}
        let large = "b".repeat(LARGE_FRAMES_BYTES_MAX - 400);
        assert!(link.push_large_frame(page(&large)));
        assert!(!link.push_large_frame(page(&large)));
        assert!(link.push_large_frame(page("a")));
        assert!(link.pop_large_frame().unwrap().payload().contains("bbb"));
        assert!(link.pop_large_frame().unwrap().payload().contains("\"a\""));
        assert!(link.pop_large_frame().is_none());
    }
}
