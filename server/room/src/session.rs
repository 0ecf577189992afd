//! The phases of a session: pauses, the end, and what happens if nobody is there.

use crate::draft::{Draft, Handled};
use crate::round;
use crate::row::Effect;
use crate::state::State;
use hearth_protocol::limits::FACILITATOR_AWAY_MS;
use hearth_protocol::presence::{Person, Presence, Role};
use hearth_protocol::queue::Queue;
use hearth_protocol::session::{EndReason, Pause, PauseReason, Phase, SessionCommand, SessionFact};
use hearth_protocol::turn::{Timer, Token};
use hearth_protocol::{Millis, RefusalCode, RoomView, SeatNo};

/// What happens to a session by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SessionDeadline {
    /// An end can no longer be undone: the room closes.
    UndoEnd,
    /// Nobody came back: the room ends.
    Empty,
    /// The facilitators have been away for a while: moderators act for them.
    ModeratorsAct,
    /// No host came: the room pauses; once paused, it ends. In a silence this waits for its end.
    NoHost,
}

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &SessionCommand) -> Handled {
    match command {
        SessionCommand::Pause { message } => {
            let message = draft.add_optional_text(seat, message.as_ref())?;
            pause(draft, Pause { reason: PauseReason::Host, by: Some(seat), message });
        }
        SessionCommand::Unpause {} => {
            draft.state.room.session.pause = None;
            draft.tell(SessionFact::Resumed {});
        }
        SessionCommand::SetPhase { phase } => return set_phase(draft, *phase),
        SessionCommand::End {} => end(draft, seat),
        SessionCommand::UndoEnd {} => {
            draft.state.room.session.closes_at = None;
            draft.tell(SessionFact::EndUndone { by: seat });
        }
    }
    Ok(())
}

fn pause(draft: &mut Draft, pause: Pause) {
    let fact = SessionFact::Paused { reason: pause.reason, by: pause.by };
    draft.state.room.session.pause = Some(pause);
    draft.tell(fact);
}

/// No host came in time: the room pauses, keeping the turn, and waits for one.
fn pause_without_host(draft: &mut Draft) {
    let before = draft.state.room.session.pause.clone();
    let (by, message) = before.map_or((None, None), |pause| (pause.by, pause.message));
    let wait = draft.state.room.circle.timers.no_host_end_ms;
    draft.state.room.session.no_host = Some(Timer::Left(wait));
    pause(draft, Pause { reason: PauseReason::NoHost, by, message });
}

fn set_phase(draft: &mut Draft, phase: Phase) -> Handled {
    let now = draft.state.room.session.phase;
    if phase == now {
        return Ok(());
    }
    let possible = match phase {
        Phase::Open => matches!(now, Phase::Closing | Phase::Lingering),
        Phase::Closing => now == Phase::Open,
        Phase::Lingering => matches!(now, Phase::Open | Phase::Closing),
        Phase::Gathering | Phase::Ended => false,
    };
    if !possible {
        return Err(RefusalCode::NotNow);
    }
    if phase == Phase::Lingering {
        round::close(draft);
    }
    draft.state.room.session.phase = phase;
    draft.tell(SessionFact::PhaseChanged { phase });
    Ok(())
}

fn end(draft: &mut Draft, by: SeatNo) {
    if draft.state.room.session.closes_at.is_some() {
        return;
    }
    round::close(draft);
    let undo = draft.state.room.circle.timers.undo_end_ms;
    draft.state.room.session.closes_at = Some(draft.now.saturating_add(undo));
    draft.tell(SessionFact::Ending { by });
}

/// A session that is ending is over once everyone has left.
pub(crate) fn settle_end(draft: &mut Draft) {
    let room = &draft.state.room;
    let all_left = room.people.values().all(|person| person.presence == Presence::Left);
    if room.session.closes_at.is_some() && all_left {
        finish(draft, EndReason::Host);
    }
}

