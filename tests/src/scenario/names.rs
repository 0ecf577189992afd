//! Names and texts in a scenario, and the numbers and ids that they stand for.
//!
//! The protocol's samples show which fields contain a text, a number or anything else, so no list
//! of commands or facts is needed here.

use super::frame_log::FrameLog;
use super::script::WrittenCommand;
use hearth_protocol::{BarId, Command, Fact, SeatNo, Text, TurnId};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields that hold the number of a message. Other numbers that may be written as a string are
/// seats.
const MESSAGE_FIELDS: &[&str] = &["message", "before"];
/// The field that holds the id of a bar; a scenario writes the name of who was removed.
const BAR: &str = "bar";
/// The field that the runner fills in.
const TURN_ID: &str = "turn_id";
/// The turn id that the previous command named.
const SAME: &str = "same";

/// Meaning of the names and texts in a scenario.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) seats: &'a BTreeMap<String, SeatNo>,
    pub(super) log: &'a FrameLog,
}

impl Names<'_> {
    pub(super) fn seat(&self, name: &str) -> Result<SeatNo, String> {
        self.seats.get(name).copied().ok_or_else(|| format!("{name} hasn't joined"))
    }

    pub(super) fn name(&self, seat: &str) -> String {
        let found = self.seats.iter().find(|(_, number)| number.to_string() == seat);
        found.map_or_else(|| format!("seat {seat}"), |(name, _)| name.clone())
    }

    /// Returns the number or the id that a string in this field stands for.
    fn number(&self, field: &str, written: &str) -> Result<Value, String> {
        if MESSAGE_FIELDS.contains(&field) {
            let found = self.log.newest_message(written);
            return found
                .map(|number| json!(number))
                .ok_or_else(|| format!("nobody said \"{written}\""));
        }
        let seat = self.seat(written)?;
        if field != BAR {
            return Ok(json!(seat));
        }
        let bar = self.log.bar_of(seat).ok_or_else(|| format!("{written} wasn't removed"))?;
        Ok(json!(bar))
    }

    /// Returns the command that a scenario's line means.
    pub(super) fn command(
        &self,
        written: &WrittenCommand,
        turn_id: TurnId,
    ) -> Result<Command, String> {
        command(written, turn_id, &|field, name| self.number(field, name))
    }

    /// Checks that a value is as written: objects with at least these fields, or exactly these.
    pub(super) fn fits(
        &self,
        field: &str,
        written: &Value,
        found: &Value,
        exactly: bool,
    ) -> Result<(), String> {
        let differs = || Err(format!("{field} is {found}, not {written}"));
        match (written, found) {
            (Value::String(words), Value::Number(number)) if MESSAGE_FIELDS.contains(&field) => {
                let said =
                    self.log.message(number).and_then(|message| message.get("text").cloned());
                if said.as_ref() == Some(&json!(words)) { Ok(()) } else { differs() }
            }
            (Value::Object(_), Value::Number(number)) if MESSAGE_FIELDS.contains(&field) => {
                let message = self.log.message(number).ok_or("nobody has that message")?;
                self.fits("the message", written, &message, false)
            }
            (Value::String(name), Value::Number(seat)) => {
                if json!(self.seat(name)?) == json!(seat) { Ok(()) } else { differs() }
            }
            (Value::String(name), Value::String(bar)) if field == BAR => {
                if self.number(field, name)? == json!(bar) { Ok(()) } else { differs() }
            }
            (Value::Object(written), Value::Object(found)) => {
                if exactly && written.len() != found.len() {
                    return differs();
                }
                written.iter().try_for_each(|(key, value)| {
                    let number = self.seats.get(key).map(ToString::to_string);
                    let found = found.get(number.as_deref().unwrap_or(key));
                    let found = found.ok_or_else(|| format!("{field} has no {key}"))?;
                    self.fits(key, value, found, exactly)
                })
            }
            (written, found) if written == found => Ok(()),
            _ => differs(),
        }
    }

    /// Writes a fact as a scenario does.
    pub(super) fn written(&self, fact: &Value) -> String {
        let Some((name, fields)) = fact.as_object().and_then(|fact| fact.iter().next()) else {
            return fact.to_string();
        };
        let mut fields = fields.clone();
        for (field, value) in fields.as_object_mut().into_iter().flatten() {
            let Value::Number(number) = &*value else { continue };
            if ["seat", "by"].contains(&field.as_str()) {
                *value = json!(self.name(&number.to_string()));
            } else if MESSAGE_FIELDS.contains(&field.as_str())
                && let Some(text) = self.log.message(number).and_then(|m| m.get("text").cloned())
            {
                *value = text;
            }
        }
        let bare = fields.as_object().is_none_or(Map::is_empty);
        if bare { name.clone() } else { format!("{name} {fields}") }
    }
}

impl WrittenCommand {
    /// Returns whether it names the turn id that the previous command named.
    pub(super) fn names_same_turn(&self) -> bool {
        self.fields.get(TURN_ID).and_then(Value::as_str) == Some(SAME)
    }
}

type Lookup<'a> = &'a dyn Fn(&str, &str) -> Result<Value, String>;

fn sample(name: &str) -> Result<Value, String> {
    let sample = Command::samples().into_iter().find(|command| command.name() == name);
    let sample = sample.ok_or_else(|| format!("`{name}` is not a command"))?;
    Ok(json!(sample).get(name).cloned().unwrap_or_default())
}

