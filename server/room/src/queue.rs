//! The queue: raised hands, stepping back, sitting out, and the facilitator's own order.

use crate::draft::{Draft, Handled};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::queue::{QueueCommand, QueueFact};
use hearth_protocol::round::Order;
use hearth_protocol::turn::{OfferEnd, Token, TurnFact};
use hearth_protocol::{RefusalCode, SeatNo};

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &QueueCommand) -> Handled {
    match command {
        QueueCommand::Raise {} => raise(draft, seat),
        QueueCommand::Lower {} => {
            lower(draft, seat);
            Ok(())
        }
        QueueCommand::StepBack {} => step_back(draft, seat),
        QueueCommand::SitOut {} => {
            sit_out(draft, seat);
            Ok(())
        }
        QueueCommand::Reorder { waiting } => reorder(draft, waiting),
    }
}

fn raise(draft: &mut Draft, seat: SeatNo) -> Handled {
    if !draft.state.room.queue.hands.contains(seat) {
        draft.count_signal(seat)?;
        draft.state.room.queue.hands.push_last(seat);
        draft.tell(QueueFact::HandRaised { seat });
    }
    Ok(())
}

fn lower(draft: &mut Draft, seat: SeatNo) {
    if draft.state.room.turn.token.offered() == Some(seat) {
        // Lowering the hand during an offer means the same as passing.
        draft.turn().answer(TurnOutcome::Passed);
    } else if draft.state.room.queue.hands.remove(seat).is_some() {
        // Someone who said later stays behind the others if they raise the hand again.
        draft.tell(QueueFact::HandLowered { seat });
    }
}

/// Passes this round for good.
fn sit_out(draft: &mut Draft, seat: SeatNo) {
    let mut turn = draft.turn();
    match turn.room.turn.token {
        Token::Held { seat: holder, .. } if holder == seat => {
            turn.answer(TurnOutcome::Passed);
        }
        Token::Offered { seat: to } if to == seat => {
            turn.end_offer(OfferEnd::Lapsed, TurnOutcome::Passed);
        }
        Token::Held { .. } | Token::Offered { .. } | Token::Centre { .. } => {
            if !turn.room.queue.is_settled(seat) {
                turn.settle_seat(seat, TurnOutcome::Passed);
                turn.tell(TurnFact::Passed { seat });
            }
        }
    }
}

/// Moves a seat behind the one after it in the queue.
fn step_back(draft: &mut Draft, seat: SeatNo) -> Handled {
    let order = draft.state.room.open_round().map(|round| round.order);
    let waits = draft.turn().waiting();
    let queue = &mut draft.state.room.queue;
    let later = queue.later.clone();
    let line = match order {
        Some(Order::GoRound) if later.contains(seat) => &mut queue.later,
        Some(Order::GoRound) => &mut queue.lineup,
        Some(Order::Hands) => &mut queue.hands,
        Some(Order::Popcorn | Order::Facilitator | Order::Open) | None => {
            return Err(RefusalCode::WrongOrder);
        }
    };
    let place = waits.iter().position(|other| *other == seat).ok_or(RefusalCode::NotNow)?;
    // The last person who hasn't said later has nobody to let go first.
    let said_later = later.contains(seat);
    let behind = waits
        .iter()
        .skip(place + 1)
        .find(|other| line.contains(**other) && later.contains(**other) == said_later);
    let Some(behind) = behind.copied() else { return Ok(()) };
    let mut seats = line.in_order();
    seats.retain(|other| *other != seat);
    let after = seats.iter().position(|other| *other == behind).map_or(seats.len(), |at| at + 1);
    seats.insert(after, seat);
    line.set_order(&seats);
    draft.tell(QueueFact::SteppedBack { seat });
    Ok(())
}

/// Reorders the queue: the named seats first, then the rest in their current order.
fn reorder(draft: &mut Draft, wanted: &[SeatNo]) -> Handled {
    let order = draft.state.room.open_round().map(|round| round.order);
    let waits = draft.turn().waiting();
    let named_once = wanted.iter().enumerate().all(|(index, seat)| {
        waits.contains(seat) && !wanted.iter().take(index).any(|earlier| earlier == seat)
    });
    if !named_once {
        return Err(RefusalCode::NotEligible);
    }
    let queue = &mut draft.state.room.queue;
    let line = if order == Some(Order::Hands) { &mut queue.hands } else { &mut queue.lineup };
    // Seats that said later stay behind the others, in the new order.
    for line in [line, &mut queue.later] {
        let seats = line.in_order();
        let first = wanted.iter().filter(|seat| seats.contains(seat));
        let rest = seats.iter().filter(|seat| !wanted.contains(seat));
        let seats: Vec<SeatNo> = first.chain(rest).copied().collect();
        line.set_order(&seats);
    }
    draft.tell(QueueFact::Reordered {});
    Ok(())
}
