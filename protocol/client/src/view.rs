//! What a client sees.

use hearth_protocol::frame::{Page, Welcome};
use hearth_protocol::limits::Limits;
use hearth_protocol::{Epoch, Flow, Millis, Person, Said, SeatNo, Snapshot};
use tokio::time::Instant;

use crate::error::Gone;

/// How the line to the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// It is open.
    Open,
    /// It was lost; the client is on its way back, or waits to be told to be.
    Lost,
    /// The client will not come back by itself.
    Gone(Gone),
}

/// What a seat sees: the snapshot it was welcomed with, and every event since folded into it.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// All that this seat may see.
    pub snapshot: Snapshot,
    /// The store's epoch.
    pub epoch: Epoch,
    /// What fits.
    pub limits: Limits,
    /// How the line stands.
    pub line: LineState,
    told: (Millis, Instant),
}

impl View {
    /// Returns what a first welcome shows; nothing where it brings no snapshot.
    pub(crate) fn new(welcome: Welcome) -> Option<Self> {
        Some(Self {
            snapshot: welcome.snapshot?,
            epoch: welcome.epoch,
            limits: welcome.limits,
            line: LineState::Open,
            told: (welcome.now, Instant::now()),
        })
    }

    /// Takes up a later welcome: with a snapshot anew, without one where a resume goes on.
    pub(crate) fn welcomed(&mut self, welcome: Welcome) {
        if let Some(snapshot) = welcome.snapshot {
            self.snapshot = snapshot;
        }
        self.epoch = welcome.epoch;
        self.limits = welcome.limits;
        self.line = LineState::Open;
        self.told_time(welcome.now);
    }

    /// Takes up words said earlier than those it had.
    pub(crate) fn paged(&mut self, page: &Page) {
        let known = self.snapshot.said.first().map(|said| said.words.id);
        // A page asked for twice, or before a snapshot came anew, brings what is here already.
        let new = page.said.iter().filter(|said| {
            Some(said.words.id) != known
                && !self.snapshot.said.iter().any(|other| other.words.id == said.words.id)
        });
        let new: Vec<Said> = new.cloned().collect();
        self.snapshot.said.splice(0..0, new);
        self.snapshot.earlier = page.earlier;
    }

    /// Notes the server's time.
    pub(crate) fn told_time(&mut self, now: Millis) {
        self.told = (now, Instant::now());
    }

    /// Returns the server's time, as far as this side can tell.
    pub fn now(&self) -> Millis {
        let (told, at) = self.told;
        told.saturating_add(u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Returns this seat.
    pub fn seat(&self) -> SeatNo {
        self.snapshot.seat
    }

    /// Returns the token and the order around it.
    pub fn flow(&self) -> &Flow {
        &self.snapshot.common.flow
    }

    /// Returns whether this seat holds the token.
    pub fn is_mine(&self) -> bool {
        self.flow().token.holder() == Some(self.seat())
    }

    /// Returns whether the token is offered to this seat.
    pub fn is_offered_to_me(&self) -> bool {
        self.flow().token.offered() == Some(self.seat())
    }

    /// Returns the person on this seat.
    pub fn me(&self) -> Option<&Person> {
        self.snapshot.common.person(self.seat())
    }
}
