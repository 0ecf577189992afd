//! What a member does with the turn: answering an offer, sharing, reaching for it, asking for it.

use super::super::sight::{Memory, Sight};
use super::super::words::{THANKS, Turn, to};
use super::{Cause, Intent};
use hearth_protocol::{Command, Order, Round, SeatNo, Token};

/// The offer to this member, or their turn.
pub(super) fn mine(sight: &Sight<'_>, memory: &Memory) -> Option<Intent> {
    let round = sight.round()?;
    match sight.flow().token {
        Token::Offered { seat } if seat == sight.seat() => Some(answer(sight, round)),
        Token::Held { seat, shares, .. } if seat == sight.seat() => {
            Some(speak(sight, memory, round, shares))
        }
        Token::Offered { .. } | Token::Held { .. } | Token::Centre { .. } => None,
    }
}

fn answer(sight: &Sight<'_>, round: &Round) -> Intent {
    let r#move = sight.mv();
    let again = sight.flow().later.contains(&sight.seat());
    let command = match sight.turn(round) {
        Turn::Passes => Command::Pass { r#move },
        Turn::Later(_) if !again && round.order == Order::GoRound => Command::Later { r#move },
        Turn::Says(_) | Turn::Later(_) => Command::Take { r#move },
    };
    Intent::act(
        Cause::Answer(r#move),
        sight.dice.between(("answer", r#move), 1_500, 4_000),
        command,
    )
}

fn speak(sight: &Sight<'_>, memory: &Memory, round: &Round, shares: u32) -> Intent {
    let r#move = sight.mv();
    let lines = match sight.turn(round) {
        Turn::Says(lines) | Turn::Later(lines) => lines,
        Turn::Passes => &[],
    };
    let said = usize::try_from(shares).unwrap_or(usize::MAX);
    let Some(line) = lines.get(said) else { return done(sight, memory, round) };
    let words = match sight
        .guest_before(round)
        .filter(|_| said == 0)
        .and_then(|seat| sight.name_of(seat))
    {
        Some(name) if sight.dice.chance(("thanks", r#move), 70) => {
            let thanks = sight.dice.pick(("thanks", r#move), THANKS).copied().unwrap_or_default();
            format!("{} {line}", to(name, thanks))
        }
        Some(_) | None => (*line).to_owned(),
    };
    let after = sight.dice.between(("share", r#move, shares), 700, 2_200);
    Intent::words(Cause::Share(r#move, shares), after, &words, |text| Command::Share {
        r#move,
        text,
    })
}

fn done(sight: &Sight<'_>, memory: &Memory, round: &Round) -> Intent {
    let r#move = sight.mv();
    let named = (round.order == Order::Popcorn).then(|| whom_to_name(sight, memory)).flatten();
    let after = sight.dice.between(("done", r#move), 1_800, 3_600);
    Intent::act(Cause::Done(r#move), after, Command::Done { r#move, to: named })
}

/// In popcorn: a visitor who had no turn yet, once two have spoken; else often another member, and
/// now and then nobody.
fn whom_to_name(sight: &Sight<'_>, memory: &Memory) -> Option<SeatNo> {
    let unheard =
        |seat: &SeatNo| *seat != sight.seat() && !sight.is_settled(*seat) && sight.is_ready(*seat);
    let mut waiting: Vec<SeatNo> =
        sight.flow().waiting.iter().copied().filter(|seat| unheard(seat)).collect();
    let warm = !sight.flow().heard.is_empty();
    let guest = |seat: &&SeatNo| sight.is_guest(**seat) && memory.times_asked(**seat) == 0;
    if let Some(guest) = waiting.iter().find(guest).filter(|_| warm) {
        return Some(*guest);
    }
    waiting.retain(|seat| !sight.is_guest(*seat));
    let names = sight.dice.chance(("name", sight.mv()), 60);
    sight.dice.pick(("whom", sight.mv()), &waiting).copied().filter(|_| names)
}

/// Reaching for the turn, raising a hand, or letting a round go by.
pub(super) fn want(sight: &Sight<'_>) -> Option<Intent> {
    let round = sight.round()?;
    let seat = sight.seat();
    if sight.is_muted() || sight.is_settled(seat) {
        return None;
    }
    let at_centre = matches!(sight.flow().token, Token::Centre { .. });
    let passes = sight.turn(round) == Turn::Passes;
    match round.order {
        Order::Popcorn if passes => {
            let some_spoke = sight.flow().heard.len() >= 2 && at_centre;
            some_spoke.then(|| {
                let after = sight.dice.between("sit out", 2_000, 6_000);
                Intent::act(Cause::SitOut(round.number), after, Command::SitOut {})
            })
        }
        Order::Popcorn if at_centre => {
            let r#move = sight.mv();
            let after = sight.dice.between(("reach", r#move), 3_000, 9_000);
            Some(Intent::act(Cause::Reach(r#move), after, Command::Take { r#move }))
        }
        Order::Hands if !passes && !sight.flow().hands.contains(&seat) => {
            let had = sight.flow().token.seat() == Some(seat);
            (!had).then(|| {
                let after = sight.dice.between("raise", 2_000, 14_000);
                Intent::act(Cause::Raise(round.number), after, Command::Raise {})
            })
        }
        _ => None,
    }
}
