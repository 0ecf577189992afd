//! Who has been heard in the round, who is waiting, and raised hands.

use crate::declare::{commands, facts, view, wire_struct};
use crate::ids::SeatNo;
use crate::keyed::Keyed;

wire_struct! {
    /// Marks a seat as belonging to a set.
    pub struct Mark {}
}

crate::merge::leaf!(Mark);

view! {
    /// A seat's position in a queue, as a sort key. Only the order of places has meaning.
    pub struct Place {
        /// The place.
        pub place: u64,
    }

    /// What each seat has done in this round, and who comes next.
    pub struct Queue {
        /// The seats of this round, in order (go-round).
        pub lineup: Keyed<SeatNo, Place>,
        /// Seats that have been heard in this round.
        pub heard: Keyed<SeatNo, Mark>,
        /// Seats that have passed in this round.
        pub passed: Keyed<SeatNo, Mark>,
        /// Seats that said *later*, in the order they said it.
        pub later: Keyed<SeatNo, Place>,
        /// Raised hands, in the order they went up.
        pub hands: Keyed<SeatNo, Place>,
        /// Seats that are waiting for the token, starting with the next one.
        pub waiting: Keyed<SeatNo, Place>,
        /// The next seat, if the order itself decides that.
        pub next: Option<SeatNo>,
        /// True while nobody who could be offered the token is still to be heard in this round.
        pub complete: bool,
        /// True after the facilitator took the token back: the order doesn't run until they resume it.
        pub halted: bool,
    }
}

impl Queue {
    /// Returns the queue of a room without a round.
    pub fn empty() -> Self {
        Self {
            lineup: Keyed::default(),
            heard: Keyed::default(),
            passed: Keyed::default(),
            later: Keyed::default(),
            hands: Keyed::default(),
            waiting: Keyed::default(),
            next: None,
            complete: false,
            halted: false,
        }
    }

    /// Returns whether a seat was heard or passed in this round.
    pub fn is_settled(&self, seat: SeatNo) -> bool {
        self.heard.contains(seat) || self.passed.contains(seat)
    }
}

/// Gap between neighbours in a new queue, so that many seats can be inserted in between.
const STEP: u64 = 1 << 16;

impl Keyed<SeatNo, Place> {
    /// Returns the seats in the order of their places.
    pub fn in_order(&self) -> Vec<SeatNo> {
        let mut seats: Vec<(u64, SeatNo)> =
            self.iter().map(|(seat, place)| (place.place, seat)).collect();
        seats.sort_unstable();
        seats.into_iter().map(|(_, seat)| seat).collect()
    }

    /// Moves a seat to the end.
    pub fn push_last(&mut self, seat: SeatNo) {
        self.remove(seat);
        let last = self.values().map(|place| place.place).max();
        self.insert(seat, Place { place: last.map_or(STEP, |last| last.saturating_add(STEP)) });
    }

    /// Gives the seats this order and drops all others. Changes as few places as it can, so that
    /// the patch holds only the seats that moved.
    pub fn set_order(&mut self, order: &[SeatNo]) {
        let leaving: Vec<SeatNo> = self.keys().filter(|seat| !order.contains(seat)).collect();
        for seat in leaving {
            self.remove(seat);
        }
        let kept = self.longest_in_order(order);
        let mut before = 0;
        for (index, seat) in order.iter().enumerate() {
            if kept.contains(seat) {
                before = self.get(*seat).map_or(before, |place| place.place);
                continue;
            }
            let next_kept = order.iter().skip(index + 1).find(|seat| kept.contains(seat));
            let after = next_kept.and_then(|seat| self.get(*seat)).map(|place| place.place);
            let place = match after {
                None => before + STEP,
                Some(after) => before + (after - before) / 2,
            };
            if place <= before || after.is_some_and(|after| place >= after) {
                return self.renumber(order);
            }
            self.insert(*seat, Place { place });
            before = place;
        }
    }

    fn renumber(&mut self, order: &[SeatNo]) {
        for (index, seat) in order.iter().enumerate() {
            self.insert(*seat, Place { place: (index as u64 + 1) * STEP });
        }
    }

    /// Returns the longest run of seats in `order` whose current places are already in that order.
    fn longest_in_order(&self, order: &[SeatNo]) -> Vec<SeatNo> {
        // For each length, the seats of the run that ends earliest (patience sorting).
        let mut ends: Vec<(u64, Vec<SeatNo>)> = Vec::new();
        for seat in order {
            let Some(place) = self.get(*seat).map(|place| place.place) else { continue };
            let at = ends.partition_point(|(end, _)| *end < place);
            let mut run = at
                .checked_sub(1)
                .and_then(|i| ends.get(i))
                .map_or(Vec::new(), |(_, run)| run.clone());
            run.push(*seat);
            match ends.get_mut(at) {
                Some(end) => *end = (place, run),
                None => ends.push((place, run)),
            }
        }
        ends.pop().map_or(Vec::new(), |(_, run)| run)
    }
}

commands! {
    /// Commands about the queue.
    pub enum QueueCommand {
        /// Raise your hand (order of hands).
        Raise "raise" {}
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: CanRaise,
        }
        /// Lower your hand.
        Lower "lower" {}
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: OrderIsHands,
        }
        /// Let the next person in the queue go first.
        StepBack "step_back" {}
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: WaitsInQueue,
        }
        /// Pass this round for good.
        SitOut "sit_out" {}
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: RoundOpen,
        }
        /// Reorder the people who are waiting.
        Reorder "reorder" {
            /// The seats that are waiting, starting with the next one. Anyone left out comes after
            /// them.
            waiting: Vec<SeatNo> = vec![SeatNo(4), SeatNo(2)],
        }
        policy {
            role: Facilitator, muted: Yes, paused: Yes, ending: No,
            turn: (), text: (), target: (), when: QueueCanBeReordered,
        }
    }
}

facts! {
    /// Facts about the queue.
    pub enum QueueFact {
        /// Someone raised their hand.
        HandRaised {
            /// Seat that raised the hand.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone lowered their hand.
        HandLowered {
            /// Seat that lowered the hand.
            seat: SeatNo = SeatNo(3),
        }
        /// Someone let the next person go first.
        SteppedBack {
            /// Their seat.
            seat: SeatNo = SeatNo(3),
        }
        /// The facilitator reordered the queue.
        Reordered {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(numbers: &[u16]) -> Vec<SeatNo> {
        numbers.iter().copied().map(SeatNo).collect()
    }

    #[test]
    fn moving_one_seat_changes_one_place() {
        let mut line = Keyed::default();
        line.set_order(&seats(&[1, 2, 3, 4, 5]));
        let before = line.clone();
        line.set_order(&seats(&[1, 3, 4, 2, 5]));
        assert_eq!(line.in_order(), seats(&[1, 3, 4, 2, 5]));
        let moved = before.iter().filter(|(seat, place)| line.get(*seat) != Some(place)).count();
        assert_eq!(moved, 1);
        line.set_order(&seats(&[3, 4, 2, 5]));
        assert_eq!(line.in_order(), seats(&[3, 4, 2, 5]));
    }

    #[test]
    fn a_queue_without_gaps_between_neighbours_is_renumbered() {
        let mut line = Keyed::default();
        line.set_order(&seats(&[1, 2]));
        for seat in 3..40 {
            let mut order = line.in_order();
            order.insert(1, SeatNo(seat));
            line.set_order(&order);
            assert_eq!(line.in_order(), order);
        }
    }
}
