//! One connection's position in its room's broadcast buffer, and how frames get from there to its
//! socket.
//!
//! Usually the room writes a new frame to the socket itself, without waiting. That saves waking the
//! connection's task, which costs as much as the write. The task takes over as soon as there is
//! anything to wait for: the socket takes only a part, or is within a frame of the task's own.

use crate::broadcast::{Broadcast, BroadcastEntry, Delivery, Recipients, WRITING_MAX_AGE};
use crate::connection_link::ConnectionLink;
use crate::published::Audience;
use bytes::Bytes;
use hearth_protocol::{CloseCode, SeatNo};
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Bytes that a room writes to a socket at once.
const WRITE_BYTES_MAX: usize = 64 * 1024;

/// A socket that a room writes to.
pub trait DirectWrite: Send + Sync {
    /// Writes frames without waiting, and returns whether the socket took all of them.
    ///
    /// Those that it took leave `frames`. If it took a part of one, it keeps the rest of that one,
    /// which [`poll_rest`](Self::poll_rest) writes before anything else. If it can't write between
    /// two frames now, it takes nothing.
    fn write_now(&self, frames: &mut VecDeque<Bytes>) -> bool;

    /// Writes more of the rest of a frame, for the connection's task. Returns whether something is
    /// still left.
    fn poll_rest(&self, cx: &mut Context<'_>) -> Poll<io::Result<bool>>;
}

/// What [`Subscriber::take`] returns besides the frames.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TakenFrames {
    /// How many answers there were among the frames and what the room wrote since the last call.
    pub answers: usize,
    /// Whether the subscriber has reached the end of the buffer.
    pub caught_up: bool,
    /// Whether the socket didn't take everything from the room, and may keep the rest of a frame.
    pub flush: bool,
    /// Set if the connection is to be closed after these frames.
    pub close: Option<CloseCode>,
}

/// One connection's end of a broadcast buffer.
pub struct Subscriber {
    broadcast: Arc<Broadcast>,
    shared: Arc<SharedSubscriber>,
}

/// What a room and its subscriber share.
pub(crate) struct SharedSubscriber {
    seat: SeatNo,
    link: Arc<ConnectionLink>,
    state: Mutex<SubscriberState>,
    changed: Notify,
}

struct SubscriberState {
    position: u64,
    /// For a host: the number of the last frame to hosts that the connection received.
    hosts: Option<u64>,
    socket: Option<Arc<dyn DirectWrite>>,
    /// Whether the room may write: the connection's task has nothing left to send.
    direct: bool,
    /// Frames that were taken from the buffer, and not from here.
    unsent: VecDeque<Bytes>,
    /// What the next [`Subscriber::take`] returns.
    pending: TakenFrames,
    /// When the room last wrote.
    written_at: Option<Instant>,
}

impl Subscriber {
    /// Returns a subscriber at the buffer's end.
    pub(crate) fn new(
        broadcast: &Arc<Broadcast>,
        seat: SeatNo,
        hosts: Option<u64>,
        link: Arc<ConnectionLink>,
    ) -> Self {
        let state = SubscriberState {
            position: broadcast.buffer().end(),
            hosts,
            socket: None,
            direct: false,
            unsent: VecDeque::new(),
            pending: TakenFrames::default(),
            written_at: None,
        };
        let (state, changed) = (Mutex::new(state), Notify::new());
        let shared = Arc::new(SharedSubscriber { seat, link, state, changed });
        broadcast.add(shared.clone());
        Self { broadcast: broadcast.clone(), shared }
    }

    /// Lets the room write to this socket whenever the last [`take`](Self::take) found nothing.
    pub fn write_directly_to(&self, socket: Arc<dyn DirectWrite>) {
        self.shared.state().socket = Some(socket);
    }

    /// Takes the next frames for this connection, stopping once they reach `bytes_max` bytes. Until a
    /// call finds nothing to do, the room doesn't write.
    pub fn take(&mut self, frames: &mut VecDeque<Bytes>, bytes_max: usize) -> TakenFrames {
        let mut state = self.shared.state();
        state.direct = false;
        let mut taken = std::mem::take(&mut state.pending);
        frames.append(&mut std::mem::take(&mut state.unsent));
        if taken.close.is_none() {
            self.shared.read(&mut state, &self.broadcast, frames, bytes_max, &mut taken);
        }
        let nothing = frames.is_empty() && !taken.flush && taken.close.is_none();
        state.direct = nothing && taken.caught_up;
        taken
    }

