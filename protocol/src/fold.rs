//! How an event changes what a screen shows: assignment, never rules.
//!
//! The server folds its journal with the same functions as the Rust client folds its frames; the
//! TypeScript core mirrors them and is held to them by the scenarios' frames.

use crate::event::{RoomEvent, SeatEvent, StaffEvent};
use crate::frame::EventFrame;
use crate::ids::{Millis, SeatNo};
use crate::people::Presence;
use crate::said::{Gesture, Said};
use crate::token::Flow;
use crate::view::{Board, Common, Own, Phase, Snapshot, Turns};

/// An event that cannot follow what came before: the reader must fetch a snapshot anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// A sequence number that is not the next of its audience.
    #[error(
        "an event of the {audience} is numbered {got}, but {expected} is next: reconnect for a snapshot"
    )]
    Gap {
        /// Whose sequence.
        audience: &'static str,
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// A staff event for a seat that is not staff.
    #[error("a staff event reached a seat that is not staff: reconnect for a snapshot")]
    NotStaff,
}

impl Snapshot {
    /// Applies one event of the wire. On an error nothing has changed.
    pub fn apply(&mut self, frame: &EventFrame) -> Result<(), FoldError> {
        match frame {
            EventFrame::Room { room, at, event } => {
                self.cursor.room = follows("room", self.cursor.room, *room)?;
                apply_said(&mut self.said, &self.common, event, *at);
                self.common.apply(event);
            }
            EventFrame::Staff { staff, event, .. } => {
                let board = self.board.as_mut().ok_or(FoldError::NotStaff)?;
                let last = self.cursor.staff.unwrap_or(0);
                self.cursor.staff = Some(follows("staff", last, *staff)?);
                board.apply(event);
            }
            EventFrame::Seat { seat, event, .. } => {
                self.cursor.seat = follows("seat", self.cursor.seat, *seat)?;
                self.own.apply(event);
            }
        }
        Ok(())
    }
}

fn follows(audience: &'static str, last: u64, got: u64) -> Result<u64, FoldError> {
    let expected = last + 1;
    if got == expected { Ok(got) } else { Err(FoldError::Gap { audience, expected, got }) }
}

/// Applies a room event to the log of what was said. `common` is the state before the event.
pub fn apply_said(said: &mut Vec<Said>, common: &Common, event: &RoomEvent, at: Millis) {
    match event {
        RoomEvent::Said { words, seat, kind, .. } => said.push(Said {
            words: words.clone(),
            seat: *seat,
            kind: *kind,
            round: common.round.as_ref().map_or(0, |round| round.number),
            at,
            taken_back: false,
            gestures: Vec::new(),
        }),
        RoomEvent::TakenBack { said: id } => {
            if let Some(entry) = said.iter_mut().rfind(|entry| entry.words.id == *id) {
                entry.taken_back = true;
                entry.words.text = None;
                entry.gestures.clear();
            }
        }
        RoomEvent::Gestured { said: id, seat, kind, on } => {
            if let Some(entry) = said.iter_mut().rfind(|entry| entry.words.id == *id) {
                entry.gestures.retain(|gesture| (gesture.seat, gesture.kind) != (*seat, *kind));
                if *on {
                    entry.gestures.push(Gesture { seat: *seat, kind: *kind });
                }
            }
        }
        _ => {}
    }
}

impl Common {
    /// Returns what everyone sees right after a room opened; `None` for any other event.
    pub fn opened(event: &RoomEvent, at: Millis) -> Option<Self> {
        let RoomEvent::Opened { room, circle, title, agreements, settings, timers, flow } = event
        else {
            return None;
        };
        Some(Self {
            room: *room,
            circle: *circle,
            title: title.clone(),
            agreements: agreements.clone(),
            settings: settings.clone(),
            timers: *timers,
            opened_at: at,
            phase: Phase::Gathering,
            ending: None,
            paused: None,
            people: Vec::new(),
            round: None,
            flow: flow.clone(),
        })
    }

    /// Applies a room event to all but the log of what was said.
    pub fn apply(&mut self, event: &RoomEvent) {
        self.apply_people(event);
        self.apply_course(event);
        if let Some(flow) = event.flow() {
            self.flow = flow.clone();
        }
    }

    fn apply_people(&mut self, event: &RoomEvent) {
        match event {
            RoomEvent::Joined { person, .. } => self.people.push(person.clone()),
            RoomEvent::Away { seat, .. } => self.set_presence(*seat, Presence::Away),
            RoomEvent::Returned { seat, .. } => self.set_presence(*seat, Presence::Here),
            RoomEvent::Left { seat, .. } => self.set_presence(*seat, Presence::Left),
            RoomEvent::Woken { seats, .. } => {
                for seat in seats {
                    self.set_presence(*seat, Presence::Away);
                }
            }
            RoomEvent::Stance { seat, stance, .. } => {
                if let Some(person) = self.person_mut(*seat) {
                    person.stance = *stance;
                }
            }
            RoomEvent::Role { seat, role, .. } => {
                if let Some(person) = self.person_mut(*seat) {
                    person.role = *role;
                }
            }
            RoomEvent::Renamed { seat, name } => {
                if let Some(person) = self.person_mut(*seat) {
                    person.name = name.clone();
                }
            }
            _ => {}
        }
    }

