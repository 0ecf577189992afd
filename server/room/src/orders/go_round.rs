//! Go-round: every seat once, in order.

use super::{OrderRules, Waiting};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::queue::Queue;
use hearth_protocol::{Keyed, SeatNo};

pub(crate) struct GoRound;

impl OrderRules for GoRound {
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo> {
        let lineup = &waiting.queue().lineup;
        let mut seats = waiting.laters_last(lineup.in_order().into_iter());
        seats.retain(|seat| lineup.contains(*seat));
        seats
    }

    /// A second *later* counts as a pass.
    fn said_later(&self, again: bool) -> TurnOutcome {
        if again { TurnOutcome::Passed } else { TurnOutcome::Later }
    }

    fn adopt(&self, queue: &mut Queue, lineup: &[SeatNo]) {
        queue.hands = Keyed::default();
        if queue.lineup.is_empty() {
            queue.lineup.set_order(lineup);
        }
    }
}
