//! A room's whole state: the part that each audience sees, and the internal part.

use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::{REMEMBERED_MAX, VISITS_MAX};
use hearth_protocol::message::{HiddenMessage, Message};
use hearth_protocol::moderation::Bar;
use hearth_protocol::presence::{Person, Presence, Role};
use hearth_protocol::settings::Late;
use hearth_protocol::turn::Timer;
use hearth_protocol::{
    BarId, CommandId, HostsView, Keyed, MessageNo, Millis, RoomView, SeatNo, SeatView, TextId,
    TurnId, merge_fields, merge_leaf,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The state that rules read and change, by audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The part that everyone sees.
    pub(crate) room: RoomView,
    /// Messages, each for the people who may see it.
    pub(crate) messages: Keyed<MessageNo, Message>,
    /// The part that only hosts see.
    pub(crate) hosts: HostsView,
    /// The parts that single seats see.
    pub(crate) own: Keyed<SeatNo, SeatView>,
    /// The part that no audience sees.
    pub(crate) internal: Internal,
}

/// State that no audience sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Internal {
    /// Internal state of each seat.
    pub(crate) seats: Keyed<SeatNo, SeatRecord>,
    /// Whether anyone was heard or passed in a round of this session.
    pub(crate) begun: bool,
    /// Number of texts the room has and hasn't erased.
    pub(crate) texts: u32,
    /// Since when no facilitator has been here, while moderators don't act for them yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) no_facilitator_since: Option<Millis>,
    /// The pending answer of the room for a muted seat that has the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) muted_answer: Option<MutedAnswer>,
    /// Hidden messages whose words can still be restored.
    #[serde(default)]
    pub(crate) hidden: Keyed<MessageNo, HiddenMessage>,
    /// When the last silence ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) silence_ended: Option<Millis>,
}

merge_fields!(Internal {
    seats,
    begun,
    texts,
    no_facilitator_since,
    muted_answer,
    hidden,
    silence_ended
});

/// Internal state of a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeatRecord {
    /// Hash of the seat key.
    pub(crate) key: KeyHash,
    /// The server process that last held its connection.
    pub(crate) node: Uuid,
    /// The seat's latest commands, in [`REMEMBERED_MAX`] slots.
    pub(crate) remembered: Keyed<u8, Remembered>,
    /// Number of commands carried out for the seat so far.
    pub(crate) commands: u64,
    /// The seat's visits. It may see the messages sent during each.
    pub(crate) visits: Visits,
    /// Number of the room frame that last changed what the seat may receive. No resume starts
    /// before it.
    pub(crate) resumes_from: u64,
    /// Time of its last message on an open floor, for slow mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) floor_at: Option<Millis>,
    /// Time of its last change of name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) renamed_at: Option<Millis>,
    /// Time until which its changes of stance and of its hand count as used up
    /// ([`SIGNAL_EVERY_MS`](hearth_protocol::limits::SIGNAL_EVERY_MS) for each).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signals_until: Option<Millis>,
    /// Time until which its returns count as used up
    /// ([`RETURN_EVERY_MS`](hearth_protocol::limits::RETURN_EVERY_MS) for each).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) returns_until: Option<Millis>,
    /// Number of messages it wrote on open floors.
    #[serde(default)]
    pub(crate) floor_messages: u32,
    /// Number of messages to which it has gestures.
    #[serde(default)]
    pub(crate) gestured: u32,
}

merge_fields!(SeatRecord {
    key,
    node,
    remembered,
    commands,
    visits,
    resumes_from,
    floor_at,
    renamed_at,
    signals_until,
    returns_until,
    floor_messages,
    gestured
});

/// A command that was carried out, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The command's id.
    pub id: CommandId,
    /// Digest of the command without its text.
    pub digest: String,
    /// Time of the decision.
    pub at: Millis,
    /// The message that the command created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageNo>,
    /// The text that the command carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextId>,
}

/// A seat's visits, at most [`VISITS_MAX`]; the earliest leaves first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visits(Vec<Visit>);

/// A range of messages, both ends included. Open-ended while the visit lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visit {
    from: MessageNo,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<MessageNo>,
}

