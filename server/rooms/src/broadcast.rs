//! A room's broadcast buffer: its latest finished frames in journal order, each with its recipients.
//! A connection is a subscriber with one position in the buffer, and skips what is for others.

use crate::connection_link::{ConnectionId, ConnectionLink};
use crate::ws_frame::Frame;
use bytes::Bytes;
use hearth_protocol::{CloseCode, SeatNo, WordsId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Entries a buffer holds.
pub(crate) const ENTRIES_MAX: usize = 2_048;
/// Bytes counted for an entry besides its frame.
const ENTRY_BYTES: usize = size_of::<BroadcastEntry>();
/// Writing signals older than this are skipped.
const WRITING_MAX_AGE: Duration = Duration::from_secs(2);

/// Whom an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recipients {
    Room,
    Hosts,
    Seat(SeatNo),
    AllExcept(SeatNo),
    Connection(ConnectionId),
}

/// What an entry delivers.
#[derive(Clone)]
pub(crate) enum Delivery {
    Event {
        /// Its sequence number in the journal.
        seq: u64,
        /// Its number within its audience.
        number: u64,
        frame: Frame,
    },
    Answer(Frame),
    /// An answer too large for the buffer: it waits in the connection's link.
    LargeAnswer,
    /// A snapshot that waits in the connection's link. From here on the connection receives what
    /// hosts receive, or no longer does.
    LargeSnapshot {
        is_host: bool,
    },
    /// A seat is typing.
    Writing {
        frame: Frame,
        since: Instant,
    },
    /// Close the connection with this code.
    Close(CloseCode),
}

impl Delivery {
    fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Event { frame, .. } | Self::Answer(frame) | Self::Writing { frame, .. } => {
                Some(frame)
            }
            Self::LargeAnswer | Self::LargeSnapshot { .. } | Self::Close(_) => None,
        }
    }
}

#[derive(Clone)]
pub(crate) struct BroadcastEntry {
    pub(crate) recipients: Recipients,
    pub(crate) delivery: Delivery,
}

impl BroadcastEntry {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.delivery.frame().map_or(0, Frame::len)
    }
}

struct Buffer {
    bytes_max: usize,
    entries: VecDeque<BroadcastEntry>,
    /// Position of the first entry.
    start: u64,
    bytes: usize,
}

impl Buffer {
    fn end(&self) -> u64 {
        self.start + self.entries.len() as u64
    }

    fn push(&mut self, entry: BroadcastEntry) {
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.bytes > self.bytes_max || self.entries.len() > ENTRIES_MAX {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.start += 1;
        }
    }
}

/// A room's broadcast buffer.
pub(crate) struct Broadcast {
    buffer: Mutex<Buffer>,
    /// Position after the last entry, for subscribers to wait on.
    end: watch::Sender<u64>,
}

