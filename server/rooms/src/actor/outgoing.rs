//! What to publish for a batch once it is durable.

use crate::connection_link::ConnectionId;
use crate::large_frame::LargeFrame;
use crate::mailbox::JoinRejected;
use crate::published::Published;
use crate::ws_frame::Frame;
use hearth_protocol::frame::{Done, Page};
use hearth_protocol::{CloseCode, CommandId, Cursor, SeatNo, Snapshot, Text, TextId};
use hearth_room::Row;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One thing to publish, in order. Parts that need texts are `None` until rendered.
pub(super) enum Outgoing {
    /// A decision: its frames to the room and to single seats.
    Decision {
        row: Arc<Row>,
        /// The connected seats that may not see a message of it.
        partial: BTreeSet<SeatNo>,
        published: Option<Published>,
    },
    /// The same decision's frame to hosts, after its effects on connections.
    HostsFrame {
        row: Arc<Row>,
        published: Option<Published>,
    },
    Answer {
        connection: ConnectionId,
        frame: Frame,
    },
    /// A command that was carried out before, if it carries the same text as it did then.
    Repeated {
        connection: ConnectionId,
        id: CommandId,
        done: Done,
        stored: TextId,
        text: Text,
        frame: Option<Frame>,
    },
    /// A page of earlier messages.
    Page {
        connection: ConnectionId,
        id: CommandId,
        /// The page, without texts.
        page: Page,
        frame: Option<LargeFrame>,
    },
    /// A snapshot for a seat whose view changed as a whole.
    Snapshot {
        seat: SeatNo,
        view: Box<Snapshot>,
        frame: Option<LargeFrame>,
    },
    /// A seat is typing.
    Writing(SeatNo),
    /// Disconnect a seat.
    Close(SeatNo, CloseCode),
    Welcome(Box<PendingWelcome>),
    /// A command from a connection that a welcome in this batch replaces. It wasn't decided.
    Replaced {
        connection: ConnectionId,
        id: CommandId,
    },
    Reject {
        /// Index of the join request among the messages.
        index: usize,
        rejected: JoinRejected,
    },
}

/// A welcome to someone who has a seat now.
pub(super) struct PendingWelcome {
    /// Index of the join request among the messages.
    pub(super) index: usize,
    pub(super) connection: ConnectionId,
    /// Cursor to resume from, if that is possible.
    pub(super) resume: Option<Cursor>,
    /// Everything the seat may see, with its newest messages and without texts.
    pub(super) view: Box<Snapshot>,
    /// The room's last row at the join.
    pub(super) seq: u64,
    /// Frames to send first; `None` until rendered.
    pub(super) first_frames: Option<Vec<Frame>>,
}
