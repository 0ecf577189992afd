//! What belongs to no turn: hellos, greetings, signs, goodbyes.

use super::super::sight::{FACILITATOR, Memory, Sight};
use super::super::words::{
    GREETINGS, GREETINGS_TO_LISTENERS, HELLOS_TO_GUESTS, MEMBERS, SPARE, to,
};
use super::{Cause, Intent, leads, rest_of};
use hearth_protocol::{
    Command, Gesture, GestureKind, Order, Person, Phase, Role, Said, SaidKind, SeatNo, Token,
};

/// How long after words a sign to them still makes sense.
const SIGN_WITHIN: u64 = 60_000;
/// Signs to a visitor's words, and to a member's, in a hundred.
const SIGNS_TO_GUESTS: u64 = 55;
const SIGNS_TO_MEMBERS: u64 = 22;

/// Somebody has come in whom this member has not greeted. The facilitator greets everybody once,
/// but into no one's turn; while people gather one of the others does, too.
pub(super) fn greet(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    let gathers = sight.common().phase == Phase::Gathering;
    if matches!(sight.flow().token, Token::Held { .. }) {
        return None;
    }
    let new = |guest: &&Person| !memory.has_greeted(guest.seat);
    let guest = sight.guests().filter(new).find(|guest| greets(sight, guest, gathers))?;
    let name = sight.name_of(guest.seat)?;
    let cause = Cause::Greet(guest.seat);
    if leads(sight) {
        let phrases = if guest.role == Role::Listener { GREETINGS_TO_LISTENERS } else { GREETINGS };
        let words = to(name, sight.dice.pick(("greet", guest.seat), phrases)?);
        let mut intent = Intent::words(cause, 1_200, &words, |text| Command::Announce { text });
        // Somebody new should not wait for long sentences.
        intent.writing = intent.writing.min(4_000);
        return Some(intent);
    }
    let r#move = sight.mv();
    let words = to(name, sight.dice.pick(("hello", guest.seat), HELLOS_TO_GUESTS)?);
    Some(Intent::words(cause, 2_500, &words, |text| Command::Say { r#move, text }))
}

/// Returns whether it is for this member to greet somebody.
fn greets(sight: &Sight<'_>, guest: &Person, gathers: bool) -> bool {
    if leads(sight) {
        return true;
    }
    let whose = usize::from(guest.seat.0) % (MEMBERS - 1) + 1;
    gathers && !sight.is_muted() && sight.part != FACILITATOR && sight.part == whose
}

/// What they say on coming and on going, once, and on a floor that is open in a round.
pub(super) fn arrive_or_go(sight: &Sight<'_>) -> Option<Intent> {
    // Nobody writes on a floor without staff.
    if sight.is_muted() || !sight.here().any(|person| person.role.is_staff()) {
        return None;
    }
    let phase = sight.common().phase;
    let (words, cause) = match phase {
        Phase::Gathering => (*sight.session.hellos.get(sight.part)?, Cause::Floor(phase)),
        Phase::Lingering => (*sight.session.goodbyes.get(sight.part)?, Cause::Floor(phase)),
        Phase::Open | Phase::Closing => {
            let round = sight.round().filter(|round| round.order == Order::Open)?;
            (*SPARE.get(sight.part)?.first()?, Cause::Chat(round.number))
        }
        Phase::Ended => return None,
    };
    if sight.has_said(sight.seat(), words) {
        return None;
    }
    let place = u64::try_from(sight.part).unwrap_or_default();
    let after = match phase {
        Phase::Gathering => sight.dice.between("hello", 1_500, 3_500),
        _ => 1_500 + place * 3_500 + sight.dice.between(("floor", phase), 0, 2_500),
    };
    let r#move = sight.mv();
    Some(Intent::words(cause, after, words, |text| Command::Say { r#move, text }))
}

/// A silent sign to somebody's words, a few seconds later; not to all of them.
pub(super) fn sign(sight: &Sight<'_>) -> Option<Intent> {
    if sight.is_muted() {
        return None;
    }
    let said = sight.snapshot.said.iter().rev();
    let fresh = said.take_while(|said| said.at.saturating_add(SIGN_WITHIN) > sight.now);
    let touching: Vec<&Said> = fresh.filter(|said| touches(sight, said)).collect();
    // The oldest first: their time comes first.
    let said = touching.last()?;
    let id = said.words.id;
    let kinds = [GestureKind::Heard, GestureKind::WithYou, GestureKind::ThankYou];
    let kind = *sight.dice.pick(("kind", id), &kinds)?;
    let after = rest_of(sight, said.at, sight.dice.between(("sign", id), 2_500, 9_000));
    Some(Intent::act(Cause::Sign(id), after, Command::Gesture { said: id, kind, on: true }))
}

fn touches(sight: &Sight<'_>, said: &Said) -> bool {
    let me = sight.seat();
    let signed = |gesture: &Gesture| gesture.seat == me;
    if said.seat == me || said.taken_back || said.gestures.iter().any(signed) {
        return false;
    }
    let id = said.words.id;
    match (said.kind, sight.is_guest(said.seat)) {
        (SaidKind::Share, true) => {
            hears(sight, said.seat) || sight.dice.chance(("touched", id), SIGNS_TO_GUESTS)
        }
        (SaidKind::Floor, true) => sight.dice.chance(("touched", id), SIGNS_TO_MEMBERS),
        (SaidKind::Share, false) => sight.dice.chance(("touched", id), SIGNS_TO_MEMBERS),
        // In the last moments only signs are left.
        (SaidKind::Floor, false) => {
            sight.common().ending.is_some() && sight.dice.chance(("touched", id), SIGNS_TO_MEMBERS)
        }
        (SaidKind::Announcement, _) => false,
    }
}

/// Whatever chance says: one of the members always shows a visitor that they were heard.
fn hears(sight: &Sight<'_>, guest: SeatNo) -> bool {
    let members: Vec<SeatNo> = sight.members().map(|member| member.seat).collect();
    let place = usize::from(guest.0).checked_rem(members.len());
    place.and_then(|place| members.get(place)) == Some(&sight.seat())
}
