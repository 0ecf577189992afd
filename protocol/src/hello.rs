//! The first frame of a connection.

use crate::ids::{CircleId, Epoch, RoomId};
use crate::keys::{EntryKey, SeatKey};
use crate::presence::Stance;
use crate::text::Text;
use crate::view::Cursor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a lost connection stopped, to go on from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Resume {
    /// The room it was in.
    pub room: RoomId,
    /// The store's epoch, from `welcome`.
    pub epoch: Epoch,
    /// The last frame of each audience that arrived.
    pub cursor: Cursor,
}

/// The first frame of every connection.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(optional_fields)]
pub struct Hello {
    /// The circle to join.
    pub circle: CircleId,
    /// Made by the client once and kept: the same key is the same seat.
    pub seat_key: SeatKey,
    /// Follows from the link's secret. Needed to take a new seat.
    pub entry_key: Option<EntryKey>,
    /// The name to go by. Needed to take a new seat.
    pub name: Option<Text>,
    /// How they take part.
    #[serde(default)]
    #[ts(optional, as = "Option<_>")]
    pub stance: Stance,
    /// Where a lost connection stopped.
    pub resume: Option<Resume>,
    /// *It wasn't me*: from now on this key is the seat's, and the old one is worth nothing.
    pub new_seat_key: Option<SeatKey>,
}
