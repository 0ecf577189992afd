//! The speaking token and the turn: offering, taking, passing, finishing, and time.

use crate::declare::{commands, facts, view, wire_enum, wire_struct};
use crate::ids::{Millis, SeatNo, TurnId};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

/// A timer. Turn timers stop while the room is paused, ending or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Running; it ends at this time.
    Until(Millis),
    /// Stopped, with this many milliseconds left.
    Left(u64),
}

crate::merge::leaf!(Timer, Token, TurnLimit, OfferClock);

impl Timer {
    /// Returns when a running timer ends.
    pub fn ends(self) -> Option<Millis> {
        match self {
            Self::Until(at) => Some(at),
            Self::Left(_) => None,
        }
    }

    /// Returns the timer stopped at `now`.
    pub fn stopped(self, now: Millis) -> Self {
        match self {
            Self::Until(at) => Self::Left(at.saturating_sub(now)),
            Self::Left(_) => self,
        }
    }

    /// Returns the timer running from `now` on.
    pub fn running(self, now: Millis) -> Self {
        match self {
            Self::Until(_) => self,
            Self::Left(ms) => Self::Until(now.saturating_add(ms)),
        }
    }

    /// Returns the timer running from `now` on, or stopped.
    pub fn set(self, runs: bool, now: Millis) -> Self {
        if runs { self.running(now) } else { self.stopped(now) }
    }

    /// Returns the timer extended by `ms`.
    pub fn longer(self, ms: u64) -> Self {
        match self {
            Self::Until(at) => Self::Until(at.saturating_add(ms)),
            Self::Left(left) => Self::Left(left.saturating_add(ms)),
        }
    }

    /// Returns the milliseconds left at `now`.
    pub fn left(self, now: Millis) -> u64 {
        match self {
            Self::Until(at) => at.saturating_sub(now),
            Self::Left(ms) => ms,
        }
    }
}

/// The speaking token's position. There is always exactly one token.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub enum Token {
    /// It rests in the centre.
    Centre {
        /// In popcorn: until then, only people who haven't been heard may take it.
        first_reach: Option<Timer>,
    },
    /// It is offered; the seat may take it, pass, or say later.
    Offered {
        /// The seat it is offered to.
        seat: SeatNo,
    },
    /// Someone has the turn.
    Held {
        /// The seat that holds it.
        seat: SeatNo,
        /// When they took it.
        since: Millis,
        /// Number of messages sent in this turn, including those taken back.
        shares: u32,
        /// When the turn's time ends, if it has a limit.
        limit: Option<Timer>,
        /// Whether the end of the limit moves the token on.
        firm: bool,
        /// Whether a firm limit was extended in this turn.
        extended: bool,
        /// Set while the holder is disconnected: how much longer the token waits for them.
        away: Option<Timer>,
    },
}

impl Token {
    /// The token resting in the centre, free for anyone the order allows.
    pub const CENTRE: Self = Self::Centre { first_reach: None };

    /// Returns whether it rests in the centre.
    pub fn is_resting(&self) -> bool {
        matches!(self, Self::Centre { .. })
    }

    /// Returns the seat that holds it.
    pub fn holder(&self) -> Option<SeatNo> {
        match self {
            Self::Held { seat, .. } => Some(*seat),
            Self::Centre { .. } | Self::Offered { .. } => None,
        }
    }

    /// Returns the seat it is offered to.
    pub fn offered(&self) -> Option<SeatNo> {
        match self {
            Self::Offered { seat } => Some(*seat),
            Self::Centre { .. } | Self::Held { .. } => None,
        }
    }

    /// Returns the seat it is offered to or held by.
    pub fn seat(&self) -> Option<SeatNo> {
        self.holder().or(self.offered())
    }
}

view! {
    /// The turn, as everyone sees it.
    pub struct TurnState {
        /// Grows with every change of the token.
        pub turn_id: TurnId,
        /// Where the token is.
        pub token: Token,
    }
}

wire_struct! {
    /// The timer of an offer, sent only to the offered seat and to hosts. Valid only while the
    /// room's turn id is the one it names.
    pub struct OfferClock {
        /// The turn id of the offer.
        pub turn_id: TurnId,
        /// When the offer was made.
        pub since: Millis,
        /// When it becomes *later*.
        pub until: Timer,
    }

    /// How long a turn should last.
    pub struct TurnLimit {
        /// Milliseconds from taking the token, between 15 seconds and one hour.
        pub ms: u64,
        /// Whether the token moves on at the end. A gentle limit (`false`) only gives notice.
        pub firm: bool,
    }
}

