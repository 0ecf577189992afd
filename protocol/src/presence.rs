//! Presence: who is in the room, and how each person takes part.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{SeatNo, TextId};
use crate::text::Text;

wire_enum! {
    /// A seat's permissions. They come from the link that the person used to join; only a
    /// facilitator can change them.
    pub enum Role {
        /// Passes the turn, sets the prompt, keeps time. May do everything a moderator may.
        Facilitator,
        /// Looks after safety: pauses, mutes, removes.
        Moderator,
        /// Takes part.
        Participant,
        /// Observes, is shown as an observer, and is never offered the token.
        Listener,
    }

    /// A person's own choice of how to take part, changed at will.
    pub enum Stance {
        /// Offered the token in turn.
        Sharing,
        /// Present, but not offered the token.
        Listening,
        /// Not offered the token; the page collapses messages until they are opened.
        Resting,
    }

    /// Whether a seat's person is connected.
    pub enum Presence {
        /// Connected.
        Here,
        /// The connection was lost; the seat is kept for them.
        Away,
        /// They left or were removed.
        Left,
    }
}

#[allow(clippy::derivable_impls, reason = "the declaring macro has no place for #[default]")]
impl Default for Stance {
    fn default() -> Self {
        Self::Sharing
    }
}

impl Role {
    /// Returns whether this is a facilitator or a moderator.
    pub fn is_host(self) -> bool {
        matches!(self, Self::Facilitator | Self::Moderator)
    }
}

view! {
    /// One person, as everyone in the room sees them.
    pub struct Person {
        /// The name they chose. Names need not be unique.
        pub name: TextId,
        /// Their role now.
        pub role: Role,
        /// Their stance.
        pub stance: Stance,
        /// Whether they are connected.
        pub presence: Presence,
    }
}

impl Person {
    /// Returns whether they could be offered the token: here, sharing, and not a listener. Mutes
    /// don't count.
    pub fn is_eligible(&self) -> bool {
        self.presence == Presence::Here
            && self.stance == Stance::Sharing
            && self.role != Role::Listener
    }
}

commands! {
    /// Commands about the sender's own presence.
    pub enum PresenceCommand {
        /// Change your stance.
        Stance "stance" {
            /// The new stance.
            stance: Stance = Stance::Listening,
        }
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Change your name, once a minute ([`RENAME_EVERY_MS`](crate::limits::RENAME_EVERY_MS)).
        Rename "rename" {
            /// The new name.
            name: Text = Text::plain("Robin B."),
        }
        policy {
            role: Seat, muted: No, paused: No, ending: No,
            turn: (), text: (name as Name), target: (), when: Always,
        }
        /// Leave the circle. The seat stays yours.
        Leave "leave" {}
        policy {
            role: Seat, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
    }
}

facts! {
    /// Facts about presence.
    pub enum PresenceFact {
        /// Someone took a new seat.
        Joined {
            /// Their seat.
            seat: SeatNo = SeatNo(4),
        }
        /// Someone's connection was lost; the seat is kept for them.
        Away {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone is back.
        Returned {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone left, or was removed.
        Left {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// The server restarted: everyone is away until they reconnect.
        ServerRestarted {}
        /// Someone changed how they take part.
        StanceChanged {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
            /// Their new stance.
            stance: Stance = Stance::Listening,
        }
        /// Someone has another name.
        Renamed {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
            /// The host who did it for them.
            by: Option<SeatNo> = Some(SeatNo(1)),
        }
    }
}
