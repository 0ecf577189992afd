//! What a circle chose, and the times that follow from it.

use crate::declare::wire_enum;
use crate::round::{Advance, HandsBy, Order};
use crate::silence::Bell;
use crate::turn::TurnLimit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire_enum! {
    /// One choice for all timers.
    pub enum Pace {
        /// Twice the usual times.
        Unhurried,
        /// The usual times.
        Usual,
        /// About half the usual times.
        Brisk,
    }

    /// Whether an offer asks.
    pub enum Offers {
        /// Take it, pass, or later.
        Ask,
        /// An offer is taken at once (teams).
        AtOnce,
    }

    /// What happens when someone comes after a round began.
    pub enum Late {
        /// They listen until the next round.
        NextRound,
        /// They join at the end of this one.
        AtEnd,
        /// Nobody comes late: while a round is open, and once someone was heard or passed in one, no
        /// participant or listener gets a new seat. People who have one always come back.
        Closed,
    }
}

/// A circle's settings. Every field has a default, so `{}` is a circle with the usual settings.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
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
    /// Time for one turn, if there is a limit.
    pub limit: Option<TurnLimit>,
    /// Milliseconds between two messages of one person on an open floor; 0 for none.
    pub slow_ms: u64,
    /// Who may ring the bell.
    pub bell: Bell,
    /// The choice that all timers follow from.
    pub pace: Pace,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            order: Order::GoRound,
            hands_by: HandsBy::default(),
            advance: Advance::default(),
            offers: Offers::Ask,
            late: Late::NextRound,
            earlier_words: false,
            limit: None,
            slow_ms: 0,
            bell: Bell::Facilitator,
            pace: Pace::Usual,
        }
    }
}

crate::merge::leaf!(Settings, Timers);

/// The times of a room, in milliseconds. Snapshots state them, so no client guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Timers {
    /// After this an unanswered offer is shown to hosts.
    pub offer_notice_ms: u64,
    /// After this an unanswered offer becomes *later*.
    pub offer_ms: u64,
    /// How long the token waits for a holder whose connection dropped.
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
    /// How long nothing changes after the last host went away.
    pub no_host_ms: u64,
    /// How long a room paused without a host waits for them before it ends.
    pub no_host_end_ms: u64,
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
            no_host_ms: 60_000,
            no_host_end_ms: 600_000,
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
