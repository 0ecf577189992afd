//! Taking, passing, later, done, and a little longer: what the one who has the token may do.

use super::Decided;
use super::flow::open_round;
use super::step::{Settled, Step};
use hearth_protocol::event::{RoomEvent, TurnEnd};
use hearth_protocol::round::Order;
use hearth_protocol::{Millis, OfferClock, RefusalCode, SeatNo, Timer, Token};

pub(super) fn take(step: &mut Step, seat: SeatNo) -> Decided {
    match step.core.common.flow.token {
        Token::Offered { seat: to } if to == seat => {}
        Token::Centre { first_reach } if step.order() == Some(Order::Popcorn) => {
            may_reach(step, seat, first_reach.is_some())?;
        }
        Token::Offered { .. } | Token::Held { .. } => return Err(RefusalCode::NotOffered),
        Token::Centre { .. } => return Err(RefusalCode::NotFree),
    }
    step.begin_turn(seat);
    Ok(())
}

/// Popcorn: the first who reaches into the centre has it. Those not yet heard have the first reach.
fn may_reach(step: &Step, seat: SeatNo, first_reach: bool) -> Decided {
    if step.core.board.mute_of(seat).is_some() {
        return Err(RefusalCode::Muted);
    }
    if !step.core.seems_eligible(seat) {
        return Err(RefusalCode::Listening);
    }
    let flow = &step.core.common.flow;
    if first_reach && (flow.heard.contains(&seat) || flow.passed.contains(&seat)) {
        return Err(RefusalCode::NotFree);
    }
    Ok(())
}

pub(super) fn pass(step: &mut Step, seat: SeatNo) -> Decided {
    answer(step, seat, TurnEnd::Passed, Settled::Passed)
}

pub(super) fn later(step: &mut Step, seat: SeatNo) -> Decided {
    answer(step, seat, TurnEnd::Later, Settled::Later)
}

