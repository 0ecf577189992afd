//! What only facilitators and moderators are told.

use crate::ids::SeatNo;
use crate::token::OfferClock;
use crate::view::{Barred, Muted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A fact for staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StaffEvent {
    /// The clock of an offer: set, or extended.
    OfferClock(OfferClock),
    /// A seat was muted, or its mute changed.
    Muted(Muted),
    /// A mute was lifted.
    Unmuted {
        /// Whose.
        seat: SeatNo,
        /// Who lifted it; absent where its time was over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        by: Option<SeatNo>,
    },
    /// A seat was removed; its key is barred in this circle.
    Barred(Barred),
    /// A removal was undone: the seat may come back.
    Unbarred {
        /// Whose.
        seat: SeatNo,
        /// Who undid it.
        by: SeatNo,
    },
    /// A seat has had this many turns.
    Turns {
        /// Whose.
        seat: SeatNo,
        /// Turns that held a share.
        turns: u32,
    },
    /// Somebody signals a process point.
    PointRaised {
        /// Who.
        seat: SeatNo,
    },
    /// A process point was answered.
    PointAnswered {
        /// Whose it was.
        seat: SeatNo,
        /// Who answered.
        by: SeatNo,
    },
}