/// The room's answer for a muted seat: *later*, at a time that looks like a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MutedAnswer {
    /// The turn id that it answers.
    pub(crate) turn_id: TurnId,
    /// When to give it.
    pub(crate) until: Timer,
}

merge_leaf!(Remembered, Visits, MutedAnswer);

impl SeatRecord {
    /// Returns the state of a seat whose first visit begins at `from`.
    pub(crate) fn new(key: KeyHash, node: Uuid, from: MessageNo, resumes_from: u64) -> Self {
        let visits = Visits(vec![Visit { from, to: None }]);
        Self {
            key,
            node,
            remembered: Keyed::default(),
            commands: 0,
            visits,
            resumes_from,
            floor_at: None,
            renamed_at: None,
            signals_until: None,
            returns_until: None,
            floor_messages: 0,
            gestured: 0,
        }
    }

    /// Remembers a command, replacing the oldest.
    pub(crate) fn remember(&mut self, done: Remembered) {
        let slots = REMEMBERED_MAX as u64;
        let slot = u8::try_from(self.commands % slots).unwrap_or(0);
        self.remembered.insert(slot, done);
        self.commands += 1;
    }

    /// Returns the command that was carried out under an id.
    pub(crate) fn recall(&self, id: CommandId) -> Option<&Remembered> {
        self.remembered.values().find(|done| done.id == id)
    }

    /// Returns whether the seat may see a message.
    pub(crate) fn sees(&self, message: MessageNo) -> bool {
        self.visits
            .0
            .iter()
            .any(|visit| visit.from <= message && visit.to.is_none_or(|to| message <= to))
    }

    /// Begins a visit: the seat may see messages from `from` on.
    pub(crate) fn arrive(&mut self, from: MessageNo) {
        if self.visits.0.len() >= VISITS_MAX {
            self.visits.0.remove(0);
        }
        self.visits.0.push(Visit { from, to: None });
    }

    /// Ends the current visit: the seat may not see messages after `last`.
    pub(crate) fn depart(&mut self, last: MessageNo) {
        if let Some(visit) = self.visits.0.last_mut() {
            visit.to = Some(last);
        }
    }
}

impl State {
    pub(crate) fn person(&self, seat: SeatNo) -> Option<&Person> {
        self.room.people.get(seat)
    }

    /// Returns the number of the last message; 0 if there is none.
    pub(crate) fn last_message(&self) -> MessageNo {
        self.messages.last_key().unwrap_or(MessageNo(0))
    }

    pub(crate) fn next_message(&self) -> MessageNo {
        MessageNo(self.last_message().0 + 1)
    }

    /// Returns the bar of someone who was removed in this session.
    pub(crate) fn bar_of(&self, seat: SeatNo) -> Option<(BarId, &Bar)> {
        self.hosts.bars.iter().find(|(_, bar)| bar.seat == Some(seat))
    }

    pub(crate) fn is_muted(&self, seat: SeatNo) -> bool {
        self.own.get(seat).is_some_and(|own| own.muted.is_some())
    }

    pub(crate) fn is_here(&self, seat: SeatNo) -> bool {
        self.person(seat).is_some_and(|person| person.presence == Presence::Here)
    }

    /// Returns whether a seat may see a message.
    pub(crate) fn sees(&self, seat: SeatNo, message: MessageNo) -> bool {
        self.internal.seats.get(seat).is_some_and(|record| record.sees(message))
    }

    /// Returns whether someone with this role gets a new seat: everyone, except in a circle closed
    /// to latecomers while a round is open, or once someone was heard or passed in one. So a first
    /// round opened by mistake and closed again leaves the circle open.
    pub(crate) fn admits(&self, role: Role) -> bool {
        let closes = self.room.circle.settings.late == Late::Closed;
        let round_open = self.room.round.as_ref().is_some_and(|round| round.open);
        role.is_host() || !(closes && (self.internal.begun || round_open))
    }

    /// Returns the facilitators who haven't left.
    pub(crate) fn facilitators(&self) -> impl Iterator<Item = SeatNo> {
        self.room
            .people
            .iter()
            .filter(|(_, p)| p.role == Role::Facilitator && p.presence != Presence::Left)
            .map(|(seat, _)| seat)
    }
}
