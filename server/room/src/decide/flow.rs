//! The order: who waits, who is next, and which clocks run. Pure functions of the room as it is.

use crate::core::Core;
use hearth_protocol::round::{HandsBy, Order, Round};
use hearth_protocol::{Flow, Millis, PauseWhy, Phase, Presence, SeatNo, Timer, Token};

/// Returns `flow` with all that follows from the rest of the room brought up to date: who waits,
/// who is next, whether the round is complete, and each clock running or standing still.
pub(crate) fn refreshed(core: &Core, mut flow: Flow, now: Millis) -> Flow {
    refresh_clocks(core, &mut flow, now);
    let Some(round) = open_round(core) else {
        flow.waiting = Vec::new();
        flow.next = None;
        flow.complete = false;
        return flow;
    };
    let waiting = waiting(core, &flow, round);
    let at_centre = matches!(flow.token, Token::Centre { .. });
    flow.complete = at_centre
        && round.order != Order::Open
        && !waiting.iter().any(|seat| core.is_eligible(*seat));
    // In a complete round only the muted could be left in it: those were passed over.
    flow.waiting = if flow.complete { Vec::new() } else { waiting };
    flow.next = match round.order {
        Order::GoRound | Order::Hands if !flow.halted => flow.waiting.first().copied(),
        _ => None,
    };
    if let Token::Centre { first_reach } = &mut flow.token
        && flow.complete
    {
        *first_reach = None;
    }
    flow
}

/// Returns the round while it is under way in an open session.
pub(crate) fn open_round(core: &Core) -> Option<&Round> {
    let open = matches!(core.common.phase, Phase::Open | Phase::Closing);
    core.common.round.as_ref().filter(|round| open && round.open)
}

/// Returns whether the clocks of turns and offers run.
pub(crate) fn turn_clocks_run(core: &Core) -> bool {
    matches!(core.common.phase, Phase::Open | Phase::Closing)
        && core.common.paused.is_none()
        && staff_clock_runs(core)
}

/// Returns whether the clock of missing staff runs: it does in a pause, for who would end that?
fn staff_clock_runs(core: &Core) -> bool {
    core.common.ending.is_none() && core.anyone_here()
}

fn refresh_clocks(core: &Core, flow: &mut Flow, now: Millis) {
    let timers = core.common.timers;
    let in_session = matches!(core.common.phase, Phase::Open | Phase::Closing);
    flow.empty = match flow.empty {
        _ if core.anyone_here() || core.common.phase == Phase::Ended => None,
        Some(at) => Some(at),
        None => Some(now + timers.empty_ms),
    };
    flow.unstaffed = if in_session && !core.staff_here() {
        let paused = core.common.paused.as_ref().is_some_and(|p| p.why == PauseWhy::NoStaff);
        let full = if paused { timers.unstaffed_end_ms } else { timers.unstaffed_ms };
        let timer = flow.unstaffed.unwrap_or(Timer::Left(full));
        Some(if staff_clock_runs(core) { timer.running(now) } else { timer.stopped(now) })
    } else {
        None
    };
    let run = turn_clocks_run(core);
    let set = |timer: &mut Option<Timer>| {
        *timer = timer.map(|t| if run { t.running(now) } else { t.stopped(now) });
    };
    match &mut flow.token {
        Token::Centre { first_reach } => set(first_reach),
        Token::Offered { .. } => {}
        Token::Held { limit, away, .. } => {
            set(limit);
            set(away);
        }
    }
}

/// Returns who waits, the next first, mutes left out of account.
pub(crate) fn waiting(core: &Core, flow: &Flow, round: &Round) -> Vec<SeatNo> {
    let at_token = flow.token.seat();
    let settled = |seat: &SeatNo| flow.heard.contains(seat) || flow.passed.contains(seat);
    let ready = |seat: &SeatNo| core.seems_eligible(*seat) && Some(*seat) != at_token;
    let later = |seat: &SeatNo| flow.later.contains(seat);
    match round.order {
        Order::Open => Vec::new(),
        Order::GoRound => {
            let first = flow.lineup.iter().filter(|seat| !later(seat));
            let last = flow.later.iter().filter(|seat| flow.lineup.contains(seat));
            first.chain(last).copied().filter(|s| !settled(s) && ready(s)).collect()
        }
        Order::Popcorn | Order::Facilitator => {
            let all = core.common.people.iter().map(|person| person.seat);
            let first = all.filter(|seat| !later(seat));
            first.chain(flow.later.iter().copied()).filter(|s| !settled(s) && ready(s)).collect()
        }
        Order::Hands => {
            let mut hands: Vec<SeatNo> =
                flow.hands.iter().copied().filter(|seat| ready(seat)).collect();
            // Stable: within equals, by when the hand went up.
            hands.sort_by_key(|seat| {
                let turns = match round.hands_by {
                    HandsBy::LeastHeard => core.board.turns_of(*seat),
                    HandsBy::FirstCome => 0,
                };
                // Who was heard or has passed, and raises a hand again, comes after all others.
                (settled(seat), later(seat), turns)
            });
            hands
        }
    }
}

/// Returns the seats of a go-round in the order it goes, beginning with `start`.
pub(crate) fn lineup(core: &Core, start: SeatNo) -> Vec<SeatNo> {
    let mut seats: Vec<SeatNo> = core
        .common
        .people
        .iter()
        .filter(|p| p.presence != Presence::Left && p.role != hearth_protocol::Role::Listener)
        .map(|p| p.seat)
        .collect();
    if let Some(at) = seats.iter().position(|seat| *seat == start) {
        seats.rotate_left(at);
    }
    seats
}

/// Returns whether somebody not yet heard could reach for the token (popcorn's first reach).
pub(crate) fn unheard_could_reach(core: &Core, flow: &Flow, round: &Round) -> bool {
    waiting(core, flow, round).iter().any(|seat| core.is_eligible(*seat))
}
