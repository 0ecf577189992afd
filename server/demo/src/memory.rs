//! What a member remembers of a session beyond what the view shows.

use crate::observation::{Observation, Token, TurnId};
use hearth_protocol::SeatNo;
use std::collections::{BTreeMap, BTreeSet};

/// What a member remembers of a session. Bounded by the room's seats.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    greeted: BTreeSet<SeatNo>,
    /// Visitors who have been offered the turn, in any round.
    offered: BTreeSet<SeatNo>,
    /// Offers per seat in the current round: the last one's turn id, and how many.
    offers: BTreeMap<SeatNo, (TurnId, u32)>,
    /// Number of the round that `offers` counts.
    round: u32,
    /// The turn in which this member last reassured a visitor.
    reassured: Option<TurnId>,
}

impl Memory {
    /// Records what the observation shows.
    pub(crate) fn update(&mut self, seen: &Observation<'_>) {
        let at_turn = seen.token().seat().into_iter();
        let had_turn = at_turn.chain(seen.heard_or_passed());
        self.offered.extend(had_turn.filter(|seat| seen.is_guest(*seat)));
        let round = seen.last_round().map_or(0, |round| round.number);
        if self.round != round {
            self.round = round;
            self.offers.clear();
        }
        if let Token::Offered { seat, .. } = seen.token() {
            let turn_id = seen.turn_id();
            let (last, count) = self.offers.entry(seat).or_insert((0, 0));
            if *last != turn_id {
                (*last, *count) = (turn_id, *count + 1);
            }
        }
    }

    pub(crate) fn remember_greeting(&mut self, seat: SeatNo) {
        self.greeted.insert(seat);
    }

    pub(crate) fn remember_reassuring(&mut self, turn_id: TurnId) {
        self.reassured = Some(turn_id);
    }

    pub(crate) fn has_greeted(&self, seat: SeatNo) -> bool {
        self.greeted.contains(&seat)
    }

    pub(crate) fn has_reassured(&self, turn_id: TurnId) -> bool {
        self.reassured == Some(turn_id)
    }

    /// Returns whether a visitor has been offered the turn at any time in this session.
    pub(crate) fn was_offered_turn(&self, seat: SeatNo) -> bool {
        self.offered.contains(&seat)
    }

    /// Returns how many times a seat has been offered the turn in this round.
    pub(crate) fn offers_to(&self, seat: SeatNo) -> u32 {
        self.offers.get(&seat).map_or(0, |(_, count)| *count)
    }
}
