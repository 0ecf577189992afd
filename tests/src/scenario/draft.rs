//! Commands as a story tells them.

use super::lex::Token;
use super::parse::{millis, named};
use super::script::{Arg, Draft};
use hearth_protocol::command::Command;
use hearth_protocol::{Advance, GestureKind, HandsBy, Order, Phase, Role, Stance, TurnLimit};
use serde::Serialize;
use serde_json::{Value, json};

/// Parses a command by its name and what stands after it.
pub(super) fn draft(name: &str, args: &[Token<'_>]) -> Result<Draft, String> {
    if name == "withdraw" {
        return match args {
            [Token::Word(kind), Token::Word("from"), Token::Text(said)] => {
                Ok(gesture(kind, said, false)?)
            }
            _ => Err("write `withdraw KIND from \"words\"`".into()),
        };
    }
    let wire = Command::NAMES.iter().find(|wire| **wire == name);
    let wire = wire.ok_or_else(|| format!("`{name}` is no command"))?;
    let fields = match *wire {
        "gesture" => match args {
            [Token::Word(kind), Token::Word("to"), Token::Text(said)] => {
                return gesture(kind, said, true);
            }
            _ => return Err("write `gesture KIND to \"words\"`".into()),
        },
        "open_round" => round_fields(args)?,
        "set_order" => match args {
            [Token::Word(order), rest @ ..] => {
                let mut fields = vec![("order", json_of::<Order>(order)?)];
                fields.extend(round_fields(rest)?);
                fields
            }
            _ => return Err("write `set_order ORDER`".into()),
        },
        "set_limit" => match args {
            [Token::Word("nothing")] => Vec::new(),
            args => limit_fields(args)?.0,
        },
        other => simple_fields(other, args)
            .ok_or_else(|| format!("`{other}` is not followed by what it needs"))??,
    };
    Ok(Draft { name: wire, fields })
}

fn gesture(kind: &str, said: &str, on: bool) -> Result<Draft, String> {
    let kind = json_of::<GestureKind>(kind)?;
    let fields = vec![
        ("said", Arg::Said(said.to_owned())),
        ("kind", kind),
        ("on", Arg::Json(Value::Bool(on))),
    ];
    Ok(Draft { name: "gesture", fields })
}

type Fields = Vec<(&'static str, Arg)>;

/// Returns the fields of commands that take at most two words; `None` where the words do not fit.
fn simple_fields(name: &str, args: &[Token<'_>]) -> Option<Result<Fields, String>> {
    use Token::{Name, Text, Time, Word};
    let text = |field, words: &str| Some(Ok(vec![(field, Arg::Text(words.to_owned()))]));
    let seat = |field, who: &str| (field, Arg::Seat(who.to_owned()));
    let word = |field, value: Result<Arg, String>| Some(value.map(|value| vec![(field, value)]));
    match (name, args) {
        ("share" | "say" | "announce", [Text(words)]) => text("text", words),
        ("rename", [Text(words)]) => text("name", words),
        ("set_prompt", [Text(words)]) => text("prompt", words),
        ("set_prompt", [Word("nothing")]) => Some(Ok(Vec::new())),
        ("pause", [Text(words)]) => text("message", words),
        ("done", [Word("to"), Name(who)]) => Some(Ok(vec![seat("to", who)])),
        ("take_back", [Text(said)]) => Some(Ok(vec![("said", Arg::Said((*said).to_owned()))])),
        ("page", [Word("before"), Text(said)]) => {
            Some(Ok(vec![("before", Arg::Said((*said).to_owned()))]))
        }
        ("stance", [Word(stance)]) => word("stance", json_of::<Stance>(stance)),
        ("set_phase", [Word(phase)]) => word("phase", json_of::<Phase>(phase)),
        ("set_role", [Name(who), Word(role)]) => {
            Some(json_of::<Role>(role).map(|role| vec![seat("seat", who), ("role", role)]))
        }
        ("mute", [Name(who), Word("for"), Time(time)]) => {
            Some(Ok(vec![seat("seat", who), ("for_ms", Arg::Json(json!(millis(*time))))]))
        }
        ("offer" | "mute" | "unmute" | "remove" | "restore" | "answer_point", [Name(who)]) => {
            Some(Ok(vec![seat("seat", who)]))
        }
        ("reorder", [Name(_), ..]) => names(args).map(|who| Ok(vec![("waiting", Arg::Seats(who))])),
        (
            "take" | "pass" | "later" | "done" | "raise" | "lower" | "step_back" | "sit_out"
            | "point" | "longer" | "leave" | "close_round" | "next" | "skip" | "reclaim" | "go_on"
            | "pause" | "unpause" | "end" | "undo_end",
            [],
        ) => Some(Ok(Vec::new())),
        _ => None,
    }
}

/// Returns the names in a list with or without commas; `None` where something else stands in it.
pub(super) fn names(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    tokens
        .iter()
        .filter(|token| !matches!(token, Token::Mark(',') | Token::Word("and")))
        .map(|token| match token {
            Token::Name(name) => Some((*name).to_owned()),
            _ => None,
        })
        .collect()
}

fn round_fields(mut args: &[Token<'_>]) -> Result<Fields, String> {
    use Token::{Name, Text, Time, Word};
    let mut fields = Vec::new();
    loop {
        args = match args {
            [] => return Ok(fields),
            [Text(prompt), rest @ ..] => {
                fields.push(("prompt", Arg::Text((*prompt).to_owned())));
                rest
            }
            [Word("order"), Word(order), rest @ ..] => {
                fields.push(("order", json_of::<Order>(order)?));
                rest
            }
            [Word("hands_by"), Word(by), rest @ ..] => {
                fields.push(("hands_by", json_of::<HandsBy>(by)?));
                rest
            }
            [Word("advance"), Word(advance), rest @ ..] => {
                fields.push(("advance", json_of::<Advance>(advance)?));
                rest
            }
            [Word("limit"), Word("nothing"), rest @ ..] => {
                fields.push(("unlimited", Arg::Json(Value::Bool(true))));
                rest
            }
            [Word("limit"), rest @ ..] => {
                let (limit, rest) = limit_fields(rest)?;
                fields.extend(limit);
                rest
            }
            [Word("start"), Word("at"), Name(who), rest @ ..] => {
                fields.push(("start", Arg::StartAt((*who).to_owned())));
                rest
            }
            [Word("start"), Word("at"), Word("random"), rest @ ..] => {
                fields.push(("start", Arg::Json(json!("random"))));
                rest
            }
            [Word("slow"), Time(time), rest @ ..] => {
                fields.push(("slow_ms", Arg::Json(json!(millis(*time)))));
                rest
            }
            [Word("closing"), rest @ ..] => {
                fields.push(("closing", Arg::Json(Value::Bool(true))));
                rest
            }
            _ => return Err("this does not belong to a round".into()),
        };
    }
}

fn limit_fields<'a, 'b>(args: &'b [Token<'a>]) -> Result<(Fields, &'b [Token<'a>]), String> {
    let (ms, firm, rest) = match args {
        [Token::Time(time), Token::Word("firm"), rest @ ..] => (millis(*time), true, rest),
        [Token::Time(time), rest @ ..] => (millis(*time), false, rest),
        _ => return Err("a limit is a time, like `3min` or `180s firm`".into()),
    };
    Ok((vec![("limit", Arg::Json(json!(TurnLimit { ms, firm })))], rest))
}

/// Checks that `T` has a value of this name, and returns it as it stands on the wire.
fn json_of<T: serde::de::DeserializeOwned + Serialize>(name: &str) -> Result<Arg, String> {
    Ok(Arg::Json(json!(named::<T>(name)?)))
}
