//! The course of a session, held by the facilitator: gathering, three rounds, goodbyes, the end.
//!
//! Which step comes next is read off the room, so that a visitor who facilitates may take any of
//! them, and all goes on from there. Where one is here, the steps wait for them.

use super::super::sight::{Memory, Sight, takes_turns};
use super::super::words::{MEMBERS, ONE_MORE, to};
use super::{Cause, Intent, leads, rest_of, round};
use hearth_protocol::{Command, Order, Person, Phase, Role, Start, Text};

/// How long people gather at the least and at the most.
const GATHER_LEAST: u64 = 30_000;
const GATHER_MOST: u64 = 50_000;
/// How long a step waits for a visitor who facilitates.
const FOR_THEM: u64 = 25_000;
/// How long goodbyes are waited for once the last was said.
const LINGER: u64 = 8_000;
/// How long they are waited for at the most.
const LINGER_MOST: u64 = 45_000;

/// Returns the facilitator's next step.
pub(super) fn next(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    let step = step(sight, memory)?;
    let patient = sight.guests().any(|guest| guest.role == Role::Facilitator);
    Some(if patient { Intent { after: step.after.max(FOR_THEM), ..step } } else { step })
}

fn step(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    if let Some(open) = sight.round() {
        return round::tend(sight, memory, open);
    }
    match sight.common().phase {
        Phase::Gathering => Some(begin(sight)),
        Phase::Open => Some(between(sight)),
        Phase::Closing => Some(linger(sight)),
        Phase::Lingering => Some(match guest_without_turn(sight, memory) {
            Some(guest) => one_more(sight, guest),
            None => close(sight),
        }),
        Phase::Ended => None,
    }
}

fn course(name: &'static str, sight: &Sight<'_>) -> Cause {
    Cause::Course(name, sight.mv())
}

fn announce(name: &'static str, sight: &Sight<'_>, after: u64, words: &str) -> Intent {
    Intent::words(course(name, sight), after, words, |text| Command::Announce { text })
}

/// When all have come in: opening words, then the first round.
fn begin(sight: &Sight<'_>) -> Intent {
    let opened = sight.common().opened_at;
    if !sight.has_said(sight.seat(), sight.session.opening) {
        let all = sight.members().count() >= MEMBERS;
        let wait = rest_of(sight, opened, if all { GATHER_LEAST } else { GATHER_MOST });
        let name = if all { "opening" } else { "opening to some" };
        return announce(name, sight, wait.max(1_500), sight.session.opening);
    }
    open(sight, 0)
}

/// After a round: a word, then the next.
fn between(sight: &Sight<'_>) -> Intent {
    let last = sight.common().round.as_ref();
    let next = match last.and_then(|round| sight.question(round)) {
        Some((index, _)) => index + 1,
        // A visitor's own question: what is left of the evening follows.
        None => last.map_or(0, |round| usize::try_from(round.number).unwrap_or_default()),
    };
    let next = next.clamp(1, sight.session.rounds.len() - 1);
    match sight.session.between.get(next - 1) {
        Some(words) if !sight.has_said(sight.seat(), words) => {
            announce("between", sight, 2_000, words)
        }
        Some(_) | None => open(sight, next),
    }
}

fn open(sight: &Sight<'_>, which: usize) -> Intent {
    let last = sight.session.rounds.len() - 1;
    let question = sight.session.rounds.get(which);
    let command = Command::OpenRound {
        prompt: question.map(|question| Text::plain(question.prompt)),
        order: question.map(|question| question.order),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: if which == last { Start::Random } else { Start::Facilitator },
        slow_ms: None,
        closing: which == last,
    };
    Intent::act(course("open", sight), 4_000, command)
}

fn linger(sight: &Sight<'_>) -> Intent {
    let command = Command::SetPhase { phase: Phase::Lingering };
    Intent::act(course("linger", sight), 3_000, command)
}

/// When all have said goodbye: closing words, then the end, once nobody writes any more.
fn close(sight: &Sight<'_>) -> Intent {
    let quiet = |name| Cause::Quiet(name, sight.snapshot.said.len(), sight.stir);
    let goodbye =
        |seat| sight.company.part_of(seat).and_then(|part| sight.session.goodbyes.get(part));
    let all_said = sight
        .members()
        .all(|one| goodbye(one.seat).is_none_or(|words| sight.has_said(one.seat, words)));
    if !sight.has_said(sight.seat(), sight.session.closing) {
        let after = if all_said { 2_500 } else { LINGER_MOST };
        return Intent::words(quiet("closing words"), after, sight.session.closing, |text| {
            Command::Announce { text }
        });
    }
    Intent::act(quiet("end"), LINGER, Command::End {})
}

/// Returns a visitor who is here to take turns and has been offered none all evening.
fn guest_without_turn<'a>(sight: &Sight<'a>, memory: &Memory) -> Option<&'a Person> {
    let takes_part = |guest: &&Person| guest.role == Role::Participant && takes_turns(guest);
    let new = |guest: &&Person| !memory.was_offered(guest.seat) && sight.is_ready(guest.seat);
    sight.guests().filter(takes_part).find(new)
}

/// A visitor came when the last round was over: there is one more, for them.
fn one_more(sight: &Sight<'_>, guest: &Person) -> Intent {
    let name = sight.name_of(guest.seat).unwrap_or("friend");
    let command = Command::OpenRound {
        prompt: Some(Text::plain(to(name, ONE_MORE))),
        order: Some(Order::Facilitator),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: true,
    };
    Intent::act(course("one more", sight), 3_000, command)
}

/// A visitor came even after the end: it is undone for them.
pub(super) fn not_yet(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    let guest = guest_without_turn(sight, memory).filter(|_| leads(sight))?;
    Some(Intent::act(Cause::NotYet(guest.seat), 1_500, Command::UndoEnd {}))
}
