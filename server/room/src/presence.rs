//! Coming and going, and how each person takes part.

use crate::draft::{Draft, Handled, check_text};
use crate::input::Input;
use crate::moderation;
use crate::row::{DisconnectReason, Effect};
use crate::state::SeatRecord;
use crate::turn;
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::{RENAME_EVERY_MS, SEATS_FOR_HOSTS, SEATS_MAX};
use hearth_protocol::policy::TextKind;
use hearth_protocol::presence::{Person, Presence, PresenceCommand, PresenceFact, Role, Stance};
use hearth_protocol::round::Order;
use hearth_protocol::session::{Pause, PauseReason, Phase, SessionFact};
use hearth_protocol::settings::Late;
use hearth_protocol::turn::{OfferClock, Timer, Token};
use hearth_protocol::{MessageNo, RefusalCode, RoomView, SeatNo, SeatView, Text};
use uuid::Uuid;

pub(crate) fn decide(draft: &mut Draft, seat: SeatNo, command: &PresenceCommand) -> Handled {
    match command {
        PresenceCommand::Stance { stance } => change_stance(draft, seat, *stance),
        PresenceCommand::Rename { name } => {
            let record = draft.state.internal.seats.get(seat).ok_or(RefusalCode::NoSuchSeat)?;
            let free_at = record.renamed_at.map(|at| at.saturating_add(RENAME_EVERY_MS));
            if free_at.is_some_and(|at| draft.now < at) {
                return Err(RefusalCode::SlowDown);
            }
            rename(draft, seat, name, None)
        }
        PresenceCommand::Leave {} => {
            go(draft, seat);
            draft.effects.push(Effect::Disconnect { seat, reason: DisconnectReason::Left });
            Ok(())
        }
    }
}

/// Gives a seat another name, and erases the one it had. After that the person can't rename
/// themselves for a while, even if a host made the change.
pub(crate) fn rename(draft: &mut Draft, seat: SeatNo, name: &Text, by: Option<SeatNo>) -> Handled {
    let name = draft.add_text(seat, name)?;
    let before = std::mem::replace(&mut draft.person_mut(seat)?.name, name);
    draft.erase_text(before);
    let now = draft.now;
    let record = draft.state.internal.seats.get_mut(seat).ok_or(RefusalCode::NoSuchSeat)?;
    record.renamed_at = Some(now);
    moderation::rename_bar(draft, seat, name)?;
    draft.tell(PresenceFact::Renamed { seat, by });
    Ok(())
}

/// Someone takes a new seat.
pub(crate) fn join(draft: &mut Draft, input: &Input) -> Handled {
    let Input::Join { key, role, name, stance, node } = input else { return Ok(()) };
    if draft.state.room.session.phase == Phase::Ended
        || draft.state.internal.seats.values().any(|record| record.key == *key)
    {
        return Err(RefusalCode::NotNow);
    }
    if !draft.state.admits(*role) {
        return Err(RefusalCode::Begun);
    }
    if !role.is_host() {
        waits_at_the_door(&draft.state.room)?;
    }
    let next = u16::try_from(draft.state.room.people.len() + 1).unwrap_or(u16::MAX);
    let seats_max = if role.is_host() { SEATS_MAX } else { SEATS_MAX - SEATS_FOR_HOSTS };
    if next > seats_max {
        return Err(RefusalCode::Full);
    }
    let seat = SeatNo(next);
    check_text(TextKind::Name, name)?;
    let name = draft.add_text(seat, name)?;
    let person = Person { name, role: *role, stance: *stance, presence: Presence::Here };
    draft.state.room.people.insert(seat, person);
    draft.state.own.insert(seat, SeatView::empty());
    let from = first_message_seen(draft);
    let record = SeatRecord::new(*key, *node, from, draft.room_number);
    draft.state.internal.seats.insert(seat, record);
    let joins_round =
        draft.state.room.open_round().is_some_and(|round| round.order == Order::GoRound)
            && draft.state.room.circle.settings.late == Late::AtEnd
            && *role != Role::Listener;
    if joins_round {
        draft.state.room.queue.lineup.push_last(seat);
    }
    draft.tell(PresenceFact::Joined { seat });
    end_pause_without_host(draft);
    Ok(())
}

/// Refuses newcomers while hosts have paused the room, and in a silence: everyone sees a newcomer's
/// name, so someone who takes seat after seat could speak in names.
fn waits_at_the_door(room: &RoomView) -> Handled {
    if room.session.pause.as_ref().is_some_and(|pause| pause.reason == PauseReason::Host) {
        return Err(RefusalCode::Paused);
    }
    if room.silence.is_some() { Err(RefusalCode::Silence) } else { Ok(()) }
}

/// Returns the first message that someone who arrives now may see.
fn first_message_seen(draft: &Draft) -> MessageNo {
    let all = draft.state.room.circle.settings.earlier_words;
    if all { MessageNo(1) } else { draft.state.next_message() }
}