/// The session is over: the token rests for good.
fn finish(draft: &mut Draft, reason: EndReason) {
    let room = &mut draft.state.room;
    room.session.phase = Phase::Ended;
    room.session.closes_at = None;
    room.session.pause = None;
    room.silence = None;
    room.turn.turn_id += 1;
    room.turn.token = Token::CENTRE;
    let heard = std::mem::replace(&mut room.queue, Queue::empty());
    room.queue.lineup = heard.lineup;
    room.queue.heard = heard.heard;
    room.queue.passed = heard.passed;
    room.queue.later = heard.later;
    draft.tell(SessionFact::Ended { reason });
    draft.effects.push(Effect::EndRoom);
}

/// Returns the session's deadlines. One that has ended has none.
pub(crate) fn deadlines(state: &State) -> impl Iterator<Item = (Millis, SessionDeadline)> {
    let session = &state.room.session;
    let no_host = session.no_host.filter(|_| state.room.silence.is_none());
    [
        (session.closes_at, SessionDeadline::UndoEnd),
        (session.empty_until, SessionDeadline::Empty),
        (acting_deadline(state), SessionDeadline::ModeratorsAct),
        (no_host.and_then(Timer::ends), SessionDeadline::NoHost),
    ]
    .into_iter()
    .filter_map(|(at, deadline)| Some((at?, deadline)))
}

/// Carries out a deadline.
pub(crate) fn happen(draft: &mut Draft, deadline: SessionDeadline) {
    match deadline {
        SessionDeadline::UndoEnd => finish(draft, EndReason::Host),
        SessionDeadline::Empty => finish(draft, EndReason::Empty),
        SessionDeadline::ModeratorsAct => {
            draft.state.room.session.moderators_act = true;
            draft.tell(SessionFact::ModeratorsAct {});
        }
        SessionDeadline::NoHost => {
            let pause = draft.state.room.session.pause.as_ref();
            if pause.is_some_and(|pause| pause.reason == PauseReason::NoHost) {
                finish(draft, EndReason::NoHost);
            } else {
                pause_without_host(draft);
            }
        }
    }
}

/// Updates the timers of an empty room, and of one without hosts or facilitators.
pub(crate) fn refresh_timers(state: &mut State, now: Millis) {
    refresh_acting(state, now);
    let room = &mut state.room;
    let (here, host_here) = (room.anyone_is_here(), room.host_is_here());
    let timers = room.circle.timers;
    let session = &mut room.session;
    session.empty_until = if here || session.phase == Phase::Ended {
        None
    } else {
        Some(session.empty_until.unwrap_or(now.saturating_add(timers.empty_ms)))
    };
    session.no_host = if session.holds_rounds() && !host_here {
        let paused =
            session.pause.as_ref().is_some_and(|pause| pause.reason == PauseReason::NoHost);
        let full = if paused { timers.no_host_end_ms } else { timers.no_host_ms };
        // It also runs in a pause, since nobody is there to end the pause.
        let runs = session.closes_at.is_none() && here;
        Some(session.no_host.unwrap_or(Timer::Left(full)).set(runs, now))
    } else {
        None
    };
}

/// Moderators act from the start until a facilitator comes, and again some time after the last one
/// has gone.
fn refresh_acting(state: &mut State, now: Millis) {
    let here = is_here(&state.room, Role::Facilitator);
    let session = &mut state.room.session;
    session.moderators_act &= !here;
    let waits = !here && !session.moderators_act && session.phase != Phase::Ended;
    let since = state.internal.no_facilitator_since.unwrap_or(now);
    state.internal.no_facilitator_since = waits.then_some(since);
}

/// Returns when moderators act, if one is here to do so.
fn acting_deadline(state: &State) -> Option<Millis> {
    let since = state.internal.no_facilitator_since?;
    is_here(&state.room, Role::Moderator).then_some(since.saturating_add(FACILITATOR_AWAY_MS))
}

fn is_here(room: &RoomView, role: Role) -> bool {
    let is = |person: &Person| person.presence == Presence::Here && person.role == role;
    room.people.values().any(is)
}
