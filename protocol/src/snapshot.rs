//! A seat's whole view, and how a frame changes it.

use crate::ids::{MessageNo, SeatNo, TextId, TextIds};
use crate::keyed::Keyed;
use crate::merge::{Merge, MergeError, from_patch};
use crate::message::Message;
use crate::text::Text;
use crate::update::{AudienceFrame, Page};
use crate::view::{Cursor, HostsView, RoomView, SeatView};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
#[cfg(feature = "schema")]
use ts_rs::TS;

/// All that one seat may see, at one point of the room's history.
///
/// *Old view + frame = new view*, on the server and on every screen.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(TS, JsonSchema), ts(optional_fields))]
pub struct Snapshot {
    /// The seat.
    pub seat: SeatNo,
    /// The last frame included from each sequence.
    pub cursor: Cursor,
    /// The part that everyone sees.
    pub room: RoomView,
    /// Messages that the seat may see; on the wire only the newest.
    pub messages: Keyed<MessageNo, Message>,
    /// True if earlier messages can be requested (`page`).
    pub earlier: bool,
    /// The part that only hosts see; absent for others.
    pub hosts: Option<HostsView>,
    /// The part that only this seat sees.
    pub own: SeatView,
    /// Every text that the rest mentions. A missing one was erased.
    #[serde(default)]
    pub texts: BTreeMap<TextId, Text>,
}

/// A frame that doesn't follow the previous one: reconnect without resume for a new snapshot.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// A sequence number that is not the next one for its audience.
    #[error(
        "a frame to {audience} is numbered {got}, but {expected} is next: reconnect for a snapshot"
    )]
    Gap {
        /// Audience of the sequence.
        audience: &'static str,
        /// The number that was expected.
        expected: u64,
        /// The number of the frame.
        got: u64,
    },
    /// A frame to hosts for a seat that isn't a host.
    #[error("a frame to hosts reached a seat that is not a host: reconnect for a snapshot")]
    NotHost,
    /// A patch that doesn't fit.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl Snapshot {
    /// Applies one frame. After an error, discard the snapshot.
    pub fn apply(&mut self, frame: AudienceFrame) -> Result<(), FrameError> {
        let patch = frame.patch;
        if let Some(number) = frame.room {
            follow("the room", &mut self.cursor.room, number)?;
            if let Some(patch) = patch {
                self.room.merge(patch)?;
            }
        } else if let Some(number) = frame.hosts {
            let (Some(hosts), Some(last)) = (&mut self.hosts, &mut self.cursor.hosts) else {
                return Err(FrameError::NotHost);
            };
            follow("hosts", last, number)?;
            if let Some(patch) = patch {
                hosts.merge(patch)?;
            }
        } else if let Some(number) = frame.own {
            follow("this seat", &mut self.cursor.own, number)?;
            if let Some(patch) = patch {
                self.own.merge(patch)?;
            }
        }
        for (number, part) in frame.messages {
            self.merge_message(number, part)?;
        }
        self.add_texts(frame.texts);
        Ok(())
    }

    /// Adds a page of earlier messages.
    pub fn add_page(&mut self, page: Page) {
        for (number, message) in page.messages.iter() {
            self.messages.insert(number, message.clone());
        }
        self.earlier = page.earlier;
        self.texts.extend(page.texts);
    }

    /// Merges a patch to a message. A partial one for a message not held is dropped.
    fn merge_message(
        &mut self,
        number: MessageNo,
        part: serde_json::Value,
    ) -> Result<(), MergeError> {
        if let Some(message) = self.messages.get_mut(number) {
            message.merge(part)?;
        } else if part.get("seat").is_some() {
            self.messages.insert(number, from_patch(part)?);
        }
        Ok(())
    }

    fn add_texts(&mut self, texts: BTreeMap<TextId, Option<Text>>) {
        for (id, text) in texts {
            match text {
                Some(text) => self.texts.insert(id, text),
                None => self.texts.remove(&id),
            };
        }
    }

    /// Returns the ids of all texts that it mentions.
    pub fn text_ids(&self) -> TextIds {
        let mut found = TextIds::new();
        self.room.texts(&mut found);
        self.messages.texts(&mut found);
        self.hosts.texts(&mut found);
        self.own.texts(&mut found);
        found
    }

    /// Returns a text, unless it was erased.
    pub fn text(&self, id: TextId) -> Option<&Text> {
        self.texts.get(&id)
    }
}

fn follow(audience: &'static str, last: &mut u64, got: u64) -> Result<(), FrameError> {
    let expected = *last + 1;
    if got != expected {
        return Err(FrameError::Gap { audience, expected, got });
    }
    *last = got;
    Ok(())
}
