//! The bell: silences, and their end.

use crate::draft::{Draft, Handled};
use crate::state::State;
use hearth_protocol::limits::{BELL_EVERY_MS, SILENCE_DEFAULT_MS, SILENCE_MS};
use hearth_protocol::silence::{Silence, SilenceCommand, SilenceFact};
use hearth_protocol::{Millis, RefusalCode, SeatNo, Text};

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &SilenceCommand) -> Handled {
    match command {
        SilenceCommand::RingBell { for_ms, reason } => ring(draft, seat, *for_ms, reason.as_ref()),
        SilenceCommand::EndSilence {} => {
            end(draft, Some(seat));
            Ok(())
        }
    }
}

fn ring(draft: &mut Draft, by: SeatNo, for_ms: Option<u64>, reason: Option<&Text>) -> Handled {
    let for_ms = for_ms.unwrap_or(SILENCE_DEFAULT_MS);
    if !SILENCE_MS.contains(&for_ms) {
        return Err(RefusalCode::OutOfRange);
    }
    // Otherwise one person who takes seat after seat could keep a circle silent.
    let rests = draft.state.internal.silence_ended.map(|at| at.saturating_add(BELL_EVERY_MS));
    if rests.is_some_and(|until| draft.now < until) && !draft.person(by)?.role.is_host() {
        return Err(RefusalCode::SlowDown);
    }
    let round = draft.state.room.round_number();
    draft.state.own.get_mut(by).ok_or(RefusalCode::NoSuchSeat)?.rang_in = Some(round);
    let reason = draft.add_optional_text(by, reason)?;
    let until = draft.now.saturating_add(for_ms);
    draft.state.room.silence = Some(Silence { by, until, reason });
    draft.tell(SilenceFact::SilenceBegan { by });
    Ok(())
}

/// Ends the silence, either by a host or because its time is over.
pub(crate) fn end(draft: &mut Draft, by: Option<SeatNo>) {
    if draft.state.room.silence.take().is_some() {
        draft.state.internal.silence_ended = Some(draft.now);
        draft.tell(SilenceFact::SilenceEnded { by });
    }
}

/// Returns when the silence is over.
pub(crate) fn deadline(state: &State) -> Option<Millis> {
    state.room.silence.as_ref().map(|silence| silence.until)
}
