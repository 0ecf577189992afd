//! Decides what a member does next. Pure: what the member sees and remembers goes in, at most one
//! intent comes out. Times are at human speed.
//!
//! A member plans again after every event; see [`intent::Cause`] for which intents keep their time.

mod commands;
mod intent;
mod lead;
mod round;
mod session;
mod social;
mod turn;

pub(crate) use intent::Intent;

use crate::memory::Memory;
use crate::observation::Observation;
use hearth_protocol::session::Phase;

/// Returns what this member does next, if anything.
pub(crate) fn plan(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if seen.phase() == Phase::Ended {
        return None;
    }
    if seen.is_ending() {
        return session::undo_end(seen, memory).or_else(|| social::gesture(seen));
    }
    if seen.is_paused() {
        return lead::unpause(seen);
    }
    if seen.is_silent() {
        return None;
    }
    turn::own_turn(seen, memory)
        .or_else(|| social::greet(seen, memory))
        .or_else(|| round::reassure(seen, memory))
        .or_else(|| social::hello_or_goodbye(seen))
        .or_else(|| turn::ask_for_turn(seen))
        .or_else(|| social::gesture(seen))
        .or_else(|| session::next_step(seen, memory))
        .or_else(|| lead::end_alone(seen))
}
