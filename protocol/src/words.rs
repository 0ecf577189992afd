//! Where human texts stand in events and snapshots, so that they can be taken out before storing
//! and joined when read.

use crate::event::RoomEvent;
use crate::frame::EventFrame;
use crate::round::Round;
use crate::text::Words;
use crate::view::{Common, Pause, Snapshot};

/// Something that refers to human texts.
pub trait EachWords {
    /// Calls `visit` with each of them, in no particular order.
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words));
}

impl EachWords for RoomEvent {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        match self {
            Self::Opened { title, agreements, .. } => {
                visit(title);
                agreements.iter_mut().for_each(visit);
            }
            Self::Joined { person, .. } => visit(&mut person.name),
            Self::Renamed { name, .. } => visit(name),
            Self::RoundOpened { round, .. } | Self::RoundChanged { round, .. } => {
                round.each_words(visit);
            }
            Self::Said { words, .. } => visit(words),
            Self::Paused { pause, .. } => pause.each_words(visit),
            _ => {}
        }
    }
}

impl EachWords for EventFrame {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        match self {
            Self::Room { event, .. } => event.each_words(visit),
            Self::Staff { .. } | Self::Seat { .. } => {}
        }
    }
}

impl EachWords for Round {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        self.prompt.iter_mut().for_each(visit);
    }
}

impl EachWords for Pause {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        self.message.iter_mut().for_each(visit);
    }
}

impl EachWords for Common {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        visit(&mut self.title);
        self.agreements.iter_mut().for_each(&mut *visit);
        self.people.iter_mut().for_each(|person| visit(&mut person.name));
        if let Some(round) = &mut self.round {
            round.each_words(visit);
        }
        if let Some(pause) = &mut self.paused {
            pause.each_words(visit);
        }
    }
}

impl EachWords for Snapshot {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        self.common.each_words(visit);
        self.said.iter_mut().for_each(|said| visit(&mut said.words));
    }
}
