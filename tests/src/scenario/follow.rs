//! Whether what followed a step is what was expected.

use super::script::{Audience, EventExpect, Expect};
use super::stage::{Mark, Stage};
use serde_json::Value;

/// What comparing came to.
#[derive(Debug)]
pub(super) enum Followed {
    /// All that was expected came, and nothing besides.
    All,
    /// Something may still come.
    NotYet(String),
    /// Something else came: the line of the expectation, and why.
    Else(usize, String),
}

/// Compares what came since `mark` with what is expected of the step.
pub(super) fn followed(stage: &Stage, mark: &Mark, expects: &[(usize, Expect)]) -> Followed {
    let mut audiences: Vec<Audience> = Vec::new();
    for (_, expect) in expects {
        let audience = match expect {
            Expect::Event(event) => event.audience.clone(),
            Expect::Anything | Expect::Nothing => Audience::Room,
            Expect::Closes { .. } | Expect::Stands(_) => continue,
        };
        if !audiences.contains(&audience) {
            audiences.push(audience);
        }
    }
    for audience in audiences {
        match in_audience(stage, mark, expects, &audience) {
            Followed::All => {}
            other => return other,
        }
    }
    for (line, expect) in expects {
        if let Expect::Closes { who, old, code } = expect {
            let Ok(guest) = stage.guest(who) else {
                return Followed::Else(*line, format!("{who} has not come in"));
            };
            let nth = if *old { 2 } else { 1 };
            let screen = guest.screens.len().checked_sub(nth).and_then(|i| guest.screens.get(i));
            match screen.and_then(|screen| screen.closes.last()) {
                Some(Some(closed)) if *closed == code.code() => {}
                other => {
                    return Followed::NotYet(format!(
                        "the line of {who} was to close with {}, and: {other:?}",
                        code.reason()
                    ));
                }
            }
        }
    }
    Followed::All
}

fn in_audience(
    stage: &Stage,
    mark: &Mark,
    expects: &[(usize, Expect)],
    audience: &Audience,
) -> Followed {
    let empty = std::collections::BTreeMap::new();
    let (events, since) = match audience {
        Audience::Room => (&stage.ledger.room, mark.room),
        Audience::Staff => (&stage.ledger.staff, mark.staff),
        Audience::Alone(who) => {
            let Ok(seat) = stage.seat(who) else {
                return Followed::NotYet(format!("{who} has no seat"));
            };
            let since = mark.alone.get(&seat).copied().unwrap_or(0);
            (stage.ledger.alone.get(&seat).unwrap_or(&empty), since)
        }
    };
    let mut came = events.range(since + 1..).map(|(_, event)| event).peekable();
    let mut last_line = 0;
    let mut anything = false;
    for (line, expect) in expects {
        last_line = *line;
        let event = match expect {
            Expect::Event(event) if event.audience == *audience => event,
            Expect::Anything if *audience == Audience::Room => {
                anything = true;
                continue;
            }
            _ => continue,
        };
        loop {
            let Some(next) = came.next() else {
                return Followed::NotYet(format!("line {line}: `{}` did not come", event.name));
            };
            match matches(stage, event, next) {
                Ok(()) => break,
                Err(_) if anything => {}
                Err(why) => {
                    return Followed::Else(*line, format!("{why}, in {}", tell(stage, next)));
                }
            }
        }
        anything = false;
    }
    match came.next() {
        Some(more) if !anything => {
            Followed::Else(last_line, format!("there came besides: {}", tell(stage, more)))
        }
        _ => Followed::All,
    }
}

/// Returns why an event is not the expected one.
fn matches(stage: &Stage, expected: &EventExpect, event: &Value) -> Result<(), String> {
    let fields = event.get(&expected.name).ok_or("another event came")?;
    let seats: Vec<u64> = expected
        .who
        .iter()
        .map(|who| stage.seat(who).map(|seat| u64::from(seat.0)))
        .collect::<Result<_, _>>()?;
    let number = |pointer: &str| fields.pointer(pointer).and_then(Value::as_u64);
    match (fields.get("seats"), seats.as_slice()) {
        (Some(listed), seats) => {
            if listed != &Value::from(seats.to_vec()) {
                return Err("it is about others".into());
            }
        }
        (None, []) => {}
        (None, [seat]) => {
            let about = number("/seat").or(number("/person/seat")).or(number("/by"));
            if about != Some(*seat) {
                return Err("it is about somebody else".into());
            }
        }
        (None, _) => return Err("it is about one person".into()),
    }
    if let Some(by) = &expected.by {
        let seat = stage.seat(by)?;
        if number("/by").or(number("/pause/by")) != Some(u64::from(seat.0)) {
            return Err(format!("it is not by {by}"));
        }
    }
    if let Some(text) = &expected.text
        && !texts(fields, stage).contains(text)
    {
        return Err("other words are in it".into());
    }
    for word in &expected.words {
        if !words_of(fields).contains(word) {
            return Err(format!("it is not `{word}`"));
        }
    }
    Ok(())
}

/// Returns the human texts that an event holds or names.
fn texts(fields: &Value, stage: &Stage) -> Vec<String> {
    let held = ["/words", "/name", "/person/name", "/pause/message", "/round/prompt"];
    let mut texts: Vec<String> = held
        .iter()
        .filter_map(|place| fields.pointer(&format!("{place}/text/plain")))
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect();
    // Which words were taken back or answered with a sign is told by their id.
    if let Some(id) = fields.get("said") {
        let said = stage.ledger.room.values().filter_map(|event| event.pointer("/said/words"));
        let named = said.filter(|words| words.get("id") == Some(id));
        texts.extend(
            named.filter_map(|words| words.pointer("/text/plain")?.as_str().map(str::to_owned)),
        );
    }
    texts
}

fn words_of(fields: &Value) -> Vec<String> {
    let places = [
        "/how",
        "/why",
        "/kind",
        "/phase",
        "/stance",
        "/role",
        "/pause/why",
        "/round/order",
        "/round/number",
        "/person/role",
        "/person/stance",
        "/turns",
        "/on",
    ];
    let found = places.iter().filter_map(|place| fields.pointer(place));
    found
        .map(|value| match value {
            Value::String(text) => text.clone(),
            Value::Bool(true) => "made".to_owned(),
            Value::Bool(false) => "withdrawn".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// Tells an event in one line.
fn tell(stage: &Stage, event: &Value) -> String {
    let Some((name, fields)) = event.as_object().and_then(|fields| fields.iter().next()) else {
        return event.to_string();
    };
    let seat = fields.get("seat").or(fields.pointer("/person/seat")).and_then(Value::as_u64);
    let who = seat.and_then(|seat| u16::try_from(seat).ok()).map(|seat| {
        let name = stage.name(hearth_protocol::SeatNo(seat));
        format!(" {name}")
    });
    let details = [words_of(fields), texts(fields, stage)].concat();
    format!("`{name}{} {}`", who.unwrap_or_default(), details.join(" "))
}
