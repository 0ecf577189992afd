//! What a circle chose, and the times that follow from it.

use crate::round::{Advance, HandsBy, Order, TurnLimit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One choice for all timers.
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
pub enum Pace {
    /// Twice the usual times.
    Unhurried,
    /// The usual times.
    #[default]
    Usual,
    /// About half the usual times.
    Brisk,
}

/// Whether an offer asks.
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
pub enum Offers {
    /// Take it, pass, or later.
    #[default]
    Ask,
    /// An offer is taken at once (teams).
    AtOnce,
}

/// What becomes of somebody who comes after a round began.
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
pub enum Late {
    /// They listen until the next round.
    #[default]
    NextRound,
    /// They join at the end of this one.
    AtEnd,
    /// Nobody comes late: while a round is open, and once somebody was heard or passed in one, no
    /// participant or listener is given a new seat. Those who have one always come back.
    Closed,
}

/// A circle's settings. Every field has a default, so `{}` is a circle with the usual ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(default)]
pub struct Settings {
    /// The order its rounds begin with.
    pub order: Order,
    /// How raised hands are served.
    pub hands_by: HandsBy,
    /// Whether go-round and hands move on by themselves.
    pub advance: Advance,
    /// Whether an offer asks.
    pub offers: Offers,
    /// When late arrivals join a go-round, or whether they come in at all.
    pub late: Late,
    /// Whether newcomers see what was said before they came.
    pub earlier_words: bool,
    /// Time for one turn, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub limit: Option<TurnLimit>,
    /// Milliseconds between two messages of one person on an open floor; 0 for none.
    pub slow_ms: u64,
    /// The choice that all timers follow from.
    pub pace: Pace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            order: Order::GoRound,
            hands_by: HandsBy::default(),
            advance: Advance::default(),
            offers: Offers::default(),
            late: Late::default(),
            earlier_words: false,
            limit: None,
            slow_ms: 0,
            pace: Pace::default(),
        }
    }
}

/// The times of a room, in milliseconds. They are announced, so no client guesses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Timers {
    /// After this an unanswered offer is shown to staff.
    pub offer_notice_ms: u64,
    /// After this an unanswered offer becomes *later*.
    pub offer_ms: u64,
    /// How long the token waits for a holder whose line dropped.
    pub grace_ms: u64,
    /// How long a share can be taken back.
    pub take_back_ms: u64,
    /// The notice before a turn's limit ends.
    pub limit_notice_ms: u64,
    /// What *a little longer*, or writing at the end of a firm limit, adds.
    pub longer_ms: u64,
    /// A sign of writing this close to the end of a firm limit extends it, once.
    pub writing_extends_ms: u64,
    /// Least time between two extensions by signs of writing.
    pub extend_every_ms: u64,
    /// How long nothing changes after the last of staff went away.
    pub unstaffed_ms: u64,
    /// How long a room paused without staff waits for them before it ends.
    pub unstaffed_end_ms: u64,
    /// How long an end can be undone.
    pub undo_end_ms: u64,
    /// After how long a room with nobody in it ends itself.
    pub empty_ms: u64,
}

impl Pace {
    /// Returns the times that follow from this choice (practice rules 3, 7, 10, 12, 13).
    pub fn timers(self) -> Timers {
        let usual = Timers {
            offer_notice_ms: 45_000,
            offer_ms: 90_000,
            grace_ms: 90_000,
            take_back_ms: 10_000,
            limit_notice_ms: 60_000,
            longer_ms: 60_000,
            writing_extends_ms: 10_000,
            extend_every_ms: 15_000,
            unstaffed_ms: 60_000,
            unstaffed_end_ms: 600_000,
            undo_end_ms: 120_000,
            empty_ms: 1_800_000,
        };
        match self {
            Self::Usual => usual,
            Self::Unhurried => {
                Timers { offer_notice_ms: 90_000, offer_ms: 180_000, grace_ms: 180_000, ..usual }
            }
            // Never under 20 s to answer (WCAG 2.2.1); a key or a touch renews it besides.
            Self::Brisk => {
                Timers { offer_notice_ms: 20_000, offer_ms: 45_000, grace_ms: 45_000, ..usual }
            }
        }
    }
}
