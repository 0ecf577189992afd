//! The course of a session: pauses, phases, and the end.

use super::guard;
use super::rounds::close_open;
use super::step::Step;
use super::{Asked, Decided};
use hearth_protocol::event::{EndWhy, RoomEvent};
use hearth_protocol::limits::PROMPT_CHARS_MAX;
use hearth_protocol::{
    Flow, Pause, PauseWhy, Phase, RefusalCode, SeatNo, Text, Timer, Token, Words,
};

pub(super) fn pause(step: &mut Step, asked: &Asked<'_>, message: Option<&Text>) -> Decided {
    if step.core.common.paused.is_some() {
        return Err(RefusalCode::Paused);
    }
    if let Some(text) = message {
        guard::text(text, PROMPT_CHARS_MAX)?;
    }
    let message = message.map(|text| Words::new(asked.words_id(), text.clone()));
    begin_pause(step, Pause { why: PauseWhy::Staff, by: Some(asked.seat), message });
    Ok(())
}

fn begin_pause(step: &mut Step, pause: Pause) {
    let flow = step.flow();
    step.core.common.paused = Some(pause.clone());
    step.tell(flow, |flow| RoomEvent::Paused { pause, flow });
}

pub(super) fn unpause(step: &mut Step) -> Decided {
    if step.core.common.paused.is_none() {
        return Err(RefusalCode::NotNow);
    }
    let flow = step.flow();
    step.core.common.paused = None;
    step.tell(flow, |flow| RoomEvent::Resumed { flow });
    Ok(())
}

/// No staff came in time: the room pauses, keeping the turn, and waits for them.
pub(super) fn pause_without_staff(step: &mut Step) {
    let before = step.core.common.paused.clone();
    let mut flow = step.flow();
    flow.unstaffed = Some(Timer::Left(step.core.common.timers.unstaffed_end_ms));
    step.core.common.flow = flow;
    let (by, message) = before.map_or((None, None), |pause| (pause.by, pause.message));
    begin_pause(step, Pause { why: PauseWhy::NoStaff, by, message });
}

pub(super) fn set_phase(step: &mut Step, phase: Phase) -> Decided {
    let now = step.core.common.phase;
    let possible = match phase {
        Phase::Open => matches!(now, Phase::Closing | Phase::Lingering),
        Phase::Closing => now == Phase::Open,
        Phase::Lingering => matches!(now, Phase::Open | Phase::Closing),
        Phase::Gathering | Phase::Ended => false,
    };
    if phase == now {
        return Ok(());
    }
    if !possible {
        return Err(RefusalCode::NotNow);
    }
    if phase == Phase::Lingering {
        close_open(step);
    }
    let flow = step.flow();
    step.core.common.phase = phase;
    step.tell(flow, |flow| RoomEvent::Phase { phase, flow });
    Ok(())
}

pub(super) fn end(step: &mut Step, by: SeatNo) -> Decided {
    if step.core.common.ending.is_some() {
        return Ok(());
    }
    let closes = step.now + step.core.common.timers.undo_end_ms;
    let flow = step.flow();
    step.core.common.ending = Some(closes);
    step.tell(flow, |flow| RoomEvent::Ending { closes, by, flow });
    Ok(())
}

pub(super) fn undo_end(step: &mut Step, by: SeatNo) -> Decided {
    if step.core.common.ending.is_none() {
        return Err(RefusalCode::NotNow);
    }
    let flow = step.flow();
    step.core.common.ending = None;
    step.tell(flow, |flow| RoomEvent::EndUndone { by, flow });
    Ok(())
}

/// The room is over: the token rests for good.
pub(super) fn finish(step: &mut Step, why: EndWhy) {
    let before = step.flow();
    step.core.common.phase = Phase::Ended;
    let flow = Flow {
        mv: before.mv + 1,
        token: Token::CENTRE,
        lineup: before.lineup,
        heard: before.heard,
        passed: before.passed,
        later: before.later,
        ..Flow::at_rest()
    };
    step.tell(flow, |flow| RoomEvent::Ended { why, flow });
}
