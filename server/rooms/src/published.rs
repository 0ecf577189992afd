//! A decision as it is published: its row, and the texts that its frames mention.
//!
//! Frames and texts are kept apart here, so that erasing a text drops it from the frame and nothing
//! has to be parsed.

use crate::ws_frame::Frame;
use hearth_protocol::{MessageNo, SeatNo, Text, TextId, TextIds};
use hearth_room::Row;
use std::collections::BTreeMap;
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
    texts: BTreeMap<TextId, Text>,
}

impl Published {
    pub(crate) fn new(row: Arc<Row>, texts: BTreeMap<TextId, Text>) -> Self {
        Self { row, texts }
    }

    /// Drops erased texts. Returns whether there were any.
    pub(crate) fn erase(&mut self, erased: &TextIds) -> bool {
        let before = self.texts.len();
        self.texts.retain(|id, _| !erased.contains(id));
        self.texts.len() < before
    }

    /// Encodes the frame for recipients who may see the messages that `sees` names.
    pub(crate) fn room_frame(
        &self,
        sees: impl Fn(MessageNo) -> bool,
    ) -> serde_json::Result<Option<Frame>> {
        let frame = self.row.room_frame(sees, |id| self.texts.get(&id))?;
        frame.as_ref().map(Frame::text).transpose()
    }

    pub(crate) fn hosts_frame(&self) -> serde_json::Result<Option<Frame>> {
        self.row.hosts_frame(|id| self.texts.get(&id)).as_ref().map(Frame::text).transpose()
    }

    pub(crate) fn own_frame(&self, seat: SeatNo) -> serde_json::Result<Option<Frame>> {
        self.row.own_frame(seat, |id| self.texts.get(&id)).as_ref().map(Frame::text).transpose()
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
