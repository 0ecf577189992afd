//! How things stand on every screen.

use super::differ::first_difference;
use super::script::{ClockOf, ListOf, Stands};
use super::stage::{Guest, Screen, Stage};
use hearth_client::View;
use hearth_protocol::{Millis, Said, SeatNo, Snapshot, Text, Timer, Token};
use serde_json::{Value, json};
use std::time::Duration;

/// Checks that two snapshots are equal, field by field.
pub(super) fn equal(one: &Snapshot, other: &Snapshot) -> Result<(), String> {
    match first_difference(&json!(one), &json!(other)) {
        None => Ok(()),
        Some(difference) => Err(difference),
    }
}

/// Checks that all open screens show the same of what everyone sees, and all of staff the same
/// board.
pub(super) fn screens_agree(stage: &Stage) -> Result<(), String> {
    let views: Vec<_> =
        stage.open().map(|(guest, screen)| (&guest.name, screen.client.view().snapshot)).collect();
    let Some((first_name, first)) = views.first() else { return Ok(()) };
    let board = views.iter().find(|(_, view)| view.board.is_some());
    for (name, view) in &views {
        let differs = |what: &str, one: Value, other: Value, than: &str| {
            first_difference(&one, &other).map_or(Ok(()), |difference| {
                Err(format!("{what} of {than} and {name} differ: {difference}"))
            })
        };
        differs("the screens", json!(first.common), json!(view.common), first_name)?;
        differs("the cursors", json!(first.cursor.room), json!(view.cursor.room), first_name)?;
        for said in &view.said {
            let other = first.said.iter().find(|other| other.words.id == said.words.id);
            if let Some(other) = other {
                differs("the words", json!(other), json!(said), first_name)?;
            }
        }
        if let (Some((staff, of)), true) = (board, view.board.is_some()) {
            differs("the boards", json!(of.board), json!(view.board), staff)?;
        }
    }
    Ok(())
}

/// Checks how things stand, on every screen that shows it.
pub(super) fn stands(stage: &Stage, now: Millis, stands: &Stands) -> Result<(), String> {
    if let Stands::Sees(who, texts) = stands {
        return sees(stage, who.as_deref(), texts);
    }
    let (_, screen) = stage.open().next().ok_or("nobody is there to look")?;
    let view = screen.client.view();
    let (expected, found) = match stands {
        Stands::Has(who) => (json!({ "held": stage.seat(who)? }), token(&view)),
        Stands::OfferedTo(who) => (json!({ "offered": stage.seat(who)? }), token(&view)),
        Stands::Centre => (json!("centre"), token(&view)),
        Stands::List(list, who) => {
            let expected = who.join(", ");
            let seats = list_of(&view, *list);
            let found: Vec<_> = seats.iter().map(|seat| stage.name(*seat)).collect();
            (json!(expected), json!(found.join(", ")))
        }
        Stands::Complete(complete) => (json!(complete), json!(view.flow().complete)),
        Stands::Halted(halted) => (json!(halted), json!(view.flow().halted)),
        Stands::Turns(_) | Stands::Muted(..) | Stands::Barred(..) => {
            return on_boards(stage, stands);
        }
        Stands::Clock(who, of, time) => return clock(stage, now, who, *of, *time),
        Stands::Presence(..) | Stands::Is(..) => return person(stage, &view, stands),
        Stands::RoundOpen(_)
        | Stands::Order(_)
        | Stands::Phase(_)
        | Stands::Paused(_)
        | Stands::NotPaused
        | Stands::Ending(_)
        | Stands::Sees(..) => room(&view, now, stands),
    };
    same(&expected, &found)
}

fn same(expected: &Value, found: &Value) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("expected {expected}, and it is {found}")) }
}

fn token(view: &View) -> Value {
    match &view.flow().token {
        Token::Centre { .. } => json!("centre"),
        Token::Offered { seat } => json!({ "offered": seat }),
        Token::Held { seat, .. } => json!({ "held": seat }),
    }
}

fn list_of(view: &View, list: ListOf) -> Vec<SeatNo> {
    let flow = view.flow();
    match list {
        ListOf::Waiting => flow.waiting.clone(),
        ListOf::Heard => flow.heard.clone(),
        ListOf::Passed => flow.passed.clone(),
        ListOf::Later => flow.later.clone(),
        ListOf::Hands => flow.hands.clone(),
        ListOf::Lineup => flow.lineup.clone(),
        ListOf::Next => flow.next.into_iter().collect(),
    }
}

/// Returns what was expected of the room, and what is.
fn room(view: &View, now: Millis, stands: &Stands) -> (Value, Value) {
    let common = &view.snapshot.common;
    match stands {
        Stands::RoundOpen(open) => {
            (json!(open), json!(common.round.as_ref().is_some_and(|round| round.open)))
        }
        Stands::Order(order) => {
            (json!(order), json!(common.round.as_ref().map(|round| round.order)))
        }
        Stands::Phase(phase) => (json!(phase), json!(common.phase)),
        Stands::Paused(why) => (json!(why), json!(common.paused.as_ref().map(|pause| pause.why))),
        Stands::NotPaused => (Value::Null, json!(common.paused)),
        Stands::Ending(left) => {
            let expected = left.map(|left| now + super::parse::millis(left));
            (json!(expected), json!(common.ending))
        }
        _ => (Value::Null, Value::Null),
    }
}

