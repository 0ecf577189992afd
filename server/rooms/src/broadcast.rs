//! A room's broadcast buffer: its latest finished frames in journal order, each with its recipients.
//! A connection is a [subscriber](crate::subscriber) with one position in the buffer, and skips what
//! is for others.

use crate::connection_link::ConnectionId;
use crate::published::{Audience, Published};
use crate::subscriber::SharedSubscriber;
use crate::ws_frame::Frame;
use hearth_protocol::{CloseCode, MessageNo, SeatNo, TextIds};
use hearth_room::Row;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Entries a buffer holds.
pub(crate) const ENTRIES_MAX: usize = 2_048;
/// Bytes counted for an entry besides its frame.
const ENTRY_BYTES: usize = size_of::<BroadcastEntry>();
/// Typing signals older than this are skipped.
pub(crate) const WRITING_MAX_AGE: Duration = Duration::from_secs(2);

/// Recipients of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recipients {
    Audience(Audience),
    AllExcept(SeatNo),
    Connection(ConnectionId),
}

impl Recipients {
    pub(crate) const ROOM: Self = Self::Audience(Audience::Room);
}

/// One audience's frame of a decision.
#[derive(Debug, Clone)]
pub(crate) struct DecisionFrame {
    /// What the frame is encoded from, unless that is [final](Published::is_final).
    source: Option<Published>,
    /// The frame's number in its audience's sequence.
    pub(crate) number: u64,
    frame: Frame,
    partial: Vec<PartialFrame>,
}

/// A frame to the room without the messages that a seat may not see.
#[derive(Debug, Clone)]
struct PartialFrame {
    seat: SeatNo,
    seen: Vec<MessageNo>,
    frame: Frame,
}

impl DecisionFrame {
    /// Encodes a decision's frame to an audience, if it has one. `partial` are the seats that may
    /// not see all its messages, with those that they may see.
    pub(crate) fn encode(
        decision: &Published,
        audience: Audience,
        number: u64,
        partial: impl IntoIterator<Item = (SeatNo, Vec<MessageNo>)>,
    ) -> serde_json::Result<Option<Self>> {
        let Some(frame) = decision.frame(audience)? else { return Ok(None) };
        let mut frames = Vec::new();
        for (seat, seen) in partial {
            let frame = decision.room_frame(|message| seen.contains(&message))?;
            frames.extend(frame.map(|frame| PartialFrame { seat, seen, frame }));
        }
        let source = (!decision.is_final()).then(|| decision.clone());
        Ok(Some(Self { source, number, frame, partial: frames }))
    }

    /// Returns the length of the frame.
    pub(crate) fn len(&self) -> usize {
        self.frame.len()
    }

    /// Returns the frame as one seat may see it.
    pub(crate) fn for_seat(&self, seat: SeatNo) -> &Frame {
        let partial = self.partial.iter().find(|other| other.seat == seat);
        partial.map_or(&self.frame, |other| &other.frame)
    }

    /// Returns what a resume delivers of it.
    pub(crate) fn missed(&self, audience: Audience) -> Missed {
        match &self.source {
            Some(decision) => Missed::Decision(audience, decision.clone()),
            None => Missed::Frame(self.frame.clone()),
        }
    }

    fn bytes(&self) -> usize {
        let partial: usize = self.partial.iter().map(|other| other.frame.len()).sum();
        // The source holds the frame's parts a second time.
        let source = self.source.as_ref().map_or(0, |_| self.frame.len());
        self.frame.len() + source + partial
    }

    /// Drops erased texts and encodes the frames again, if they mention any of them.
    fn erase(&mut self, audience: Audience, erased: &TextIds) {
        let Some(source) = &mut self.source else { return };
        if !source.erase(erased) {
            return;
        }
        if let Ok(Some(frame)) = source.frame(audience) {
            self.frame = frame;
        }
        for other in &mut self.partial {
            let seen = &other.seen;
            if let Ok(Some(frame)) = source.room_frame(|message| seen.contains(&message)) {
                other.frame = frame;
            }
        }
    }
}

