//! What can happen to a room from outside.

use hearth_protocol::keys::KeyHash;
use hearth_protocol::text::Words;
use hearth_protocol::{
    CircleId, Command, CommandId, Role, RoomId, SeatNo, Settings, Stance, Timers,
};
use uuid::Uuid;

/// How a room begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// This session.
    pub room: RoomId,
    /// The circle whose session it is.
    pub circle: CircleId,
    /// The circle's title.
    pub title: Words,
    /// What its members agreed on.
    pub agreements: Option<Words>,
    /// What it chose.
    pub settings: Settings,
    /// The times that follow from it.
    pub timers: Timers,
}

/// Something that happens to a room, to be decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Somebody new takes a seat.
    Join {
        /// The hash of the seat key they made.
        key: KeyHash,
        /// The role of the link they came by.
        role: Role,
        /// The name they chose, with its text.
        name: Words,
        /// How they arrive.
        stance: Stance,
        /// The incarnation of the node that holds their line.
        node: Uuid,
    },
    /// A line to a known seat is there (again): after a drop, after leaving, or on another screen.
    Return {
        /// The seat.
        seat: SeatNo,
        /// The incarnation of the node that holds their line.
        node: Uuid,
    },
    /// A seat's line is lost.
    Lost {
        /// The seat.
        seat: SeatNo,
    },
    /// *It wasn't me*: the seat belongs to another key from now on.
    Rekey {
        /// The seat.
        seat: SeatNo,
        /// The hash of the new key.
        key: KeyHash,
    },
    /// A seat asks for something.
    Command {
        /// Who asks.
        seat: SeatNo,
        /// The command's id.
        id: CommandId,
        /// What for.
        command: Command,
        /// A random number, for what is drawn by lot.
        dice: u64,
    },
    /// A seat shows a sign of writing. It causes an event only where it moves a deadline.
    Writing {
        /// Who writes.
        seat: SeatNo,
    },
    /// The room was loaded by a server that holds none of its lines.
    Wake {
        /// The incarnation of that server.
        node: Uuid,
    },
}
