//! The speaking token, and everything that moves with it.

use crate::ids::{Millis, Move, SeatNo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A clock that runs out. While the room is paused, ending or empty, clocks stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// It runs, and ends at this time.
    Until(Millis),
    /// It stands still, with this many milliseconds left.
    Left(u64),
}

impl Timer {
    /// Returns the end of a running clock.
    pub fn ends(self) -> Option<Millis> {
        match self {
            Self::Until(at) => Some(at),
            Self::Left(_) => None,
        }
    }

    /// Returns the clock standing still at `now`.
    pub fn stopped(self, now: Millis) -> Self {
        match self {
            Self::Until(at) => Self::Left(at.saturating_sub(now)),
            Self::Left(_) => self,
        }
    }

    /// Returns the clock running from `now` on.
    pub fn running(self, now: Millis) -> Self {
        match self {
            Self::Until(_) => self,
            Self::Left(ms) => Self::Until(now.saturating_add(ms)),
        }
    }

    /// Returns the clock with `ms` more on it.
    pub fn longer(self, ms: u64) -> Self {
        match self {
            Self::Until(at) => Self::Until(at.saturating_add(ms)),
            Self::Left(left) => Self::Left(left.saturating_add(ms)),
        }
    }
}

/// Where the speaking token is: exactly one, always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// It rests in the centre.
    Centre {
        /// In popcorn: until then only those not yet heard may reach for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        first_reach: Option<Timer>,
    },
    /// It is offered; the seat may take it, pass, or say later.
    Offered {
        /// To whom.
        seat: SeatNo,
    },
    /// A turn is under way.
    Held {
        /// Whose.
        seat: SeatNo,
        /// When they took it.
        since: Millis,
        /// Shares sent in this turn, those taken back included.
        shares: u32,
        /// The end of the turn's time, where it has a limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        limit: Option<Timer>,
        /// Whether the end of the limit moves the token on.
        firm: bool,
        /// Whether a firm limit was extended in this turn.
        extended: bool,
        /// Set while the holder's line is lost: how long the token waits for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        away: Option<Timer>,
    },
}

impl Token {
    /// The token resting, free for whoever the order allows.
    pub const CENTRE: Self = Self::Centre { first_reach: None };

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

/// The token and the order around it. Events that change any of it state the whole of it, so that
/// a screen only assigns.
///
/// `waiting` and `next` are computed without regard to mutes, which they would betray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Flow {
    /// Grows with every change of the token.
    #[serde(rename = "move")]
    #[ts(rename = "move")]
    pub mv: Move,
    /// Where the token is.
    pub token: Token,
    /// The seats of this round in the order it goes (go-round).
    pub lineup: Vec<SeatNo>,
    /// Who has been heard in this round.
    pub heard: Vec<SeatNo>,
    /// Who passed in this round.
    pub passed: Vec<SeatNo>,
    /// Who said *later*, in the order they said it.
    pub later: Vec<SeatNo>,
    /// Raised hands, in the order they went up.
    pub hands: Vec<SeatNo>,
    /// Who waits for the token, the next first.
    pub waiting: Vec<SeatNo>,
    /// Whom the order comes to next, where the order itself decides that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next: Option<SeatNo>,
    /// True while nobody who could be offered the token remains to be heard in this round.
    pub complete: bool,
    /// True after a facilitator took the token back: the order does not run until they let it.
    pub halted: bool,
    /// Set while no staff are here in an open session: when the room pauses for want of them, or,
    /// once it is paused for that, when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub unstaffed: Option<Timer>,
    /// When a room with nobody in it ends itself; absent while somebody is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub empty: Option<Millis>,
}

impl Flow {
    /// Returns the state before the first round: the token in the centre, nobody waiting.
    pub fn at_rest() -> Self {
        Self {
            mv: 0,
            token: Token::CENTRE,
            lineup: Vec::new(),
            heard: Vec::new(),
            passed: Vec::new(),
            later: Vec::new(),
            hands: Vec::new(),
            waiting: Vec::new(),
            next: None,
            complete: false,
            halted: false,
            unstaffed: None,
            empty: None,
        }
    }
}

/// The clock of an offer: told to the offered seat and to staff, to nobody else.
///
/// It counts only while the room's move is still `mv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct OfferClock {
    /// The move at which the offer was made.
    #[serde(rename = "move")]
    #[ts(rename = "move")]
    pub mv: Move,
    /// When it was made.
    pub since: Millis,
    /// When it becomes *later*.
    pub until: Timer,
}
