//! Raised hands: a queue.

use super::{OrderRules, Waiting};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::SeatNo;
use hearth_protocol::queue::Queue;
use hearth_protocol::round::HandsBy;

pub(crate) struct Hands;

impl OrderRules for Hands {
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo> {
        let queue = waiting.queue();
        let mut hands = queue.hands.in_order();
        hands.retain(|seat| waiting.is_ready(*seat));
        // The sort is stable: equals stay in the order in which their hands went up.
        hands.sort_by_key(|seat| {
            let turns = match waiting.round.hands_by {
                HandsBy::LeastHeard => waiting.turns_of(*seat),
                HandsBy::FirstCome => 0,
            };
            // Someone who was heard or passed, and raises a hand again, comes after all others.
            (queue.is_settled(*seat), queue.later.contains(*seat), turns)
        });
        hands
    }

    fn queues_hands(&self) -> bool {
        true
    }

    /// A second *later* lowers the hand, as a pass does.
    fn said_later(&self, again: bool) -> TurnOutcome {
        if again { TurnOutcome::Passed } else { TurnOutcome::Later }
    }

    /// Those who said later in another order have their hands up.
    fn adopt(&self, queue: &mut Queue, _lineup: &[SeatNo]) {
        queue.hands = queue.later.clone();
    }
}