    /// Keeps the room from writing until the next [`take`](Self::take), and returns the number of
    /// answers that it wrote since the last.
    pub fn stop_direct_writes(&self) -> usize {
        let mut state = self.shared.state();
        state.direct = false;
        std::mem::take(&mut state.pending.answers)
    }

    /// Returns when the room last wrote to the socket itself.
    pub fn written_at(&self) -> Option<Instant> {
        self.shared.state().written_at
    }

    #[cfg(test)]
    pub(crate) fn link(&self) -> &ConnectionLink {
        &self.shared.link
    }

    /// Waits until there may be something to take.
    pub async fn changed(&self) {
        self.shared.changed.notified().await;
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.broadcast.remove(&self.shared);
    }
}

impl SharedSubscriber {
    /// Writes what is new, or wakes the connection's task. `frames` is empty, before and after.
    pub(crate) fn deliver(
        &self,
        broadcast: &Broadcast,
        frames: &mut VecDeque<Bytes>,
        now: Instant,
    ) {
        let mut state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // The task is taking frames, and may have missed the newest.
            Err(TryLockError::WouldBlock) => return self.changed.notify_one(),
        };
        let socket = state.socket.clone().filter(|_| state.direct);
        let Some(socket) = socket else { return self.changed.notify_one() };
        let mut taken = TakenFrames::default();
        self.read(&mut state, broadcast, frames, WRITE_BYTES_MAX, &mut taken);
        state.pending.answers += taken.answers;
        if !frames.is_empty() {
            let count = frames.len();
            state.pending.flush = !socket.write_now(frames);
            if frames.len() < count {
                state.written_at = Some(now);
            }
            state.unsent.append(frames);
        }
        state.pending.close = taken.close;
        state.direct = taken.caught_up && taken.close.is_none() && !state.pending.flush;
        if !state.direct {
            self.changed.notify_one();
        }
    }

    /// Reads the next frames from the buffer.
    fn read(
        &self,
        state: &mut SubscriberState,
        broadcast: &Broadcast,
        frames: &mut VecDeque<Bytes>,
        bytes_max: usize,
        taken: &mut TakenFrames,
    ) {
        let buffer = broadcast.buffer();
        let Some(entries) = buffer.from(state.position) else {
            taken.close = Some(CloseCode::TooSlow);
            return;
        };
        let mut bytes: usize = frames.iter().map(Bytes::len).sum();
        for entry in entries {
            if bytes >= bytes_max {
                return;
            }
            state.position += 1;
            if !self.receives(state.hosts, entry) {
                continue;
            }
            let frame = match &entry.delivery {
                Delivery::Decision(decision) => Some(decision.for_seat(self.seat).clone()),
                Delivery::Answer(frame) => {
                    taken.answers += 1;
                    Some(frame.clone())
                }
                Delivery::LargeAnswer => {
                    taken.answers += 1;
                    self.link.pop_large_frame()
                }
                Delivery::LargeSnapshot { hosts } => {
                    state.hosts = *hosts;
                    self.link.pop_large_frame()
                }
                Delivery::Writing { frame, since } => {
                    (since.elapsed() < WRITING_MAX_AGE).then(|| frame.clone())
                }
                Delivery::Close(code) => {
                    taken.close = Some(*code);
                    return;
                }
            };
            if let Some(frame) = frame {
                bytes += frame.len();
                frames.push_back(frame.bytes().clone());
            }
        }
        taken.caught_up = true;
    }

    fn receives(&self, hosts: Option<u64>, entry: &BroadcastEntry) -> bool {
        match entry.recipients {
            Recipients::Audience(Audience::Room) => true,
            Recipients::Audience(Audience::Own(seat)) => seat == self.seat,
            // A snapshot after a change of role already includes the decision that changed it.
            Recipients::Audience(Audience::Hosts) => hosts.is_some_and(|last| {
                !matches!(&entry.delivery, Delivery::Decision(frame) if frame.number <= last)
            }),
            Recipients::AllExcept(seat) => seat != self.seat,
            Recipients::Connection(connection) => connection == self.link.connection(),
        }
    }

    fn state(&self) -> MutexGuard<'_, SubscriberState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