/// Pass and later answer an offer; said by the holder they end a turn.
fn answer(step: &mut Step, seat: SeatNo, how: TurnEnd, as_: Settled) -> Decided {
    match step.core.common.flow.token {
        Token::Offered { seat: to } if to == seat => step.answer_offer(as_),
        Token::Held { seat: holder, shares, .. } if holder == seat => {
            step.end_turn(if shares > 0 { TurnEnd::Done } else { how }, as_);
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre { .. } => {
            return Err(RefusalCode::NotOffered);
        }
    }
    Ok(())
}

pub(super) fn done(step: &mut Step, seat: SeatNo, to: Option<SeatNo>) -> Decided {
    if step.core.common.flow.token.holder() != Some(seat) {
        return Err(RefusalCode::NotYourTurn);
    }
    if let Some(to) = to {
        if step.order() != Some(Order::Popcorn) {
            return Err(RefusalCode::WrongOrder);
        }
        step.person(to).ok_or(RefusalCode::NoSuchSeat)?;
        if to == seat || !step.core.seems_eligible(to) {
            return Err(RefusalCode::NotEligible);
        }
    }
    step.end_turn(TurnEnd::Done, Settled::Passed);
    // Naming somebody who is muted lays the token in the centre: a refusal would betray the mute.
    // In a pause nothing is offered.
    if let Some(to) = to
        && step.core.is_eligible(to)
        && step.core.common.paused.is_none()
        && step.core.common.ending.is_none()
    {
        step.offer(to, Some(seat));
    }
    Ok(())
}

/// Passes this round for good.
pub(super) fn sit_out(step: &mut Step, seat: SeatNo) -> Decided {
    open_round(&step.core).ok_or(RefusalCode::NoRound)?;
    let mut flow = step.flow();
    match flow.token {
        Token::Held { seat: holder, .. } if holder == seat => {
            step.end_turn(TurnEnd::Passed, Settled::Passed);
        }
        Token::Offered { seat: to } if to == seat => {
            step.end_offer(hearth_protocol::event::OfferEnd::Lapsed, Settled::Passed);
        }
        _ if flow.passed.contains(&seat) || flow.heard.contains(&seat) => {}
        _ => {
            step.settle_seat(&mut flow, seat, Settled::Passed);
            step.tell(flow, |flow| RoomEvent::Passed { seat, flow });
        }
    }
    Ok(())
}

/// A little longer, on whichever clock runs: for the one it runs for, or by staff.
pub(super) fn longer(step: &mut Step, seat: SeatNo) -> Decided {
    let staff = step.person(seat).is_some_and(|person| person.role.is_staff());
    let token = step.core.common.flow.token.clone();
    match token {
        Token::Offered { seat: to } if to == seat || staff => renew_offer(step),
        Token::Held { seat: holder, .. } if holder == seat || staff => {
            return extend_turn(step, holder, seat);
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre { .. } => {
            return Err(RefusalCode::NotYourTurn);
        }
    }
    Ok(())
}

/// Gives the offer its full time again, at most once in `extend_every_ms`.
fn renew_offer(step: &mut Step) {
    let timers = step.core.common.timers;
    let Some(clock) = step.offer_clock() else { return };
    let fresh = step.timer(timers.offer_ms);
    let gained = match (clock.until, fresh) {
        (Timer::Until(old), Timer::Until(new)) | (Timer::Left(old), Timer::Left(new)) => {
            new.saturating_sub(old)
        }
        (Timer::Until(_), Timer::Left(_)) | (Timer::Left(_), Timer::Until(_)) => 0,
    };
    if gained >= timers.extend_every_ms {
        step.tell_offer_clock(OfferClock { until: fresh, ..clock });
    }
}

/// Extends the holder's turn, or the wait for a holder whose line is lost. The holder may ask again
/// once less than one extension is left, and once only where the limit is firm.
fn extend_turn(step: &mut Step, holder: SeatNo, asks: SeatNo) -> Decided {
    let timers = step.core.common.timers;
    let mut flow = step.flow();
    let Token::Held { limit, firm, extended, away, .. } = &mut flow.token else { return Ok(()) };
    if let Some(timer) = away {
        let fresh = step.timer(timers.grace_ms);
        if fresh == *timer {
            return Ok(());
        }
        *timer = fresh;
    } else {
        let Some(timer) = limit else { return Err(RefusalCode::NoLonger) };
        if asks == holder && *firm && *extended {
            return Err(RefusalCode::NoLonger);
        }
        if left(*timer, step.now) > timers.longer_ms {
            return Ok(());
        }
        *timer = from_now_on(*timer, step.now).longer(timers.longer_ms);
        *extended = true;
    }
    step.tell(flow, |flow| RoomEvent::Extended { seat: holder, flow });
    Ok(())
}

/// A sign of writing: renews the wait for an answer, and in the last seconds of a firm limit
/// extends the turn once. Nothing else remembers it.
pub(super) fn writing(step: &mut Step, seat: SeatNo) {
    let timers = step.core.common.timers;
    let now = step.now;
    let mut flow = step.flow();
    match &mut flow.token {
        Token::Offered { seat: to } if *to == seat => renew_offer(step),
        Token::Held { seat: holder, limit: Some(timer), firm: true, extended, .. }
            if *holder == seat && !*extended && left(*timer, now) <= timers.writing_extends_ms =>
        {
            *timer = timer.longer(timers.longer_ms);
            *extended = true;
            step.tell(flow, |flow| RoomEvent::Extended { seat, flow });
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre { .. } => {}
    }
}

fn left(timer: Timer, now: Millis) -> u64 {
    match timer.stopped(now) {
        Timer::Left(ms) => ms,
        Timer::Until(at) => at.saturating_sub(now),
    }
}

/// A gentle limit that ended long ago is extended from now on, not from its end.
fn from_now_on(timer: Timer, now: Millis) -> Timer {
    match timer {
        Timer::Until(at) => Timer::Until(at.max(now)),
        Timer::Left(_) => timer,
    }
}
