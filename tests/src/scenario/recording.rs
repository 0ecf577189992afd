//! Keeps the frames that a server sent in a scenario, for clients in other languages to replay.
//!
//! One file per screen, one frame per line, in order. Random ids are numbered in order of
//! appearance, so that a scenario writes the same files on every run.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use uuid::Uuid;

/// What one screen received, in order.
#[derive(Debug)]
pub(super) struct Recording {
    /// Name of the screen in file names.
    pub(super) screen: String,
    /// Its seat.
    pub(super) seat: u16,
    /// The frames.
    pub(super) frames: Vec<Value>,
}

/// Compares recordings with the files in `folder`, or rewrites those if `HEARTH_BLESS` is set.
pub(super) fn keep(folder: &Path, scenario: &str, recordings: &[Recording]) -> Result<(), String> {
    let mut numbered = BTreeMap::new();
    let mut fresh = BTreeMap::new();
    for recording in fewest_with_every_kind(recordings) {
        let mut text = String::new();
        for frame in &recording.frames {
            let mut line = json!({ "seat": recording.seat, "dir": "in", "frame": frame });
            number_ids(&mut line, &mut numbered);
            text.push_str(&line.to_string());
            text.push('\n');
        }
        fresh.insert(format!("{scenario}.{}.jsonl", recording.screen), text);
    }
    let kept = read_kept(folder, scenario)?;
    if kept == fresh {
        return Ok(());
    }
    if std::env::var_os("HEARTH_BLESS").is_none() {
        return Err(format!(
            "the frames of `{scenario}` differ from those in protocol/scenarios/frames ({}): check \
             the change, then run `HEARTH_BLESS=1 cargo test -p hearth-tests scenarios`",
            first_change(&kept, &fresh)
        ));
    }
    let io = |error: std::io::Error| format!("protocol/scenarios/frames: {error}");
    fs::create_dir_all(folder).map_err(io)?;
    for name in kept.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(folder.join(name)).map_err(io)?;
    }
    for (name, text) in fresh {
        fs::write(folder.join(name), text).map_err(io)?;
    }
    Ok(())
}

/// Returns the fewest recordings that together contain every kind of frame: the others would show a
/// client nothing new.
fn fewest_with_every_kind(recordings: &[Recording]) -> Vec<&Recording> {
    let kinds_of =
        |recording: &Recording| recording.frames.iter().map(kind).collect::<BTreeSet<_>>();
    let mut left: Vec<_> = recordings.iter().map(|one| (one, kinds_of(one))).collect();
    let mut chosen = Vec::new();
    loop {
        let most = left.iter().enumerate().max_by_key(|(place, (_, kinds))| {
            // The first of several with equal coverage.
            (kinds.len(), usize::MAX - place)
        });
        let Some((place, (_, kinds))) = most else { return chosen };
        if kinds.is_empty() {
            return chosen;
        }
        let shown = kinds.clone();
        chosen.push(left.remove(place).0);
        for (_, kinds) in &mut left {
            kinds.retain(|kind| !shown.contains(kind));
        }
    }
}

/// Returns the kind of a frame: its audience, facts and parts, or its name.
fn kind(frame: &Value) -> String {
    let facts = frame.get("facts").and_then(Value::as_array).into_iter().flatten();
    let facts = facts.filter_map(|fact| fact.as_object()?.keys().next());
    let fields = frame.as_object().into_iter().flat_map(|fields| fields.keys());
    let mut kind: Vec<_> = fields.filter(|name| *name != "at").chain(facts).cloned().collect();
    let snapshot = frame.pointer("/welcome/snapshot").or(frame.get("snapshot"));
    if let Some(snapshot) = snapshot {
        let host = snapshot.get("hosts").is_some();
        kind.push(if host { "of a host" } else { "of a member" }.to_owned());
    }
    kind.join(" ")
}

