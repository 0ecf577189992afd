//! Popcorn: the holder names the next person, or puts the token in the centre.

use super::{OrderRules, Waiting};
use hearth_protocol::SeatNo;

pub(crate) struct Popcorn;

impl OrderRules for Popcorn {
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo> {
        waiting.laters_last(waiting.room.people.keys())
    }

    fn has_first_reach(&self) -> bool {
        true
    }
}
