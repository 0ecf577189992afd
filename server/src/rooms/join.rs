//! What a line asks of a room, and what it gets.

use crate::rooms::desk::{LineHold, LineNo};
use crate::rooms::limits::{RoomLimits, SeatLimits};
use crate::rooms::ring::Reader;
use bytes::Bytes;
use hearth_protocol::{
    CloseCode, Command, CommandId, Hello, Refusal, RefusalCode, Role, RoomId, SeatNo,
};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for a room: more than all that its lines may have in flight seldom are.
pub(crate) const INBOX_MAX: usize = 256;

/// What a room is told by a line.
pub(crate) enum ToRoom {
    /// Somebody is at the door.
    Join(Box<Join>),
    /// A seat asks for something.
    Command {
        /// By which line.
        line: LineNo,
        /// Who.
        seat: SeatNo,
        /// The command's id.
        id: CommandId,
        /// What for.
        command: Box<Command>,
    },
    /// A seat shows a sign of writing.
    Writing {
        /// By which line.
        line: LineNo,
        /// Who.
        seat: SeatNo,
    },
    /// The circle is being deleted: send everyone away.
    Dissolve(oneshot::Sender<()>),
}

/// Somebody at the door.
pub(crate) struct Join {
    /// What they said.
    pub(crate) hello: Arc<Hello>,
    /// The role of the link whose entry key they showed.
    pub(crate) role: Option<Role>,
    /// Their line.
    pub(crate) line: LineNo,
    /// Where they wait. Empty once they were answered.
    pub(crate) reply: Option<oneshot::Sender<Result<Joined, Denied>>>,
}

impl Join {
    /// Answers them. Whoever has gone meanwhile lets go of their seat by that.
    pub(crate) fn answer(&mut self, answer: Result<Joined, Denied>) {
        if let Some(reply) = self.reply.take()
            && let Err(Ok(joined)) = reply.send(answer)
        {
            drop(joined);
        }
    }
}

/// A place in a room.
pub(crate) struct Joined {
    /// Which room.
    pub(crate) room: RoomId,
    /// Which seat.
    pub(crate) seat: SeatNo,
    /// What goes out first: the welcome, and what was missed.
    pub(crate) first: VecDeque<Bytes>,
    /// What goes out after it.
    pub(crate) reader: Reader,
    /// Where commands go.
    pub(crate) inbox: mpsc::Sender<ToRoom>,
    /// How many may.
    pub(crate) seat_limits: Arc<SeatLimits>,
    /// How many of all seats may.
    pub(crate) room_limits: Arc<RoomLimits>,
    /// Tells the room when the line is gone.
    pub(crate) hold: LineHold,
}

/// Why somebody did not get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denied {
    /// How their line is closed.
    pub(crate) code: CloseCode,
    /// What they are told before.
    pub(crate) refusal: Option<Refusal>,
}

impl From<CloseCode> for Denied {
    fn from(code: CloseCode) -> Self {
        Self { code, refusal: None }
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.code {
            RefusalCode::Full => CloseCode::Full,
            RefusalCode::Begun => CloseCode::Begun,
            RefusalCode::NotStored => CloseCode::NotStored,
            RefusalCode::Ending | RefusalCode::NotNow => CloseCode::Ended,
            RefusalCode::Empty
            | RefusalCode::TooLong
            | RefusalCode::BadText
            | RefusalCode::Malformed => CloseCode::BadFrame,
            _ => CloseCode::NotAdmitted,
        };
        Self { code, refusal: Some(refusal) }
    }
}