/// A known seat is connected (again).
pub(crate) fn return_to(draft: &mut Draft, seat: SeatNo, node: Uuid) -> Handled {
    let presence = draft.person(seat)?.presence;
    if draft.state.bar_of(seat).is_some() {
        return Err(RefusalCode::NotAllowed);
    }
    if draft.state.room.session.phase == Phase::Ended {
        return Err(RefusalCode::NotNow);
    }
    if presence != Presence::Here {
        // After the server stopped, everyone comes back at once.
        if draft.state.internal.seats.get(seat).is_some_and(|record| record.node == node) {
            draft.count_return(seat)?;
        }
        draft.person_mut(seat)?.presence = Presence::Here;
        if let Token::Held { seat: holder, away, .. } = &mut draft.state.room.turn.token
            && *holder == seat
        {
            *away = None;
        }
        if presence == Presence::Left {
            let from = first_message_seen(draft);
            if let Some(record) = draft.state.internal.seats.get_mut(seat) {
                record.arrive(from);
            }
            draft.ends_resumes(seat);
        }
        draft.tell(PresenceFact::Returned { seat });
        end_pause_without_host(draft);
    }
    if let Some(record) = draft.state.internal.seats.get_mut(seat) {
        record.node = node;
    }
    Ok(())
}

/// Ends a pause for lack of hosts once one is present. If a host had paused the room before that,
/// their pause is restored.
fn end_pause_without_host(draft: &mut Draft) {
    let room = &mut draft.state.room;
    let Some(pause) = &room.session.pause else { return };
    if pause.reason != PauseReason::NoHost || !room.host_is_here() {
        return;
    }
    let by = pause.by;
    if by.is_some() {
        let pause = Pause { reason: PauseReason::Host, ..pause.clone() };
        room.session.pause = Some(pause);
        draft.tell(SessionFact::Paused { reason: PauseReason::Host, by });
    } else {
        room.session.pause = None;
        draft.tell(SessionFact::Resumed {});
    }
}

/// Assigns a seat to another key.
pub(crate) fn change_key(draft: &mut Draft, seat: SeatNo, key: KeyHash) -> Handled {
    draft.person(seat)?;
    let taken = |(other, record): (SeatNo, &SeatRecord)| other != seat && record.key == key;
    if draft.state.internal.seats.iter().any(taken) {
        return Err(RefusalCode::KeyTaken);
    }
    if let Some(record) = draft.state.internal.seats.get_mut(seat) {
        record.key = key;
    }
    Ok(())
}

/// A seat's connection is lost: the seat is away, and the token waits for it.
pub(crate) fn connection_lost(draft: &mut Draft, seat: SeatNo) -> Handled {
    if draft.person(seat)?.presence != Presence::Here {
        return Ok(());
    }
    draft.person_mut(seat)?.presence = Presence::Away;
    let grace = draft.turn().grace_timer();
    if let Token::Held { seat: holder, away, .. } = &mut draft.state.room.turn.token
        && *holder == seat
    {
        *away = Some(grace);
    }
    draft.tell(PresenceFact::Away { seat });
    Ok(())
}

/// Takes a person out of the circle: they give up the token at once, and their hand comes down.
pub(crate) fn go(draft: &mut Draft, seat: SeatNo) {
    let Some(person) = draft.state.room.people.get_mut(seat) else { return };
    if person.presence == Presence::Left {
        return;
    }
    person.presence = Presence::Left;
    draft.turn().release(seat, TurnOutcome::Later);
    draft.state.room.queue.hands.remove(seat);
    let last = draft.state.last_message();
    if let Some(record) = draft.state.internal.seats.get_mut(seat) {
        record.depart(last);
    }
    draft.ends_resumes(seat);
    draft.tell(PresenceFact::Left { seat });
}

fn change_stance(draft: &mut Draft, seat: SeatNo, stance: Stance) -> Handled {
    if draft.person(seat)?.stance == stance {
        return Ok(());
    }
    draft.count_signal(seat)?;
    draft.person_mut(seat)?.stance = stance;
    if stance != Stance::Sharing {
        draft.turn().release(seat, TurnOutcome::Passed);
        if draft.state.room.open_round().is_some() {
            draft.state.room.queue.hands.remove(seat);
        }
    }
    draft.tell(PresenceFact::StanceChanged { seat, stance });
    Ok(())
}

/// After the server stopped, everyone who was here is away. The timers of turns, offers, grace
/// periods and missing hosts start again at full length, and stand still until the first person
/// returns.
pub(crate) fn restart(draft: &mut Draft) {
    let here = |(_, person): &(SeatNo, &Person)| person.presence == Presence::Here;
    let seats: Vec<SeatNo> =
        draft.state.room.people.iter().filter(here).map(|(seat, _)| seat).collect();
    if seats.is_empty() || draft.state.room.session.phase == Phase::Ended {
        return;
    }
    for seat in seats {
        if let Some(person) = draft.state.room.people.get_mut(seat) {
            person.presence = Presence::Away;
        }
    }
    restart_timers(draft);
    draft.tell(PresenceFact::ServerRestarted {});
}

fn restart_timers(draft: &mut Draft) {
    let room = &mut draft.state.room;
    let timers = room.circle.timers;
    let limit_ms = room.open_round().and_then(|round| round.limit.as_ref()).map(|limit| limit.ms);
    match &mut room.turn.token {
        Token::Centre { first_reach } => {
            *first_reach = first_reach.map(|_| Timer::Left(timers.offer_ms));
        }
        Token::Offered { .. } => {}
        Token::Held { limit, away, .. } => {
            *limit = limit.and(limit_ms).map(Timer::Left);
            *away = Some(Timer::Left(timers.grace_ms));
        }
    }
    // Set again when the decision settles, since no host is here now.
    room.session.no_host = None;
    if let Some(clock) = draft.state.hosts.offer.clone() {
        turn::set_offer_clock(draft, OfferClock { until: Timer::Left(timers.offer_ms), ..clock });
    }
}
