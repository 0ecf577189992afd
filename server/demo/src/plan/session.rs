//! The steps of a session, led by the facilitator: gathering, three rounds, goodbyes, the end.
//!
//! The next step follows from the room's state alone, so a visiting facilitator can take any step
//! and the session continues from there. While one is present, each step leaves them time to.

use super::commands;
use super::intent::{Cause, Intent};
use super::lead::leads;
use super::round;
use crate::memory::Memory;
use crate::observation::{Attendee, Observation};
use crate::script::{MEMBERS, ONE_MORE, address};
use hearth_protocol::presence::Role;
use hearth_protocol::round::{Order, Start};
use hearth_protocol::session::Phase;

/// Milliseconds of gathering: once everyone is present, and at most.
const GATHERING: u64 = 30_000;
const GATHERING_MAX: u64 = 50_000;
/// Milliseconds each step leaves to a visiting facilitator.
const DEFERENCE: u64 = 25_000;
/// Milliseconds between the closing words and the end.
const LINGERING: u64 = 8_000;
/// Milliseconds to wait for goodbyes that don't come.
const GOODBYES_MAX: u64 = 45_000;

/// Returns the next step, if this member leads the circle.
pub(super) fn next_step(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if !leads(seen) {
        return None;
    }
    let step = step(seen, memory)?;
    let defers = seen.guests().any(|guest| guest.role == Role::Facilitator);
    Some(if defers { Intent { delay: step.delay.max(DEFERENCE), ..step } } else { step })
}

fn step(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if let Some(round) = seen.open_round() {
        return round::lead_round(seen, memory, &round);
    }
    match seen.phase() {
        Phase::Gathering => Some(begin(seen)),
        Phase::Open => Some(next_round(seen)),
        Phase::Closing => Some(linger(seen)),
        Phase::Lingering => Some(match guest_without_turn(seen, memory) {
            Some(guest) => one_more_round(seen, &guest),
            None => close(seen),
        }),
        Phase::Ended => None,
    }
}

fn cause(name: &'static str, seen: &Observation<'_>) -> Cause {
    Cause::Step(name, seen.turn_id())
}

/// Once everyone has arrived: the opening words, then the first round.
fn begin(seen: &Observation<'_>) -> Intent {
    let opening = seen.persona.script.opening;
    if seen.has_said(seen.seat(), opening) {
        return open_round(seen, 0);
    }
    let complete = seen.members().count() >= MEMBERS;
    // A different cause, so that the last arrival shortens the wait.
    let (name, wait) = if complete {
        ("opening words", GATHERING)
    } else {
        ("opening words to some", GATHERING_MAX)
    };
    let delay = seen.time_left(seen.opened_at(), wait).max(1_500);
    Intent::write(cause(name, seen), delay, opening, commands::announce(opening))
}

/// After a round: a few words, then the next round.
fn next_round(seen: &Observation<'_>) -> Intent {
    let script = seen.persona.script;
    let next = match seen.last_round() {
        Some(round) => match round.question {
            Some(index) => index + 1,
            // After a visitor's own question, continue with the rest of the script.
            None => usize::try_from(round.number).unwrap_or_default(),
        },
        None => 0,
    };
    let next = next.clamp(1, script.rounds.len() - 1);
    match script.transitions.get(next - 1) {
        Some(words) if !seen.has_said(seen.seat(), words) => {
            let words = *words;
            Intent::write(cause("transition", seen), 2_000, words, commands::announce(words))
        }
        Some(_) | None => open_round(seen, next),
    }
}

fn open_round(seen: &Observation<'_>, index: usize) -> Intent {
    let rounds = &seen.persona.script.rounds;
    let question = rounds.get(index);
    let closing = index == rounds.len() - 1;
    let command = commands::open_round(
        question.map(|question| question.prompt),
        question.map(|question| question.order),
        if closing { Start::Random } else { Start::Facilitator },
        closing,
    );
    Intent::act(cause("open round", seen), 4_000, command)
}

fn linger(seen: &Observation<'_>) -> Intent {
    Intent::act(cause("linger", seen), 3_000, commands::start_lingering())
}

/// Once everyone has said goodbye: the closing words, then the end when nobody types any more.
fn close(seen: &Observation<'_>) -> Intent {
    let script = seen.persona.script;
    let cause = |name| Cause::StepWhenQuiet(name, seen.message_count(), seen.typing_signals);
    if seen.has_said(seen.seat(), script.closing) {
        return Intent::act(cause("end"), LINGERING, commands::end());
    }
    let said_goodbye = |person: Attendee<'_>| {
        let member = seen.seats.member_at(person.seat);
        let goodbye = member.and_then(|member| script.goodbyes.get(member));
        goodbye.is_none_or(|words| seen.has_said(person.seat, words))
    };
    let delay = if seen.members().all(said_goodbye) { 2_500 } else { GOODBYES_MAX };
    let command = commands::announce(script.closing);
    Intent::write(cause("closing words"), delay, script.closing, command)
}

/// Returns a visitor who takes turns and hasn't been offered one in this session.
fn guest_without_turn<'a>(seen: &Observation<'a>, memory: &Memory) -> Option<Attendee<'a>> {
    seen.guests().find(|guest| {
        guest.role == Role::Participant
            && guest.takes_turns
            && !memory.was_offered_turn(guest.seat)
            && seen.can_be_offered_turn(guest.seat)
    })
}

/// Opens one more round for a visitor who arrived after the last one.
fn one_more_round(seen: &Observation<'_>, guest: &Attendee<'_>) -> Intent {
    let prompt = address(guest.name.unwrap_or("friend"), ONE_MORE);
    let command =
        commands::open_round(Some(&prompt), Some(Order::Facilitator), Start::Facilitator, true);
    Intent::act(cause("one more round", seen), 3_000, command)
}

/// Undoes the end for a visitor who arrived after it.
pub(super) fn undo_end(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    let guest = guest_without_turn(seen, memory).filter(|_| leads(seen))?;
    // Even someone who arrives in the last second is in time.
    let delay = (seen.closes_in()? / 2).min(1_500);
    Some(Intent::act(Cause::UndoEnd(guest.seat), delay, commands::undo_end()))
}
