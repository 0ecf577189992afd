//! The ring: what a room sent last, as finished frames in journal order, each tagged with its
//! audience. A line is a reader with one position in it, and skips what is not its own.

use crate::rooms::desk::{Desk, LineNo};
use crate::rooms::wire::Frame;
use bytes::Bytes;
use hearth_protocol::{CloseCode, Cursor, SeatNo, WordsId};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Entries a ring holds.
pub(crate) const RING_ENTRIES_MAX: usize = 2_048;
/// Bytes counted for an entry besides its frame.
const ENTRY_BYTES: usize = size_of::<Entry>();
/// After this a sign of writing is old news, and skipped.
const WRITING_FRESH: Duration = Duration::from_secs(2);

/// Whom an entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// Every line of the room.
    Room,
    /// The lines of staff.
    Staff,
    /// The line of a seat.
    Seat(SeatNo),
    /// Every line but that of a seat.
    Others(SeatNo),
    /// One line.
    Line(LineNo),
}

/// What an entry holds.
#[derive(Clone)]
pub(crate) enum What {
    /// An event, with its place in the journal and its number for its audience.
    Event {
        /// Its place in the journal.
        seq: u64,
        /// Its number among the events of its audience.
        number: u64,
        /// As it goes out.
        frame: Frame,
    },
    /// An answer to a command.
    Answer(Frame),
    /// An answer that lies on the line's own shelf, too large for the ring.
    ShelvedAnswer,
    /// A fresh snapshot that lies on the line's own shelf: from here on the line sees, or no
    /// longer sees, what staff see.
    ShelvedSnapshot {
        /// Whether it does.
        staff: bool,
    },
    /// Somebody writes.
    Writing {
        /// As it goes out.
        frame: Frame,
        /// Since when this is so.
        since: Instant,
    },
    /// The line ends here.
    Close(CloseCode),
}

impl What {
    fn frame(&self) -> Option<&Frame> {
        match self {
            Self::Event { frame, .. } | Self::Answer(frame) | Self::Writing { frame, .. } => {
                Some(frame)
            }
            Self::ShelvedAnswer | Self::ShelvedSnapshot { .. } | Self::Close(_) => None,
        }
    }
}

/// One entry of a ring.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Whom it is for.
    pub(crate) to: To,
    /// What it holds.
    pub(crate) what: What,
}

impl Entry {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.what.frame().map_or(0, Frame::len)
    }
}

struct State {
    bytes_max: usize,
    entries: VecDeque<Entry>,
    /// The position of the first entry.
    first: u64,
    bytes: usize,
}

impl State {
    fn tip(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    fn push(&mut self, entry: Entry) {
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.bytes > self.bytes_max || self.entries.len() > RING_ENTRIES_MAX {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.first += 1;
        }
    }
}

/// What a room sent last.
pub(crate) struct Ring {
    state: Mutex<State>,
    tip: watch::Sender<u64>,
}

impl Ring {
    /// Returns an empty ring that will hold up to `bytes_max` bytes, its entries' own size
    /// included.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let state = State { bytes_max, entries: VecDeque::new(), first: 0, bytes: 0 };
        Self { state: Mutex::new(state), tip: watch::Sender::new(0) }
    }

    /// Appends entries and wakes the readers.
    pub(crate) fn push(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut state = self.state();
        entries.into_iter().for_each(|entry| state.push(entry));
        let tip = state.tip();
        drop(state);
        // Nobody is woken for nothing.
        self.tip.send_if_modified(|last| std::mem::replace(last, tip) != tip);
    }

    /// Returns the position after the last entry.
    pub(crate) fn tip(&self) -> u64 {
        self.state().tip()
    }

    /// Takes erased words out of every entry that holds them.
    pub(crate) fn erase(&self, erased: WordsId) {
        let mut state = self.state();
        let mut saved = 0;
        for entry in &mut state.entries {
            let (What::Event { frame, .. } | What::Answer(frame)) = &mut entry.what else {
                continue;
            };
            if let Some(bare) = frame.without(erased) {
                saved += frame.len().saturating_sub(bare.len());
                *frame = bare;
            }
        }
        state.bytes -= saved;
    }

