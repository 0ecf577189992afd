//! The frames a server sent in a scenario, for clients in other languages to replay.
//!
//! One file for each screen: a line for each frame, in order. Ids drawn by lot are numbered in the
//! order they come up, so that the same scenario writes the same files on every run.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use uuid::Uuid;

/// What one screen received, in order.
#[derive(Debug)]
pub(super) struct Recording {
    /// The screen, as files name it.
    pub(super) screen: String,
    /// Its seat.
    pub(super) seat: u16,
    /// The frames.
    pub(super) frames: Vec<Value>,
}

/// Compares recordings with the files in `folder`, or writes them anew where `HEARTH_BLESS` is set.
pub(super) fn keep(folder: &Path, scenario: &str, recordings: &[Recording]) -> Result<(), String> {
    let mut numbered = BTreeMap::new();
    let mut fresh = BTreeMap::new();
    for recording in telling(recordings) {
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
            "the frames of `{scenario}` are not those in protocol/scenarios/frames ({}): look at \
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

/// Returns the fewest recordings that together hold every kind of frame: those of other screens
/// would show a client nothing new.
fn telling(recordings: &[Recording]) -> Vec<&Recording> {
    let kinds_of =
        |recording: &Recording| recording.frames.iter().map(kind).collect::<BTreeSet<_>>();
    let mut left: Vec<_> = recordings.iter().map(|one| (one, kinds_of(one))).collect();
    let mut chosen = Vec::new();
    loop {
        let most = left.iter().enumerate().max_by_key(|(place, (_, kinds))| {
            // Of several that show as much, the first.
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

/// Returns what kind of frame it is: its audience and its name.
fn kind(frame: &Value) -> String {
    let names = frame.as_object().into_iter().flat_map(|fields| fields.keys());
    let mut kind: Vec<_> = names.filter(|name| *name != "at").cloned().collect();
    let snapshot = frame.pointer("/welcome/snapshot").or(frame.get("snapshot"));
    if let Some(snapshot) = snapshot {
        let staff = snapshot.get("board").is_some();
        kind.push(if staff { "of staff" } else { "of a member" }.to_owned());
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
                Ok(super::differ::first_difference(&old, &serde_json::from_str(new)?))
            });
            let what = values.ok().flatten().unwrap_or_default();
            return format!("{name}:{}: {what}", index + 1);
        }
        if old.lines().count() != text.lines().count() {
            let counts = (old.lines().count(), text.lines().count());
            return format!("{name}: {} frames beside {}", counts.0, counts.1);
        }
    }
    "a file is left over".to_owned()
}

/// Puts a number in the place of every id, the same for the same id.
fn number_ids(value: &mut Value, numbered: &mut BTreeMap<Uuid, u128>) {
    match value {
        Value::String(text) => {
            if text.len() == 36
                && let Ok(id) = Uuid::parse_str(text)
            {
                let next = numbered.len() as u128 + 1;
                let number = *numbered.entry(id).or_insert(next);
                *text = Uuid::from_u128(0x4000_8000_0000_0000_0000 | number).to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| number_ids(item, numbered)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| number_ids(field, numbered));
        }
        _ => {}
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
        let (offered, taken) = (json!({ "room": 1, "offered": {} }), json!({ "taken": {} }));
        let recordings = [
            screen("Ana", std::slice::from_ref(&offered)),
            screen("Ben", &[offered.clone(), json!({ "room": 9, "offered": {} }), taken]),
            screen("Cleo", &[json!({ "staff": 1, "offered": {} })]),
        ];
        let kept: Vec<_> = telling(&recordings).iter().map(|kept| kept.screen.as_str()).collect();
        assert_eq!(kept, ["Ben", "Cleo"]);
    }

    #[test]
    fn the_same_id_gets_the_same_number_wherever_it_stands() {
        let (a, b) = (Uuid::from_u128(71), Uuid::from_u128(72));
        let mut value = json!([a, { "x": [b, a] }, "no id"]);
        number_ids(&mut value, &mut BTreeMap::new());
        let [first, rest, text] = value.as_array().unwrap().as_slice() else { panic!() };
        assert_eq!(first, &rest["x"][1]);
        assert_ne!(first, &rest["x"][0]);
        assert_eq!(text, "no id");
    }
}
