//! Frames too large for the broadcast buffer: pages and snapshots for one connection. Their content
//! is kept beside the encoded frame, so that an erased text can be dropped from it.

use crate::ws_frame::Frame;
use hearth_protocol::frame::{Notice, Outcome, Page, ServerFrame};
use hearth_protocol::{CommandId, Snapshot, Text, TextId, TextIds};
use std::collections::BTreeMap;

#[derive(Debug)]
enum Content {
    Page(CommandId, Page),
    Snapshot(Box<Snapshot>),
}

impl Content {
    fn texts_mut(&mut self) -> &mut BTreeMap<TextId, Text> {
        match self {
            Self::Page(_, page) => &mut page.texts,
            Self::Snapshot(snapshot) => &mut snapshot.texts,
        }
    }

    fn encode(&self) -> serde_json::Result<Frame> {
        match self {
            Self::Page(id, page) => Frame::answer(Some(*id), Outcome::Page(page.clone())),
            Self::Snapshot(snapshot) => {
                Frame::text(&ServerFrame::Notice(Notice::Snapshot(snapshot.clone())))
            }
        }
    }
}

/// A page or a snapshot on its way to one connection.
#[derive(Debug)]
pub(crate) struct LargeFrame {
    content: Content,
    frame: Frame,
}

impl LargeFrame {
    pub(crate) fn page(id: CommandId, page: Page) -> serde_json::Result<Self> {
        Self::new(Content::Page(id, page))
    }

    pub(crate) fn snapshot(snapshot: Snapshot) -> serde_json::Result<Self> {
        Self::new(Content::Snapshot(Box::new(snapshot)))
    }

    fn new(content: Content) -> serde_json::Result<Self> {
        let frame = content.encode()?;
        Ok(Self { content, frame })
    }

    pub(crate) fn len(&self) -> usize {
        self.frame.len()
    }

    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }

    /// Drops erased texts and encodes the frame again, if it mentions any of them.
    pub(crate) fn erase(&mut self, erased: &TextIds) {
        let texts = self.content.texts_mut();
        let before = texts.len();
        texts.retain(|id, _| !erased.contains(id));
        if texts.len() < before
            && let Ok(frame) = self.content.encode()
        {
            self.frame = frame;
        }
    }
}
