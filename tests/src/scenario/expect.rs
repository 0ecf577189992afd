//! Parses expectations: the `>` lines about frames, and the `=` lines about the view.

use super::lex::Token;
use super::names::check_fact;
use super::parse::{close_code, named};
use super::script::{Audience, Expect, Expected, ExpectedFact, Statement};
use hearth_protocol::presence::{Role, Stance};
use serde_json::{Value, json};
use std::time::Duration;

const UNKNOWN: &str = "unknown statement; protocol/scenarios/README.md lists them";

/// Parses a `>` line.
pub(super) fn frame(tokens: &[Token<'_>]) -> Result<Expect, String> {
    use Token::{Mark, Name, Owner, Word};
    let closes = |who: &str, old, code: &str| {
        Ok(Expect::Closes { who: who.to_owned(), old, code: close_code(code)? })
    };
    let (audience, facts) = match tokens {
        [Mark('…')] => return Ok(Expect::AnyFrames),
        [Word("nothing")] => return Ok(Expect::Nothing),
        [Owner(who), Word("old"), Word("screen"), Word("closes"), Mark(':'), Word(code)] => {
            return closes(who, true, code);
        }
        [Owner(who), Word("connection"), Word("closes"), Mark(':'), Word(code)] => {
            return closes(who, false, code);
        }
        [Word("hosts"), Mark(':'), facts @ ..] => (Audience::Hosts, facts),
        [Name(who), Word("alone"), Mark(':'), facts @ ..] => {
            (Audience::Alone((*who).to_owned()), facts)
        }
        facts => (Audience::Room, facts),
    };
    let facts = facts.split(|token| *token == Mark(';')).map(fact);
    Ok(Expect::Frame(audience, facts.collect::<Result<_, _>>()?))
}

fn fact(tokens: &[Token<'_>]) -> Result<ExpectedFact, String> {
    use Token::{Json, Mark, Word};
    let (name, fields) = match tokens {
        [Mark('…')] => return Ok(ExpectedFact::Any),
        [Word(name)] => (*name, json!({})),
        [Word(name), Json(fields)] => (*name, fields.clone()),
        _ => return Err("write facts as `name {fields}; name {fields}`".into()),
    };
    check_fact(name, &fields)?;
    Ok(ExpectedFact::Fact { name: name.to_owned(), fields })
}

/// Parses a `=` line.
pub(super) fn statement(tokens: &[Token<'_>]) -> Result<Expect, String> {
    let found = about_turn(tokens)
        .or_else(|| about_people(tokens))
        .or_else(|| about_room(tokens))
        .or_else(|| about_place(tokens));
    found.map(Expect::Holds).ok_or_else(|| UNKNOWN.to_owned())
}

fn is(path: impl Into<String>, value: impl Into<Value>) -> Statement {
    Statement::Is { of: None, path: path.into(), expected: Expected::Value(value.into()) }
}

fn there(path: impl Into<String>, there: bool) -> Statement {
    let expected = if there { Expected::Present } else { Expected::Absent };
    Statement::Is { of: None, path: path.into(), expected }
}

fn clock(path: &'static str, left: Duration) -> Statement {
    Statement::Clock { of: None, path, minus_notice: false, left }
}

fn on_screen_of(who: &str, statement: Statement) -> Statement {
    let of = Some(who.to_owned());
    match statement {
        Statement::Is { path, expected, .. } => Statement::Is { of, path, expected },
        Statement::Clock { path, minus_notice, left, .. } => {
            Statement::Clock { of, path, minus_notice, left }
        }
        other @ (Statement::People { .. } | Statement::Sees { .. }) => other,
    }
}

const HOLDER: &str = "room.turn.token.held.seat";
const LIMIT: &str = "room.turn.token.held.limit";
const AWAY: &str = "room.turn.token.held.away";

fn about_turn(tokens: &[Token<'_>]) -> Option<Vec<Statement>> {
    use Token::{Name, Owner, Time, Word};
    Some(match tokens {
        [Name(who), Word("has"), Word("the"), Word("turn")] => vec![is(HOLDER, *who)],
        [Word("offered"), Word("to"), Name(who)] => vec![is("room.turn.token.offered.seat", *who)],
        [Word("nobody"), Word("has"), Word("the"), Word("turn")] => {
            vec![there("room.turn.token.centre", true)]
        }
        [Owner(who), Word("turn"), Word("has"), Word("no"), Word("limit")] => {
            vec![is(HOLDER, *who), there(LIMIT, false)]
        }
        [Owner(who), Word(what), Word("ends" | "comes"), Word("in"), Time(left)] => match *what {
            "turn" => vec![is(HOLDER, *who), clock(LIMIT, *left)],
            "notice" => vec![
                is(HOLDER, *who),
                Statement::Clock { of: None, path: LIMIT, minus_notice: true, left: *left },
            ],
            "offer" => vec![
                is("room.turn.token.offered.seat", *who),
                on_screen_of(who, clock("own.offer.until", *left)),
                clock("hosts.offer.until", *left),
            ],
            _ => return None,
        },
        [Word("the"), Word("turn"), Word("waits"), Word("for"), Name(who), Time(left)] => {
            vec![is(HOLDER, *who), clock(AWAY, *left)]
        }
        [Word("the"), Word("turn"), Word("waits"), Word("for"), Word("nobody")] => {
            vec![there(AWAY, false)]
        }
        _ => return None,
    })
}

fn about_people(tokens: &[Token<'_>]) -> Option<Vec<Statement>> {
    use Token::{Mark, Name, Word};
    Some(match tokens {
        [Word("next"), Mark(':'), Name(who)] => vec![is("room.queue.next", *who)],
        [Word("next"), Mark(':'), Word("nobody")] => vec![there("room.queue.next", false)],
        [
            Word(list @ ("waiting" | "heard" | "passed" | "later" | "hands" | "lineup")),
            Mark(':'),
            who @ ..,
        ] => {
            let who = if who == [Word("nobody")] { Vec::new() } else { names(who)? };
            vec![Statement::People { list: format!("room.queue.{list}"), who }]
        }
        [Name(who), Word("is"), rest @ .., Word("muted")] => {
            let muted = affirmed(rest)?;
            let own = Statement::Is {
                of: Some((*who).to_owned()),
                path: "own.muted".into(),
                expected: if muted { Expected::Present } else { Expected::Absent },
            };
            vec![there(format!("hosts.mutes.{who}"), muted), own]
        }
        [Name(who), Word("is"), rest @ .., Word("barred")] => {
            vec![there(format!("hosts.bars.{who}"), affirmed(rest)?)]
        }
        [Name(who), Word("is" | "has"), Word(how @ ("here" | "away" | "left"))] => {
            vec![is(format!("room.people.{who}.presence"), *how)]
        }
        [Name(who), Word("is"), Word("a"), Word(what)] | [Name(who), Word("is"), Word(what)] => {
            let field = if named::<Role>(what).is_ok() {
                "role"
            } else {
                named::<Stance>(what).ok().map(|_| "stance")?
            };
            vec![is(format!("room.people.{who}.{field}"), *what)]
        }
        [Name(who), Word("sees"), what @ ..] => vec![sees(Some(who), what)?],
        [Word("everyone"), Word("sees"), what @ ..] => vec![sees(None, what)?],
        _ => return None,
    })
}

fn sees(who: Option<&str>, what: &[Token<'_>]) -> Option<Statement> {
    let words = what.iter().filter(|token| **token != Token::Mark(',')).map(|token| match token {
        Token::Json(Value::String(words)) => Some(words.clone()),
        Token::Mark('…') => Some("…".to_owned()),
        _ => None,
    });
    let messages =
        if what == [Token::Word("nothing")] { Vec::new() } else { words.collect::<Option<_>>()? };
    Some(Statement::Sees { who: who.map(str::to_owned), messages })
}

fn names(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let names = tokens.iter().filter(|token| **token != Token::Mark(','));
    names
        .map(|token| match token {
            Token::Name(name) => Some((*name).to_owned()),
            _ => None,
        })
        .collect()
}

/// Returns false for `not`, true for nothing.
fn affirmed(tokens: &[Token<'_>]) -> Option<bool> {
    match tokens {
        [] => Some(true),
        [Token::Word("not")] => Some(false),
        _ => None,
    }
}

fn about_room(tokens: &[Token<'_>]) -> Option<Vec<Statement>> {
    use Token::{Time, Word};
    let [Word("the"), Word(what), Word(verb), rest @ ..] = tokens else { return None };
    let statement = match (*what, *verb, rest) {
        ("round", "is", [rest @ .., Word("complete")]) => {
            is("room.queue.complete", affirmed(rest)?)
        }
        ("round", "is", [Word("open")]) => is("room.round.open", true),
        ("round", "is", [Word("closed")]) => is("room.round.open", false),
        ("order", "is", [rest @ .., Word("halted")]) => is("room.queue.halted", affirmed(rest)?),
        ("order", "is", [Word(order)]) => is("room.round.order", *order),
        ("phase", "is", [Word(phase)]) => is("room.session.phase", *phase),
        ("room", "is", [Word("not"), Word("paused")]) => there("room.session.pause", false),
        ("room", "is", [Word("paused"), Word("by"), Word("a"), Word("host")]) => {
            is("room.session.pause.reason", "host")
        }
        ("room", "is", [Word("paused"), Word("without"), Word("a"), Word("host")]) => {
            is("room.session.pause.reason", "no_host")
        }
        ("room", "closes", [Word("in"), Time(left)]) => clock("room.session.closes_at", *left),
        ("room", "does", [Word("not"), Word("close")]) => there("room.session.closes_at", false),
        _ => return None,
    };
    Some(vec![statement])
}

/// `room.round.prompt is "…"`, `hosts.turns is {"Ana":1}`, `Ana's own.muted is absent`.
fn about_place(tokens: &[Token<'_>]) -> Option<Vec<Statement>> {
    use Token::{Json, Number, Owner, Word};
    let (of, tokens) = match tokens {
        [Owner(who), tokens @ ..] => (Some((*who).to_owned()), tokens),
        tokens => (None, tokens),
    };
    let [Word(path), Word("is"), value] = tokens else { return None };
    if !["room.", "hosts.", "own."].iter().any(|part| path.starts_with(part)) {
        return None;
    }
    let expected = match value {
        Json(value) => Expected::Value(value.clone()),
        Number(number) => Expected::Value(json!(number)),
        Word("true") => Expected::Value(json!(true)),
        Word("false") => Expected::Value(json!(false)),
        Word("absent") => Expected::Absent,
        _ => return None,
    };
    Some(vec![Statement::Is { of, path: (*path).to_owned(), expected }])
}
