//! The facilitator offers the token each time.

use super::{OrderRules, Waiting};
use hearth_protocol::SeatNo;

pub(crate) struct Facilitator;

impl OrderRules for Facilitator {
    fn waiting(&self, waiting: &Waiting<'_>) -> Vec<SeatNo> {
        waiting.laters_last(waiting.room.people.keys())
    }
}
