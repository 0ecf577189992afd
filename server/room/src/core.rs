//! The part of a room that rules read and change: small enough to try things out on a copy.

use crate::event::Event;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::view::{Board, Common, Own};
use hearth_protocol::{Late, Millis, Person, Presence, Role, SaidKind, SeatNo, Stance};
use serde::{Deserialize, Serialize};

/// What the rules look at. All of it is a fold of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Core {
    /// What everyone sees.
    pub(crate) common: Common,
    /// What staff see besides.
    pub(crate) board: Board,
    /// What each seat sees besides, by seat.
    pub(crate) own: Vec<Own>,
    /// When each seat last wrote on an open floor, by seat: for slow mode.
    pub(crate) floor: Vec<Option<Millis>>,
    /// Whether somebody was heard in a round of this session, or passed in one.
    begun: bool,
}

impl Core {
    pub(crate) fn new(common: Common) -> Self {
        Self { common, board: Board::default(), own: Vec::new(), floor: Vec::new(), begun: false }
    }

    /// Makes an event so. Knows no rules.
    pub(crate) fn apply(&mut self, event: &Event, at: Millis) {
        match event {
            Event::Room(event) => {
                self.common.apply(event);
                self.begun |= self.begins(event);
                match event {
                    RoomEvent::Joined { .. } => {
                        self.own.push(Own::default());
                        self.floor.push(None);
                    }
                    RoomEvent::Said { seat, kind: SaidKind::Floor, .. } => {
                        if let Some(last) = index(*seat).and_then(|i| self.floor.get_mut(i)) {
                            *last = Some(at);
                        }
                    }
                    _ => {}
                }
            }
            Event::Staff(event) => self.board.apply(event),
            Event::Seat(seat, event) => {
                if let Some(own) = index(*seat).and_then(|i| self.own.get_mut(i)) {
                    own.apply(event);
                }
            }
            Event::Ledger(_) => {}
        }
    }

    /// Whether this event, applied just now, is a person's part in the round that is open. A turn that
    /// was only taken is none: where offers are taken at once, each round begins with one.
    fn begins(&self, event: &RoomEvent) -> bool {
        let spoke_or_passed = match event {
            RoomEvent::Said { kind, .. } => *kind != SaidKind::Announcement,
            // In popcorn a pass leaves one's place in the round as it was.
            RoomEvent::Passed { .. } => true,
            _ => !self.common.flow.passed.is_empty(),
        };
        spoke_or_passed && self.round_is_open()
    }

    fn round_is_open(&self) -> bool {
        self.common.round.as_ref().is_some_and(|round| round.open)
    }

    /// Whether everyone would call this seat ready to be offered the token: here, sharing, and not
    /// a listener. Mutes are left out: what everyone sees must not betray them.
    pub(crate) fn seems_eligible(&self, seat: SeatNo) -> bool {
        self.common.person(seat).is_some_and(|person| {
            person.presence == Presence::Here
                && person.stance == Stance::Sharing
                && person.role != Role::Listener
        })
    }

    /// Whether this seat may be offered the token.
    pub(crate) fn is_eligible(&self, seat: SeatNo) -> bool {
        self.seems_eligible(seat) && self.board.mute_of(seat).is_none()
    }

    /// Whether anybody has a live line.
    pub(crate) fn anyone_here(&self) -> bool {
        self.common.people.iter().any(|person| person.presence == Presence::Here)
    }

    /// Whether any of staff has a live line.
    pub(crate) fn staff_here(&self) -> bool {
        self.common.people.iter().any(|p| p.presence == Presence::Here && p.role.is_staff())
    }

    /// Whether somebody in this role is given a new seat: everyone, except in a circle that lets
    /// nobody in late while a round is open, or once somebody was heard or passed in one. So a first
    /// round opened by mistake and closed again leaves the door open.
    pub(crate) fn lets_in(&self, role: Role) -> bool {
        let closes = self.common.settings.late == Late::Closed;
        role.is_staff() || !(closes && (self.begun || self.round_is_open()))
    }

    /// Facilitators who have not left.
    pub(crate) fn facilitators(&self) -> impl Iterator<Item = &Person> {
        self.common
            .people
            .iter()
            .filter(|p| p.role == Role::Facilitator && p.presence != Presence::Left)
    }
}

/// Seats are numbered from 1.
pub(crate) fn index(seat: SeatNo) -> Option<usize> {
    usize::from(seat.0).checked_sub(1)
}
