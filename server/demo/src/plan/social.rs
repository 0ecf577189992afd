//! What happens beside the turns: greetings, hellos, goodbyes and gestures.

use super::commands;
use super::intent::{Cause, Intent};
use super::lead::leads;
use crate::memory::Memory;
use crate::observation::{Attendee, Message, MessageKind, Observation, Token};
use crate::script::{
    FACILITATOR, GREETINGS, GREETINGS_TO_LISTENERS, HELLOS_TO_GUESTS, MEMBERS, SPARE_SHARES,
    address,
};
use hearth_protocol::SeatNo;
use hearth_protocol::presence::Role;
use hearth_protocol::round::Order;
use hearth_protocol::session::Phase;
use hearth_protocol::signal::GestureKind;

/// Milliseconds after which a message gets no more gestures.
const GESTURE_WITHIN: u64 = 60_000;
/// Probability in percent that a member responds to a visitor's share, and to anything else.
const RESPONDS_TO_GUEST: u64 = 55;
const RESPONDS_TO_OTHERS: u64 = 22;

/// Greets a visitor. The facilitator greets everyone once, but not during someone's turn. During
/// gathering one other member says hello as well.
pub(super) fn greet(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if matches!(seen.token(), Token::Held { .. }) {
        return None;
    }
    let mut new = seen.guests().filter(|guest| !memory.has_greeted(guest.seat));
    let guest = new.find(|guest| is_greeted_by_me(seen, guest.seat))?;
    let (name, cause) = (guest.name?, Cause::Greet(guest.seat));
    let random = seen.persona.random;
    if leads(seen) {
        let phrases = if guest.role == Role::Listener { GREETINGS_TO_LISTENERS } else { GREETINGS };
        let words = address(name, random.pick(("greet", guest.seat), phrases)?);
        let mut intent = Intent::write(cause, 1_200, &words, commands::announce(&words));
        // A newcomer shouldn't have to wait for a long sentence.
        intent.typing = intent.typing.min(4_000);
        return Some(intent);
    }
    let words = address(name, random.pick(("hello", guest.seat), HELLOS_TO_GUESTS)?);
    Some(Intent::write(cause, 2_500, &words, commands::say(seen.turn_id(), &words)))
}

fn is_greeted_by_me(seen: &Observation<'_>, guest: SeatNo) -> bool {
    if leads(seen) {
        return true;
    }
    let member = seen.persona.member;
    let greeter = usize::from(guest.0) % (MEMBERS - 1) + 1;
    let gathering = seen.phase() == Phase::Gathering;
    gathering && !seen.is_muted() && member != FACILITATOR && member == greeter
}

/// Says hello on arrival, goodbye at the end, and one thing in a round that is an open floor.
pub(super) fn hello_or_goodbye(seen: &Observation<'_>) -> Option<Intent> {
    // Without a host the room refuses messages outside turns.
    if seen.is_muted() || !seen.present().any(|person| person.role.is_host()) {
        return None;
    }
    let (member, script) = (seen.persona.member, seen.persona.script);
    let phase = seen.phase();
    let (words, cause) = match phase {
        Phase::Gathering => (*script.hellos.get(member)?, Cause::HelloOrGoodbye(phase)),
        Phase::Lingering => (*script.goodbyes.get(member)?, Cause::HelloOrGoodbye(phase)),
        Phase::Open | Phase::Closing => {
            let round = seen.open_round().filter(|round| round.order == Order::Open)?;
            (*SPARE_SHARES.get(member)?.first()?, Cause::Chat(round.number))
        }
        Phase::Ended => return None,
    };
    if seen.has_said(seen.seat(), words) {
        return None;
    }
    let random = seen.persona.random;
    let delay = match phase {
        Phase::Gathering => random.between("hello", 1_500, 3_500),
        // One after another, so that they don't all type at once.
        _ => {
            let place = u64::try_from(member).unwrap_or_default();
            1_500 + place * 3_500 + random.between(("floor", phase), 0, 2_500)
        }
    };
    Some(Intent::write(cause, delay, words, commands::say(seen.turn_id(), words)))
}

/// Responds to a recent message with a gesture a few seconds later. Most messages get none.
pub(super) fn gesture(seen: &Observation<'_>) -> Option<Intent> {
    if seen.is_muted() {
        return None;
    }
    let recent = seen
        .messages()
        .rev()
        .take_while(|message| message.said_at.saturating_add(GESTURE_WITHIN) > seen.now);
    // The oldest is due first.
    let message = recent.filter(|message| responds_to(seen, message)).last()?;
    let (number, random) = (message.number, seen.persona.random);
    let kinds = [GestureKind::Heard, GestureKind::WithYou, GestureKind::ThankYou];
    let kind = *random.pick(("kind", number), &kinds)?;
    let wait = random.between(("gesture", number), 2_500, 9_000);
    let delay = seen.time_left(message.said_at, wait);
    Some(Intent::act(Cause::Gesture(number), delay, commands::gesture(number, kind)))
}

fn responds_to(seen: &Observation<'_>, message: &Message) -> bool {
    if message.needs_no_gesture {
        return false;
    }
    let by_chance = |percent| seen.persona.random.chance(("responds", message.number), percent);
    match (message.kind, seen.is_guest(message.seat)) {
        (MessageKind::Share, true) => {
            always_responds_to(seen, message.seat) || by_chance(RESPONDS_TO_GUEST)
        }
        (MessageKind::Floor, true) | (MessageKind::Share, false) => by_chance(RESPONDS_TO_OTHERS),
        // Responses to goodbyes come only after the end, when nothing else can be sent.
        (MessageKind::Floor, false) => seen.is_ending() && by_chance(RESPONDS_TO_OTHERS),
        (MessageKind::Announcement | MessageKind::Question, _) => false,
    }
}

/// One member always responds to a given visitor's shares, so that nobody goes unanswered.
fn always_responds_to(seen: &Observation<'_>, guest: SeatNo) -> bool {
    let members: Vec<Attendee<'_>> = seen.members().collect();
    let chosen = usize::from(guest.0).checked_rem(members.len());
    chosen.and_then(|index| members.get(index)).is_some_and(|member| member.seat == seen.seat())
}
