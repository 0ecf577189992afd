//! What can happen to a room from outside.

use hearth_protocol::keys::KeyHash;
use hearth_protocol::presence::{Role, Stance};
use hearth_protocol::{CircleId, Command, CommandId, RoomId, SeatNo, Settings, Text, Timers};
use uuid::Uuid;

/// How a room begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The room.
    pub room: RoomId,
    /// The circle whose session it is.
    pub circle: CircleId,
    /// The circle's title.
    pub title: Text,
    /// What its members agreed on.
    pub agreements: Option<Text>,
    /// What it chose.
    pub settings: Settings,
    /// The times that follow from that.
    pub timers: Timers,
}

/// Something that happens to a room, to be decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Someone takes a new seat.
    Join {
        /// The hash of their seat key.
        key: KeyHash,
        /// The role of the link they joined by.
        role: Role,
        /// The name they chose.
        name: Text,
        /// How they take part.
        stance: Stance,
        /// The server process that holds their connection.
        node: Uuid,
    },
    /// A known seat is connected (again): after a drop, after leaving, or on another screen.
    Return {
        /// The seat.
        seat: SeatNo,
        /// The server process that holds its connection.
        node: Uuid,
    },
    /// A seat's connection is lost.
    ConnectionLost {
        /// The seat.
        seat: SeatNo,
    },
    /// *It wasn't me*: the seat belongs to another key from now on.
    ChangeKey {
        /// The seat.
        seat: SeatNo,
        /// The hash of the new key.
        key: KeyHash,
    },
    /// A seat sends a command.
    Command {
        /// Who sends it.
        seat: SeatNo,
        /// The command's id.
        id: CommandId,
        /// The command.
        command: Command,
    },
    /// A seat shows a sign of writing. It changes something only if it moves a deadline.
    Writing {
        /// Who writes.
        seat: SeatNo,
    },
    /// The room was loaded by a process that holds none of its connections.
    Restart,
}
