//! Moderation: mutes, removals, undoing both, and roles.
//!
//! Only the muted person and hosts see a mute. To everyone else, the person seems to finish, pass
//! or say *later* themselves.

use crate::draft::{Draft, Handled};
use crate::input::EarlierBar;
use crate::presence;
use crate::row::{DisconnectReason, Effect};
use crate::state::{MutedAnswer, State};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::limits::{BARS_MAX, MUTE_MS_MAX};
use hearth_protocol::moderation::{
    Bar, BarUntil, ModerationCommand, ModerationFact, Mute, OwnMute,
};
use hearth_protocol::presence::{Presence, Role};
use hearth_protocol::session::Phase;
use hearth_protocol::turn::Token;
use hearth_protocol::{BarId, Millis, RefusalCode, SeatNo, TextId};
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
        ModerationCommand::Remove { seat, until } => {
            remove(draft, by, *seat, until.unwrap_or(BarUntil::SessionEnd))
        }
        ModerationCommand::LiftBar { bar } => {
            lift_bar(draft, by, *bar);
            Ok(())
        }
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

/// Lists the bars of earlier sessions in a new room.
pub(crate) fn open(draft: &mut Draft, bars: &[EarlierBar]) {
    for EarlierBar { id, name, at } in bars {
        let text = draft.random.text_id();
        draft.texts.push((text, name.clone()));
        let bar = Bar { name: text, at: *at, until: BarUntil::Lifted, seat: None, by: None };
        draft.state.hosts.bars.insert(*id, bar);
    }
}

fn remove(draft: &mut Draft, by: SeatNo, seat: SeatNo, until: BarUntil) -> Handled {
    keeps_a_facilitator(draft, seat)?;
    let before = draft.state.bar_of(seat).map(|(id, bar)| (id, bar.at, bar.until));
    if before.is_some_and(|(_, _, lasts)| lasts == until) {
        return Ok(());
    }
    let lasts = |bar: &&Bar| bar.until == BarUntil::Lifted;
    if until == BarUntil::Lifted
        && draft.state.hosts.bars.values().filter(lasts).count() >= BARS_MAX
    {
        return Err(RefusalCode::Full);
    }
    let name = draft.person(seat)?.name;
    let (id, at) = match before {
        Some((id, at, _)) => (id, at),
        None => (draft.random.bar_id(), draft.now),
    };
    let bar = Bar { name, at, until, seat: Some(seat), by: Some(by) };
    draft.state.hosts.bars.insert(id, bar);
    draft.tell_hosts(match before {
        None => ModerationFact::Barred { bar: id, seat, by },
        Some(_) => ModerationFact::BarChanged { bar: id, seat, by },
    });
    match until {
        BarUntil::Lifted => keep_bar(draft, id, seat, name),
        BarUntil::SessionEnd if before.is_some() => draft.effects.push(Effect::LiftBar(id)),
        BarUntil::SessionEnd => {}
    }
    let Some(own) = draft.state.own.get_mut(seat) else { return Ok(()) };
    if !std::mem::replace(&mut own.removed, true) {
        presence::go(draft, seat);
        draft.tell_own(seat, ModerationFact::YouWereRemoved {});
        draft.effects.push(Effect::Disconnect { seat, reason: DisconnectReason::Removed });
    }
    Ok(())
}

/// Makes the circle keep a bar of this session.
fn keep_bar(draft: &mut Draft, id: BarId, seat: SeatNo, name: TextId) {
    let (Some(bar), Some(record)) =
        (draft.state.hosts.bars.get(id), draft.state.internal.seats.get(seat))
    else {
        return;
    };
    draft.effects.push(Effect::Bar { id, key: record.key, name, at: bar.at });
}

/// Gives the bar of a seat, if it has one, the seat's new name.
pub(crate) fn rename_bar(draft: &mut Draft, seat: SeatNo, name: TextId) {
    let Some((id, bar)) = draft.state.bar_of(seat) else { return };
    let bar = Bar { name, ..bar.clone() };
    let lasts = bar.until == BarUntil::Lifted;
    draft.state.hosts.bars.insert(id, bar);
    if lasts {
        keep_bar(draft, id, seat, name);
    }
}

fn lift_bar(draft: &mut Draft, by: SeatNo, id: BarId) {
    let Some(bar) = draft.state.hosts.bars.remove(id) else { return };
    draft.tell_hosts(ModerationFact::BarLifted { bar: id, seat: bar.seat, by });
    if bar.until == BarUntil::Lifted {
        draft.effects.push(Effect::LiftBar(id));
    }
    if let Some(seat) = bar.seat
        && let Some(own) = draft.state.own.get_mut(seat)
    {
        own.removed = false;
        draft.tell_own(seat, ModerationFact::YouMayReturn {});
    }
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
