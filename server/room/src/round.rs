//! Rounds: opening, closing, and changing the current one.

use crate::draft::{Draft, Handled};
use crate::{message, orders};
use hearth_protocol::limits::{SLOW_MS_MAX, TURN_LIMIT_MS};
use hearth_protocol::message::MessageKind;
use hearth_protocol::queue::Queue;
use hearth_protocol::round::{Advance, HandsBy, Order, Round, RoundCommand, RoundFact, Start};
use hearth_protocol::session::{Phase, SessionFact};
use hearth_protocol::turn::{OfferEnd, Token, TurnEnd, TurnLimit};
use hearth_protocol::{RefusalCode, SeatNo, Text};

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &RoundCommand) -> Handled {
    match command {
        RoundCommand::OpenRound { .. } => return open(draft, seat, command),
        RoundCommand::CloseRound {} => close(draft),
        RoundCommand::SetOrder { order, hands_by, advance } => {
            set_order(draft, seat, *order, *hands_by, *advance)?;
        }
        RoundCommand::SetPrompt { prompt } => return set_prompt(draft, seat, prompt.as_ref()),
        RoundCommand::SetLimit { limit } => {
            check_limit(limit.as_ref())?;
            if let Some(round) = &mut draft.state.room.round {
                round.limit.clone_from(limit);
            }
            draft.tell(RoundFact::LimitChanged {});
        }
    }
    Ok(())
}

fn open(draft: &mut Draft, seat: SeatNo, command: &RoundCommand) -> Handled {
    let RoundCommand::OpenRound { start, closing, .. } = command else { return Ok(()) };
    let round = new_round(draft, seat, command)?;
    let lineup = lineup(draft, seat, *start)?;
    let phase = if *closing { Phase::Closing } else { Phase::Open };
    let session = &mut draft.state.room.session;
    // A round opened after the closing round is still part of the closing phase.
    let stays = session.phase == Phase::Closing && phase == Phase::Open;
    if !stays && session.phase != phase {
        session.phase = phase;
        draft.tell(SessionFact::PhaseChanged { phase });
    }
    let room = &mut draft.state.room;
    room.queue = Queue::empty();
    if round.order == Order::GoRound {
        room.queue.lineup.set_order(&lineup);
    }
    room.turn.turn_id += 1;
    room.turn.token = Token::CENTRE;
    let (number, prompt) = (round.number, round.prompt);
    room.round = Some(round);
    if let Some(prompt) = prompt {
        message::ask(draft, seat, prompt);
    }
    draft.turn().set_first_reach();
    draft.tell(RoundFact::RoundOpened { number });
    Ok(())
}

fn new_round(draft: &mut Draft, by: SeatNo, command: &RoundCommand) -> Result<Round, RefusalCode> {
    let RoundCommand::OpenRound {
        prompt, order, hands_by, advance, limit, unlimited, slow_ms, ..
    } = command
    else {
        return Err(RefusalCode::Malformed);
    };
    let settings = draft.state.room.circle.settings.clone();
    let limit = match (limit, unlimited) {
        (Some(_), true) => return Err(RefusalCode::Malformed),
        (None, true) => None,
        (limit, false) => limit.clone().or(settings.limit),
    };
    let slow_ms = slow_ms.unwrap_or(settings.slow_ms);
    check_limit(limit.as_ref())?;
    if slow_ms > SLOW_MS_MAX {
        return Err(RefusalCode::OutOfRange);
    }
    Ok(Round {
        number: draft.state.room.round.as_ref().map_or(0, |round| round.number) + 1,
        open: true,
        prompt: draft.add_optional_text(by, prompt.as_ref())?,
        order: order.unwrap_or(settings.order),
        hands_by: hands_by.unwrap_or(settings.hands_by),
        advance: advance.unwrap_or(settings.advance),
        limit,
        slow_ms,
    })
}

fn lineup(draft: &mut Draft, opener: SeatNo, start: Start) -> Result<Vec<SeatNo>, RefusalCode> {
    let all = orders::lineup(&draft.state.room, opener);
    let start = match start {
        Start::Facilitator => opener,
        Start::Seat(seat) if all.contains(&seat) => seat,
        Start::Seat(_) => return Err(RefusalCode::NoSuchSeat),
        Start::Random => {
            // Draw only among people who could take it.
            let eligible: Vec<SeatNo> =
                all.into_iter().filter(|seat| draft.turn().is_eligible(*seat)).collect();
            eligible.get(draft.random.below(eligible.len())).copied().unwrap_or(opener)
        }
    };
    Ok(orders::lineup(&draft.state.room, start))
}

fn check_limit(limit: Option<&TurnLimit>) -> Handled {
    let fits = limit.is_none_or(|limit| TURN_LIMIT_MS.contains(&limit.ms));
    if fits { Ok(()) } else { Err(RefusalCode::OutOfRange) }
}

/// Closes the open round, if any: the token rests.
pub(crate) fn close(draft: &mut Draft) {
    let Some(number) = draft.state.room.open_round().map(|round| round.number) else { return };
    draft.turn().take_to_centre(TurnEnd::Reclaimed, OfferEnd::Reclaimed);
    let room = &mut draft.state.room;
    room.turn.turn_id += 1;
    room.turn.token = Token::CENTRE;
    room.queue.halted = false;
    room.queue.hands = hearth_protocol::Keyed::default();
    if let Some(round) = &mut room.round {
        round.open = false;
    }
    draft.tell(RoundFact::RoundClosed { number });
}

/// Changes the order. The current offer or turn stays, and so does who was heard, passed or said
/// later.
fn set_order(
    draft: &mut Draft,
    asks: SeatNo,
    order: Order,
    hands_by: Option<HandsBy>,
    advance: Option<Advance>,
) -> Handled {
    let lineup = orders::lineup(&draft.state.room, asks);
    let room = &mut draft.state.room;
    let round = room.round.as_mut().ok_or(RefusalCode::NoRound)?;
    let before = round.clone();
    round.order = order;
    round.hands_by = hands_by.unwrap_or(round.hands_by);
    round.advance = advance.unwrap_or(round.advance);
    if *round == before {
        return Ok(());
    }
    if order != before.order {
        orders::rules(order).adopt(&mut room.queue, &lineup);
        room.queue.halted = false;
        draft.turn().set_first_reach();
    }
    draft.tell(RoundFact::OrderChanged { order });
    Ok(())
}

/// Changes the question. The words of the one before are erased: it may have been a mistake.
fn set_prompt(draft: &mut Draft, seat: SeatNo, prompt: Option<&Text>) -> Handled {
    let prompt = draft.add_optional_text(seat, prompt)?;
    let round = draft.state.room.round.as_mut().ok_or(RefusalCode::NoRound)?;
    if let Some(before) = std::mem::replace(&mut round.prompt, prompt) {
        message::withdraw_question(draft, before);
    }
    if let Some(prompt) = prompt {
        message::ask(draft, seat, prompt);
    }
    draft.tell(RoundFact::PromptChanged {});
    Ok(())
}

/// A session has begun once someone spoke or passed in a round. A turn that was only taken
/// doesn't count: if offers are taken at once, each round begins with one.
pub(crate) fn note_whether_begun(draft: &mut Draft) {
    let room = &draft.state.room;
    let passed = !room.queue.passed.is_empty();
    let spoke = draft.message.and_then(|number| draft.state.messages.get(number));
    let spoke =
        spoke.is_some_and(|message| message.round > 0 && message.kind != MessageKind::Question);
    let open = room.round.as_ref().is_some_and(|round| round.open);
    draft.state.internal.begun |= open && (passed || spoke);
}
