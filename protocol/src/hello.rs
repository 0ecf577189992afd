//! The first frame of a connection.

use crate::ids::{CircleId, Epoch, RoomId};
use crate::keys::{EntryKey, SeatKey};
use crate::presence::Stance;
use crate::text::Text;
use crate::view::Cursor;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
#[cfg(feature = "schema")]
use ts_rs::TS;

/// The point to resume a lost connection from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Resume {
    /// The room that the connection was in.
    pub room: RoomId,
    /// The store's epoch, from `welcome`.
    pub epoch: Epoch,
    /// The last frame received for each audience.
    pub cursor: Cursor,
}

/// The first frame of every connection.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct Hello {
    /// The circle to join.
    pub circle: CircleId,
    /// Created by the client once and stored: the same key always leads to the same seat.
    pub seat_key: SeatKey,
    /// Derived from the link's secret. Needed to take a new seat.
    pub entry_key: Option<EntryKey>,
    /// The person's name. Needed to take a new seat.
    pub name: Option<Text>,
    /// The person's stance.
    #[serde(default)]
    #[cfg_attr(feature = "schema", ts(optional, as = "Option<_>"))]
    pub stance: Stance,
    /// The point to resume a lost connection from.
    pub resume: Option<Resume>,
    /// *It wasn't me*: this key replaces the seat's, and the old one becomes invalid.
    pub new_seat_key: Option<SeatKey>,
}
