//! A room's broadcast buffer: its latest finished frames in journal order, each with its recipients.
//! A connection is a subscriber with one position in the buffer, and skips what is for others.

use crate::connection_link::{ConnectionId, ConnectionLink};
use crate::published::{Audience, Published};
use crate::ws_frame::Frame;
use bytes::Bytes;
use hearth_protocol::{CloseCode, MessageNo, SeatNo, TextIds};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Entries a buffer holds.
pub(crate) const ENTRIES_MAX: usize = 2_048;
/// Bytes counted for an entry besides its frame.
const ENTRY_BYTES: usize = size_of::<BroadcastEntry>();
/// Typing signals older than this are skipped.
const WRITING_MAX_AGE: Duration = Duration::from_secs(2);

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
    number: u64,
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
    fn for_seat(&self, seat: SeatNo) -> &Frame {
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

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What [`Subscriber::take`] returns besides the frames.
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
    /// For a host: the number of the last frame to hosts that the connection received.
    hosts: Option<u64>,
    link: Arc<ConnectionLink>,
}

impl Subscriber {
    /// Returns a subscriber at the buffer's end.
    pub(crate) fn new(
        broadcast: &Arc<Broadcast>,
        seat: SeatNo,
        hosts: Option<u64>,
        link: Arc<ConnectionLink>,
    ) -> Self {
        Self {
            end: broadcast.end.subscribe(),
            position: broadcast.buffer().end(),
            broadcast: broadcast.clone(),
            seat,
            hosts,
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
            if !self.receives(entry) {
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
                    self.hosts = *hosts;
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

    fn receives(&self, entry: &BroadcastEntry) -> bool {
        match entry.recipients {
            Recipients::Audience(Audience::Room) => true,
            Recipients::Audience(Audience::Own(seat)) => seat == self.seat,
            // A snapshot after a change of role already includes the decision that changed it.
            Recipients::Audience(Audience::Hosts) => self.hosts.is_some_and(|last| {
                !matches!(&entry.delivery, Delivery::Decision(frame) if frame.number <= last)
            }),
            Recipients::AllExcept(seat) => seat != self.seat,
            Recipients::Connection(connection) => connection == self.link.connection(),
        }
    }
}

#[cfg(test)]
mod tests;
