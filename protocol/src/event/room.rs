//! What everyone in the room is told.

use crate::ids::{CircleId, Millis, RoomId, SeatNo, WordsId};
use crate::people::{Person, Role, Stance};
use crate::round::Round;
use crate::said::{GestureKind, SaidKind};
use crate::settings::{Settings, Timers};
use crate::text::Words;
use crate::token::Flow;
use crate::view::{Pause, Phase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a turn ended. Whether it counts as heard stands in the event's flow.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TurnEnd {
    /// The holder was done.
    Done,
    /// The holder passed, without having shared.
    Passed,
    /// The holder said later, without having shared.
    Later,
    /// Staff moved the token on.
    Skipped,
    /// The facilitator took the token back to the centre.
    Reclaimed,
    /// The facilitator offered it to somebody else.
    Moved,
    /// A firm limit ended.
    TimeUp,
    /// The holder's line did not come back in time.
    LineLost,
    /// The holder could not keep it: they left, or stopped taking part.
    GivenUp,
}

/// How an offer ended that was not taken, passed or put off by the one it was made to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// It was not answered in time, and counts as *later*.
    Unanswered,
    /// Staff moved on; it counts as *later*.
    Skipped,
    /// The facilitator took the token back to the centre.
    Reclaimed,
    /// The facilitator offered it to somebody else.
    Moved,
    /// The seat could not take it any more.
    Lapsed,
}

/// Why a room ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EndWhy {
    /// Staff ended it.
    Staff,
    /// It was empty for too long.
    Empty,
    /// No staff came back.
    NoStaff,
}

/// A fact for everyone in the room. `flow` is the token and the order as they are after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomEvent {
    /// The room opened; always its first event.
    Opened {
        /// This session.
        room: RoomId,
        /// The circle.
        circle: CircleId,
        /// The circle's title.
        title: Words,
        /// What the members agreed on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        agreements: Option<Words>,
        /// What the circle chose.
        settings: Settings,
        /// The times that follow from it.
        timers: Timers,
        /// The token, resting.
        flow: Flow,
    },
    /// Somebody took a new seat.
    Joined {
        /// They.
        person: Person,
        /// What follows.
        flow: Flow,
    },
    /// A line was lost; the seat waits.
    Away {
        /// Whose.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Somebody is back on their seat.
    Returned {
        /// Who.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Somebody is no longer in the circle.
    Left {
        /// Who.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// The server came back after a stop: these lines were lost with it.
    Woken {
        /// Whose.
        seats: Vec<SeatNo>,
        /// What follows: clocks stand still until the first returns.
        flow: Flow,
    },
    /// Somebody changed how they are here.
    Stance {
        /// Who.
        seat: SeatNo,
        /// How.
        stance: Stance,
        /// What follows.
        flow: Flow,
    },
    /// Somebody's role was changed.
    Role {
        /// Whose.
        seat: SeatNo,
        /// To what.
        role: Role,
        /// What follows.
        flow: Flow,
    },
    /// Somebody changed the name they go by.
    Renamed {
        /// Who.
        seat: SeatNo,
        /// Their name now.
        name: Words,
    },
    /// The session moved on to another phase.
    Phase {
        /// Which.
        phase: Phase,
        /// What follows.
        flow: Flow,
    },
    /// A round began.
    RoundOpened {
        /// The round.
        round: Round,
        /// What follows.
        flow: Flow,
    },
    /// The round is over; the token rests.
    RoundClosed {
        /// What follows.
        flow: Flow,
    },
    /// The facilitator changed the order, the prompt or the limit of the round under way.
    RoundChanged {
        /// The round as it is now.
        round: Round,
        /// What follows.
        flow: Flow,
    },
    /// The facilitator put those who wait in another order.
    Reordered {
        /// What follows.
        flow: Flow,
    },
    /// The token is offered.
    Offered {
        /// To whom.
        seat: SeatNo,
        /// Who offered it; absent where the order did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        by: Option<SeatNo>,
        /// What follows.
        flow: Flow,
    },
    /// A turn began.
    Taken {
        /// Whose.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Somebody passed.
    Passed {
        /// Who.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Somebody asked to be offered it later.
    Later {
        /// Who.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// An offer ended unanswered by its seat.
    OfferEnded {
        /// To whom it was made.
        seat: SeatNo,
        /// How it ended.
        how: OfferEnd,
        /// What follows.
        flow: Flow,
    },
    /// A turn ended.
    TurnEnded {
        /// Whose.
        seat: SeatNo,
        /// How.
        how: TurnEnd,
        /// What follows.
        flow: Flow,
    },
    /// The first reach ended: anyone may reach for the token now (popcorn).
    ReachOpened {
        /// What follows.
        flow: Flow,
    },
    /// The order runs again after the facilitator halted it.
    WentOn {
        /// What follows.
        flow: Flow,
    },
    /// The turn has a little longer.
    Extended {
        /// Whose turn.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// A hand went up.
    HandRaised {
        /// Whose.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// A hand went down.
    HandLowered {
        /// Whose.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Somebody moved themselves back among those who wait.
    SteppedBack {
        /// Who.
        seat: SeatNo,
        /// What follows.
        flow: Flow,
    },
    /// Words were said.
    Said {
        /// The words; their id is the id of the command that sent them.
        words: Words,
        /// Who said them.
        seat: SeatNo,
        /// What kind of words they are.
        kind: SaidKind,
        /// What follows.
        flow: Flow,
    },
    /// Their author took words back; a tombstone stays.
    TakenBack {
        /// Which.
        said: WordsId,
    },
    /// A sign was made to words, or withdrawn.
    Gestured {
        /// To which.
        said: WordsId,
        /// By whom.
        seat: SeatNo,
        /// Which sign.
        kind: GestureKind,
        /// Made (`true`) or withdrawn.
        on: bool,
    },
    /// The room pauses.
    Paused {
        /// Why, and by whom.
        pause: Pause,
        /// What follows: clocks stand still.
        flow: Flow,
    },
    /// The room goes on.
    Resumed {
        /// What follows: clocks run.
        flow: Flow,
    },
    /// Staff ended the session; it can be undone until the room closes.
    Ending {
        /// When the room closes.
        closes: Millis,
        /// Who ended it.
        by: SeatNo,
        /// What follows: clocks stand still.
        flow: Flow,
    },
    /// The end was undone.
    EndUndone {
        /// By whom.
        by: SeatNo,
        /// What follows: clocks run.
        flow: Flow,
    },
    /// The room is over; always its last event.
    Ended {
        /// Why.
        why: EndWhy,
        /// The token, resting.
        flow: Flow,
    },
}