wire_enum! {
    /// How a turn ended. The queue shows whether it counts as heard.
    pub enum TurnEnd {
        /// The holder finished.
        Finished,
        /// The holder passed without having shared.
        Passed,
        /// The holder said later without having shared.
        Later,
        /// A host moved the token on.
        Skipped,
        /// The facilitator took the token back to the centre.
        Reclaimed,
        /// The facilitator offered it to someone else.
        Moved,
        /// A firm limit ended.
        TimeUp,
        /// The holder's connection did not come back in time.
        ConnectionLost,
        /// The holder left, stopped taking part, or became a listener.
        GivenUp,
    }

    /// How an offer ended that its seat didn't answer.
    pub enum OfferEnd {
        /// It was not answered in time, and counts as *later*.
        Unanswered,
        /// A host moved on; it counts as *later*.
        Skipped,
        /// The facilitator took the token back to the centre.
        Reclaimed,
        /// The facilitator offered it to someone else.
        Moved,
        /// The seat left, stopped taking part, or became a listener.
        Lapsed,
    }
}

commands! {
    /// Commands about the token and the turn.
    pub enum TurnCommand {
        /// Take the token: offered to you, or from the centre in popcorn.
        Take "take" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Voice, muted: No, paused: No, ending: No,
            turn: (turn_id), text: (), target: (), when: CanTake,
        }
        /// Pass. Always allowed; no reason is needed.
        Pass "pass" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: Yes,
            turn: (turn_id), text: (), target: (), when: HasToken,
        }
        /// Say later: be offered the turn again in this round.
        Later "later" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: No,
            turn: (turn_id), text: (), target: (), when: HasToken,
        }
        /// Finish your turn.
        Finish "finish" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
            /// In popcorn: the next person. If absent, the token goes to the centre.
            to: Option<SeatNo> = Some(SeatNo(4)),
        }
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: Yes,
            turn: (turn_id), text: (), target: (to as NextSpeaker), when: HoldsToken,
        }
        /// Get a little longer, for your own offer or turn; hosts may extend anyone's.
        Longer "longer" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Voice, muted: Yes, paused: No, ending: No,
            turn: (turn_id), text: (), target: (), when: HasTokenOrHosts,
        }
        /// Offer the token to someone.
        Offer "offer" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
            /// Seat to offer it to.
            seat: SeatNo = SeatNo(4),
        }
        policy {
            role: Facilitator, muted: Yes, paused: No, ending: No,
            turn: (turn_id), text: (), target: (seat as Eligible), when: OrderOffers,
        }
        /// Let the order make its next offer, if it waits for the facilitator.
        Next "next" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Facilitator, muted: Yes, paused: No, ending: No,
            turn: (turn_id), text: (), target: (), when: TokenRestsInQueue,
        }
        /// Move on from the current offer or turn.
        Skip "skip" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: No,
            turn: (turn_id), text: (), target: (), when: TokenOut,
        }
        /// Take the token back to the centre, and halt the order.
        Reclaim "reclaim" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (turn_id), text: (), target: (), when: TokenOut,
        }
        /// Resume a halted order.
        ResumeOrder "resume_order" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
        }
        policy {
            role: Facilitator, muted: Yes, paused: No, ending: No,
            turn: (turn_id), text: (), target: (), when: OrderHalted,
        }
    }
}

facts! {
    /// Facts about the token.
    pub enum TurnFact {
        /// The token was offered.
        Offered {
            /// The seat it was offered to.
            seat: SeatNo = SeatNo(3),
            /// Seat that offered it; absent if the order did.
            by: Option<SeatNo> = Some(SeatNo(1)),
        }
        /// A turn began.
        TurnBegan {
            /// The seat whose turn began.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone passed.
        Passed {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone said later.
        Later {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// An offer ended unanswered.
        OfferEnded {
            /// The seat it was made to.
            seat: SeatNo = SeatNo(3),
            /// How it ended.
            how: OfferEnd = OfferEnd::Unanswered,
        }
        /// A turn ended.
        TurnEnded {
            /// The seat whose turn ended.
            seat: SeatNo = SeatNo(2),
            /// How it ended.
            how: TurnEnd = TurnEnd::Finished,
        }
        /// The first reach ended: anyone may take the token now (popcorn).
        ReachOpened {}
        /// The turn was extended.
        Extended {
            /// The seat whose turn it is.
            seat: SeatNo = SeatNo(3),
        }
        /// A halted order was resumed.
        OrderResumed {}
    }
}
