//! Moderation: mutes, removals, undoing both, and roles.
//!
//! Only the muted person and hosts see a mute. To everyone else, the person seems to finish, pass
//! or say *later* themselves.

use crate::draft::{Draft, Handled};
use crate::hidden;
use crate::input::EarlierBar;
use crate::presence;
use crate::row::{DisconnectReason, Effect};
use crate::state::{MutedAnswer, State};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::limits::{BARS_MAX, MUTE_MS_MAX};
use hearth_protocol::moderation::{
    Bar, BarUntil, ModerationCommand, ModerationFact, Mute, OwnMute,
};
use hearth_protocol::policy_check::outranks;
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
            lift_mute(draft, *seat, Some(by));
            Ok(())
        }
        ModerationCommand::Remove { seat, until } => remove(draft, by, *seat, *until),
        ModerationCommand::LiftBar { bar } => lift_bar(draft, by, *bar),
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
pub(crate) fn lift_mute(draft: &mut Draft, seat: SeatNo, by: Option<SeatNo>) {
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

/// Removes someone. For someone who was removed before, changes how long their bar lasts if the
/// host says how long: of two hosts who remove someone at once, neither shortens what the other set
/// without saying so.
fn remove(draft: &mut Draft, by: SeatNo, seat: SeatNo, until: Option<BarUntil>) -> Handled {
    keeps_a_facilitator(draft, seat)?;
    let before = draft.state.bar_of(seat).map(|(id, bar)| (id, bar.clone()));
    match (before, until) {
        (None, until) => bar(draft, by, seat, until.unwrap_or(BarUntil::SessionEnd)),
        (Some((id, before)), Some(until)) if before.until != until => {
            change_bar(draft, by, id, Bar { until, ..before })
        }
        (Some(_), _) => Ok(()),
    }
}

fn bar(draft: &mut Draft, by: SeatNo, seat: SeatNo, until: BarUntil) -> Handled {
    let name = draft.person(seat)?.name;
    let id = draft.random.bar_id();
    let bar = Bar { name, at: draft.now, until, seat: Some(seat), by: Some(by) };
    put_bar(draft, id, bar)?;
    if let Some(own) = draft.state.own.get_mut(seat) {
        own.removed = true;
    }
    presence::go(draft, seat);
    draft.tell_hosts(ModerationFact::Barred { bar: id, seat, by });
    draft.tell_own(seat, ModerationFact::YouWereRemoved {});
    draft.effects.push(Effect::Disconnect { seat, reason: DisconnectReason::Removed });
    Ok(())
}

fn change_bar(draft: &mut Draft, by: SeatNo, id: BarId, bar: Bar) -> Handled {
    let Some(seat) = bar.seat else { return Ok(()) };
    if bar.until == BarUntil::SessionEnd {
        draft.effects.push(Effect::LiftBar(id));
    }
    put_bar(draft, id, bar)?;
    draft.tell_hosts(ModerationFact::BarChanged { bar: id, seat, by });
    Ok(())
}

/// Puts a bar of this session in the list, and lets the circle keep it if it outlasts the session.
fn put_bar(draft: &mut Draft, id: BarId, bar: Bar) -> Handled {
    let outlasts = |bar: &Bar| bar.until == BarUntil::Lifted;
    let others = draft.state.hosts.bars.iter().filter(|(other, _)| *other != id);
    let kept = others.filter(|(_, bar)| outlasts(bar)).count();
    if outlasts(&bar) && kept >= BARS_MAX {
        return Err(RefusalCode::Full);
    }
    let record = bar.seat.and_then(|seat| draft.state.internal.seats.get(seat));
    if let Some(record) = record.filter(|_| outlasts(&bar)) {
        let (key, name, at) = (record.key, bar.name, bar.at);
        draft.effects.push(Effect::Bar { id, key, name, at });
    }
    draft.state.hosts.bars.insert(id, bar);
    Ok(())
}

/// Gives the bar of a seat, if it has one, the seat's new name.
pub(crate) fn rename_bar(draft: &mut Draft, seat: SeatNo, name: TextId) -> Handled {
    let Some((id, bar)) = draft.state.bar_of(seat) else { return Ok(()) };
    let bar = Bar { name, ..bar.clone() };
    put_bar(draft, id, bar)
}

/// Lifts a bar. Someone who was removed in this session keeps their role, so only a host who may
/// remove them may let them back in. The name in a bar from an earlier session stays among the
/// room's texts until the session ends.
fn lift_bar(draft: &mut Draft, by: SeatNo, id: BarId) -> Handled {
    let Some(bar) = draft.state.hosts.bars.get(id).cloned() else { return Ok(()) };
    if let Some(seat) = bar.seat
        && !outranks(draft.person(by)?.role, draft.person(seat)?.role)
    {
        return Err(RefusalCode::Outranked);
    }
    draft.state.hosts.bars.remove(id);
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
    if !role.is_host() {
        hidden::take_all_from(draft, seat);
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
