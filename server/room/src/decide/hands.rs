//! Those who wait: raised hands, stepping back, and the facilitator's other order.

use super::Decided;
use super::flow::{open_round, waiting};
use super::step::Step;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::round::{HandsBy, Order};
use hearth_protocol::{RefusalCode, SeatNo};

pub(super) fn raise(step: &mut Step, seat: SeatNo) -> Decided {
    hands_round(step)?;
    if !step.core.seems_eligible(seat) {
        return Err(RefusalCode::Listening);
    }
    let mut flow = step.flow();
    if flow.hands.contains(&seat) {
        return Ok(());
    }
    flow.hands.push(seat);
    step.tell(flow, |flow| RoomEvent::HandRaised { seat, flow });
    Ok(())
}

pub(super) fn lower(step: &mut Step, seat: SeatNo) -> Decided {
    hands_round(step)?;
    let mut flow = step.flow();
    if flow.token.offered() == Some(seat) {
        // An offer is answered by passing; lowering the hand then says the same.
        step.answer_offer(super::step::Settled::Passed);
        return Ok(());
    }
    if !flow.hands.contains(&seat) {
        return Ok(());
    }
    // Who said later stays behind the others should the hand go up again.
    flow.hands.retain(|other| *other != seat);
    step.tell(flow, |flow| RoomEvent::HandLowered { seat, flow });
    Ok(())
}

fn hands_round(step: &Step) -> Decided {
    match step.order() {
        Some(Order::Hands) => Ok(()),
        Some(_) => Err(RefusalCode::WrongOrder),
        None => Err(RefusalCode::NoRound),
    }
}

/// Moves a seat behind the one who waits after it.
pub(super) fn step_back(step: &mut Step, seat: SeatNo) -> Decided {
    let round = open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    let mut flow = step.flow();
    let waits = waiting(&step.core, &flow, round);
    let later = flow.later.clone();
    let list = match round.order {
        Order::GoRound if flow.later.contains(&seat) => &mut flow.later,
        Order::GoRound => &mut flow.lineup,
        Order::Hands => &mut flow.hands,
        Order::Popcorn | Order::Facilitator | Order::Open => return Err(RefusalCode::WrongOrder),
    };
    let place = waits.iter().position(|other| *other == seat).ok_or(RefusalCode::NotNow)?;
    // Behind the last of those who have not said later there is nobody to let go first.
    let said_later = later.contains(&seat);
    let behind = waits
        .iter()
        .skip(place + 1)
        .find(|other| list.contains(other) && later.contains(other) == said_later);
    let Some(behind) = behind.copied() else { return Ok(()) };
    list.retain(|other| *other != seat);
    let after = list.iter().position(|other| *other == behind).map_or(list.len(), |at| at + 1);
    list.insert(after, seat);
    step.tell(flow, |flow| RoomEvent::SteppedBack { seat, flow });
    Ok(())
}

/// Puts those who wait in another order: the seats named first, the rest behind them as they were.
pub(super) fn reorder(step: &mut Step, wanted: &[SeatNo]) -> Decided {
    let round = open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    let mut flow = step.flow();
    let waits = waiting(&step.core, &flow, round);
    let named_once = wanted.iter().enumerate().all(|(i, seat)| {
        waits.contains(seat) && !wanted.iter().take(i).any(|earlier| earlier == seat)
    });
    if !named_once {
        return Err(RefusalCode::NotEligible);
    }
    let list = match (round.order, round.hands_by) {
        (Order::GoRound, _) => &mut flow.lineup,
        (Order::Hands, HandsBy::FirstCome) => &mut flow.hands,
        _ => return Err(RefusalCode::WrongOrder),
    };
    // Those who asked for later keep their place behind the others, in the new order.
    let rest: Vec<SeatNo> = list.iter().copied().filter(|s| !wanted.contains(s)).collect();
    *list = wanted.iter().copied().filter(|s| list.contains(s)).chain(rest).collect();
    let later: Vec<SeatNo> = flow.later.iter().copied().filter(|s| !wanted.contains(s)).collect();
    flow.later = wanted.iter().copied().filter(|s| flow.later.contains(s)).chain(later).collect();
    step.tell(flow, |flow| RoomEvent::Reordered { flow });
    Ok(())
}
