//! A decision as it is published: its row, and the texts that its frames mention.
//!
//! Frames and texts are kept apart here, so that erasing a text drops it from the frame and nothing
//! has to be parsed.

use crate::ws_frame::Frame;
use hearth_protocol::{MessageNo, SeatNo, Text, TextId, TextIds};
use hearth_room::Row;
use std::sync::Arc;

/// Who receives a frame of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Room,
    Hosts,
    Own(SeatNo),
}

/// A decision that is durable.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) row: Arc<Row>,
    /// The texts its frames mention that were not erased.
    texts: Arc<[(TextId, Text)]>,
}

impl Published {
    pub(crate) fn new(row: Arc<Row>, texts: Vec<(TextId, Text)>) -> Self {
        Self { row, texts: texts.into() }
    }

    /// Returns whether its frames stay as they are: they mention no text that could be erased, and
    /// everyone of an audience receives the same.
    pub(crate) fn is_final(&self) -> bool {
        self.texts.is_empty() && self.row.messages().next().is_none()
    }

    /// Drops erased texts. Returns whether there were any.
    pub(crate) fn erase(&mut self, erased: &TextIds) -> bool {
        let before = self.texts.len();
        self.texts = self.texts.iter().filter(|(id, _)| !erased.contains(id)).cloned().collect();
        self.texts.len() < before
    }

    fn text(&self, id: TextId) -> Option<&Text> {
        self.texts.iter().find(|(other, _)| *other == id).map(|(_, text)| text)
    }

    /// Encodes the frame for recipients who may see the messages that `sees` names.
    pub(crate) fn room_frame(
        &self,
        sees: impl Fn(MessageNo) -> bool,
    ) -> serde_json::Result<Option<Frame>> {
        let frame = self.row.room_frame(sees, |id| self.text(id))?;
        frame.as_ref().map(Frame::text).transpose()
    }

    pub(crate) fn hosts_frame(&self) -> serde_json::Result<Option<Frame>> {
        self.row.hosts_frame(|id| self.text(id)).as_ref().map(Frame::text).transpose()
    }

    pub(crate) fn own_frame(&self, seat: SeatNo) -> serde_json::Result<Option<Frame>> {
        self.row.own_frame(seat, |id| self.text(id)).as_ref().map(Frame::text).transpose()
    }

    /// Encodes the frame for an audience, messages included.
    pub(crate) fn frame(&self, audience: Audience) -> serde_json::Result<Option<Frame>> {
        match audience {
            Audience::Room => self.room_frame(|_| true),
            Audience::Hosts => self.hosts_frame(),
            Audience::Own(seat) => self.own_frame(seat),
        }
    }
}
