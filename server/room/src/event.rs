//! Events as the journal holds them: each for exactly one audience, with its numbers.

use hearth_protocol::event::{RoomEvent, SeatEvent, StaffEvent};
use hearth_protocol::frame::EventFrame;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::text::{Text, Words};
use hearth_protocol::{CommandId, EachWords, Millis, SeatNo, WordsId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who an event is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone in the room.
    Room,
    /// Facilitators and moderators.
    Staff,
    /// One seat.
    Seat(SeatNo),
    /// Nobody: what the server itself must remember.
    Ledger,
}

/// A fact that nobody is told, and that the room must not forget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerEvent {
    /// A seat belongs to whoever has the key of this hash.
    Admitted {
        /// The seat.
        seat: SeatNo,
        /// The hash of its key.
        key: KeyHash,
    },
    /// A seat's line is held by this incarnation of a node.
    Line {
        /// The seat.
        seat: SeatNo,
        /// The incarnation, made anew at every start of a server.
        node: Uuid,
    },
}

/// A fact with its audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// For everyone.
    Room(RoomEvent),
    /// For staff.
    Staff(StaffEvent),
    /// For one seat.
    Seat(SeatNo, SeatEvent),
    /// For nobody.
    Ledger(LedgerEvent),
}

impl Event {
    /// Returns who it is for.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Room(_) => Audience::Room,
            Self::Staff(_) => Audience::Staff,
            Self::Seat(seat, _) => Audience::Seat(*seat),
            Self::Ledger(_) => Audience::Ledger,
        }
    }

    /// Takes the human texts out of it, leaving their ids.
    pub fn take_texts(&mut self) -> Vec<(WordsId, Text)> {
        let mut taken = Vec::new();
        self.each_words(&mut |words| {
            if let Some(text) = words.text.take() {
                taken.push((words.id, text));
            }
        });
        taken
    }
}

impl EachWords for Event {
    fn each_words(&mut self, visit: &mut dyn FnMut(&mut Words)) {
        if let Self::Room(event) = self {
            event.each_words(visit);
        }
    }
}

/// The command that caused an event: stands on the last event it caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Whose command.
    pub seat: SeatNo,
    /// Its id.
    pub id: CommandId,
}

/// An event in its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its place among all events of its room, from 1, without gaps.
    pub seq: u64,
    /// Its place among the events of its audience, from 1, without gaps.
    pub number: u64,
    /// When it was decided.
    pub at: Millis,
    /// The command that caused it and those before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// Returns it as its audience reads it; nothing for what nobody is told.
    pub fn frame(&self) -> Option<EventFrame> {
        let (number, at) = (self.number, self.at);
        match &self.event {
            Event::Room(event) => Some(EventFrame::Room { room: number, at, event: event.clone() }),
            Event::Staff(event) => {
                Some(EventFrame::Staff { staff: number, at, event: event.clone() })
            }
            Event::Seat(_, event) => {
                Some(EventFrame::Seat { seat: number, at, event: event.clone() })
            }
            Event::Ledger(_) => None,
        }
    }
}
