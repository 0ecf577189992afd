//! Open floor: the token rests, and anyone unmuted may write.

use super::{OrderRules, Waiting};
use hearth_protocol::SeatNo;

pub(crate) struct Open;

impl OrderRules for Open {
    fn waiting(&self, _waiting: &Waiting<'_>) -> Vec<SeatNo> {
        Vec::new()
    }

    fn offers(&self) -> bool {
        false
    }
}
