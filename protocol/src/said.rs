//! What was said: the lines of a room's log.

use crate::ids::{Millis, SeatNo};
use crate::text::Words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of words they are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SaidKind {
    /// The holder's words, in their turn.
    Share,
    /// A facilitator's word to all, outside any turn.
    Announcement,
    /// A message on an open floor.
    Floor,
}

/// A silent sign to somebody's words. Shown by name; never counted or ranked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GestureKind {
    /// "Welcome", as a turn begins.
    Welcome,
    /// "Heard."
    Heard,
    /// "With you."
    WithYou,
    /// "Thank you."
    ThankYou,
}

/// Who made which sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Gesture {
    /// Who.
    pub seat: SeatNo,
    /// Which.
    pub kind: GestureKind,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Said {
    /// The words. Their id is the id of the command that sent them.
    pub words: Words,
    /// Who said them.
    pub seat: SeatNo,
    /// What kind of words they are.
    pub kind: SaidKind,
    /// The round they were said in; 0 outside any.
    pub round: u32,
    /// When.
    pub at: Millis,
    /// True once their author took them back: a tombstone stays.
    #[serde(default)]
    pub taken_back: bool,
    /// Signs made to them, in the order they were made, each by each seat at most once.
    #[serde(default)]
    pub gestures: Vec<Gesture>,
}
