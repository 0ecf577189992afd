//! A round: one prompt, one order, and how the token travels in it.

use crate::ids::SeatNo;
use crate::text::Words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the token travels.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// In the order of seats, each once.
    GoRound,
    /// The holder names who is next, or lays the token in the centre.
    Popcorn,
    /// A queue of raised hands.
    Hands,
    /// The facilitator offers it each time.
    Facilitator,
    /// The token rests; anyone unmuted may write.
    Open,
}

/// How raised hands are served. Whoever had no turn in the round always comes first.
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
pub enum HandsBy {
    /// By turns taken in the session, then by when the hand went up.
    #[default]
    LeastHeard,
    /// By when the hand went up.
    FirstCome,
}

/// Whether go-round and hands move on by themselves.
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
pub enum Advance {
    /// The next offer follows the end of a turn.
    #[default]
    Itself,
    /// The next offer waits for the facilitator's word.
    Facilitator,
}

/// Where a go-round begins.
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
pub enum Start {
    /// At the facilitator who opens the round.
    #[default]
    Facilitator,
    /// At a seat drawn by lot, shown before the round begins.
    Random,
    /// At a chosen seat.
    Seat(SeatNo),
}

/// How long a turn should last.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
pub struct TurnLimit {
    /// Milliseconds from taking the token. Between 15 seconds and one hour.
    pub ms: u64,
    /// Whether the token moves on at the end. A gentle limit (`false`) only tells.
    #[serde(default)]
    pub firm: bool,
}

/// What stays the same while a round lasts, unless the facilitator changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Round {
    /// From 1 in each room.
    pub number: u32,
    /// False once it was closed.
    pub open: bool,
    /// What is asked; absent when nothing particular is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub prompt: Option<Words>,
    /// How the token travels.
    pub order: Order,
    /// How hands are served, where the order is hands.
    pub hands_by: HandsBy,
    /// Whether the order runs by itself.
    pub advance: Advance,
    /// Time for one turn; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<TurnLimit>,
    /// Milliseconds between two messages of one person on an open floor; 0 for none.
    pub slow_ms: u64,
}
