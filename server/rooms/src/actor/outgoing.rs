//! What to publish of a batch once it is durable.

use crate::broadcast::Recipients;
use crate::connection_link::ConnectionId;
use crate::mailbox::JoinRejected;
use crate::ws_frame::Frame;
use hearth_protocol::frame::Page;
use hearth_protocol::{CloseCode, CommandId, Cursor, SeatNo, Snapshot};

/// One thing to publish. Frames that contain earlier texts are `None` until rendered.
pub(super) enum Outgoing {
    Event {
        recipients: Recipients,
        /// Its sequence number in the journal.
        seq: u64,
        /// Its number within its audience.
        number: u64,
        frame: Frame,
    },
    Answer {
        connection: ConnectionId,
        frame: Frame,
    },
    /// A page of earlier messages.
    Page {
        connection: ConnectionId,
        id: CommandId,
        /// The page, without texts.
        page: Page,
        frame: Option<Frame>,
    },
    /// A snapshot after a change of role.
    Snapshot {
        seat: SeatNo,
        view: Box<Snapshot>,
        frame: Option<Frame>,
    },
    /// A seat is typing.
    Writing(SeatNo),
    /// Disconnect a seat.
    Close(SeatNo, CloseCode),
    Welcome(Box<PendingWelcome>),
    Reject {
        /// Index of the join request among the messages.
        index: usize,
        rejected: JoinRejected,
    },
}

impl Outgoing {
    /// Returns the frames that may contain texts.
    pub(super) fn frames_mut(&mut self) -> Vec<&mut Frame> {
        match self {
            Self::Event { frame, .. } => vec![frame],
            Self::Page { frame, .. } | Self::Snapshot { frame, .. } => frame.iter_mut().collect(),
            Self::Welcome(welcome) => welcome.first_frames.iter_mut().flatten().collect(),
            Self::Answer { .. } | Self::Writing(_) | Self::Close(..) | Self::Reject { .. } => {
                Vec::new()
            }
        }
    }
}

/// A welcome to someone who has a seat now.
pub(super) struct PendingWelcome {
    /// Index of the join request among the messages.
    pub(super) index: usize,
    pub(super) connection: ConnectionId,
    /// Cursor to resume from, if it belongs to this room and this store.
    pub(super) resume: Option<Cursor>,
    pub(super) view: Box<Snapshot>,
    /// A resume can't reach events up to this sequence number.
    pub(super) sees_from: u64,
    /// The room's head at the join.
    pub(super) head: u64,
    /// Frames to send first; `None` until rendered.
    pub(super) first_frames: Option<Vec<Frame>>,
}
