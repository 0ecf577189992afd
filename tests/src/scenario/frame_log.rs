//! Every frame of the story, by audience and number, no matter who received it.

use super::json_diff::first_difference;
use hearth_protocol::frame::AudienceFrame;
use hearth_protocol::message::Message;
use hearth_protocol::moderation::ModerationFact;
use hearth_protocol::{BarId, Fact, MessageNo, SeatNo, Snapshot, Text, TextId};
use serde_json::{Number, Value, json};
use std::collections::BTreeMap;

/// One decision, as one audience receives it.
#[derive(Debug)]
pub(super) struct LoggedFrame {
    /// What happened. Facts about messages reach only people who may see those; these are the most
    /// that anyone received.
    pub(super) facts: Vec<Value>,
    at: u64,
    pub(super) patch: Option<Value>,
}

/// Frames by number.
pub(super) type Frames = BTreeMap<u64, LoggedFrame>;

/// Every frame that anyone received, and every message and text in them.
#[derive(Debug, Default)]
pub(super) struct FrameLog {
    pub(super) room: Frames,
    pub(super) hosts: Frames,
    pub(super) own: BTreeMap<SeatNo, Frames>,
    messages: BTreeMap<MessageNo, Message>,
    /// Erased texts stay here, so that a story can name them.
    texts: BTreeMap<TextId, Text>,
    /// The newest bar of everyone who was removed.
    bars: BTreeMap<SeatNo, BarId>,
}

/// The last frame of each audience at one point of the story.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct LogPosition {
    pub(super) room: u64,
    pub(super) hosts: u64,
    pub(super) own: BTreeMap<SeatNo, u64>,
}

fn last(frames: &Frames) -> u64 {
    frames.last_key_value().map_or(0, |(number, _)| *number)
}

impl FrameLog {
    pub(super) fn position(&self) -> LogPosition {
        LogPosition {
            room: last(&self.room),
            hosts: last(&self.hosts),
            own: self.own.iter().map(|(seat, frames)| (*seat, last(frames))).collect(),
        }
    }

    /// Adds a frame. Two people who receive the same frame must receive the same patch, and the
    /// same facts except those about messages that only one of them may see.
    pub(super) fn add(&mut self, seat: SeatNo, frame: &AudienceFrame) -> Result<(), String> {
        for (id, text) in &frame.texts {
            self.texts.extend(text.clone().map(|text| (*id, text)));
        }
        for fact in &frame.facts {
            if let Ok(Fact::Moderation(ModerationFact::Barred { bar, seat, .. })) =
                serde_json::from_value(fact.clone())
            {
                self.bars.insert(seat, bar);
            }
        }
        for (number, part) in &frame.messages {
            if part.get("seat").is_some()
                && let Ok(message) = serde_json::from_value(part.clone())
            {
                self.messages.insert(*number, message);
            }
        }
        let (frames, number) = match (frame.room, frame.hosts, frame.own) {
            (Some(number), None, None) => (&mut self.room, number),
            (None, Some(number), None) => (&mut self.hosts, number),
            (None, None, Some(number)) => (self.own.entry(seat).or_default(), number),
            _ => return Err("a frame doesn't have exactly one audience".to_owned()),
        };
        let (facts, patch) = (frame.facts.clone(), frame.patch.clone());
        let new = LoggedFrame { facts, at: frame.at, patch };
        let Some(known) = frames.get_mut(&number) else {
            frames.insert(number, new);
            return Ok(());
        };
        let shared = |frame: &LoggedFrame| json!([frame.at, frame.patch]);
        if let Some(difference) = first_difference(&shared(known), &shared(&new)) {
            return Err(format!("frame {number} differs between two people: {difference}"));
        }
        if known.facts.len() < new.facts.len() {
            known.facts = new.facts.clone();
        }
        let mut facts = known.facts.iter();
        match new.facts.iter().find(|fact| !facts.any(|known| known == *fact)) {
            None => Ok(()),
            Some(fact) => Err(format!("only some people received {fact} of frame {number}")),
        }
    }

    /// Adds the messages and texts of a snapshot or a page. A message that is known already keeps the
    /// words it had: it may be hidden since.
    pub(super) fn add_view(&mut self, view: &Snapshot) {
        for (number, message) in view.messages.iter() {
            self.messages.entry(number).or_insert_with(|| message.clone());
        }
        self.texts.extend(view.texts.iter().map(|(id, text)| (*id, text.clone())));
    }

    /// Returns the newest bar of a seat.
    pub(super) fn bar_of(&self, seat: SeatNo) -> Option<BarId> {
        self.bars.get(&seat).copied()
    }

    fn words(&self, id: TextId) -> Option<&str> {
        match self.texts.get(&id)? {
            Text::Plain(words) | Text::Sealed(words) => Some(words),
        }
    }

    /// Returns the number of the newest message with this text.
    pub(super) fn newest_message(&self, words: &str) -> Option<MessageNo> {
        let mut newest_first = self.messages.iter().rev();
        let found = newest_first.find(|(_, message)| self.words(message.text) == Some(words));
        found.map(|(number, _)| *number)
    }

    /// Returns a message with its text in place of the text's id.
    pub(super) fn message(&self, number: &Number) -> Option<Value> {
        let number = MessageNo(u32::try_from(number.as_u64()?).ok()?);
        let message = self.messages.get(&number)?;
        let mut value = json!(message);
        value.as_object_mut()?.insert("text".to_owned(), json!(self.words(message.text)));
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(value: Value) -> AudienceFrame {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn two_people_may_receive_one_frame_with_and_without_facts_about_a_message() {
        let mut log = FrameLog::default();
        let said = json!({"said": {"message": 1}});
        log.add(SeatNo(1), &frame(json!({"room": 1, "at": 5, "facts": [said]}))).unwrap();
        log.add(SeatNo(2), &frame(json!({"room": 1, "at": 5}))).unwrap();
        assert_eq!(log.room[&1].facts, [said]);
        let other = json!({"room": 1, "at": 5, "facts": [{"resumed": {}}]});
        assert!(log.add(SeatNo(3), &frame(other)).is_err());
        let patched = json!({"room": 1, "at": 5, "patch": {"queue": {}}});
        assert!(log.add(SeatNo(3), &frame(patched)).is_err());
    }
}