fn command(
    written: &WrittenCommand,
    turn_id: TurnId,
    number_of: Lookup<'_>,
) -> Result<Command, String> {
    let name = written.name.as_str();
    let sample = sample(name)?;
    let mut fields = written.fields.clone();
    if sample.get(TURN_ID).is_some()
        && fields.get(TURN_ID).is_none_or(|given| given.as_str() == Some(SAME))
    {
        fields.insert(TURN_ID.to_owned(), json!(turn_id));
    }
    let mut fields = Value::Object(fields);
    resolve(name, &mut fields, &sample, number_of)?;
    let raw = to_raw_value(&fields).map_err(|error| error.to_string())?;
    let parsed = Command::parse(name, &raw).ok_or_else(|| format!("`{name}` is not a command"))?;
    let command = parsed.map_err(|error| {
        format!("a field of `{name}` is missing, unknown or of another type: {error}")
    })?;
    check_known(&fields, json!(command).get(name).unwrap_or(&Value::Null))?;
    Ok(command)
}

/// Replaces plain strings with texts and numbers where the sample has those.
fn resolve(
    field: &str,
    written: &mut Value,
    sample: &Value,
    number_of: Lookup<'_>,
) -> Result<(), String> {
    match (written, sample) {
        (Value::Object(fields), sample @ Value::Object(_)) => {
            fields.iter_mut().try_for_each(|(key, value)| {
                resolve(key, value, sample.get(key).unwrap_or(&Value::Null), number_of)
            })
        }
        (Value::Array(items), Value::Array(samples)) => {
            let sample = samples.first().unwrap_or(&Value::Null);
            items.iter_mut().try_for_each(|item| resolve(field, item, sample, number_of))
        }
        (written @ Value::String(_), Value::Object(text)) if text.contains_key("plain") => {
            *written = json!(Text::plain(written.as_str().unwrap_or_default()));
            Ok(())
        }
        (written @ Value::String(_), Value::String(_)) if field == BAR => {
            let name = written.as_str().unwrap_or_default();
            if name.parse::<BarId>().is_err() {
                *written = number_of(field, name)?;
            }
            Ok(())
        }
        (written @ Value::String(_), Value::Number(_)) => {
            *written = number_of(field, written.as_str().unwrap_or_default())?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Checks a command before anyone has joined: its name, its fields and their types.
pub(super) fn check_command(written: &WrittenCommand) -> Result<(), String> {
    let any_number = |field: &str, name: &str| {
        if field == BAR {
            return Ok(json!(BarId(Uuid::nil())));
        }
        let message = MESSAGE_FIELDS.contains(&field);
        if message || name.starts_with(char::is_uppercase) {
            return Ok(json!(1));
        }
        Err(format!("`{field}` is a number, or names a person or a message"))
    };
    command(written, 1, &any_number).map(drop)
}

/// Checks that `understood` has every field that was written.
pub(super) fn check_known(written: &Value, understood: &Value) -> Result<(), String> {
    let (Value::Object(written), Value::Object(understood)) = (written, understood) else {
        return Ok(());
    };
    written.iter().try_for_each(|(field, value)| {
        let known = understood.get(field).ok_or_else(|| format!("there is no field `{field}`"))?;
        check_known(value, known)
    })
}

/// Checks that a fact has this name and these fields.
pub(super) fn check_fact(name: &str, fields: &Value) -> Result<(), String> {
    let sample = Fact::samples().into_iter().find(|fact| fact.name() == name);
    let sample = json!(sample.ok_or_else(|| format!("`{name}` is not a fact"))?);
    check_known(fields, sample.get(name).unwrap_or(&Value::Null))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::from_value;

    fn as_sent(name: &str, fields: Value) -> Value {
        let log = FrameLog::default();
        let seats = [("Ana".to_owned(), SeatNo(2)), ("Ben".to_owned(), SeatNo(3))].into();
        let written = WrittenCommand { name: name.to_owned(), fields: from_value(fields).unwrap() };
        check_command(&written).unwrap();
        json!(Names { seats: &seats, log: &log }.command(&written, 17).unwrap())
    }

    #[test]
    fn names_become_seats_strings_become_texts_and_the_turn_id_is_filled_in() {
        assert_eq!(
            as_sent("share", json!({"text": "I am here"})),
            json!({"share": {"turn_id": 17, "text": {"plain": "I am here"}}})
        );
        assert_eq!(
            as_sent("finish", json!({"to": "Ben", "turn_id": 4})),
            json!({"finish": {"turn_id": 4, "to": 3}})
        );
        assert_eq!(
            as_sent("reorder", json!({"waiting": ["Ben", "Ana"]})),
            json!({"reorder": {"waiting": [3, 2]}})
        );
        let round = as_sent("open_round", json!({"prompt": "How?", "start": {"seat": "Ana"}}));
        assert_eq!(round["open_round"]["start"], json!({"seat": 2}));
        assert_eq!(round["open_round"]["prompt"], json!({"plain": "How?"}));
        assert_eq!(
            as_sent("pause", json!({"message": "Tea"})),
            json!({"pause": {"message": {"plain": "Tea"}}})
        );
        assert_eq!(as_sent("take", json!({"turn_id": "same"})), json!({"take": {"turn_id": 17}}));
    }

    #[test]
    fn every_sample_of_a_command_may_stand_in_a_scenario() {
        for command in Command::samples() {
            let fields = json!(command)[command.name()].clone();
            assert_eq!(as_sent(command.name(), fields), json!(command));
        }
    }
}
