//! What is to be seen of a step, once it is durable.

use crate::rooms::desk::LineNo;
use crate::rooms::join::Denied;
use crate::rooms::ring::To;
use crate::rooms::wire::Frame;
use hearth_protocol::frame::Page;
use hearth_protocol::{CloseCode, CommandId, Cursor, SeatNo, Snapshot};

/// Something to be seen.
pub(super) enum Out {
    /// An event.
    Event {
        /// By whom.
        to: To,
        /// Its place in the journal.
        seq: u64,
        /// Its number for its audience.
        number: u64,
        /// As it goes out.
        frame: Frame,
    },
    /// An answer.
    Answer {
        /// To which line.
        line: LineNo,
        /// As it goes out.
        frame: Frame,
    },
    /// A page of earlier words.
    Page {
        /// For which line.
        line: LineNo,
        /// The command it answers.
        id: CommandId,
        /// The page, its words bare.
        page: Page,
        /// As it goes out, once its words are found.
        frame: Option<Frame>,
    },
    /// A fresh snapshot after a change of role.
    Snapshot {
        /// For whom.
        seat: SeatNo,
        /// What they may see.
        view: Box<Snapshot>,
        /// As it goes out, once its words are found.
        frame: Option<Frame>,
    },
    /// Somebody writes.
    Writing(SeatNo),
    /// A seat's line is to end.
    Close(SeatNo, CloseCode),
    /// Somebody is in.
    Welcome(Box<Welcoming>),
    /// Somebody at the door is not let in.
    Deny {
        /// Their place among what waits.
        index: usize,
        /// Why.
        denied: Denied,
    },
}

impl Out {
    /// Returns the frames in it that may hold words.
    pub(super) fn frames(&mut self) -> Vec<&mut Frame> {
        match self {
            Self::Event { frame, .. } => vec![frame],
            Self::Page { frame, .. } | Self::Snapshot { frame, .. } => frame.iter_mut().collect(),
            Self::Welcome(welcoming) => welcoming.first.iter_mut().flatten().collect(),
            Self::Answer { .. } | Self::Writing(_) | Self::Close(..) | Self::Deny { .. } => {
                Vec::new()
            }
        }
    }
}

/// Somebody who is in, and what they are to be told.
pub(super) struct Welcoming {
    /// Their place among what waits.
    pub(super) index: usize,
    /// Their line.
    pub(super) line: LineNo,
    /// Where their last line stopped, if it may be taken up there.
    pub(super) resume: Option<Cursor>,
    /// All they may see.
    pub(super) view: Box<Snapshot>,
    /// No resume reaches behind this.
    pub(super) sees_from: u64,
    /// The room's head as they came in.
    pub(super) head: u64,
    /// What goes out first, once its words are found.
    pub(super) first: Option<Vec<Frame>>,
}
