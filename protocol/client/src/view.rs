//! What a client shows: the seat's snapshot as of the last frame, and the state of its connection.

use crate::error::CloseReason;
use hearth_protocol::frame::{Page, Welcome};
use hearth_protocol::limits::Limits;
use hearth_protocol::message::Message;
use hearth_protocol::presence::Person;
use hearth_protocol::turn::TurnState;
use hearth_protocol::{Epoch, MessageNo, Millis, SeatNo, Snapshot, Text, TextId};
use tokio::time::Instant;

/// The state of a client's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// The client is connected.
    Open,
    /// The connection was lost. The client is reconnecting, or waits for
    /// [`reconnect`](crate::Client::reconnect).
    Lost,
    /// The client won't reconnect by itself.
    Closed(CloseReason),
}

/// What a client shows: the seat's [`Snapshot`] with every frame since merged into it, and the
/// state of its connection.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Everything the seat may see.
    pub snapshot: Snapshot,
    /// The server's store, for resuming.
    pub epoch: Epoch,
    /// The server's limits.
    pub limits: Limits,
    /// The state of the connection.
    pub connection: ConnectionState,
    /// The server's time, and when it arrived here.
    clock: (Millis, Instant),
}

impl View {
    /// Returns the view of a first welcome, or `None` if it has no snapshot.
    pub(crate) fn new(welcome: Welcome) -> Option<Self> {
        Some(Self {
            snapshot: welcome.snapshot?,
            epoch: welcome.epoch,
            limits: welcome.limits,
            connection: ConnectionState::Open,
            clock: (welcome.now, Instant::now()),
        })
    }

    /// Applies the welcome of a new connection. Without a snapshot, a resume continues the old view.
    pub(crate) fn apply_welcome(&mut self, welcome: Welcome) {
        if let Some(snapshot) = welcome.snapshot {
            self.snapshot = snapshot;
        }
        self.epoch = welcome.epoch;
        self.limits = welcome.limits;
        self.connection = ConnectionState::Open;
        self.set_clock(welcome.now);
    }

    /// Adds the messages before `before`. A page that doesn't end just before the first message
    /// held would leave a gap, so it is ignored: it was requested twice, or before a snapshot
    /// replaced the view.
    pub(crate) fn add_page(&mut self, before: MessageNo, page: Page) {
        if self.first_message() == Some(before) {
            self.snapshot.add_page(page);
        }
    }

    pub(crate) fn set_clock(&mut self, now: Millis) {
        self.clock = (now, Instant::now());
    }

    /// Returns the server's time, estimated from the last time it sent.
    pub fn now(&self) -> Millis {
        let (told, at) = self.clock;
        told.saturating_add(u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Returns the client's seat.
    pub fn seat(&self) -> SeatNo {
        self.snapshot.seat
    }

    /// Returns the speaking token and the turn id.
    pub fn turn(&self) -> &TurnState {
        &self.snapshot.room.turn
    }

    /// Returns whether this seat holds the token.
    pub fn has_turn(&self) -> bool {
        self.turn().token.holder() == Some(self.seat())
    }

    /// Returns whether this seat is offered the token.
    pub fn is_offered_turn(&self) -> bool {
        self.turn().token.offered() == Some(self.seat())
    }

    /// Returns the person on this seat.
    pub fn me(&self) -> Option<&Person> {
        self.person(self.seat())
    }

    /// Returns the person on a seat.
    pub fn person(&self, seat: SeatNo) -> Option<&Person> {
        self.snapshot.room.people.get(seat)
    }

    /// Returns everyone who ever took a seat, in the order in which they joined.
    pub fn people(&self) -> impl DoubleEndedIterator<Item = (SeatNo, &Person)> {
        self.snapshot.room.people.iter()
    }

    /// Returns the seats waiting for the token, starting with the next one.
    pub fn waiting(&self) -> Vec<SeatNo> {
        self.snapshot.room.queue.waiting.in_order()
    }

    /// Returns the messages held, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = (MessageNo, &Message)> {
        self.snapshot.messages.iter()
    }

    pub(crate) fn first_message(&self) -> Option<MessageNo> {
        self.snapshot.messages.keys().next()
    }

    /// Returns a text, or `None` if it was erased.
    pub fn text(&self, id: TextId) -> Option<&Text> {
        self.snapshot.text(id)
    }

    /// Returns the name of the person on a seat.
    pub fn name_of(&self, seat: SeatNo) -> Option<&Text> {
        self.text(self.person(seat)?.name)
    }
}
