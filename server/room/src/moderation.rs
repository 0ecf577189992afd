//! Moderation: mutes, removals, undoing both, and roles.
//!
//! Only the muted person and hosts see a mute. To everyone else, the person seems to finish, pass
//! or say *later* themselves.

use crate::draft::{Draft, Handled};
use crate::presence;
use crate::row::{DisconnectReason, Effect};
use crate::state::{MutedAnswer, State};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::limits::MUTE_MS_MAX;
use hearth_protocol::moderation::{Bar, ModerationCommand, ModerationFact, Mute, OwnMute};
use hearth_protocol::presence::{Presence, Role};
use hearth_protocol::session::Phase;
use hearth_protocol::turn::Token;
use hearth_protocol::{Millis, RefusalCode, SeatNo};
use std::ops::RangeInclusive;

/// How long the room waits before it answers for a muted seat, in milliseconds: about as long as a
/// person would take.
const MUTED_ANSWER_MS: RangeInclusive<u64> = 2_000..=8_000;

pub(crate) fn decide(draft: &mut Draft, by: SeatNo, command: &ModerationCommand) -> Handled {
    match command {
        ModerationCommand::Mute { seat, for_ms } => mute(draft, by, *seat, *for_ms),
        ModerationCommand::Unmute { seat } => {
            lift(draft, *seat, Some(by));
            Ok(())
        }
        ModerationCommand::Remove { seat } => remove(draft, by, *seat),
        ModerationCommand::Restore { seat } => restore(draft, by, *seat),
        ModerationCommand::SetName { seat, name } => presence::rename(draft, *seat, name, Some(by)),
        ModerationCommand::SetRole { seat, role } => set_role(draft, *seat, *role),
    }
}

/// Refuses commands that would leave the room without a facilitator.
fn keeps_a_facilitator(draft: &Draft, seat: SeatNo) -> Handled {
    let mut facilitators = draft.state.facilitators();
    if facilitators.next() == Some(seat) && facilitators.next().is_none() {
        return Err(RefusalCode::LastFacilitator);
    }
    Ok(())
}

fn mute(draft: &mut Draft, by: SeatNo, seat: SeatNo, for_ms: Option<u64>) -> Handled {
    if draft.person(seat)?.presence == Presence::Left {
        return Err(RefusalCode::NoSuchSeat);
    }
    if for_ms.is_some_and(|ms| ms == 0 || ms > MUTE_MS_MAX) {
        return Err(RefusalCode::OutOfRange);
    }
    let until = for_ms.map(|ms| draft.now.saturating_add(ms));
    draft.state.hosts.mutes.insert(seat, Mute { by, until });
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.muted = Some(OwnMute { until });
    }
    draft.tell_hosts(ModerationFact::Muted { seat, by });
    draft.tell_own(seat, ModerationFact::YouWereMuted {});
    // If they are away, or can't say later because the session is ending, the room answers for them
    // afterwards.
    if let Token::Held { seat: holder, shares, .. } = draft.state.room.turn.token
        && holder == seat
        && draft.state.is_here(seat)
        && (shares > 0 || draft.state.room.session.closes_at.is_none())
    {
        draft.turn().answer(TurnOutcome::Later);
    }
    Ok(())
}

/// Lifts a mute, either by a host or because it has expired.
pub(crate) fn lift(draft: &mut Draft, seat: SeatNo, by: Option<SeatNo>) {
    if draft.state.hosts.mutes.remove(seat).is_none() {
        return;
    }
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.muted = None;
    }
    draft.tell_hosts(ModerationFact::Unmuted { seat, by });
    draft.tell_own(seat, ModerationFact::YouWereUnmuted {});
}

fn remove(draft: &mut Draft, by: SeatNo, seat: SeatNo) -> Handled {
    keeps_a_facilitator(draft, seat)?;
    if draft.state.hosts.bars.contains(seat) {
        return Ok(());
    }
    draft.state.hosts.bars.insert(seat, Bar { by, at: draft.now });
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.removed = true;
    }
    presence::go(draft, seat);
    draft.tell_hosts(ModerationFact::Barred { seat, by });
    draft.tell_own(seat, ModerationFact::YouWereRemoved {});
    draft.effects.push(Effect::Disconnect { seat, reason: DisconnectReason::Removed });
    draft.effects.extend(draft.state.internal.seats.get(seat).map(|seat| Effect::Bar(seat.key)));
    Ok(())
}

fn restore(draft: &mut Draft, by: SeatNo, seat: SeatNo) -> Handled {
    if draft.state.hosts.bars.remove(seat).is_none() {
        return Ok(());
    }
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.removed = false;
    }
    draft.tell_hosts(ModerationFact::Unbarred { seat, by });
    draft.tell_own(seat, ModerationFact::YouWereRestored {});
    draft.effects.extend(draft.state.internal.seats.get(seat).map(|seat| Effect::Unbar(seat.key)));
    Ok(())
}

fn set_role(draft: &mut Draft, seat: SeatNo, role: Role) -> Handled {
    if draft.person(seat)?.role == role {
        return Ok(());
    }
    if role != Role::Facilitator {
        keeps_a_facilitator(draft, seat)?;
    }
    draft.person_mut(seat)?.role = role;
    if role == Role::Listener {
        draft.turn().release(seat, TurnOutcome::Passed);
        draft.state.room.queue.hands.remove(seat);
    }
    draft.tell(ModerationFact::RoleChanged { seat, role });
    draft.ends_resumes(seat);
    draft.effects.push(Effect::Resync(seat));
    Ok(())
}

/// Returns when each timed mute ends. In a silence, mutes wait for its end; a session that has
/// ended has none.
pub(crate) fn mute_deadlines(state: &State) -> impl Iterator<Item = (Millis, SeatNo)> {
    let room = &state.room;
    let wait = room.silence.is_some() || room.session.phase == Phase::Ended;
    let mutes = state.hosts.mutes.iter().filter(move |_| !wait);
    mutes.filter_map(|(seat, mute)| Some((mute.until?, seat)))
}

/// Returns when the room answers for a muted seat that has the token.
pub(crate) fn answer_deadline(state: &State) -> Option<Millis> {
    let answer = state.internal.muted_answer.filter(|_| state.room.turn_timers_run())?;
    answer.until.ends()
}

/// Answers for the muted seat that has the token.
pub(crate) fn answer(draft: &mut Draft) {
    draft.turn().answer(TurnOutcome::Later);
}

/// Draws the time at which the room answers for a muted seat that has the token. Nobody else
/// sees a difference. While the person is away, the room waits for them as it would for anyone.
pub(crate) fn settle_answer(draft: &mut Draft) {
    let turn_id = draft.state.room.turn.turn_id;
    let with = draft.state.room.turn.token.seat();
    let muted = with.is_some_and(|seat| draft.state.is_muted(seat) && draft.state.is_here(seat));
    let (now, runs) = (draft.now, draft.turn().turn_timers_run());
    draft.state.internal.muted_answer = match draft.state.internal.muted_answer {
        _ if !muted => None,
        Some(answer) if answer.turn_id == turn_id => {
            Some(MutedAnswer { until: answer.until.set(runs, now), ..answer })
        }
        Some(_) | None => {
            let ms = draft.random.within(MUTED_ANSWER_MS);
            Some(MutedAnswer { turn_id, until: draft.turn().timer(ms) })
        }
    };
}
