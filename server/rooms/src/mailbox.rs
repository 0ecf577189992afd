//! A room's mailbox: the messages it takes, and how it answers a join.

use crate::clock::RoomClock;
use crate::connection_link::{ConnectionId, LinkGuard};
use crate::limits::{RoomRateLimiter, SeatRateLimiter};
use crate::subscriber::Subscriber;
use bytes::Bytes;
use hearth_protocol::presence::Role;
use hearth_protocol::{CloseCode, Command, CommandId, Hello, Refusal, RefusalCode, RoomId, SeatNo};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Messages that may wait in a mailbox.
pub(crate) const MAILBOX_CAPACITY: usize = 256;

/// A message to a room.
pub enum RoomMessage {
    Join(Box<JoinRequest>),
    Command {
        connection: ConnectionId,
        seat: SeatNo,
        id: CommandId,
        command: Box<Command>,
    },
    /// A seat is typing.
    Writing {
        connection: ConnectionId,
        seat: SeatNo,
    },
    /// The circle is being deleted: disconnect everyone. The room drops the sender when it has
    /// closed.
    CloseForDeletion(oneshot::Sender<()>),
}

/// A request for a seat.
pub struct JoinRequest {
    pub(crate) hello: Arc<Hello>,
    /// Role of the link whose entry key the hello carries.
    pub(crate) role: Option<Role>,
    pub(crate) connection: ConnectionId,
    /// `None` once answered.
    pub(crate) reply: Option<oneshot::Sender<Result<Joined, JoinRejected>>>,
}

impl JoinRequest {
    /// Sends the answer. If the connection is gone, dropping the answer reports its disconnect.
    pub(crate) fn answer(&mut self, answer: Result<Joined, JoinRejected>) {
        if let Some(reply) = self.reply.take()
            && let Err(Ok(joined)) = reply.send(answer)
        {
            drop(joined);
        }
    }
}

/// A seat in a room, and everything its connection needs.
pub struct Joined {
    pub room: RoomId,
    /// The room's time, the only one that seats are told.
    pub clock: RoomClock,
    pub seat: SeatNo,
    /// Frames to send first: the welcome, and the missed events of a resume.
    pub first_frames: VecDeque<Bytes>,
    /// Source of all later frames.
    pub subscriber: Subscriber,
    pub mailbox: mpsc::Sender<RoomMessage>,
    pub seat_rate: Arc<SeatRateLimiter>,
    pub room_rate: Arc<RoomRateLimiter>,
    /// Reports the disconnect to the room when dropped.
    pub link: LinkGuard,
}

/// Why a join was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRejected {
    /// Code to close the connection with.
    pub code: CloseCode,
    /// Refusal to send before closing.
    pub refusal: Option<Refusal>,
}

impl From<CloseCode> for JoinRejected {
    fn from(code: CloseCode) -> Self {
        Self { code, refusal: None }
    }
}

impl From<Refusal> for JoinRejected {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.code {
            RefusalCode::Full => CloseCode::Full,
            RefusalCode::Begun => CloseCode::Begun,
            RefusalCode::NotStored => CloseCode::NotStored,
            RefusalCode::Paused | RefusalCode::Silence | RefusalCode::SlowDown => CloseCode::NotNow,
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
