//! Rounds: opening, closing, and changing one that is under way.

use super::flow::{open_round, unheard_could_reach};
use super::guard;
use super::step::Step;
use super::{Asked, Decided};
use hearth_protocol::event::{OfferEnd, RoomEvent, TurnEnd};
use hearth_protocol::limits::{PROMPT_CHARS_MAX, SLOW_MS_MAX, TURN_LIMIT_MS};
use hearth_protocol::round::{Advance, HandsBy, Order, Round, Start, TurnLimit};
use hearth_protocol::{Command, Flow, Phase, RefusalCode, SeatNo, Text, Token, Words};

pub(super) fn open(step: &mut Step, asked: &Asked<'_>, command: &Command) -> Decided {
    let Command::OpenRound { start, closing, .. } = command else {
        return Err(RefusalCode::Malformed);
    };
    if step.core.common.round.as_ref().is_some_and(|round| round.open) {
        return Err(RefusalCode::RoundOpen);
    }
    let round = new_round(step, asked, command)?;
    let lineup = lineup(step, asked, *start)?;
    let phase = if *closing { Phase::Closing } else { Phase::Open };
    // A round after the closing round is still part of the closing.
    let stays = step.core.common.phase == Phase::Closing && phase == Phase::Open;
    if !stays && step.core.common.phase != phase {
        let flow = step.flow();
        step.core.common.phase = phase;
        step.tell(flow, |flow| RoomEvent::Phase { phase, flow });
    }
    let before = step.flow();
    let mut flow = Flow {
        mv: before.mv + 1,
        lineup: if round.order == Order::GoRound { lineup } else { Vec::new() },
        unstaffed: before.unstaffed,
        empty: before.empty,
        ..Flow::at_rest()
    };
    step.core.common.round = Some(round.clone());
    first_reach(step, &mut flow, &round);
    step.tell(flow, |flow| RoomEvent::RoundOpened { round, flow });
    Ok(())
}

fn new_round(step: &Step, asked: &Asked<'_>, command: &Command) -> Result<Round, RefusalCode> {
    let Command::OpenRound { prompt, order, hands_by, advance, limit, unlimited, slow_ms, .. } =
        command
    else {
        return Err(RefusalCode::Malformed);
    };
    let settings = &step.core.common.settings;
    let limit = match (limit, unlimited) {
        (Some(_), true) => return Err(RefusalCode::Malformed),
        (None, true) => None,
        (limit, false) => limit.or(settings.limit),
    };
    let slow_ms = slow_ms.unwrap_or(settings.slow_ms);
    check_limit(limit)?;
    if slow_ms > SLOW_MS_MAX {
        return Err(RefusalCode::OutOfRange);
    }
    Ok(Round {
        number: step.core.common.round.as_ref().map_or(0, |round| round.number) + 1,
        open: true,
        prompt: words(asked, prompt.as_ref())?,
        order: order.unwrap_or(settings.order),
        hands_by: hands_by.unwrap_or(settings.hands_by),
        advance: advance.unwrap_or(settings.advance),
        limit,
        slow_ms,
    })
}

fn lineup(step: &Step, asked: &Asked<'_>, start: Start) -> Result<Vec<SeatNo>, RefusalCode> {
    let start = match start {
        Start::Facilitator => asked.seat,
        Start::Seat(seat) => {
            let known = step.lineup(seat).contains(&seat);
            if known { seat } else { return Err(RefusalCode::NoSuchSeat) }
        }
        Start::Random => {
            // Nobody is drawn who could not take it.
            let mut seats = step.lineup(asked.seat);
            seats.retain(|seat| step.core.is_eligible(*seat));
            let drawn = asked.dice % (seats.len().max(1) as u64);
            usize::try_from(drawn).ok().and_then(|i| seats.get(i).copied()).unwrap_or(asked.seat)
        }
    };
    Ok(step.lineup(start))
}

fn words(asked: &Asked<'_>, text: Option<&Text>) -> Result<Option<Words>, RefusalCode> {
    text.map(|text| {
        guard::text(text, PROMPT_CHARS_MAX)?;
        Ok(Words::new(asked.words_id(), text.clone()))
    })
    .transpose()
}

fn check_limit(limit: Option<TurnLimit>) -> Decided {
    let fits = limit.is_none_or(|limit| TURN_LIMIT_MS.contains(&limit.ms));
    if fits { Ok(()) } else { Err(RefusalCode::OutOfRange) }
}

/// Popcorn: while the token rests, those not yet heard have the first reach.
fn first_reach(step: &Step, flow: &mut Flow, round: &Round) {
    if let Token::Centre { first_reach } = &mut flow.token {
        *first_reach = None;
        if round.order == Order::Popcorn && unheard_could_reach(&step.core, flow, round) {
            let timer = step.timer(step.core.common.timers.offer_ms);
            flow.token = Token::Centre { first_reach: Some(timer) };
        }
    }
}

pub(super) fn close(step: &mut Step) -> Decided {
    open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    close_open(step);
    Ok(())
}

/// Closes the round, if one is open: the token rests.
pub(super) fn close_open(step: &mut Step) {
    if open_round(&step.core).is_none() {
        return;
    }
    step.clear_token(TurnEnd::Reclaimed, OfferEnd::Reclaimed);
    let mut flow = step.flow();
    flow.mv += 1;
    flow.token = Token::CENTRE;
    flow.halted = false;
    flow.hands = Vec::new();
    if let Some(round) = &mut step.core.common.round {
        round.open = false;
    }
    step.tell(flow, |flow| RoomEvent::RoundClosed { flow });
}

/// Changes the order: the offer or turn under way stands; who was heard, passed or said later
/// carries over, and laters become hands.
pub(super) fn set_order(
    step: &mut Step,
    asks: SeatNo,
    order: Order,
    hands_by: Option<HandsBy>,
    advance: Option<Advance>,
) -> Decided {
    let before = open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    let mut round = before.clone();
    round.order = order;
    round.hands_by = hands_by.unwrap_or(round.hands_by);
    round.advance = advance.unwrap_or(round.advance);
    if round == *before {
        return Ok(());
    }
    let mut flow = step.flow();
    if order != before.order {
        match order {
            Order::Hands => flow.hands = flow.later.clone(),
            Order::GoRound if flow.lineup.is_empty() => flow.lineup = step.lineup(asks),
            Order::GoRound | Order::Popcorn | Order::Facilitator | Order::Open => {}
        }
        if order != Order::Hands {
            flow.hands = Vec::new();
        }
        flow.halted = false;
        step.core.common.round = Some(round.clone());
        first_reach(step, &mut flow, &round);
    }
    step.core.common.round = Some(round.clone());
    step.tell(flow, |flow| RoomEvent::RoundChanged { round, flow });
    Ok(())
}

pub(super) fn set_prompt(step: &mut Step, asked: &Asked<'_>, prompt: Option<&Text>) -> Decided {
    let mut round = open_round(&step.core).ok_or(RefusalCode::NoRound)?.clone();
    round.prompt = words(asked, prompt)?;
    change(step, round)
}

pub(super) fn set_limit(step: &mut Step, limit: Option<TurnLimit>) -> Decided {
    let mut round = open_round(&step.core).ok_or(RefusalCode::NoRound)?.clone();
    check_limit(limit)?;
    round.limit = limit;
    change(step, round)
}

fn change(step: &mut Step, round: Round) -> Decided {
    let flow = step.flow();
    step.tell(flow, |flow| RoomEvent::RoundChanged { round, flow });
    Ok(())
}
