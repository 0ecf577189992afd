//! Inputs of a room.

use hearth_protocol::keys::KeyHash;
use hearth_protocol::presence::{Role, Stance};
use hearth_protocol::{
    BarId, CircleId, Command, CommandId, Millis, RoomId, SeatNo, Settings, Text, Timers,
};
use uuid::Uuid;

/// Options of a new room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The room.
    pub room: RoomId,
    /// The circle that holds the session.
    pub circle: CircleId,
    /// The circle's title.
    pub title: Text,
    /// Agreements of the circle's members.
    pub agreements: Option<Text>,
    /// Settings of the circle.
    pub settings: Settings,
    /// Timers derived from the settings.
    pub timers: Timers,
    /// The circle's bars.
    pub bars: Vec<EarlierBar>,
}

/// A bar from an earlier session of the circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierBar {
    /// Its id.
    pub id: BarId,
    /// The name that the person had.
    pub name: Text,
    /// Time of the removal.
    pub at: Millis,
}

/// Something that happens to a room and needs a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Someone takes a new seat.
    Join {
        /// The hash of their seat key.
        key: KeyHash,
        /// The role of the link they used to join.
        role: Role,
        /// The name they chose.
        name: Text,
        /// Their stance.
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
        /// Seat of the sender.
        seat: SeatNo,
        /// The command's id.
        id: CommandId,
        /// The command.
        command: Command,
    },
    /// A seat is typing. That changes something only if it moves a deadline.
    Writing {
        /// Seat that is typing.
        seat: SeatNo,
    },
    /// The room was loaded by a process that holds none of its connections.
    Restart,
}
