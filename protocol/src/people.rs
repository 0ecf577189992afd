//! Who is in a room, as everyone sees them.

use crate::ids::SeatNo;
use crate::text::Words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a seat may do; fixed by the link it came by, changed only by a facilitator.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Passes the turn, sets the prompt, keeps time. May do all a moderator may.
    Facilitator,
    /// Watches over safety: pauses, mutes, removes.
    Moderator,
    /// Takes part.
    Participant,
    /// Observes, shown as such; the token never comes to them.
    Listener,
}

impl Role {
    /// Every role that a link can carry into a room, from the one that may do most.
    pub const ALL: [Self; 4] =
        [Self::Facilitator, Self::Moderator, Self::Participant, Self::Listener];

    /// Returns whether this role sees what only staff see.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Facilitator | Self::Moderator)
    }
}

/// A person's own choice of how to be here, changed at will.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    TS,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// Offered the token in turn.
    #[default]
    Sharing,
    /// Present, not offered the token.
    Listening,
    /// Not offered the token; the page folds words until they are opened.
    Resting,
}

/// Whether a seat's person can be reached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// A live line.
    Here,
    /// The line was lost; the seat waits for its return.
    Away,
    /// They left, or were removed.
    Left,
}

/// One seat as everyone in the room sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Person {
    /// Their seat.
    pub seat: SeatNo,
    /// The name they chose. Names need not be unique.
    pub name: Words,
    /// Their role.
    pub role: Role,
    /// How they chose to be here.
    pub stance: Stance,
    /// Whether they can be reached.
    pub presence: Presence,
}