    fn set_presence(&mut self, seat: SeatNo, presence: Presence) {
        if let Some(person) = self.person_mut(seat) {
            person.presence = presence;
        }
    }

    fn apply_course(&mut self, event: &RoomEvent) {
        match event {
            RoomEvent::Phase { phase, .. } => self.phase = *phase,
            RoomEvent::RoundOpened { round, .. } | RoomEvent::RoundChanged { round, .. } => {
                self.round = Some(round.clone());
            }
            RoomEvent::RoundClosed { .. } => {
                if let Some(round) = &mut self.round {
                    round.open = false;
                }
            }
            RoomEvent::Paused { pause, .. } => self.paused = Some(pause.clone()),
            RoomEvent::Resumed { .. } => self.paused = None,
            RoomEvent::Ending { closes, .. } => self.ending = Some(*closes),
            RoomEvent::EndUndone { .. } => self.ending = None,
            RoomEvent::Ended { .. } => {
                self.phase = Phase::Ended;
                self.ending = None;
                self.paused = None;
            }
            _ => {}
        }
    }
}

impl RoomEvent {
    /// Returns the token and the order as this event leaves them, where it touches them.
    pub fn flow(&self) -> Option<&Flow> {
        match self {
            Self::Renamed { .. } | Self::TakenBack { .. } | Self::Gestured { .. } => None,
            Self::Opened { flow, .. }
            | Self::Joined { flow, .. }
            | Self::Away { flow, .. }
            | Self::Returned { flow, .. }
            | Self::Left { flow, .. }
            | Self::Woken { flow, .. }
            | Self::Stance { flow, .. }
            | Self::Role { flow, .. }
            | Self::Phase { flow, .. }
            | Self::RoundOpened { flow, .. }
            | Self::RoundClosed { flow }
            | Self::RoundChanged { flow, .. }
            | Self::Reordered { flow }
            | Self::Offered { flow, .. }
            | Self::Taken { flow, .. }
            | Self::Passed { flow, .. }
            | Self::Later { flow, .. }
            | Self::OfferEnded { flow, .. }
            | Self::TurnEnded { flow, .. }
            | Self::ReachOpened { flow }
            | Self::WentOn { flow }
            | Self::Extended { flow, .. }
            | Self::HandRaised { flow, .. }
            | Self::HandLowered { flow, .. }
            | Self::SteppedBack { flow, .. }
            | Self::Said { flow, .. }
            | Self::Paused { flow, .. }
            | Self::Resumed { flow }
            | Self::Ending { flow, .. }
            | Self::EndUndone { flow, .. }
            | Self::Ended { flow, .. } => Some(flow),
        }
    }
}

impl Board {
    /// Applies a staff event.
    pub fn apply(&mut self, event: &StaffEvent) {
        match event {
            StaffEvent::OfferClock(clock) => self.offer = Some(*clock),
            StaffEvent::Muted(muted) => {
                self.muted.retain(|other| other.seat != muted.seat);
                self.muted.push(*muted);
                self.muted.sort_by_key(|muted| muted.seat);
            }
            StaffEvent::Unmuted { seat, .. } => self.muted.retain(|muted| muted.seat != *seat),
            StaffEvent::Barred(barred) => {
                self.barred.retain(|other| other.seat != barred.seat);
                self.barred.push(*barred);
                self.barred.sort_by_key(|barred| barred.seat);
            }
            StaffEvent::Unbarred { seat, .. } => self.barred.retain(|other| other.seat != *seat),
            StaffEvent::Turns { seat, turns } => {
                self.turns.retain(|other| other.seat != *seat);
                self.turns.push(Turns { seat: *seat, turns: *turns });
                self.turns.sort_by_key(|turns| turns.seat);
            }
            StaffEvent::PointRaised { seat } => self.points.push(*seat),
            StaffEvent::PointAnswered { seat, .. } => self.points.retain(|other| other != seat),
        }
    }
}

impl Own {
    /// Applies an event for this seat.
    pub fn apply(&mut self, event: &SeatEvent) {
        match event {
            SeatEvent::OfferClock(clock) => self.offer = Some(*clock),
            SeatEvent::Muted(mute) => self.muted = Some(*mute),
            SeatEvent::Unmuted {} => self.muted = None,
            SeatEvent::Removed {} => self.removed = true,
            SeatEvent::Restored {} => self.removed = false,
        }
    }
}