    /// Offers every event to a search.
    pub(crate) fn search(&self, search: &mut Search<Missed>) {
        for entry in &self.state().entries {
            if let What::Event { seq, number, frame } = &entry.what {
                search.offer(entry.to, *number, || Missed { seq: *seq, frame: frame.clone() });
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event that a seat missed.
#[derive(Clone)]
pub(crate) struct Missed {
    /// Its place in the journal.
    pub(crate) seq: u64,
    /// As it goes out.
    pub(crate) frame: Frame,
}

/// Collects what a seat missed. Numbers have no gaps, so it knows when it has everything.
pub(crate) struct Search<T> {
    seat: SeatNo,
    from: Cursor,
    to: Cursor,
    open: u64,
    found: Vec<T>,
}

impl<T> Search<T> {
    /// Returns a search for what lies between two cursors of a seat; nothing where `from` is no
    /// earlier state of `to`.
    pub(crate) fn new(seat: SeatNo, from: Cursor, to: Cursor) -> Option<Self> {
        let staff = match (from.staff, to.staff) {
            (Some(from), Some(to)) => to.checked_sub(from)?,
            (None, None) => 0,
            _ => return None,
        };
        let open = [to.room.checked_sub(from.room)?, to.seat.checked_sub(from.seat)?]
            .into_iter()
            .try_fold(staff, u64::checked_add)?;
        Some(Self { seat, from, to, open, found: Vec::new() })
    }

    /// Returns how many events are still to be found.
    pub(crate) fn open(&self) -> u64 {
        self.open
    }

    /// Offers an event, in journal order.
    pub(crate) fn offer(&mut self, to: To, number: u64, missed: impl FnOnce() -> T) {
        let (from, last) = match to {
            To::Room => (self.from.room, self.to.room),
            To::Staff => match (self.from.staff, self.to.staff) {
                (Some(from), Some(last)) => (from, last),
                _ => return,
            },
            To::Seat(seat) if seat == self.seat => (self.from.seat, self.to.seat),
            To::Seat(_) | To::Others(_) | To::Line(_) => return,
        };
        if number > from && number <= last {
            self.open = self.open.saturating_sub(1);
            self.found.push(missed());
        }
    }

    /// Returns what was found, if that is everything.
    pub(crate) fn finish(self) -> Option<Vec<T>> {
        (self.open == 0).then_some(self.found)
    }
}

/// What a reader took.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many answers were among it.
    pub(crate) answers: usize,
    /// Whether nothing more is there for now.
    pub(crate) all: bool,
    /// Set where the line ends after it.
    pub(crate) close: Option<CloseCode>,
}

/// One line's place in a ring.
pub(crate) struct Reader {
    ring: Arc<Ring>,
    tip: watch::Receiver<u64>,
    position: u64,
    seat: SeatNo,
    staff: bool,
    desk: Arc<Desk>,
}

impl Reader {
    /// Returns a reader that begins at the ring's tip.
    pub(crate) fn new(ring: &Arc<Ring>, seat: SeatNo, staff: bool, desk: Arc<Desk>) -> Self {
        Self {
            tip: ring.tip.subscribe(),
            position: ring.tip(),
            ring: ring.clone(),
            seat,
            staff,
            desk,
        }
    }

    /// Waits until the ring has grown since this was last waited for.
    pub(crate) async fn grown(&mut self) {
        if self.tip.changed().await.is_err() {
            // Cannot happen while the ring is held here; to wait for ever is what silence means.
            std::future::pending::<()>().await;
        }
    }

    /// Takes what comes next for this line, stopping once `bytes_max` bytes are reached.
    pub(crate) fn take(&mut self, frames: &mut VecDeque<Bytes>, bytes_max: usize) -> Taken {
        let mut taken = Taken::default();
        let mut bytes = 0;
        let ring = self.ring.clone();
        let state = ring.state();
        let Some(skip) = self.position.checked_sub(state.first) else {
            taken.close = Some(CloseCode::TooSlow);
            return taken;
        };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        for entry in state.entries.iter().skip(skip) {
            if bytes >= bytes_max {
                return taken;
            }
            self.position += 1;
            if !self.is_for_me(entry.to) {
                continue;
            }
            let frame = match &entry.what {
                What::Event { frame, .. } => Some(frame.clone()),
                What::Answer(frame) => {
                    taken.answers += 1;
                    Some(frame.clone())
                }
                What::ShelvedAnswer => {
                    taken.answers += 1;
                    self.desk.take()
                }
                What::ShelvedSnapshot { staff } => {
                    self.staff = *staff;
                    self.desk.take()
                }
                What::Writing { frame, since } => {
                    (since.elapsed() < WRITING_FRESH).then(|| frame.clone())
                }
                What::Close(code) => {
                    taken.close = Some(*code);
                    return taken;
                }
            };
            if let Some(frame) = frame {
                bytes += frame.len();
                frames.push_back(frame.bytes().clone());
            }
        }
        taken.all = true;
        taken
    }

    fn is_for_me(&self, to: To) -> bool {
        match to {
            To::Room => true,
            To::Staff => self.staff,
            To::Seat(seat) => seat == self.seat,
            To::Others(seat) => seat != self.seat,
            To::Line(line) => line == self.desk.line(),
        }
    }
}

#[cfg(test)]
mod tests;
