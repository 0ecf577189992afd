//! A journal row: one decision in the form that is stored, published, resumed and replayed.
//!
//! Its frames are raw JSON without texts, so nobody has to encode them again and no text reaches
//! the row: each part names its texts by id, and the sender adds them.

use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CommandId, Fact, MessageNo, Millis, SeatNo, TextId, TextIds};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The format of rows that this version writes. Since format 4, questions are messages.
pub const ROW_FORMAT: u16 = 4;

/// The oldest format that this version reads. Rows of an older or newer one are refused.
pub const ROW_FORMAT_OLDEST: u16 = 3;

/// One decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// [`ROW_FORMAT`], or the one that an older version wrote.
    pub format: u16,
    /// Number of the row in its room, from 1, without gaps.
    pub seq: u64,
    /// Time of the decision.
    pub at: Millis,
    /// The command that caused it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The frame to everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomPart>,
    /// The frame to hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<AudiencePart>,
    /// Frames to single seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<(SeatNo, AudiencePart)>,
    /// The patch to the state that no audience sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal: Option<Box<RawValue>>,
    /// Effects to carry out when publishing the row, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
}

/// The command that caused a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Seat of the sender.
    pub seat: SeatNo,
    /// Its id.
    pub id: CommandId,
}

/// The part of a decision for one audience.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AudiencePart {
    /// Number of the frame in the audience's sequence.
    pub number: u64,
    /// The facts: a JSON array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<RawValue>>,
    /// The merge patch to the audience's view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<Box<RawValue>>,
    /// The texts that the patch mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextId>,
    /// The texts that it erases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<TextId>,
}

/// The part of a decision for everyone: a common part, and a part for each message it touches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoomPart {
    /// The part for all recipients.
    pub common: AudiencePart,
    /// The parts for recipients who may see a message ([`Room::sees`](crate::Room::sees)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<MessagePart>,
}

/// The part of a decision for one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MessagePart {
    /// The message.
    pub message: MessageNo,
    /// The facts: a JSON array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<RawValue>>,
    /// The merge patch to the message.
    pub patch: Box<RawValue>,
    /// The texts that the patch mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextId>,
    /// The texts that it erases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<TextId>,
}

/// An effect to carry out when publishing a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Erase texts everywhere.
    EraseTexts(TextIds),
    /// Close a seat's connection.
    Disconnect {
        /// The seat.
        seat: SeatNo,
        /// Reason.
        reason: DisconnectReason,
    },
    /// Send a seat a new snapshot, because what it may see has changed.
    Resync(SeatNo),
    /// Bar a seat key from the circle until the bar is lifted, or change the name of such a bar.
    Bar {
        /// The bar.
        id: BarId,
        /// The barred key.
        key: KeyHash,
        /// The name that the person has.
        name: TextId,
        /// Time of the removal.
        at: Millis,
    },
    /// Lift a bar of the circle.
    LiftBar(BarId),
    /// The token has moved to this seat, or to nobody: watch its connection closely.
    Watch(Option<SeatNo>),
    /// The session is over: close every connection and erase the room's texts.
    EndRoom,
}

/// Why a decision closes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisconnectReason {
    /// They left.
    Left,
    /// They were removed.
    Removed,
}

/// Returns facts as a JSON array, if there are any.
pub(crate) fn raw_facts(facts: &[Fact]) -> serde_json::Result<Option<Box<RawValue>>> {
    if facts.is_empty() { Ok(None) } else { serde_json::value::to_raw_value(facts).map(Some) }
}

/// Returns a patch as raw JSON, if there is one.
pub(crate) fn raw_patch(patch: Option<Value>) -> serde_json::Result<Option<Box<RawValue>>> {
    patch.map(|patch| serde_json::value::to_raw_value(&patch)).transpose()
}
