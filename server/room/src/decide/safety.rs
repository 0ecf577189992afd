//! Safety: mute, removal and its undo, roles, and process points.

use super::Decided;
use super::presence::go;
use super::step::{Settled, Step};
use crate::event::Event;
use crate::rights::may_act_on;
use hearth_protocol::event::{RoomEvent, SeatEvent, StaffEvent};
use hearth_protocol::limits::{MUTE_MS_MAX, POINTS_MAX};
use hearth_protocol::view::{Barred, Muted, OwnMute};
use hearth_protocol::{Presence, RefusalCode, Role, SeatNo};

/// Refuses what the table of rights refuses.
fn over(step: &Step, actor: SeatNo, target: SeatNo) -> Decided {
    let acting = step.person(actor).ok_or(RefusalCode::NoSuchSeat)?;
    let person = step.person(target).ok_or(RefusalCode::NoSuchSeat)?;
    if actor == target || !may_act_on(acting.role, person.role) {
        return Err(RefusalCode::NotOver);
    }
    Ok(())
}

/// Refuses what would leave the room without any facilitator.
fn not_the_last_facilitator(step: &Step, target: SeatNo) -> Decided {
    let is_one = step.core.facilitators().any(|person| person.seat == target);
    if is_one && step.core.facilitators().count() == 1 {
        return Err(RefusalCode::LastFacilitator);
    }
    Ok(())
}

pub(super) fn mute(step: &mut Step, by: SeatNo, seat: SeatNo, for_ms: Option<u64>) -> Decided {
    over(step, by, seat)?;
    if step.person(seat).is_some_and(|person| person.presence == Presence::Left) {
        return Err(RefusalCode::NoSuchSeat);
    }
    if for_ms.is_some_and(|ms| ms == 0 || ms > MUTE_MS_MAX) {
        return Err(RefusalCode::OutOfRange);
    }
    let until = for_ms.map(|ms| step.now + ms);
    let muted = StaffEvent::Muted(Muted { seat, by, until });
    // The token goes first, so that at no event it lies with somebody muted.
    step.core.board.apply(&muted);
    step.release(seat, Settled::Later);
    step.emit(Event::Staff(muted));
    step.emit(Event::Seat(seat, SeatEvent::Muted(OwnMute { until })));
    Ok(())
}

pub(super) fn unmute(step: &mut Step, by: SeatNo, seat: SeatNo) -> Decided {
    over(step, by, seat)?;
    lift(step, seat, Some(by));
    Ok(())
}

/// Lifts a mute, by somebody's word or because its time is over.
pub(super) fn lift(step: &mut Step, seat: SeatNo, by: Option<SeatNo>) {
    if step.core.board.mute_of(seat).is_none() {
        return;
    }
    step.emit(Event::Staff(StaffEvent::Unmuted { seat, by }));
    step.emit(Event::Seat(seat, SeatEvent::Unmuted {}));
    // A round that was complete without them is not complete any more.
    let flow = super::flow::refreshed(&step.core, step.flow(), step.now);
    if flow.complete != step.core.common.flow.complete {
        step.room(RoomEvent::Reordered { flow });
    }
}

pub(super) fn remove(step: &mut Step, by: SeatNo, seat: SeatNo) -> Decided {
    over(step, by, seat)?;
    not_the_last_facilitator(step, seat)?;
    if step.core.board.is_barred(seat) {
        return Ok(());
    }
    let at = step.now;
    let barred = StaffEvent::Barred(Barred { seat, by, at });
    step.core.board.apply(&barred);
    go(step, seat);
    // Their last event comes before staff are told by whom: they may be staff themselves.
    step.emit(Event::Seat(seat, SeatEvent::Removed {}));
    step.emit(Event::Staff(barred));
    Ok(())
}

pub(super) fn restore(step: &mut Step, by: SeatNo, seat: SeatNo) -> Decided {
    over(step, by, seat)?;
    if !step.core.board.is_barred(seat) {
        return Ok(());
    }
    step.emit(Event::Staff(StaffEvent::Unbarred { seat, by }));
    step.emit(Event::Seat(seat, SeatEvent::Restored {}));
    Ok(())
}

pub(super) fn set_role(step: &mut Step, seat: SeatNo, role: Role) -> Decided {
    let person = step.person(seat).ok_or(RefusalCode::NoSuchSeat)?;
    if person.presence == Presence::Left {
        return Err(RefusalCode::NoSuchSeat);
    }
    if person.role == role {
        return Ok(());
    }
    if role != Role::Facilitator {
        not_the_last_facilitator(step, seat)?;
    }
    if let Some(person) = step.core.common.person_mut(seat) {
        person.role = role;
    }
    let mut flow = step.flow();
    if role == Role::Listener {
        step.release(seat, Settled::Passed);
        flow = step.flow();
        flow.hands.retain(|other| *other != seat);
    }
    step.tell(flow, |flow| RoomEvent::Role { seat, role, flow });
    Ok(())
}

pub(super) fn point(step: &mut Step, seat: SeatNo) -> Decided {
    let points = &step.core.board.points;
    if points.contains(&seat) {
        return Ok(());
    }
    if points.len() >= POINTS_MAX {
        return Err(RefusalCode::Full);
    }
    step.emit(Event::Staff(StaffEvent::PointRaised { seat }));
    Ok(())
}

pub(super) fn answer_point(step: &mut Step, by: SeatNo, seat: SeatNo) -> Decided {
    if step.core.board.points.contains(&seat) {
        step.emit(Event::Staff(StaffEvent::PointAnswered { seat, by }));
    }
    Ok(())
}
