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
}

impl Core {
    pub(crate) fn new(common: Common) -> Self {
        Self { common, board: Board::default(), own: Vec::new(), floor: Vec::new() }
    }

    /// Makes an event so. Knows no rules.
    pub(crate) fn apply(&mut self, event: &Event, at: Millis) {
        match event {
            Event::Room(event) => {
                self.common.apply(event);
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

    /// Whether somebody in this role is given a new seat: everyone, until a round was ever opened in
    /// a circle that lets nobody in late.
    pub(crate) fn lets_in(&self, role: Role) -> bool {
        self.common.settings.late != Late::Closed || self.common.round.is_none() || role.is_staff()
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
