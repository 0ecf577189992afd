//! Compares screens with each other and with what a scenario says about them.

use super::json_diff::first_difference;
use super::names::Names;
use super::script::{Expected, Statement};
use hearth_protocol::{Millis, Snapshot, Text, TextId};
use serde_json::{Value, json};

/// An open screen and what it shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) name: &'a str,
    pub(super) view: &'a Snapshot,
}

/// Checks that all screens show the same room, hosts the same hosts' view, and any two the same of
/// every message and text that both have.
pub(super) fn screens_agree(screens: &[Shown<'_>]) -> Result<(), String> {
    let Some(first) = screens.first() else { return Ok(()) };
    let host = screens.iter().find(|screen| screen.view.hosts.is_some());
    for screen in screens {
        let differ = |than: &Shown<'_>, difference: String| {
            format!("the screens of {} and {} differ: {difference}", than.name, screen.name)
        };
        let shared = |view: &Snapshot| json!({"room": view.room, "cursor": view.cursor.room});
        if let Some(difference) = first_difference(&shared(first.view), &shared(screen.view)) {
            return Err(differ(first, difference));
        }
        common_parts(first.view, screen.view).map_err(|why| differ(first, why))?;
        if let (Some(host), true) = (host, screen.view.hosts.is_some()) {
            let hosts = |view: &Snapshot| json!([view.hosts, view.cursor.hosts]);
            if let Some(difference) = first_difference(&hosts(host.view), &hosts(screen.view)) {
                return Err(differ(host, difference));
            }
        }
    }
    Ok(())
}

/// Checks that a merged view equals a fresh snapshot of the same seat in everything that both
/// contain.
pub(super) fn merged_equals_fresh(merged: &Snapshot, fresh: &Snapshot) -> Result<(), String> {
    let state = |view: &Snapshot| {
        json!({"seat": view.seat, "cursor": view.cursor, "room": view.room, "hosts": view.hosts,
            "own": view.own})
    };
    if let Some(difference) = first_difference(&state(merged), &state(fresh)) {
        return Err(difference);
    }
    if !merged.earlier && !fresh.earlier && !merged.messages.keys().eq(fresh.messages.keys()) {
        let numbers = |view: &Snapshot| json!(view.messages.keys().collect::<Vec<_>>());
        return Err(format!("messages {} and {}", numbers(merged), numbers(fresh)));
    }
    common_parts(merged, fresh)
}

/// Compares the messages that both views hold, and the texts that both mention.
fn common_parts(one: &Snapshot, other: &Snapshot) -> Result<(), String> {
    for (number, message) in one.messages.iter() {
        if let Some(held) = other.messages.get(number)
            && let Some(difference) = first_difference(&json!(message), &json!(held))
        {
            return Err(format!("message {number}{difference}"));
        }
    }
    let mentioned = other.text_ids();
    match one
        .text_ids()
        .iter()
        .find(|id| mentioned.contains(id) && one.text(**id) != other.text(**id))
    {
        None => Ok(()),
        // Ignore texts: one of the two may have erased them.
        Some(id) => Err(format!("text {id}")),
    }
}

