//! A member's own turn: answering an offer, sharing, finishing, and asking for a turn.

use super::commands;
use super::intent::{Cause, Intent};
use crate::memory::Memory;
use crate::observation::{Observation, Round, Token};
use crate::script::{THANKS, TurnScript, address};
use hearth_protocol::SeatNo;
use hearth_protocol::round::Order;

/// Answers an offer to this member, or continues their turn. A muted member leaves it to the room,
/// which says later for them.
pub(super) fn own_turn(seen: &Observation<'_>, memory: &Memory) -> Option<Intent> {
    if seen.is_muted() {
        return None;
    }
    let round = seen.open_round()?;
    match seen.token() {
        Token::Offered { seat, .. } if seat == seen.seat() => Some(answer(seen, &round)),
        Token::Held { seat, shares, .. } if seat == seen.seat() => {
            Some(speak(seen, memory, &round, shares))
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre => None,
    }
}

fn answer(seen: &Observation<'_>, round: &Round) -> Intent {
    let turn_id = seen.turn_id();
    let said_later = seen.said_later(seen.seat());
    let command = match seen.turn_script(round) {
        TurnScript::Pass => commands::pass(turn_id),
        TurnScript::Later(_) if !said_later && round.order == Order::GoRound => {
            commands::later(turn_id)
        }
        TurnScript::Share(_) | TurnScript::Later(_) => commands::take(turn_id),
    };
    let delay = seen.persona.random.between(("answer", turn_id), 1_500, 4_000);
    Intent::act(Cause::Answer(turn_id), delay, command)
}

/// Sends the next share of the script, or finishes the turn.
fn speak(seen: &Observation<'_>, memory: &Memory, round: &Round, sent: u32) -> Intent {
    let (turn_id, random) = (seen.turn_id(), seen.persona.random);
    let shares = match seen.turn_script(round) {
        TurnScript::Share(shares) | TurnScript::Later(shares) => shares,
        TurnScript::Pass => &[],
    };
    let Some(share) = usize::try_from(sent).ok().and_then(|index| shares.get(index)) else {
        return finish(seen, memory, round);
    };
    let guest = seen.guest_who_just_shared(round).filter(|_| sent == 0);
    let thanks = guest
        .and_then(|seat| seen.name_of(seat))
        .filter(|_| random.chance(("thanks", turn_id), 70))
        .and_then(|name| Some(address(name, random.pick(("thanks", turn_id), THANKS)?)));
    let text = match thanks {
        Some(thanks) => format!("{thanks} {share}"),
        None => (*share).to_owned(),
    };
    let delay = random.between(("share", turn_id, sent), 700, 2_200);
    Intent::write(Cause::Share(turn_id, sent), delay, &text, commands::share(turn_id, &text))
}

fn finish(seen: &Observation<'_>, memory: &Memory, round: &Round) -> Intent {
    let turn_id = seen.turn_id();
    let next = (round.order == Order::Popcorn).then(|| choose_next(seen, memory)).flatten();
    let delay = seen.persona.random.between(("finish", turn_id), 1_800, 3_600);
    Intent::act(Cause::Finish(turn_id), delay, commands::finish(turn_id, next))
}

/// Chooses who is next in popcorn. A visitor comes first, once someone has been heard; otherwise
/// it is often another member and sometimes nobody.
fn choose_next(seen: &Observation<'_>, memory: &Memory) -> Option<SeatNo> {
    let can_be_next = |seat: &SeatNo| {
        *seat != seen.seat() && !seen.is_heard_or_passed(*seat) && seen.can_be_offered_turn(*seat)
    };
    let mut candidates: Vec<SeatNo> = seen.waiting().filter(can_be_next).collect();
    let new_guest = |seat: &&SeatNo| seen.is_guest(**seat) && memory.offers_to(**seat) == 0;
    if seen.heard_count() > 0
        && let Some(guest) = candidates.iter().find(new_guest)
    {
        return Some(*guest);
    }
    candidates.retain(|seat| !seen.is_guest(*seat));
    let (turn_id, random) = (seen.turn_id(), seen.persona.random);
    let chooses = random.chance(("choose", turn_id), 60);
    random.pick(("next", turn_id), &candidates).copied().filter(|_| chooses)
}

/// Takes the free turn, raises a hand, or sits the round out.
pub(super) fn ask_for_turn(seen: &Observation<'_>) -> Option<Intent> {
    let round = seen.open_round()?;
    let seat = seen.seat();
    if seen.is_muted() || seen.is_heard_or_passed(seat) {
        return None;
    }
    let (token, random) = (seen.token(), seen.persona.random);
    let free = token == Token::Centre;
    let passes = seen.turn_script(&round) == TurnScript::Pass;
    match round.order {
        Order::Popcorn if passes => (free && seen.heard_count() >= 2).then(|| {
            let delay = random.between("sit out", 2_000, 6_000);
            Intent::act(Cause::SitOut(round.number), delay, commands::sit_out())
        }),
        Order::Popcorn if free => {
            let turn_id = seen.turn_id();
            let delay = random.between(("reach", turn_id), 3_000, 9_000);
            Some(Intent::act(Cause::Reach(turn_id), delay, commands::take(turn_id)))
        }
        Order::Hands if !passes && !seen.has_hand_up(seat) && token.seat() != Some(seat) => {
            let delay = random.between("raise hand", 2_000, 14_000);
            Some(Intent::act(Cause::RaiseHand(round.number), delay, commands::raise_hand()))
        }
        _ => None,
    }
}
