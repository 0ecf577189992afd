//! What a story expects.

use super::draft::names;
use super::lex::Token;
use super::parse::{close_code, named};
use super::script::{Audience, ClockOf, EventExpect, Expect, ListOf, Stands};

const ROOM_EVENTS: &[&str] = &[
    "opened",
    "joined",
    "away",
    "returned",
    "left",
    "woken",
    "stance",
    "role",
    "renamed",
    "phase",
    "round_opened",
    "round_closed",
    "round_changed",
    "reordered",
    "offered",
    "taken",
    "passed",
    "later",
    "offer_ended",
    "turn_ended",
    "reach_opened",
    "went_on",
    "extended",
    "hand_raised",
    "hand_lowered",
    "stepped_back",
    "said",
    "taken_back",
    "gestured",
    "paused",
    "resumed",
    "ending",
    "end_undone",
    "ended",
];
const STAFF_EVENTS: &[&str] = &[
    "offer_clock",
    "muted",
    "unmuted",
    "barred",
    "unbarred",
    "turns",
    "point_raised",
    "point_answered",
];
const SEAT_EVENTS: &[&str] = &["offer_clock", "muted", "unmuted", "removed", "restored"];

/// Parses what stands after `>`: the events and closes that follow a step.
pub(super) fn event(tokens: &[Token<'_>]) -> Result<Expect, String> {
    use Token::{Mark, Name, Owner, Word};
    let (audience, known, tokens) = match tokens {
        [Mark('…')] => return Ok(Expect::Anything),
        [Word("nothing")] => return Ok(Expect::Nothing),
        [Owner(who), Word("old"), Word("screen"), Word("closes"), Mark(':'), Word(code)] => {
            let (who, code) = ((*who).to_owned(), close_code(code)?);
            return Ok(Expect::Closes { who, old: true, code });
        }
        [Owner(who), Word("line"), Word("closes"), Mark(':'), Word(code)] => {
            let (who, code) = ((*who).to_owned(), close_code(code)?);
            return Ok(Expect::Closes { who, old: false, code });
        }
        [Word("staff"), Mark(':'), rest @ ..] => (Audience::Staff, STAFF_EVENTS, rest),
        [Name(who), Word("alone"), Mark(':'), rest @ ..] => {
            (Audience::Alone((*who).to_owned()), SEAT_EVENTS, rest)
        }
        rest => (Audience::Room, ROOM_EVENTS, rest),
    };
    let [Word(name), details @ ..] = tokens else {
        return Err("here stands an event".into());
    };
    if !known.contains(name) {
        return Err(format!("`{name}` is no event for them"));
    }
    let mut expected = EventExpect {
        audience,
        name: (*name).to_owned(),
        who: Vec::new(),
        by: None,
        text: None,
        words: Vec::new(),
    };
    let mut details = details.iter();
    while let Some(detail) = details.next() {
        match detail {
            Word("by") => match details.next() {
                Some(Name(who)) => expected.by = Some((*who).to_owned()),
                _ => return Err("after `by` stands a name".into()),
            },
            Word("and") | Mark(',') => {}
            Name(who) => expected.who.push((*who).to_owned()),
            Token::Text(text) => expected.text = Some((*text).to_owned()),
            Word(word) => expected.words.push((*word).to_owned()),
            Token::Number(number) => expected.words.push(number.to_string()),
            _ => return Err("this is not understood after an event".into()),
        }
    }
    Ok(Expect::Event(expected))
}

/// Parses what stands after `=`: how things stand after a step.
pub(super) fn stands(tokens: &[Token<'_>]) -> Result<Expect, String> {
    let found = match on_token(tokens).or_else(|| on_people(tokens)) {
        Some(found) => found,
        None => on_room(tokens)?,
    };
    Ok(Expect::Stands(found))
}

fn on_token(tokens: &[Token<'_>]) -> Option<Stands> {
    use Token::{Mark, Name, Owner, Time, Word};
    let clock = |who: &str, of, time| Some(Stands::Clock(who.to_owned(), of, time));
    match tokens {
        [Name(who), Word("has"), Word("the"), Word("turn")] => Some(Stands::Has((*who).to_owned())),
        [Word("offered"), Word("to"), Name(who)] => Some(Stands::OfferedTo((*who).to_owned())),
        [Word("nobody"), Word("has"), Word("the"), Word("turn")] => Some(Stands::Centre),
        [Word(list), Mark(':'), rest @ ..] => {
            let list = match *list {
                "waiting" => ListOf::Waiting,
                "heard" => ListOf::Heard,
                "passed" => ListOf::Passed,
                "later" => ListOf::Later,
                "hands" => ListOf::Hands,
                "next" => ListOf::Next,
                "lineup" => ListOf::Lineup,
                _ => return None,
            };
            let who = if rest == [Word("nobody")] { Vec::new() } else { names(rest)? };
            Some(Stands::List(list, who))
        }
        [Owner(who), Word("turn"), Word("ends"), Word("in"), Time(time)] => {
            clock(who, ClockOf::Turn, Some(*time))
        }
        [Owner(who), Word("turn"), Word("has"), Word("no"), Word("limit")] => {
            clock(who, ClockOf::Turn, None)
        }
        [Owner(who), Word("notice"), Word("comes"), Word("in"), Time(time)] => {
            clock(who, ClockOf::Notice, Some(*time))
        }
        [Owner(who), Word("offer"), Word("ends"), Word("in"), Time(time)] => {
            clock(who, ClockOf::Offer, Some(*time))
        }
        [Word("the"), Word("turn"), Word("waits"), Word("for"), Name(who), Time(time)] => {
            clock(who, ClockOf::Line, Some(*time))
        }
        [Word("the"), Word("turn"), Word("waits"), Word("for"), Word("nobody")] => {
            clock("", ClockOf::Line, None)
        }
        _ => None,
    }
}

fn on_people(tokens: &[Token<'_>]) -> Option<Stands> {
    use Token::{Mark, Name, Number, Text, Word};
    let texts = |tokens: &[Token<'_>]| -> Option<Vec<String>> {
        let tokens = tokens.iter().filter(|token| !matches!(token, Mark(',')));
        tokens
            .map(|token| match token {
                Text(text) => Some((*text).to_owned()),
                // A tombstone.
                Mark('…') => Some("…".to_owned()),
                _ => None,
            })
            .collect()
    };
    match tokens {
        [Name(who), Word("is"), Word("muted")] => Some(Stands::Muted((*who).to_owned(), true)),
        [Name(who), Word("is"), Word("not"), Word("muted")] => {
            Some(Stands::Muted((*who).to_owned(), false))
        }
        [Name(who), Word("is"), Word("barred")] => Some(Stands::Barred((*who).to_owned(), true)),
        [Name(who), Word("is"), Word("not"), Word("barred")] => {
            Some(Stands::Barred((*who).to_owned(), false))
        }
        [Name(who), Word("is"), Word(how @ ("here" | "away" | "left"))]
        | [Name(who), Word("has"), Word(how @ "left")] => {
            Some(Stands::Presence((*who).to_owned(), (*how).to_owned()))
        }
        [Name(who), Word("is"), Word(what)] => {
            Some(Stands::Is((*who).to_owned(), (*what).to_owned()))
        }
        [Name(who), Word("sees"), Word("nothing")] => {
            Some(Stands::Sees(Some((*who).to_owned()), Vec::new()))
        }
        [Word("everybody"), Word("sees"), rest @ ..] => Some(Stands::Sees(None, texts(rest)?)),
        [Name(who), Word("sees"), rest @ ..] => {
            Some(Stands::Sees(Some((*who).to_owned()), texts(rest)?))
        }
        [Word("staff"), Word("count"), Word("turns"), Mark(':'), rest @ ..] => {
            let rest: Vec<_> = rest.iter().filter(|token| **token != Mark(',')).collect();
            let pairs = rest.chunks(2).map(|pair| match pair {
                [Name(who), Number(turns)] => Some(((*who).to_owned(), *turns)),
                _ => None,
            });
            Some(Stands::Turns(pairs.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

fn on_room(tokens: &[Token<'_>]) -> Result<Stands, String> {
    use Token::{Time, Word};
    let [Word("the"), Word(what), Word(verb), rest @ ..] = tokens else {
        return Err("no such statement: docs stand in protocol/scenarios/README.md".into());
    };
    Ok(match (*what, *verb, rest) {
        ("round", "is", [Word("complete")]) => Stands::Complete(true),
        ("round", "is", [Word("not"), Word("complete")]) => Stands::Complete(false),
        ("round", "is", [Word("open")]) => Stands::RoundOpen(true),
        ("round", "is", [Word("closed")]) => Stands::RoundOpen(false),
        ("order", "is", [Word("halted")]) => Stands::Halted(true),
        ("order", "is", [Word("not"), Word("halted")]) => Stands::Halted(false),
        ("order", "is", [Word(order)]) => Stands::Order(named(order)?),
        ("phase", "is", [Word(phase)]) => Stands::Phase(named(phase)?),
        ("room", "is", [Word("not"), Word("paused")]) => Stands::NotPaused,
        ("room", "is", [Word("paused"), Word("by"), Word("staff")]) => {
            Stands::Paused("staff".into())
        }
        ("room", "is", [Word("paused"), Word("without"), Word("staff")]) => {
            Stands::Paused("no_staff".into())
        }
        ("room", "closes", [Word("in"), Time(time)]) => Stands::Ending(Some(*time)),
        ("room", "does", [Word("not"), Word("close")]) => Stands::Ending(None),
        _ => return Err("no such statement: docs stand in protocol/scenarios/README.md".into()),
    })
}
