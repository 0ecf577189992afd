//! What a seat sees: what everyone sees, what staff see besides, what it alone sees besides.

use crate::ids::{CircleId, Millis, RoomId, SeatNo};
use crate::people::Person;
use crate::round::Round;
use crate::said::Said;
use crate::settings::{Settings, Timers};
use crate::text::Words;
use crate::token::{Flow, OfferClock};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a session stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Arrivals. An open floor while staff are present.
    Gathering,
    /// Rounds.
    Open,
    /// The closing round.
    Closing,
    /// Goodbyes. An open floor while staff are present.
    Lingering,
    /// Over.
    Ended,
}

/// Why a room is paused.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PauseWhy {
    /// Staff asked for it.
    Staff,
    /// No staff are present.
    NoStaff,
}

/// A pause: the turn is kept, clocks stand still, sending is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Pause {
    /// Why.
    pub why: PauseWhy,
    /// Who of staff asked for it; kept while staff are missing, so that their pause stands again
    /// when they return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<SeatNo>,
    /// What they said to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<Words>,
}

/// What everyone in the room sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Common {
    /// This session.
    pub room: RoomId,
    /// The circle whose session it is.
    pub circle: CircleId,
    /// The circle's title.
    pub title: Words,
    /// What the members agreed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agreements: Option<Words>,
    /// What the circle chose.
    pub settings: Settings,
    /// The times that follow from it.
    pub timers: Timers,
    /// When the room was opened.
    pub opened_at: Millis,
    /// Where the session stands.
    pub phase: Phase,
    /// Set while an *end* can still be undone: when the room closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ending: Option<Millis>,
    /// Set while the room is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub paused: Option<Pause>,
    /// All seats, by number from 1.
    pub people: Vec<Person>,
    /// The round under way, or the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub round: Option<Round>,
    /// The token and the order around it.
    pub flow: Flow,
}

impl Common {
    /// Returns the person at `seat`, if it was ever taken.
    pub fn person(&self, seat: SeatNo) -> Option<&Person> {
        usize::from(seat.0).checked_sub(1).and_then(|index| self.people.get(index))
    }

    /// Returns the person at `seat` for change.
    pub fn person_mut(&mut self, seat: SeatNo) -> Option<&mut Person> {
        usize::from(seat.0).checked_sub(1).and_then(|index| self.people.get_mut(index))
    }

    /// Returns whether clocks stand still: paused, ending, or nobody here.
    pub fn stands_still(&self) -> bool {
        self.paused.is_some()
            || self.ending.is_some()
            || self.flow.empty.is_some()
            || self.phase == Phase::Ended
    }
}

/// A mute, as staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Muted {
    /// Who.
    pub seat: SeatNo,
    /// Who of staff did it.
    pub by: SeatNo,
    /// When it lifts by itself; absent for until somebody lifts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<Millis>,
}

/// A removal, as staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Barred {
    /// Who.
    pub seat: SeatNo,
    /// Who of staff did it.
    pub by: SeatNo,
    /// When.
    pub at: Millis,
}

/// How many turns a seat has had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Turns {
    /// Who.
    pub seat: SeatNo,
    /// Turns that held a share.
    pub turns: u32,
}

/// What staff see besides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct Board {
    /// The clock of the offer under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub offer: Option<OfferClock>,
    /// Who is muted, by seat.
    pub muted: Vec<Muted>,
    /// Who was removed and may not come back, by seat.
    pub barred: Vec<Barred>,
    /// Turns taken in this session, by seat; a seat without any is absent.
    pub turns: Vec<Turns>,
    /// Process points waiting for an answer, the oldest first.
    pub points: Vec<SeatNo>,
}

impl Board {
    /// Returns the mute on `seat`, if there is one.
    pub fn mute_of(&self, seat: SeatNo) -> Option<&Muted> {
        self.muted.iter().find(|muted| muted.seat == seat)
    }

    /// Returns whether `seat` was removed and not restored.
    pub fn is_barred(&self, seat: SeatNo) -> bool {
        self.barred.iter().any(|barred| barred.seat == seat)
    }

    /// Returns the turns `seat` has had in this session.
    pub fn turns_of(&self, seat: SeatNo) -> u32 {
        self.turns.iter().find(|turns| turns.seat == seat).map_or(0, |turns| turns.turns)
    }
}

/// A mute, as the muted seat sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct OwnMute {
    /// When it lifts by itself; absent for until staff lift it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<Millis>,
}

/// What one seat alone sees.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct Own {
    /// The clock of the offer made to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub offer: Option<OfferClock>,
    /// Set while it is muted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub muted: Option<OwnMute>,
    /// True once it was removed.
    #[serde(default)]
    pub removed: bool,
}

/// A position in each sequence a seat receives. Each audience has its own gapless sequence from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct Cursor {
    /// The last event to the room.
    pub room: u64,
    /// The last event to this seat.
    pub seat: u64,
    /// The last event to staff; absent for those who are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub staff: Option<u64>,
}

/// All that one seat may see, at one point of the room's history.
///
/// *Old snapshot + its events = new snapshot*, on the server and on every screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Snapshot {
    /// Whose.
    pub seat: SeatNo,
    /// The last event of each sequence that is in it.
    pub cursor: Cursor,
    /// What everyone sees.
    pub common: Common,
    /// What was said, the oldest first; on the wire only the last part of it.
    pub said: Vec<Said>,
    /// True where older words than these can be asked for (`page`).
    #[serde(default)]
    pub earlier: bool,
    /// What staff see, for staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub board: Option<Board>,
    /// What this seat alone sees.
    pub own: Own,
}
