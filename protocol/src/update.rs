//! Changes to a view: a decision's frame for one audience, and a page of earlier messages.

use crate::features::Fact;
use crate::ids::{MessageNo, Millis, TextId};
use crate::keyed::Keyed;
use crate::message::Message;
use crate::text::Text;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
#[cfg(feature = "schema")]
use ts_rs::TS;

/// The part of one decision for one audience. Exactly one of `room`, `hosts` and `own` is present.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct AudienceFrame {
    /// To everyone: the frame's number in the room's sequence.
    pub room: Option<u64>,
    /// To hosts: the frame's number in the hosts' sequence.
    pub hosts: Option<u64>,
    /// To this seat alone: the frame's number in the seat's sequence.
    pub own: Option<u64>,
    /// Time of the decision.
    pub at: Millis,
    /// The facts, for narration and the log. Ignore facts you don't know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "schema",
        ts(optional, as = "Option<Vec<Fact>>"),
        schemars(with = "Option<Vec<Fact>>")
    )]
    pub facts: Vec<Value>,
    /// The merge patch (RFC 7396) to this audience's part of the view.
    #[cfg_attr(feature = "schema", ts(optional, type = "unknown"))]
    pub patch: Option<Value>,
    /// Merge patches to messages, by number. One for a message you don't hold is whole if it has
    /// `seat`; otherwise drop it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", ts(optional, type = "{ [key in number]: unknown }"))]
    pub messages: BTreeMap<MessageNo, Value>,
    /// Every text that the rest of the frame mentions; `null` erases one everywhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", ts(optional, as = "Option<BTreeMap<TextId, Option<Text>>>"))]
    pub texts: BTreeMap<TextId, Option<Text>>,
}

impl AudienceFrame {
    /// Returns the facts that this version knows.
    pub fn known_facts(&self) -> impl Iterator<Item = Fact> + use<'_> {
        self.facts.iter().filter_map(|fact| serde_json::from_value(fact.clone()).ok())
    }
}

/// Earlier messages, in response to `page`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
pub struct Page {
    /// The messages just before the requested one.
    pub messages: Keyed<MessageNo, Message>,
    /// Whether there are still earlier ones.
    pub earlier: bool,
    /// Every text that they mention. A missing one was erased.
    #[serde(default)]
    pub texts: BTreeMap<TextId, Text>,
}