fn read_kept(folder: &Path, scenario: &str) -> Result<BTreeMap<String, String>, String> {
    let mut kept = BTreeMap::new();
    if !folder.exists() {
        return Ok(kept);
    }
    let io = |error: std::io::Error| format!("protocol/scenarios/frames: {error}");
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.split('.').next() == Some(scenario) {
            kept.insert(name, fs::read_to_string(entry.path()).map_err(io)?);
        }
    }
    Ok(kept)
}

fn first_change(kept: &BTreeMap<String, String>, fresh: &BTreeMap<String, String>) -> String {
    for (name, text) in fresh {
        let Some(old) = kept.get(name) else { return format!("{name} is new") };
        let lines = old.lines().zip(text.lines()).enumerate().find(|(_, (old, new))| old != new);
        if let Some((index, (old, new))) = lines {
            let values = serde_json::from_str(old).and_then(|old: Value| {
                Ok(super::json_diff::first_difference(&old, &serde_json::from_str(new)?))
            });
            let what = values.ok().flatten().unwrap_or_default();
            return format!("{name}:{}: {what}", index + 1);
        }
        if old.lines().count() != text.lines().count() {
            let counts = (old.lines().count(), text.lines().count());
            return format!("{name}: {} frames and {}", counts.0, counts.1);
        }
    }
    "a file is no longer written".to_owned()
}

/// Replaces every id with a number, the same for the same id, in keys as well.
pub fn number_ids(value: &mut Value, numbered: &mut BTreeMap<Uuid, u128>) {
    match value {
        Value::String(text) => number_id(text, numbered),
        Value::Array(items) => items.iter_mut().for_each(|item| number_ids(item, numbered)),
        Value::Object(fields) => {
            // Texts are keyed by random ids, so their order means nothing. Number them in the order
            // in which they are mentioned.
            let texts = fields.remove("texts");
            let ordered =
                std::mem::take(fields).into_iter().chain(texts.map(|t| ("texts".to_owned(), t)));
            for (mut key, mut field) in ordered {
                number_id(&mut key, numbered);
                number_ids(&mut field, numbered);
                fields.insert(key, field);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn number_id(text: &mut String, numbered: &mut BTreeMap<Uuid, u128>) {
    if text.len() == 36
        && let Ok(id) = Uuid::parse_str(text)
    {
        let next = numbered.len() as u128 + 1;
        let number = *numbered.entry(id).or_insert(next);
        *text = Uuid::from_u128(0x4000_8000_0000_0000_0000 | number).to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_that_show_nothing_new_are_not_kept() {
        let screen = |name: &str, frames: &[Value]| Recording {
            screen: name.to_owned(),
            seat: 1,
            frames: frames.to_vec(),
        };
        let offered = |to: &str, number: u64| json!({ to: number, "facts": [{"offered": {}}] });
        let recordings = [
            screen("Ana", &[offered("room", 1)]),
            screen("Ben", &[offered("room", 1), offered("room", 9), json!({ "beat": {} })]),
            screen("Cleo", &[offered("hosts", 1)]),
        ];
        let kept = fewest_with_every_kind(&recordings);
        let kept: Vec<_> = kept.iter().map(|kept| kept.screen.as_str()).collect();
        assert_eq!(kept, ["Ben", "Cleo"]);
    }

    #[test]
    fn the_same_id_gets_the_same_number_in_keys_and_values_whatever_their_order() {
        let numbered = |a: u128, b: u128| {
            let (a, b) = (Uuid::from_u128(a), Uuid::from_u128(b));
            let mut value =
                json!({ "texts": { a.to_string(): 1, b.to_string(): 2 }, "x": [b, a, "no"] });
            number_ids(&mut value, &mut BTreeMap::new());
            value
        };
        let value = numbered(71, 72);
        assert_eq!(value, numbered(82, 81));
        let key = value["x"][1].as_str().unwrap();
        assert_eq!(value["texts"][key], 1);
        assert_eq!(value["x"][2], "no");
    }
}
