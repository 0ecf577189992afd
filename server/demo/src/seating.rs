//! The members' seats. The six bots share this to tell each other from visitors.

use crate::script::{MEMBERS, SESSIONS, SessionScript};
use hearth_protocol::{RoomId, SeatNo};
use std::sync::{Mutex, PoisonError};

/// The members' seats in one room, by member number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seats([Option<SeatNo>; MEMBERS]);

impl Seats {
    pub(crate) fn assign(&mut self, member: usize, seat: SeatNo) {
        if let Some(assigned) = self.0.get_mut(member) {
            *assigned = Some(seat);
        }
    }

    /// Returns which member has this seat, or `None` if it is a visitor's.
    pub(crate) fn member_at(&self, seat: SeatNo) -> Option<usize> {
        self.0.iter().position(|assigned| *assigned == Some(seat))
    }

    #[cfg(test)]
    pub(crate) fn seat_of(&self, member: usize) -> Option<SeatNo> {
        self.0.get(member).copied().flatten()
    }
}

/// The seats in the current session, shared by the bots.
#[derive(Debug, Default)]
pub(crate) struct SharedSeating(Mutex<CurrentSession>);

#[derive(Debug, Default)]
struct CurrentSession {
    room: Option<RoomId>,
    /// Sessions held before this one.
    earlier: usize,
    seats: Seats,
}

impl SharedSeating {
    /// Records a member's seat and returns the script of the session. A room not seen before starts
    /// the next script.
    pub(crate) fn assign(
        &self,
        room: RoomId,
        member: usize,
        seat: SeatNo,
    ) -> Option<&'static SessionScript> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.room != Some(room) {
            let earlier = current.earlier + usize::from(current.room.is_some());
            *current = CurrentSession { room: Some(room), earlier, seats: Seats::default() };
        }
        current.seats.assign(member, seat);
        SESSIONS.get(current.earlier % SESSIONS.len())
    }

    pub(crate) fn seats(&self) -> Seats {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).seats
    }
}