fn person(stage: &Stage, view: &View, stands: &Stands) -> Result<(), String> {
    let (Stands::Presence(who, expected) | Stands::Is(who, expected)) = stands else {
        return Ok(());
    };
    let seat = stage.seat(who)?;
    let person = json!(view.snapshot.common.person(seat));
    let fields: &[&str] = match stands {
        Stands::Presence(..) => &["presence"],
        _ => &["role", "stance"],
    };
    let found: Vec<_> = fields.iter().filter_map(|field| person.get(*field)).collect();
    if found.contains(&&json!(expected)) {
        return Ok(());
    }
    Err(format!("{who} is not {expected}: {found:?}"))
}

fn on_boards(stage: &Stage, stands: &Stands) -> Result<(), String> {
    let mut seen = false;
    for (_, screen) in stage.open() {
        let view = screen.client.view();
        let Some(board) = &view.snapshot.board else { continue };
        seen = true;
        match stands {
            Stands::Turns(expected) => {
                let found = board.turns.iter().map(|turns| (stage.name(turns.seat), turns.turns));
                let mut found: Vec<_> = found.collect();
                let mut expected = expected.clone();
                found.sort();
                expected.sort();
                same(&json!(expected), &json!(found))?;
            }
            Stands::Barred(who, barred) => {
                same(&json!(barred), &json!(board.is_barred(stage.seat(who)?)))?;
            }
            Stands::Muted(who, muted) => {
                same(&json!(muted), &json!(board.mute_of(stage.seat(who)?).is_some()))?;
            }
            _ => {}
        }
    }
    if !seen {
        return Err("nobody of staff is there to look".to_owned());
    }
    if let Stands::Muted(who, muted) = stands
        && let Some(screen) = stage.guest(who)?.open_screen()
    {
        let own = screen.client.look(|view| view.snapshot.own.muted.is_some());
        same(&json!(muted), &json!(own))?;
    }
    Ok(())
}

fn clock(
    stage: &Stage,
    now: Millis,
    who: &str,
    of: ClockOf,
    expected: Option<Duration>,
) -> Result<(), String> {
    let expected = expected.map(super::parse::millis);
    let left = |timer: Timer| timer.stopped(now);
    let mut found = Vec::new();
    for (guest, screen) in stage.open() {
        let view = screen.client.view();
        let timer = match (of, &view.flow().token) {
            (ClockOf::Offer, _) => match offer_clock(stage, guest, screen, who)? {
                Some(clock) => clock,
                None => continue,
            },
            (_, Token::Held { seat, limit, away, .. }) => {
                if !who.is_empty() && *seat != stage.seat(who)? {
                    return Err(format!("{who} does not have the turn"));
                }
                if of == ClockOf::Line { *away } else { *limit }
            }
            (_, Token::Centre { .. } | Token::Offered { .. }) => None,
        };
        let notice = view.snapshot.common.timers.limit_notice_ms;
        found.push(timer.map(left).map(|timer| match timer {
            Timer::Left(ms) if of == ClockOf::Notice => ms.saturating_sub(notice),
            Timer::Left(ms) | Timer::Until(ms) => ms,
        }));
    }
    if found.is_empty() {
        return Err("nobody is there who sees that clock".to_owned());
    }
    found.iter().try_for_each(|found| same(&json!(expected), &json!(found)))
}

/// Returns the clock of the offer to `who` where this screen may see one: outer `None` where it may
/// not.
fn offer_clock(
    stage: &Stage,
    guest: &Guest,
    screen: &Screen,
    who: &str,
) -> Result<Option<Option<Timer>>, String> {
    let view = screen.client.view();
    let seat = stage.seat(who)?;
    let clock = match &view.snapshot.board {
        _ if guest.name == who => view.snapshot.own.offer,
        Some(board) => board.offer,
        None => return Ok(None),
    };
    let counts = view.flow().token.offered() == Some(seat);
    let clock = clock.filter(|clock| counts && clock.mv == view.flow().mv);
    Ok(Some(clock.map(|clock| clock.until)))
}

fn sees(stage: &Stage, who: Option<&str>, expected: &[String]) -> Result<(), String> {
    let text = |said: &Said| match &said.words.text {
        Some(Text::Plain(text)) => text.clone(),
        Some(Text::Sealed(_)) => "sealed".to_owned(),
        None => "…".to_owned(),
    };
    let mut looked = false;
    for (guest, screen) in stage.open() {
        if who.is_some_and(|who| who != guest.name) {
            continue;
        }
        looked = true;
        let found: Vec<_> =
            screen.client.look(|view| view.snapshot.said.iter().map(text).collect());
        same(&json!(expected), &json!(found)).map_err(|why| format!("{}: {why}", guest.name))?;
    }
    if looked { Ok(()) } else { Err("nobody is there to look".to_owned()) }
}
