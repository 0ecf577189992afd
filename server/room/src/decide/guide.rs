//! The facilitator's hand on the token: offer, next, skip, reclaim, go on.

use super::Decided;
use super::flow::open_round;
use super::step::{Settled, Step};
use hearth_protocol::event::{OfferEnd, RoomEvent, TurnEnd};
use hearth_protocol::round::Order;
use hearth_protocol::{RefusalCode, SeatNo, Token};

pub(super) fn offer(step: &mut Step, by: SeatNo, to: SeatNo) -> Decided {
    match step.order() {
        None => return Err(RefusalCode::NoRound),
        Some(Order::Open) => return Err(RefusalCode::WrongOrder),
        Some(_) => {}
    }
    step.person(to).ok_or(RefusalCode::NoSuchSeat)?;
    if !step.core.is_eligible(to) || step.core.common.flow.token.seat() == Some(to) {
        return Err(RefusalCode::NotEligible);
    }
    step.clear_token(TurnEnd::Moved, OfferEnd::Moved);
    step.offer(to, Some(by));
    Ok(())
}

/// Lets the order make its next offer, where it waits for the facilitator's word.
pub(super) fn next(step: &mut Step, by: SeatNo) -> Decided {
    match step.order() {
        None => return Err(RefusalCode::NoRound),
        Some(Order::GoRound | Order::Hands) => {}
        Some(Order::Popcorn | Order::Facilitator | Order::Open) => {
            return Err(RefusalCode::WrongOrder);
        }
    }
    if !matches!(step.core.common.flow.token, Token::Centre { .. }) {
        return Err(RefusalCode::NotFree);
    }
    let seat = step.next_in_order().ok_or(RefusalCode::NotNow)?;
    step.offer(seat, Some(by));
    Ok(())
}

pub(super) fn skip(step: &mut Step) -> Decided {
    match step.core.common.flow.token {
        Token::Held { .. } => step.end_turn(TurnEnd::Skipped, Settled::Later),
        Token::Offered { .. } => step.end_offer(OfferEnd::Skipped, Settled::Later),
        Token::Centre { .. } => return Err(RefusalCode::NotNow),
    }
    Ok(())
}

/// Takes the token back to the centre; an order that runs by itself halts until it is let go on.
pub(super) fn reclaim(step: &mut Step) -> Decided {
    let runs = matches!(step.order(), Some(Order::GoRound | Order::Hands));
    if matches!(step.core.common.flow.token, Token::Centre { .. }) {
        return Err(RefusalCode::NotNow);
    }
    step.core.common.flow.halted = runs;
    step.clear_token(TurnEnd::Reclaimed, OfferEnd::Reclaimed);
    Ok(())
}

pub(super) fn go_on(step: &mut Step) -> Decided {
    open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    let mut flow = step.flow();
    if !flow.halted {
        return Err(RefusalCode::NotNow);
    }
    flow.halted = false;
    step.tell(flow, |flow| RoomEvent::WentOn { flow });
    Ok(())
}