/// A frame that a resume delivers.
#[derive(Debug, Clone)]
pub(crate) enum Missed {
    /// The frame, the same for everyone of its audience.
    Frame(Frame),
    /// A decision to encode for the seat that resumes.
    Decision(Audience, Published),
    /// A decision whose texts are still in the journal.
    Row(Audience, Arc<Row>),
}

/// Content of an entry.
#[derive(Clone)]
pub(crate) enum Delivery {
    Decision(Box<DecisionFrame>),
    Answer(Frame),
    /// An answer too large for the buffer. It is waiting in the connection's link.
    LargeAnswer,
    /// A snapshot that is waiting in the connection's link. From here on the connection receives
    /// what hosts receive, or no longer does.
    LargeSnapshot {
        /// For a host: the number of the last frame to hosts that the snapshot includes.
        hosts: Option<u64>,
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
    fn bytes(&self) -> usize {
        match self {
            Self::Decision(decision) => decision.bytes(),
            Self::Answer(frame) | Self::Writing { frame, .. } => frame.len(),
            Self::LargeAnswer | Self::LargeSnapshot { .. } | Self::Close(_) => 0,
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
        ENTRY_BYTES + self.delivery.bytes()
    }
}

pub(crate) struct Buffer {
    bytes_max: usize,
    entries: VecDeque<BroadcastEntry>,
    /// Position of the first entry.
    start: u64,
    bytes: usize,
}

impl Buffer {
    pub(crate) fn end(&self) -> u64 {
        self.start + self.entries.len() as u64
    }

    /// Returns the entries from a position on, or `None` if some of them have left the buffer.
    pub(crate) fn from(&self, position: u64) -> Option<impl Iterator<Item = &BroadcastEntry>> {
        let skip = position.checked_sub(self.start)?;
        Some(self.entries.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)))
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
    subscribers: Mutex<Vec<Arc<SharedSubscriber>>>,
}

impl Broadcast {
    /// Returns an empty buffer bounded to `bytes_max` bytes, its entries' own size included.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let buffer = Buffer { bytes_max, entries: VecDeque::new(), start: 0, bytes: 0 };
        Self { buffer: Mutex::new(buffer), subscribers: Mutex::default() }
    }

    /// Appends entries, and delivers them to each subscriber or wakes its task.
    pub(crate) fn push(&self, entries: impl IntoIterator<Item = BroadcastEntry>) {
        let mut buffer = self.buffer();
        let before = buffer.end();
        entries.into_iter().for_each(|entry| buffer.push(entry));
        let is_same = buffer.end() == before;
        drop(buffer);
        if is_same {
            return;
        }
        let (now, mut frames) = (Instant::now(), VecDeque::new());
        for subscriber in self.subscribers().iter() {
            subscriber.deliver(self, &mut frames, now);
        }
    }

    pub(crate) fn add(&self, subscriber: Arc<SharedSubscriber>) {
        self.subscribers().push(subscriber);
    }

    pub(crate) fn remove(&self, subscriber: &Arc<SharedSubscriber>) {
        self.subscribers().retain(|other| !Arc::ptr_eq(other, subscriber));
    }

    fn subscribers(&self) -> MutexGuard<'_, Vec<Arc<SharedSubscriber>>> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops erased texts from every entry.
    pub(crate) fn erase(&self, erased: &TextIds) {
        let mut buffer = self.buffer();
        let mut saved = 0;
        for entry in &mut buffer.entries {
            let Recipients::Audience(audience) = entry.recipients else { continue };
            if let Delivery::Decision(decision) = &mut entry.delivery {
                let before = decision.bytes();
                decision.erase(audience, erased);
                saved += before.saturating_sub(decision.bytes());
            }
        }
        buffer.bytes = buffer.bytes.saturating_sub(saved);
    }

    /// Calls `visit` with every buffered frame of a decision, its audience and its number.
    pub(crate) fn for_each_frame(&self, mut visit: impl FnMut(Audience, u64, &DecisionFrame)) {
        for entry in &self.buffer().entries {
            if let (Recipients::Audience(audience), Delivery::Decision(decision)) =
                (entry.recipients, &entry.delivery)
            {
                visit(audience, decision.number, decision);
            }
        }
    }

    pub(crate) fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