/// Checks a statement on every screen that shows what it is about.
pub(super) fn holds(
    screens: &[Shown<'_>],
    names: Names<'_>,
    now: Millis,
    statement: &Statement,
) -> Result<(), String> {
    let (of, path) = match statement {
        Statement::Is { of, path, .. } => (of.as_deref(), path.as_str()),
        Statement::Clock { of, path, .. } => (of.as_deref(), *path),
        Statement::People { list, .. } => (None, list.as_str()),
        Statement::Sees { who, .. } => (who.as_deref(), "messages"),
    };
    let branch = path.split('.').next().unwrap_or_default();
    let mut looked = false;
    for screen in screens.iter().filter(|screen| of.is_none_or(|who| who == screen.name)) {
        let view = readable(screen.view);
        if view.get(branch).is_none() {
            continue;
        }
        looked = true;
        let found = place(&view, path, names);
        let result = match statement {
            Statement::Is { expected, .. } => is(names, expected, path, found),
            Statement::Clock { minus_notice, left, .. } => {
                let notice = screen.view.room.circle.timers.limit_notice_ms;
                let left = u128::from(if *minus_notice { notice } else { 0 }) + left.as_millis();
                runs(found, now, left)
            }
            Statement::People { who, .. } => people(names, who, found),
            Statement::Sees { messages, .. } => sees(screen.view, messages),
        };
        result.map_err(|why| format!("on the screen of {}: {why}", screen.name))?;
    }
    if looked { Ok(()) } else { Err("no open screen shows that".to_owned()) }
}

/// Returns a view as JSON, with words in the place of text ids.
fn readable(view: &Snapshot) -> Value {
    let mut value = json!({"room": view.room, "hosts": view.hosts, "own": view.own,
        "messages": view.messages});
    if view.hosts.is_none()
        && let Some(fields) = value.as_object_mut()
    {
        fields.remove("hosts");
    }
    put_words(&mut value, view);
    key_bars_by_seat(&mut value);
    value
}

/// A scenario names a bar by who was removed.
fn key_bars_by_seat(view: &mut Value) {
    let Some(Value::Object(bars)) = view.pointer_mut("/hosts/bars") else { return };
    let keyed = std::mem::take(bars).into_iter();
    bars.extend(keyed.map(|(id, bar)| {
        let seat = bar.get("seat").map(ToString::to_string);
        (seat.unwrap_or(id), bar)
    }));
}

fn put_words(value: &mut Value, view: &Snapshot) {
    match value {
        Value::String(id) => {
            if let Some(Text::Plain(words)) = id.parse::<TextId>().ok().and_then(|id| view.text(id))
            {
                id.clone_from(words);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_words(item, view)),
        Value::Object(fields) => fields.values_mut().for_each(|field| put_words(field, view)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns the value at a dotted path, in which a person's name stands for their seat.
fn place<'a>(view: &'a Value, path: &str, names: Names<'_>) -> Option<&'a Value> {
    path.split('.').try_fold(view, |value, segment| match names.seats.get(segment) {
        Some(seat) => value.get(seat.to_string()),
        None => value.get(segment),
    })
}

fn is(
    names: Names<'_>,
    expected: &Expected,
    path: &str,
    found: Option<&Value>,
) -> Result<(), String> {
    match (expected, found) {
        (Expected::Absent, None) | (Expected::Present, Some(_)) => Ok(()),
        (Expected::Value(expected), Some(found)) => names.fits(path, expected, found, true),
        (Expected::Absent, Some(found)) => Err(format!("{path} is {found}")),
        (Expected::Value(_) | Expected::Present, None) => Err(format!("{path} is absent")),
    }
}

fn runs(found: Option<&Value>, now: Millis, expected: u128) -> Result<(), String> {
    let found = found.ok_or("there is no such timer")?;
    let until = found.get("until").unwrap_or(found).as_u64();
    let left = found.get("left").and_then(Value::as_u64);
    let left = left.or(until.map(|until| until.saturating_sub(now)));
    match left {
        Some(left) if u128::from(left) == expected => Ok(()),
        _ => Err(format!("{left:?} ms are left of it, not {expected}")),
    }
}

fn people(names: Names<'_>, expected: &[String], found: Option<&Value>) -> Result<(), String> {
    let found = found.and_then(Value::as_object).ok_or("there is no such list")?;
    let mut entries: Vec<_> = found
        .iter()
        .map(|(seat, entry)| (entry.get("place").and_then(Value::as_u64), names.name(seat)))
        .collect();
    let ordered = entries.iter().any(|(place, _)| place.is_some());
    entries.sort();
    let found: Vec<_> = entries.into_iter().map(|(_, name)| name).collect();
    let mut expected = expected.to_vec();
    if !ordered {
        expected.sort();
    }
    if found == expected { Ok(()) } else { Err(format!("it holds {found:?}, not {expected:?}")) }
}

fn sees(view: &Snapshot, expected: &[String]) -> Result<(), String> {
    let words = view.messages.values().map(|message| match view.text(message.text) {
        Some(Text::Plain(words) | Text::Sealed(words)) => words.clone(),
        None => "…".to_owned(),
    });
    let found: Vec<_> = words.collect();
    if found == expected { Ok(()) } else { Err(format!("it shows {found:?}, not {expected:?}")) }
}
