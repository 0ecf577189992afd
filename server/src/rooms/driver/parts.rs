//! The parts of a driver that stand for themselves.

use crate::rooms::House;
use crate::rooms::desk::LineNo;
use crate::rooms::fold::FoldError;
use crate::rooms::join::ToRoom;
use crate::rooms::map::Cell;
use crate::rooms::ring::{Entry, Ring, To, What};
use hearth_journal::JournalError;
use hearth_protocol::api::RoomAtDoor;
use hearth_protocol::{CircleId, CloseCode, Millis};
use hearth_room::ApplyError;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// First and longest wait before what time brought is tried again after a failed append.
const RETRY_FIRST_MS: u64 = 1_000;
const RETRY_MS_MAX: u64 = 30_000;

/// What others hold of a room in memory.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    /// Where it takes messages. Closed: look it up again.
    pub(crate) inbox: mpsc::Sender<ToRoom>,
    /// What is seen of it from the door.
    pub(crate) at_door: Arc<Mutex<RoomAtDoor>>,
}

impl Handle {
    /// Returns what is seen of the room from the door.
    pub(crate) fn at_door(&self) -> RoomAtDoor {
        self.at_door.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Why a driver cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// A record did not follow.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An event could not be encoded.
    #[error("an event or a frame could not be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    /// The room could not be folded again.
    #[error("the room could not be folded again: {0}")]
    Fold(#[from] FoldError),
    /// The journal did not say in time what became of a batch.
    #[error("the journal does not say whether a batch was written; lines come back and find out")]
    Unknown,
    /// The room decided something that contradicts itself.
    #[error("the room contradicts itself: {0}; this is a defect of the server, please report it")]
    Defect(&'static str),
}

impl From<JournalError> for Broken {
    fn from(error: JournalError) -> Self {
        Self::Fold(FoldError::Journal(error))
    }
}

/// A line that is gone, whose seat may come back in a moment.
pub(super) struct Grace {
    pub(super) line: LineNo,
    pub(super) until: Millis,
}

/// Waits after a failed append.
#[derive(Default)]
pub(super) struct Retry {
    pub(super) not_before: Option<Millis>,
    wait_ms: u64,
}

impl Retry {
    /// Nothing could be stored.
    pub(super) fn failed(&mut self, now: Millis) {
        if self.not_before.is_some_and(|at| now < at) {
            // A command failed while time already waits: the disk is no fuller for that.
            return;
        }
        self.wait_ms = (self.wait_ms * 2).clamp(RETRY_FIRST_MS, RETRY_MS_MAX);
        self.not_before = Some(now.saturating_add(self.wait_ms));
    }

    /// The store takes things again.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }
}

/// Whatever ends the driver, a defect included: its room leaves the map, and its lines are told.
pub(super) struct Exit {
    pub(super) house: Arc<House>,
    pub(super) circle: CircleId,
    pub(super) cell: Arc<Cell<Handle>>,
    pub(super) ring: Arc<Ring>,
    /// How lines that are still there are closed.
    pub(super) code: CloseCode,
    /// Its place among the rooms in memory.
    pub(super) _place: OwnedSemaphorePermit,
}

impl Drop for Exit {
    fn drop(&mut self) {
        self.house.map.retire(self.circle, &self.cell);
        self.house.metrics.rooms.dec();
        self.ring.push([Entry { to: To::Room, what: What::Close(self.code) }]);
    }
}