impl Broadcast {
    /// Returns an empty buffer bounded to `bytes_max` bytes, its entries' own size included.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let buffer = Buffer { bytes_max, entries: VecDeque::new(), start: 0, bytes: 0 };
        Self { buffer: Mutex::new(buffer), end: watch::Sender::new(0) }
    }

    /// Appends entries and notifies the subscribers.
    pub(crate) fn push(&self, entries: impl IntoIterator<Item = BroadcastEntry>) {
        let mut buffer = self.buffer();
        entries.into_iter().for_each(|entry| buffer.push(entry));
        let end = buffer.end();
        drop(buffer);
        // Notify subscribers only if the position changed.
        self.end.send_if_modified(|last| std::mem::replace(last, end) != end);
    }

    /// Removes an erased text from every entry.
    pub(crate) fn redact(&self, erased: WordsId) {
        let mut buffer = self.buffer();
        let mut saved = 0;
        for entry in &mut buffer.entries {
            let (Delivery::Event { frame, .. } | Delivery::Answer(frame)) = &mut entry.delivery
            else {
                continue;
            };
            if let Some(redacted) = frame.redacted(erased) {
                saved += frame.len().saturating_sub(redacted.len());
                *frame = redacted;
            }
        }
        buffer.bytes -= saved;
    }

    /// Calls `visit` with the recipients, sequence number, number and frame of every buffered event.
    pub(crate) fn for_each_event(&self, mut visit: impl FnMut(Recipients, u64, u64, &Frame)) {
        for entry in &self.buffer().entries {
            if let Delivery::Event { seq, number, frame } = &entry.delivery {
                visit(entry.recipients, *seq, *number, frame);
            }
        }
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Subscriber::take`] took besides the frames.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TakenFrames {
    /// How many of the frames are answers.
    pub answers: usize,
    /// Whether the subscriber has reached the end of the buffer.
    pub caught_up: bool,
    /// Set if the connection is to be closed after these frames.
    pub close: Option<CloseCode>,
}

/// One connection's position in a broadcast buffer.
pub struct Subscriber {
    broadcast: Arc<Broadcast>,
    end: watch::Receiver<u64>,
    position: u64,
    seat: SeatNo,
    is_host: bool,
    link: Arc<ConnectionLink>,
}

impl Subscriber {
    /// Returns a subscriber at the buffer's end.
    pub(crate) fn new(
        broadcast: &Arc<Broadcast>,
        seat: SeatNo,
        is_host: bool,
        link: Arc<ConnectionLink>,
    ) -> Self {
        Self {
            end: broadcast.end.subscribe(),
            position: broadcast.buffer().end(),
            broadcast: broadcast.clone(),
            seat,
            is_host,
            link,
        }
    }

    /// Waits until the buffer has grown since the last wait.
    pub async fn changed(&mut self) {
        if self.end.changed().await.is_err() {
            // Unreachable while we hold the buffer; pend forever rather than panic.
            std::future::pending::<()>().await;
        }
    }

    /// Takes the next frames for this connection, stopping once they reach `bytes_max` bytes.
    pub fn take(&mut self, frames: &mut VecDeque<Bytes>, bytes_max: usize) -> TakenFrames {
        let mut taken = TakenFrames::default();
        let mut bytes = 0;
        let broadcast = self.broadcast.clone();
        let buffer = broadcast.buffer();
        let Some(skip) = self.position.checked_sub(buffer.start) else {
            taken.close = Some(CloseCode::TooSlow);
            return taken;
        };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        for entry in buffer.entries.iter().skip(skip) {
            if bytes >= bytes_max {
                return taken;
            }
            self.position += 1;
            if !self.receives(entry.recipients) {
                continue;
            }
            let frame = match &entry.delivery {
                Delivery::Event { frame, .. } => Some(frame.clone()),
                Delivery::Answer(frame) => {
                    taken.answers += 1;
                    Some(frame.clone())
                }
                Delivery::LargeAnswer => {
                    taken.answers += 1;
                    self.link.pop_large_frame()
                }
                Delivery::LargeSnapshot { is_host } => {
                    self.is_host = *is_host;
                    self.link.pop_large_frame()
                }
                Delivery::Writing { frame, since } => {
                    (since.elapsed() < WRITING_MAX_AGE).then(|| frame.clone())
                }
                Delivery::Close(code) => {
                    taken.close = Some(*code);
                    return taken;
                }
            };
            if let Some(frame) = frame {
                bytes += frame.len();
                frames.push_back(frame.bytes().clone());
            }
        }
        taken.caught_up = true;
        taken
    }

    fn receives(&self, recipients: Recipients) -> bool {
        match recipients {
            Recipients::Room => true,
            Recipients::Hosts => self.is_host,
            Recipients::Seat(seat) => seat == self.seat,
            Recipients::AllExcept(seat) => seat != self.seat,
            Recipients::Connection(connection) => connection == self.link.connection(),
        }
    }
}

#[cfg(test)]
mod tests;
