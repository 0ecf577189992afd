//! What a member does next. Pure: what they see, remember and draw by lot goes in; one intent, or
//! none, comes out. Times are those of people.
//!
//! A member thinks anew after all that happens. An intent with the same [`Cause`] is the same
//! intent, and its time runs on; with another, it begins anew. So everything that is to wait for
//! quiet has what may disturb it in its cause.

mod course;
mod floor;
mod round;
mod turn;

use super::sight::{FACILITATOR, MODERATOR, Memory, Sight};
use hearth_protocol::{Command, Move, PauseWhy, Phase, Presence, Role, SeatNo, Text, WordsId};

/// Something to do, after a pause and some time of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Intent {
    /// Why.
    pub(super) cause: Cause,
    /// Milliseconds until something of it is to be seen.
    pub(super) after: u64,
    /// Milliseconds of writing after that.
    pub(super) writing: u64,
    /// What is done then.
    pub(super) command: Command,
}

/// Why something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The turn is offered to them.
    Answer(Move),
    /// They have the turn, and this many shares are said.
    Share(Move, u32),
    /// They have said what they had to say.
    Done(Move),
    /// The turn lies in the middle.
    Reach(Move),
    /// They do not want a turn in this round.
    SitOut(u32),
    /// They raise their hand in this round.
    Raise(u32),
    /// Somebody's words touched them.
    Sign(WordsId),
    /// They have come in, or go.
    Floor(Phase),
    /// The floor is open in a round.
    Chat(u32),
    /// Somebody has come in.
    Greet(SeatNo),
    /// Somebody has not answered, or not spoken, for a while.
    Nudge(Move, u64),
    /// It is a visitor's turn to be asked, at this move.
    Ask(SeatNo, Move),
    /// A visitor has had the turn for very long and shows no sign of life.
    Idle(Move, usize, u64),
    /// The session goes on by this step, at this move.
    Course(&'static str, Move),
    /// The session goes on by this step once nobody says or writes anything any more.
    Quiet(&'static str, usize, u64),
    /// A pause has lasted long.
    Unpause,
    /// A visitor came when all was said.
    NotYet(SeatNo),
}

/// Writing takes a moment to begin, and then so long for each character, within bounds.
const WRITING_BEGINS: u64 = 1_000;
const WRITING_PER_CHAR: u64 = 75;
const WRITING_MOST: u64 = 18_000;

/// How long the members leave a visitor's pause alone, and one of somebody who has gone.
const PAUSE_LEFT: u64 = 180_000;
const PAUSE_OF_THE_GONE: u64 = 8_000;
/// How long a moderator waits who holds the circle alone.
const ALONE: u64 = 45_000;

/// Returns how long it takes to write this.
fn writing(words: &str) -> u64 {
    let chars = u64::try_from(words.chars().count()).unwrap_or(u64::MAX);
    chars.saturating_mul(WRITING_PER_CHAR).saturating_add(WRITING_BEGINS).min(WRITING_MOST)
}

/// Returns what is left of a wait of `wait` that began at `since`.
fn rest_of(sight: &Sight<'_>, since: u64, wait: u64) -> u64 {
    since.saturating_add(wait).saturating_sub(sight.now)
}

impl Intent {
    fn act(cause: Cause, after: u64, command: Command) -> Self {
        Self { cause, after, writing: 0, command }
    }

    fn words(cause: Cause, after: u64, words: &str, command: impl FnOnce(Text) -> Command) -> Self {
        Self { cause, after, writing: writing(words), command: command(Text::plain(words)) }
    }
}

/// Returns what this member does next, if anything.
pub(super) fn plan(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    let common = sight.common();
    if common.phase == Phase::Ended {
        return None;
    }
    if common.ending.is_some() {
        return course::not_yet(sight, memory).or_else(|| floor::sign(sight));
    }
    if let Some(pause) = &common.paused {
        let by = pause.by.filter(|_| pause.why == PauseWhy::Staff);
        return by.and_then(|by| unpause(sight, by));
    }
    turn::mine(sight, memory)
        .or_else(|| floor::greet(sight, memory))
        .or_else(|| round::nudge(sight, memory))
        .or_else(|| floor::arrive_or_go(sight))
        .or_else(|| turn::want(sight))
        .or_else(|| floor::sign(sight))
        .or_else(|| lead(sight, memory))
}

/// Returns whether this member is the one who holds the circle.
fn leads(sight: &Sight<'_>) -> bool {
    sight.part == FACILITATOR && sight.role() == Role::Facilitator
}

fn lead(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    if leads(sight) {
        return course::next(sight, memory);
    }
    // A visitor who facilitates may have taken the part from the one who had it, and gone.
    let held = sight.members().chain(sight.guests()).any(|one| one.role == Role::Facilitator);
    let alone = sight.part == MODERATOR && sight.role().is_staff() && !held;
    alone.then(|| Intent::act(Cause::Course("end", sight.mv()), ALONE, Command::End {}))
}

/// A visitor's pause is theirs; only one that lasts long, or was left behind, is lifted.
fn unpause(sight: &Sight<'_>, by: SeatNo) -> Option<Intent> {
    let here = sight.common().person(by).is_some_and(|by| by.presence == Presence::Here);
    let after = if here { PAUSE_LEFT } else { PAUSE_OF_THE_GONE };
    let mine = sight.part == FACILITATOR || sight.part == MODERATOR && !here;
    (mine && sight.role().is_staff())
        .then(|| Intent::act(Cause::Unpause, after, Command::Unpause {}))
}
