//! Commands about the turn: take, pass, later, finish and a little longer; and hosts' commands
//! about the token.

use crate::draft::{Draft, Handled};
use crate::state::State;
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::limits::WRITING_ADDS_MS_MAX;
use hearth_protocol::round::Order;
use hearth_protocol::turn::{OfferClock, OfferEnd, Timer, Token, TurnCommand, TurnEnd, TurnFact};
use hearth_protocol::{Millis, RefusalCode, SeatNo};

/// What happens to the token by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TurnDeadline {
    /// The holder's connection did not come back.
    Grace,
    /// A firm limit is over.
    Limit,
    /// An offer was not answered.
    Offer,
    /// The first reach is over.
    FirstReach,
}

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &TurnCommand) -> Handled {
    match command {
        TurnCommand::Take { .. } => draft.turn().begin_turn(seat),
        TurnCommand::Pass { .. } => draft.turn().answer(TurnOutcome::Passed),
        TurnCommand::Later { .. } => draft.turn().answer(TurnOutcome::Later),
        TurnCommand::Finish { to, .. } => finish(draft, seat, *to),
        TurnCommand::Longer { .. } => return longer(draft, seat),
        TurnCommand::Offer { seat: to, .. } => {
            draft.turn().take_to_centre(TurnEnd::Moved, OfferEnd::Moved);
            draft.turn().offer(*to, Some(seat));
        }
        TurnCommand::Next { .. } => return next(draft, seat),
        TurnCommand::Skip { .. } => skip(draft),
        TurnCommand::Reclaim { .. } => reclaim(draft),
        TurnCommand::ResumeOrder { .. } => {
            draft.state.room.queue.halted = false;
            draft.tell(TurnFact::OrderResumed {});
        }
    }
    Ok(())
}

fn finish(draft: &mut Draft, seat: SeatNo, to: Option<SeatNo>) {
    let mut turn = draft.turn();
    turn.end_turn(TurnEnd::Finished, TurnOutcome::Passed);
    // In a pause or a silence nothing is offered: the token goes to the centre.
    let offers = turn.turn_timers_run();
    if let Some(to) = to.filter(|_| offers) {
        turn.offer(to, Some(seat));
    }
}

/// Lets the order make its next offer, if it waits for the facilitator.
fn next(draft: &mut Draft, by: SeatNo) -> Handled {
    let mut turn = draft.turn();
    let seat = turn.waiting().first().copied().ok_or(RefusalCode::NotNow)?;
    turn.offer(seat, Some(by));
    Ok(())
}

fn skip(draft: &mut Draft) {
    let mut turn = draft.turn();
    match turn.room.turn.token {
        Token::Held { .. } => turn.end_turn(TurnEnd::Skipped, TurnOutcome::Later),
        Token::Offered { .. } => turn.end_offer(OfferEnd::Skipped, TurnOutcome::Later),
        Token::Centre { .. } => {}
    }
}

/// Takes the token back to the centre. An order that runs by itself halts until it is resumed.
fn reclaim(draft: &mut Draft) {
    let mut turn = draft.turn();
    turn.room.queue.halted = turn.order().is_some_and(Order::runs_by_itself);
    turn.take_to_centre(TurnEnd::Reclaimed, OfferEnd::Reclaimed);
}

/// Extends whichever timer is running.
fn longer(draft: &mut Draft, asks: SeatNo) -> Handled {
    match draft.state.room.turn.token {
        Token::Offered { .. } => renew_offer(draft),
        Token::Held { seat: holder, .. } => return extend_turn(draft, holder, asks),
        Token::Centre { .. } => {}
    }
    Ok(())
}

/// Restarts the offer's timer at full length, at most once per `extend_every_ms`.
fn renew_offer(draft: &mut Draft) {
    let timers = draft.state.room.circle.timers;
    let Some(clock) = draft.state.hosts.offer.clone() else { return };
    let fresh = draft.turn().timer(timers.offer_ms);
    let gained = fresh.left(draft.now).saturating_sub(clock.until.left(draft.now));
    if gained >= timers.extend_every_ms {
        set_offer_clock(draft, OfferClock { until: fresh, ..clock });
    }
}

/// Extends the holder's turn, or the wait for a holder whose connection is lost. The holder may ask
/// again once less than one extension is left, and only once if the limit is firm.
fn extend_turn(draft: &mut Draft, holder: SeatNo, asks: SeatNo) -> Handled {
    let timers = draft.state.room.circle.timers;
    let now = draft.now;
    let grace = draft.turn().grace_timer();
    let Token::Held { limit, firm, extended, away, .. } = &mut draft.state.room.turn.token else {
        return Ok(());
    };
    if let Some(timer) = away {
        if *timer == grace {
            return Ok(());
        }
        *timer = grace;
    } else {
        let Some(timer) = limit else { return Err(RefusalCode::NoLonger) };
        if asks == holder && *firm && *extended {
            return Err(RefusalCode::NoLonger);
        }
        if timer.left(now) > timers.longer_ms {
            return Ok(());
        }
        *timer = from_now_on(*timer, now).longer(timers.longer_ms);
        *extended = true;
    }
    draft.tell(TurnFact::Extended { seat: holder });
    Ok(())
}

