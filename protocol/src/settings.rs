//! A circle's settings, and the timers derived from them.

use crate::declare::wire_enum;
use crate::round::{Advance, HandsBy, Order};
use crate::silence::Bell;
use crate::turn::TurnLimit;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
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

    /// Whether people are asked before their turn begins.
    pub enum Offers {
        /// People can take the turn, pass, or say later.
        Ask,
        /// The turn begins at once, without asking (for teams).
        AtOnce,
    }

    /// What happens when someone arrives after a round has begun.
    pub enum Late {
        /// They listen until the next round.
        NextRound,
        /// They join the current round at its end.
        AtEnd,
        /// Closed to latecomers: while a round is open, and once someone was heard or passed in
        /// one, no participant or listener gets a new seat. People who have a seat can always come
        /// back.
        Closed,
    }
}

/// A circle's settings. Every field has a default, so `{}` is a circle with the usual settings.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
#[serde(default)]
pub struct Settings {
    /// The order its rounds begin with.
    pub order: Order,
    /// How raised hands are served.
    pub hands_by: HandsBy,
    /// Whether go-round and hands move on by themselves.
    pub advance: Advance,
    /// Whether people are asked before their turn begins.
    pub offers: Offers,
    /// When late arrivals join a go-round, or whether they can join at all.
    pub late: Late,
    /// Whether newcomers see what was said before they came.
    pub earlier_words: bool,
    /// Time for one turn, if there is a limit.
    pub limit: Option<TurnLimit>,
    /// Milliseconds between two messages of one person on an open floor; 0 for none.
    pub slow_ms: u64,
    /// Who may ring the bell.
    pub bell: Bell,
    /// The pace, from which all timers are derived.
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

/// The timers of a room, in milliseconds. Snapshots contain them, so clients needn't guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Timers {
    /// How long until hosts see that an offer is unanswered.
    pub offer_notice_ms: u64,
    /// How long until an unanswered offer becomes *later*.
    pub offer_ms: u64,
    /// How long the token waits for a holder whose connection dropped.
    pub grace_ms: u64,
    /// How long a share can be taken back after it was sent.
    pub take_back_ms: u64,
    /// How long before the end of a turn's limit the notice is given.
    pub limit_notice_ms: u64,
    /// Time added by *a little longer*, or by typing at the end of a firm limit.
    pub longer_ms: u64,
    /// A typing signal this close to the end of a firm limit extends it, once.
    pub writing_extends_ms: u64,
    /// Shortest time between two extensions by typing signals.
    pub extend_every_ms: u64,
    /// Time from when the last host has gone until the room pauses.
    pub no_host_ms: u64,
    /// How long a room that paused for lack of hosts waits for one before it ends.
    pub no_host_end_ms: u64,
    /// How long the end of a session can be undone.
    pub undo_end_ms: u64,
    /// How long until a room with nobody in it ends.
    pub empty_ms: u64,
}

impl Pace {
    /// Returns the timers for this pace (practice rules 3, 7, 10, 12, 13).
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
            // Never less than 20 s to answer (WCAG 2.2.1). A key press or a touch also renews it.
            Self::Brisk => {
                Timers { offer_notice_ms: 20_000, offer_ms: 45_000, grace_ms: 45_000, ..usual }
            }
        }
    }
}
