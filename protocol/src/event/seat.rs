//! What one seat alone is told.

use crate::token::OfferClock;
use crate::view::OwnMute;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A fact for one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatEvent {
    /// The clock of the offer made to you: set, or extended.
    OfferClock(OfferClock),
    /// You were muted: you keep your place, and cannot speak until it is lifted.
    Muted(OwnMute),
    /// Your mute was lifted.
    Unmuted {},
    /// You were removed. The last thing a seat is told, unless the removal is undone.
    Removed {},
    /// Your removal was undone: you may come back.
    Restored {},
}
