//! The facilitator within a round: asking visitors, waiting for them, and noticing that all is said.

use super::super::sight::{Memory, Sight, asks_guests, takes_turns};
use super::super::words::{NO_HURRY, STILL_WITH_YOU, to};
use super::{Cause, Intent, leads, rest_of};
use hearth_protocol::{Advance, Command, Order, Phase, Round, SeatNo, Token};

/// After how long somebody is told that there is no hurry.
const NUDGE: u64 = 45_000;
/// After how long somebody who has the turn and says nothing is told that all are with them.
const STILL: u64 = 120_000;
/// How long no sign of writing has come before either is said.
const AFTER_SIGNS: u64 = 20_000;
/// After how many milliseconds without a word or a sign of writing a turn moves on: five minutes.
const IDLE: u64 = 300_000;
/// How often a visitor is offered the turn in a round: once, and again where they said later.
const OFFERS: u32 = 2;
/// How long raised hands are waited for, once nobody has one up.
const HANDS: u64 = 14_000;
/// How long an open floor may last, and any round in which nothing happens.
const STALE: u64 = 60_000;

/// A gentle word to a visitor for whom all wait. They are never hurried, and never skipped before
/// five minutes without a sign of life.
pub(super) fn nudge(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    if !leads(sight) {
        return None;
    }
    let r#move = sight.mv();
    let (seat, since, wait, phrases) = match sight.flow().token {
        Token::Offered { seat } => {
            let clock = sight.snapshot.board.as_ref().and_then(|board| board.offer);
            (seat, clock.filter(|clock| clock.mv == r#move)?.since, NUDGE, NO_HURRY)
        }
        Token::Held { seat, since, shares: 0, away: None, .. } => {
            (seat, since, STILL, STILL_WITH_YOU)
        }
        Token::Held { .. } | Token::Centre { .. } => return None,
    };
    if !sight.is_guest(seat) || memory.has_nudged(r#move) {
        return None;
    }
    let words = to(sight.name_of(seat)?, sight.dice.pick(("nudge", r#move), phrases)?);
    // Signs of writing are an answer: each begins the wait anew.
    let cause = Cause::Nudge(r#move, sight.stir);
    let after = rest_of(sight, since, wait).max(if sight.stir > 0 { AFTER_SIGNS } else { 0 });
    Some(Intent::words(cause, after, &words, |text| Command::Announce { text }))
}

/// What the facilitator does in an open round.
pub(super) fn tend(sight: &Sight<'_>, memory: &Memory, round: &Round) -> Option<Intent> {
    let r#move = sight.mv();
    match sight.flow().token {
        Token::Held { seat, away: None, .. } if sight.is_guest(seat) => {
            let said = sight.snapshot.said.len();
            let cause = Cause::Idle(r#move, said, sight.stir);
            Some(Intent::act(cause, IDLE, Command::Skip { r#move }))
        }
        Token::Held { .. } | Token::Offered { .. } => None,
        Token::Centre { .. } => Some(at_rest(sight, memory, round)),
    }
}

fn at_rest(sight: &Sight<'_>, memory: &Memory, round: &Round) -> Intent {
    let r#move = sight.mv();
    let step = |name, after, command| Intent::act(Cause::Course(name, r#move), after, command);
    let close = |after| step("close", after, Command::CloseRound {});
    if sight.flow().halted {
        return step("go on", 30_000, Command::GoOn { r#move });
    }
    let ready = || sight.flow().waiting.iter().copied().filter(|seat| sight.is_ready(*seat));
    if let (Order::GoRound | Order::Hands, Advance::Facilitator) = (round.order, round.advance)
        && ready().next().is_some()
    {
        return step("next", 4_000, Command::Next { r#move });
    }
    let closing_for_guests = is_for_guests(sight, round);
    let member = ready().find(|seat| !sight.is_guest(*seat));
    match (round.order, member) {
        (Order::Open, _) => return close(STALE),
        (Order::Facilitator, Some(seat)) if !closing_for_guests => {
            return step("offer", 4_000, Command::Offer { r#move, seat });
        }
        // They reach for it themselves, or the order runs.
        (Order::Popcorn | Order::GoRound | Order::Hands, Some(_)) => return close(STALE),
        _ => {}
    }
    if let Some(seat) = guest_to_ask(sight, memory, round) {
        let after = if round.order == Order::Hands { HANDS } else { 4_000 };
        return Intent::act(Cause::Ask(seat, r#move), after, Command::Offer { r#move, seat });
    }
    match round.order {
        Order::Hands => {
            let cause = Cause::Quiet("close", sight.flow().hands.len(), sight.stir);
            Intent::act(cause, HANDS, Command::CloseRound {})
        }
        _ => close(3_500),
    }
}

/// Returns whether a round was opened for visitors who came too late for the others.
fn is_for_guests(sight: &Sight<'_>, round: &Round) -> bool {
    round.order == Order::Facilitator
        && sight.common().phase == Phase::Closing
        && sight.question(round).is_none()
}

/// Returns a visitor who has not had their chance in this round, where the order does not come to
/// them by itself.
fn guest_to_ask(sight: &Sight<'_>, memory: &Memory, round: &Round) -> Option<SeatNo> {
    if !asks_guests(round.order) {
        return None;
    }
    let waits = |seat: SeatNo| {
        let times = memory.times_asked(seat);
        let again = sight.flow().later.contains(&seat) && times < OFFERS;
        !sight.is_settled(seat) && sight.is_ready(seat) && (times == 0 || again)
    };
    let guests = sight.guests().filter(|guest| takes_turns(guest));
    guests.map(|guest| guest.seat).find(|seat| waits(*seat))
}
