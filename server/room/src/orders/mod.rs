//! How the token travels: one module for each order, behind one trait.

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

/// What an order looks at to say who waits.
pub(crate) struct Waiting<'a> {
    pub(crate) room: &'a RoomView,
    /// Turns that held a share in this session, by seat.
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

    /// Returns the seats of `first` that did not say later, then those that did, without those who
    /// were heard or passed or can't be offered the token.
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
    /// Returns who waits for the token, the next first.
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo>;

    /// Returns whether the token is offered in it at all.
    fn offers(&self) -> bool {
        true
    }

    /// Returns whether the next offer can follow without anyone's word.
    fn runs_by_itself(&self) -> bool {
        false
    }

    /// Returns whether those not yet heard have the first reach for a resting token.
    fn has_first_reach(&self) -> bool {
        false
    }

    /// Returns whether raised hands queue in it.
    fn queues_hands(&self) -> bool {
        false
    }

    /// Returns what *pass* to an offer counts as.
    fn passed_offer(&self) -> TurnOutcome {
        TurnOutcome::Passed
    }

    /// Returns what *later* counts as; `again` if the seat said it before in this round.
    fn said_later(&self, again: bool) -> TurnOutcome {
        let _ = again;
        TurnOutcome::Later
    }

    /// Prepares the queue when a round takes this order. `lineup` has the seats that take part.
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

/// Returns the seats that take part in a go-round, beginning with `start`.
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
