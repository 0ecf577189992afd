//! A row's frames as they are sent: raw JSON with the texts added.

use crate::row::{AudiencePart, RoomPart, Row};
use hearth_protocol::{MessageNo, Millis, SeatNo, Text, TextId, TextIds};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// One frame for one audience, ready to be encoded. Its JSON is an
/// [`AudienceFrame`](hearth_protocol::frame::AudienceFrame).
#[derive(Debug, Serialize)]
pub struct WireFrame<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<u64>,
    at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    messages: BTreeMap<MessageNo, &'a RawValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    texts: BTreeMap<TextId, Option<&'a Text>>,
}

impl Row {
    /// Returns the frame to everyone, for recipients who may see the messages that `sees` names.
    /// `text` looks up a text; a missing one was erased.
    ///
    /// # Errors
    /// If the row holds facts that are not JSON arrays, which would be a bug.
    pub fn room_frame<'a>(
        &'a self,
        sees: impl Fn(MessageNo) -> bool,
        text: impl Fn(TextId) -> Option<&'a Text>,
    ) -> serde_json::Result<Option<WireFrame<'a>>> {
        let Some(RoomPart { common, messages }) = &self.room else { return Ok(None) };
        let seen = || messages.iter().filter(|part| sees(part.message));
        let facts = common.facts.iter().chain(seen().filter_map(|part| part.facts.as_ref()));
        let mut texts = found(&common.texts, &text);
        texts.extend(common.erased.iter().map(|id| (*id, None)));
        for part in seen() {
            texts.extend(found(&part.texts, &text));
            texts.extend(part.erased.iter().map(|id| (*id, None)));
        }
        Ok(Some(WireFrame {
            room: Some(common.number),
            hosts: None,
            own: None,
            at: self.at,
            facts: join(facts.map(AsRef::as_ref))?,
            patch: common.patch.as_deref(),
            messages: seen().map(|part| (part.message, part.patch.as_ref())).collect(),
            texts,
        }))
    }

    /// Returns the frame to hosts.
    pub fn hosts_frame<'a>(
        &'a self,
        text: impl Fn(TextId) -> Option<&'a Text>,
    ) -> Option<WireFrame<'a>> {
        let frame = self.hosts.as_ref()?;
        Some(WireFrame { hosts: Some(frame.number), ..private(frame, self.at, text) })
    }

    /// Returns the frame to one seat.
    pub fn own_frame<'a>(
        &'a self,
        seat: SeatNo,
        text: impl Fn(TextId) -> Option<&'a Text>,
    ) -> Option<WireFrame<'a>> {
        let (_, frame) = self.own.iter().find(|(other, _)| *other == seat)?;
        Some(WireFrame { own: Some(frame.number), ..private(frame, self.at, text) })
    }

    /// Returns the messages that have parts in the frame to everyone.
    pub fn messages(&self) -> impl Iterator<Item = MessageNo> {
        self.room.iter().flat_map(|room| room.messages.iter().map(|part| part.message))
    }

    /// Returns every text that the row's frames mention.
    pub fn texts(&self) -> TextIds {
        let mut found = TextIds::new();
        let mut add = |texts: &[TextId]| found.extend(texts.iter().copied());
        if let Some(room) = &self.room {
            add(&room.common.texts);
            room.messages.iter().for_each(|part| add(&part.texts));
        }
        self.hosts.iter().for_each(|frame| add(&frame.texts));
        self.own.iter().for_each(|(_, frame)| add(&frame.texts));
        found
    }
}

fn private<'a>(
    frame: &'a AudiencePart,
    at: Millis,
    text: impl Fn(TextId) -> Option<&'a Text>,
) -> WireFrame<'a> {
    let mut texts = found(&frame.texts, &text);
    texts.extend(frame.erased.iter().map(|id| (*id, None)));
    WireFrame {
        room: None,
        hosts: None,
        own: None,
        at,
        facts: frame.facts.clone(),
        patch: frame.patch.as_deref(),
        messages: BTreeMap::new(),
        texts,
    }
}

fn found<'a>(
    ids: &[TextId],
    text: &impl Fn(TextId) -> Option<&'a Text>,
) -> BTreeMap<TextId, Option<&'a Text>> {
    ids.iter().filter_map(|id| text(*id).map(|text| (*id, Some(text)))).collect()
}

/// Joins JSON arrays.
fn join<'a>(
    arrays: impl Iterator<Item = &'a RawValue>,
) -> serde_json::Result<Option<Box<RawValue>>> {
    let mut joined = String::new();
    for array in arrays {
        let items = array.get();
        let items = items.strip_prefix('[').and_then(|items| items.strip_suffix(']'));
        let items = items.unwrap_or_default();
        joined.push(if joined.is_empty() { '[' } else { ',' });
        joined.push_str(items);
    }
    if joined.is_empty() {
        return Ok(None);
    }
    joined.push(']');
    RawValue::from_string(joined).map(Some)
}
