//! Leading a round: offering visitors the turn, waiting for them, and closing the round when nobody
//! is left.

use super::commands;
use super::intent::{Cause, Intent};
use super::lead::leads;
use crate::memory::Memory;
use crate::observation::{Observation, Round, Token};
use crate::script::{NO_HURRY, STILL_WITH_YOU, address};
use hearth_protocol::round::{Advance, Order};
use hearth_protocol::session::Phase;
use hearth_protocol::{Command, SeatNo};

/// Milliseconds until a visitor who hasn't answered an offer is told that there is no hurry.
const UNANSWERED: u64 = 45_000;
/// Milliseconds until a visitor who holds the turn without sharing is reassured.
const SILENT: u64 = 120_000;
/// Milliseconds without a typing signal before either.
const NOT_TYPING: u64 = 20_000;
/// Milliseconds without a message or typing signal until a turn is skipped: five minutes.
const IDLE_MAX: u64 = 300_000;
/// Offers per person and round: one, and another if they said later.
const OFFERS_MAX: u32 = 2;
/// Milliseconds to wait for raised hands.
const HANDS_WAIT: u64 = 14_000;
/// Milliseconds until a round in which nothing happens is closed, or an open floor.
const STALLED: u64 = 60_000;

/// Reassures a visitor everyone is waiting for. They are never rushed, and never skipped within
/// five minutes of a sign that they are still there.
pub(super) fn reassure(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if !leads(seen) {
        return None;
    }
    let (seat, since, wait, phrases) = match seen.token() {
        Token::Offered { seat, since } => (seat, since?, UNANSWERED, NO_HURRY),
        Token::Held { seat, since, shares: 0, away: false } => {
            (seat, since, SILENT, STILL_WITH_YOU)
        }
        Token::Held { .. } | Token::Centre => return None,
    };
    let turn_id = seen.turn_id();
    if !seen.is_guest(seat) || memory.has_reassured(turn_id) {
        return None;
    }
    let phrase = seen.persona.random.pick(("reassure", turn_id), phrases)?;
    let words = address(seen.name_of(seat)?, phrase);
    let quiet = if seen.typing_signals > 0 { NOT_TYPING } else { 0 };
    let delay = seen.time_left(since, wait).max(quiet);
    let cause = Cause::Reassure(turn_id, seen.typing_signals);
    Some(Intent::write(cause, delay, &words, commands::announce(&words)))
}

/// Returns the facilitator's next step in an open round.
pub(super) fn lead_round(seen: &Observation<'_>, memory: &Memory, round: &Round) -> Option<Intent> {
    match seen.token() {
        Token::Held { seat, away: false, .. } if seen.is_guest(seat) => {
            let turn_id = seen.turn_id();
            let cause = Cause::Idle(turn_id, seen.message_count(), seen.typing_signals);
            Some(Intent::act(cause, IDLE_MAX, commands::skip(turn_id)))
        }
        Token::Held { .. } | Token::Offered { .. } => None,
        Token::Centre => Some(at_centre(seen, memory, round)),
    }
}

/// Returns the next step while the token is at the centre.
fn at_centre(seen: &Observation<'_>, memory: &Memory, round: &Round) -> Intent {
    let turn_id = seen.turn_id();
    let step =
        |name, delay, command: Command| Intent::act(Cause::Step(name, turn_id), delay, command);
    let close = |delay| step("close round", delay, commands::close_round());
    if seen.is_order_halted() {
        return step("resume order", 30_000, commands::resume_order(turn_id));
    }
    let ready = || seen.waiting().filter(|seat| seen.can_be_offered_turn(*seat));
    let by_hand = round.advance == Advance::Facilitator;
    if by_hand && matches!(round.order, Order::GoRound | Order::Hands) && ready().next().is_some() {
        return step("offer to next", 4_000, commands::offer_to_next(turn_id));
    }
    // A member who keeps saying later, as the room does for a muted one, isn't asked forever.
    let asked_enough =
        |seat: SeatNo| round.order == Order::Facilitator && memory.offers_to(seat) >= OFFERS_MAX;
    let member = ready().find(|seat| !seen.is_guest(*seat) && !asked_enough(*seat));
    match (round.order, member) {
        (Order::Open, _) => return close(STALLED),
        (Order::Facilitator, Some(seat)) if !is_for_guests(seen, round) => {
            return step("offer", 4_000, commands::offer(turn_id, seat));
        }
        // The members take the turn themselves, or the order offers it.
        (Order::Popcorn | Order::GoRound | Order::Hands, Some(_)) => return close(STALLED),
        _ => {}
    }
    if let Some(seat) = guest_to_offer(seen, memory, round) {
        let delay = if round.order == Order::Hands { HANDS_WAIT } else { 4_000 };
        let cause = Cause::OfferToGuest(seat, turn_id);
        return Intent::act(cause, delay, commands::offer(turn_id, seat));
    }
    if round.order == Order::Hands {
        let cause = Cause::StepWhenQuiet("close round", seen.hands_up(), seen.typing_signals);
        return Intent::act(cause, HANDS_WAIT, commands::close_round());
    }
    close(3_500)
}

/// Returns whether the round was opened for visitors who missed the others.
fn is_for_guests(seen: &Observation<'_>, round: &Round) -> bool {
    round.order == Order::Facilitator && seen.phase() == Phase::Closing && round.question.is_none()
}

/// Returns a visitor who still needs an offer in this round, if its order makes none by itself.
/// Visitors may not know that they can take the turn or raise a hand.
fn guest_to_offer(seen: &Observation<'_>, memory: &Memory, round: &Round) -> Option<SeatNo> {
    if !matches!(round.order, Order::Popcorn | Order::Hands | Order::Facilitator) {
        return None;
    }
    let needs_offer = |seat: SeatNo| {
        let offers = memory.offers_to(seat);
        let again = seen.said_later(seat) && offers < OFFERS_MAX;
        !seen.is_heard_or_passed(seat) && seen.can_be_offered_turn(seat) && (offers == 0 || again)
    };
    seen.guests().map(|guest| guest.seat).find(|seat| needs_offer(*seat))
}
