//! Which member leads the circle, and what the hosts among the members do when something is stuck.

use super::commands;
use super::intent::{Cause, Intent};
use crate::observation::Observation;
use crate::script::{FACILITATOR, MODERATOR};
use hearth_protocol::presence::Role;

/// Milliseconds a visiting host's pause is left alone: while they are present, and after they left.
const PAUSE_MAX: u64 = 180_000;
const PAUSE_MAX_ABANDONED: u64 = 8_000;
/// Milliseconds before a moderator left without a facilitator ends the session.
const ALONE_MAX: u64 = 45_000;

/// Returns whether this member leads the circle.
pub(super) fn leads(seen: &Observation<'_>) -> bool {
    seen.persona.member == FACILITATOR && seen.role() == Role::Facilitator
}

/// Ends the session if no facilitator is left: a visitor may have taken the role from the member
/// who had it, and gone.
pub(super) fn end_alone(seen: &Observation<'_>) -> Option<Intent> {
    let facilitated = seen.present().any(|person| person.role == Role::Facilitator);
    let alone = seen.persona.member == MODERATOR && seen.role().is_host() && !facilitated;
    alone.then(|| Intent::act(Cause::Step("end", seen.turn_id()), ALONE_MAX, commands::end()))
}

/// Lifts a host's pause once it has lasted long, or soon if that host has left.
pub(super) fn unpause(seen: &Observation<'_>) -> Option<Intent> {
    let present = seen.is_present(seen.paused_by_host()?);
    let delay = if present { PAUSE_MAX } else { PAUSE_MAX_ABANDONED };
    let member = seen.persona.member;
    let responsible = member == FACILITATOR || member == MODERATOR && !present;
    (responsible && seen.role().is_host())
        .then(|| Intent::act(Cause::Unpause, delay, commands::unpause()))
}
