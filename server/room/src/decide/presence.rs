//! Coming, going, and how one is here.

use super::flow::open_round;
use super::guard;
use super::step::{Settled, Step};
use super::{Asked, Decided};
use crate::event::{Event, LedgerEvent};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::{NAME_CHARS_MAX, SEATS_MAX};
use hearth_protocol::round::Order;
use hearth_protocol::settings::Late;
use hearth_protocol::{
    Flow, OfferClock, Pause, PauseWhy, Person, Phase, Presence, RefusalCode, Role, SeatNo, Stance,
    Text, Timer, Token, Words,
};
use uuid::Uuid;

pub(super) fn join(
    step: &mut Step,
    key: KeyHash,
    role: Role,
    name: Words,
    stance: Stance,
    node: Uuid,
) -> Decided {
    if step.core.common.phase == Phase::Ended {
        return Err(RefusalCode::NotNow);
    }
    if !step.core.lets_in(role) {
        return Err(RefusalCode::Begun);
    }
    let taken = step.core.common.people.len();
    let seat = u16::try_from(taken + 1).ok().filter(|n| *n <= SEATS_MAX).map(SeatNo);
    let seat = seat.ok_or(RefusalCode::Full)?;
    if let Some(text) = &name.text {
        guard::line(text, NAME_CHARS_MAX)?;
    }
    let person = Person { seat, name, role, stance, presence: Presence::Here };
    let mut flow = step.flow();
    let joins_round = step.order() == Some(Order::GoRound)
        && step.core.common.settings.late == Late::AtEnd
        && role != Role::Listener;
    if joins_round {
        flow.lineup.push(seat);
    }
    step.core.common.people.push(person.clone());
    let told = super::flow::refreshed(&step.core, flow, step.now);
    step.core.common.people.pop();
    step.room(RoomEvent::Joined { person, flow: told });
    step.emit(Event::Ledger(LedgerEvent::Admitted { seat, key }));
    step.emit(Event::Ledger(LedgerEvent::Line { seat, node }));
    staff_are_back(step);
    Ok(())
}

pub(super) fn come_back(step: &mut Step, seat: SeatNo, node: Uuid) -> Decided {
    let person = step.person(seat).ok_or(RefusalCode::NoSuchSeat)?;
    if step.core.board.is_barred(seat) {
        return Err(RefusalCode::NotAllowed);
    }
    if step.core.common.phase == Phase::Ended {
        return Err(RefusalCode::NotNow);
    }
    if person.presence != Presence::Here {
        step.set_presence(seat, Presence::Here);
        let mut flow = step.flow();
        if let Token::Held { seat: holder, away, .. } = &mut flow.token
            && *holder == seat
        {
            *away = None;
        }
        step.tell(flow, |flow| RoomEvent::Returned { seat, flow });
        staff_are_back(step);
    }
    step.emit(Event::Ledger(LedgerEvent::Line { seat, node }));
    Ok(())
}

/// Ends a pause for want of staff once they are here; a pause that staff had asked for before
/// stands again.
fn staff_are_back(step: &mut Step) {
    let Some(pause) = step.core.common.paused.clone() else { return };
    if pause.why != PauseWhy::NoStaff || !step.core.staff_here() {
        return;
    }
    let flow = step.flow();
    if pause.by.is_some() {
        let pause = Pause { why: PauseWhy::Staff, ..pause };
        step.tell(flow, |flow| RoomEvent::Paused { pause, flow });
    } else {
        step.core.common.paused = None;
        step.tell(flow, |flow| RoomEvent::Resumed { flow });
    }
}

pub(super) fn line_lost(step: &mut Step, seat: SeatNo) -> Decided {
    let person = step.person(seat).ok_or(RefusalCode::NoSuchSeat)?;
    if person.presence != Presence::Here {
        return Ok(());
    }
    step.set_presence(seat, Presence::Away);
    let mut flow = step.flow();
    if let Token::Held { seat: holder, away, .. } = &mut flow.token
        && *holder == seat
    {
        *away = Some(step.timer(step.core.common.timers.grace_ms));
    }
    step.tell(flow, |flow| RoomEvent::Away { seat, flow });
    Ok(())
}

pub(super) fn leave(step: &mut Step, seat: SeatNo) -> Decided {
    go(step, seat);
    Ok(())
}

/// Takes a seat out of the circle: it gives up the token at once, and its hand comes down.
pub(super) fn go(step: &mut Step, seat: SeatNo) {
    if step.person(seat).is_none_or(|person| person.presence == Presence::Left) {
        return;
    }
    step.set_presence(seat, Presence::Left);
    step.release(seat, Settled::Later);
    let mut flow = step.flow();
    flow.hands.retain(|other| *other != seat);
    step.tell(flow, |flow| RoomEvent::Left { seat, flow });
}

pub(super) fn stance(step: &mut Step, seat: SeatNo, stance: Stance) -> Decided {
    if step.person(seat).is_some_and(|person| person.stance == stance) {
        return Ok(());
    }
    if let Some(person) = step.core.common.person_mut(seat) {
        person.stance = stance;
    }
    if stance != Stance::Sharing {
        step.release(seat, Settled::Passed);
    }
    let mut flow = step.flow();
    if stance != Stance::Sharing && open_round(&step.core).is_some() {
        flow.hands.retain(|other| *other != seat);
    }
    step.tell(flow, |flow| RoomEvent::Stance { seat, stance, flow });
    Ok(())
}

pub(super) fn rename(step: &mut Step, asked: &Asked<'_>, name: &Text) -> Decided {
    guard::line(name, NAME_CHARS_MAX)?;
    let name = Words::new(asked.words_id(), name.clone());
    step.room(RoomEvent::Renamed { seat: asked.seat, name });
    Ok(())
}

/// After a stop of the server: whoever was here is away, and the clocks of turn, offer, grace and
/// missing staff stand still at their full length until the first returns.
pub(super) fn wake(step: &mut Step) {
    let here = |person: &&Person| person.presence == Presence::Here;
    let seats: Vec<SeatNo> =
        step.core.common.people.iter().filter(here).map(|person| person.seat).collect();
    if seats.is_empty() || step.core.common.phase == Phase::Ended {
        return;
    }
    for seat in &seats {
        step.set_presence(*seat, Presence::Away);
    }
    let flow = at_full_length(step, step.flow());
    step.tell(flow, |flow| RoomEvent::Woken { seats, flow });
    if let Some(clock) = step.offer_clock() {
        let until = Timer::Left(step.core.common.timers.offer_ms);
        step.tell_offer_clock(OfferClock { until, ..clock });
    }
}

fn at_full_length(step: &Step, mut flow: Flow) -> Flow {
    let timers = step.core.common.timers;
    let limit_ms = open_round(&step.core).and_then(|round| round.limit).map(|limit| limit.ms);
    match &mut flow.token {
        Token::Centre { first_reach } => {
            *first_reach = first_reach.map(|_| Timer::Left(timers.offer_ms));
        }
        Token::Offered { .. } => {}
        Token::Held { limit, away, .. } => {
            *limit = limit.and(limit_ms).map(Timer::Left);
            *away = Some(Timer::Left(timers.grace_ms));
        }
    }
    // Stated afresh by `refreshed`: nobody of staff is here now.
    flow.unstaffed = None;
    flow
}
