//! The course of a session: pauses, phases, and the end.

use crate::draft::{Draft, Handled};
use crate::round;
use crate::row::Effect;
use hearth_protocol::queue::Queue;
use hearth_protocol::session::{EndReason, Pause, PauseReason, Phase, SessionCommand, SessionFact};
use hearth_protocol::turn::{Timer, Token};
use hearth_protocol::{RefusalCode, SeatNo};

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &SessionCommand) -> Handled {
    match command {
        SessionCommand::Pause { message } => {
            let message = draft.add_optional_text(message.as_ref())?;
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
pub(crate) fn pause_without_host(draft: &mut Draft) {
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
    let undo = draft.state.room.circle.timers.undo_end_ms;
    draft.state.room.session.closes_at = Some(draft.now.saturating_add(undo));
    draft.tell(SessionFact::Ending { by });
}

/// The session is over: the token rests for good.
pub(crate) fn finish(draft: &mut Draft, reason: EndReason) {
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
