//! Orders: how the token moves. One module per order, behind one trait.

mod facilitator;
mod go_round;
mod hands;
mod open;
mod popcorn;

use crate::turn_outcome::TurnOutcome;
use hearth_protocol::presence::{Person, Presence, Role};
use hearth_protocol::queue::Queue;
use hearth_protocol::round::{Order, Round};
use hearth_protocol::{Keyed, RoomView, SeatNo};

/// The state that an order uses to decide who is waiting.
pub(crate) struct Waiting<'a> {
    pub(crate) room: &'a RoomView,
    /// Number of turns with a share in this session, by seat.
    pub(crate) turns: &'a Keyed<SeatNo, u32>,
    pub(crate) round: &'a Round,
}

impl Waiting<'_> {
    fn queue(&self) -> &Queue {
        &self.room.queue
    }

    /// Returns whether a seat could be offered the token and doesn't have it.
    fn is_ready(&self, seat: SeatNo) -> bool {
        self.room.people.get(seat).is_some_and(Person::is_eligible)
            && self.room.turn.token.seat() != Some(seat)
    }

    fn turns_of(&self, seat: SeatNo) -> u32 {
        self.turns.get(seat).copied().unwrap_or(0)
    }

    /// Returns the seats of `first` that haven't said later, then those that have. Leaves out seats
    /// that were heard, have passed, or can't be offered the token.
    fn laters_last(&self, first: impl Iterator<Item = SeatNo>) -> Vec<SeatNo> {
        let queue = self.queue();
        first
            .filter(|seat| !queue.later.contains(*seat))
            .chain(queue.later.in_order())
            .filter(|seat| !queue.is_settled(*seat) && self.is_ready(*seat))
            .collect()
    }
}

/// The rules of one order.
pub(crate) trait OrderRules: Sync {
    /// Returns the seats that are waiting for the token, starting with the next one.
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo>;

    /// Returns whether this order offers the token at all.
    fn offers(&self) -> bool {
        true
    }

    /// Returns whether only seats that haven't been heard may take a resting token at first.
    fn has_first_reach(&self) -> bool {
        false
    }

    /// Returns whether raised hands queue in this order.
    fn queues_hands(&self) -> bool {
        false
    }

    /// Returns the outcome of *later*; `again` is true if the seat has said it before in this
    /// round.
    fn said_later(&self, again: bool) -> TurnOutcome {
        let _ = again;
        TurnOutcome::Later
    }

    /// Prepares the queue when a round takes this order. `lineup` contains the seats that take
    /// part.
    fn adopt(&self, queue: &mut Queue, lineup: &[SeatNo]) {
        let _ = lineup;
        queue.hands = Keyed::default();
    }
}

/// Returns the rules of an order.
pub(crate) fn rules(order: Order) -> &'static dyn OrderRules {
    match order {
        Order::GoRound => &go_round::GoRound,
        Order::Popcorn => &popcorn::Popcorn,
        Order::Hands => &hands::Hands,
        Order::Facilitator => &facilitator::Facilitator,
        Order::Open => &open::Open,
    }
}

/// Returns the seats that take part in a go-round, starting with `start`.
pub(crate) fn lineup(room: &RoomView, start: SeatNo) -> Vec<SeatNo> {
    let mut seats: Vec<SeatNo> = room
        .people
        .iter()
        .filter(|(_, p)| p.presence != Presence::Left && p.role != Role::Listener)
        .map(|(seat, _)| seat)
        .collect();
    if let Some(at) = seats.iter().position(|seat| *seat == start) {
        seats.rotate_left(at);
    }
    seats
}