/// Handles a typing signal: it renews the wait for an answer, and in the last seconds of a firm
/// limit extends the turn once. It has no other effect, and none while the timers stand still.
pub(crate) fn writing(draft: &mut Draft, seat: SeatNo) {
    // A muted person can't send what they write, and nobody learns that they write.
    if !draft.state.room.turn_timers_run() || draft.state.is_muted(seat) {
        return;
    }
    let timers = draft.state.room.circle.timers;
    let now = draft.now;
    let limit = draft.state.room.open_round().and_then(|round| round.limit.as_ref());
    let adds =
        limit.map_or(u64::MAX, |limit| limit.ms).min(timers.longer_ms).min(WRITING_ADDS_MS_MAX);
    match &mut draft.state.room.turn.token {
        Token::Offered { seat: to } if *to == seat => renew_offer(draft),
        Token::Held { seat: holder, limit: Some(timer), firm: true, extended, .. }
            if *holder == seat && !*extended && timer.left(now) <= timers.writing_extends_ms =>
        {
            *timer = timer.longer(adds);
            *extended = true;
            draft.tell(TurnFact::Extended { seat });
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre { .. } => {}
    }
}

/// A gentle limit that ended long ago is extended from now, not from its end.
fn from_now_on(timer: Timer, now: Millis) -> Timer {
    match timer {
        Timer::Until(at) => Timer::Until(at.max(now)),
        Timer::Left(_) => timer,
    }
}

/// Returns the deadlines of turns and offers, if their timers run.
pub(crate) fn deadlines(state: &State) -> impl Iterator<Item = (Millis, TurnDeadline)> {
    let none = (None, TurnDeadline::Grace);
    let found = match &state.room.turn.token {
        _ if !state.room.turn_timers_run() => [none, none],
        Token::Centre { first_reach } => [(*first_reach, TurnDeadline::FirstReach), none],
        Token::Offered { .. } => {
            let until = state.hosts.offer.as_ref().map(|clock| clock.until);
            [(until, TurnDeadline::Offer), none]
        }
        Token::Held { limit, firm, away, .. } => {
            let limit = limit.filter(|_| *firm);
            [(*away, TurnDeadline::Grace), (limit, TurnDeadline::Limit)]
        }
    };
    found.into_iter().filter_map(|(timer, deadline)| Some((timer?.ends()?, deadline)))
}

/// Carries out a deadline.
pub(crate) fn happen(draft: &mut Draft, deadline: TurnDeadline) {
    match deadline {
        TurnDeadline::Grace => draft.turn().end_turn(TurnEnd::ConnectionLost, TurnOutcome::Later),
        TurnDeadline::Limit => draft.turn().end_turn(TurnEnd::TimeUp, TurnOutcome::Later),
        TurnDeadline::Offer => draft.turn().end_offer(OfferEnd::Unanswered, TurnOutcome::Later),
        TurnDeadline::FirstReach => {
            draft.state.room.turn.token = Token::CENTRE;
            draft.tell(TurnFact::ReachOpened {});
        }
    }
}

/// Sets the clock of the current offer, for hosts and for the offered seat.
pub(crate) fn set_offer_clock(draft: &mut Draft, clock: OfferClock) {
    if let Some(seat) = draft.state.room.turn.token.offered()
        && let Some(own) = draft.state.own.get_mut(seat)
    {
        own.offer = Some(clock.clone());
    }
    draft.state.hosts.offer = Some(clock);
}

/// Keeps the clock of the current offer.
pub(crate) fn settle_offer_clock(draft: &mut Draft) {
    let turn_id = draft.state.room.turn.turn_id;
    let before = draft.before.room.turn.token.offered();
    let offered = draft.state.room.turn.token.offered();
    if let Some(seat) = before.filter(|seat| offered != Some(*seat))
        && let Some(own) = draft.state.own.get_mut(seat)
    {
        own.offer = None;
    }
    if offered.is_none() {
        draft.state.hosts.offer = None;
        return;
    }
    let (now, runs) = (draft.now, draft.turn().turn_timers_run());
    let full = draft.state.room.circle.timers.offer_ms;
    let clock = match draft.state.hosts.offer.clone() {
        Some(clock) if clock.turn_id == turn_id => {
            OfferClock { until: clock.until.set(runs, now), ..clock }
        }
        Some(_) | None => OfferClock { turn_id, since: now, until: draft.turn().timer(full) },
    };
    set_offer_clock(draft, clock);
}
