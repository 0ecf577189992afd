//! A decision: the row to store, and the resulting state.

use crate::draft::Draft;
use crate::row::{
    AudiencePart, Cause, MessagePart, ROW_FORMAT, RoomPart, Row, raw_facts, raw_patch,
};
use crate::state::State;
use hearth_protocol::merge::{Merge, MergeError};
use hearth_protocol::{Fact, Keyed, MessageNo, Millis, SeatNo, Text, TextId, TextIds};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The result of an input, before it is applied.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The row to store and publish.
    pub row: Row,
    /// New texts that the row names, to store beside it.
    pub texts: Vec<(TextId, Text)>,
    /// The message it creates.
    pub message: Option<MessageNo>,
    pub(crate) state: State,
}

impl Decision {
    /// Returns whether the row contains anything.
    pub(crate) fn changes_something(&self) -> bool {
        let Row { room, hosts, own, internal, effects, .. } = &self.row;
        room.is_some()
            || hosts.is_some()
            || !own.is_empty()
            || internal.is_some()
            || !effects.is_empty()
    }

    /// Returns the time of the decision.
    pub fn at(&self) -> Millis {
        self.row.at
    }
}

/// The number of the last frame of each audience.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Numbers {
    pub(crate) room: u64,
    pub(crate) hosts: u64,
    own: Keyed<SeatNo, u64>,
}

impl Numbers {
    pub(crate) fn own(&self, seat: SeatNo) -> u64 {
        self.own.get(seat).copied().unwrap_or(0)
    }

    /// Advances to the numbers of a row's frames.
    pub(crate) fn take_from(&mut self, row: &Row) {
        self.room = row.room.as_ref().map_or(self.room, |frame| frame.common.number);
        self.hosts = row.hosts.as_ref().map_or(self.hosts, |frame| frame.number);
        for (seat, frame) in &row.own {
            self.own.insert(*seat, frame.number);
        }
    }
}

/// Compares the earlier state with the draft, audience by audience. If there is no earlier state,
/// the room opens and the whole state counts as changed.
pub(crate) fn compose(
    draft: Draft,
    before: Option<&State>,
    numbers: &Numbers,
    seq: u64,
    cause: Option<Cause>,
) -> Result<Decision, MergeError> {
    let after = &draft.state;
    let row = Row {
        format: ROW_FORMAT,
        seq,
        at: draft.now,
        cause,
        room: room_frame(&draft, before, numbers.room + 1)?,
        hosts: frame(
            before.map(|before| &before.hosts),
            &after.hosts,
            &draft.hosts_facts,
            numbers.hosts + 1,
        )?,
        own: own_frames(&draft, before, numbers)?,
        internal: raw_patch(change(
            before.map(|before| &before.internal),
            &after.internal,
            &mut TextIds::new(),
        )?)?,
        effects: draft.effects,
    };
    Ok(Decision { row, texts: draft.texts, message: draft.message, state: draft.state })
}

fn change<T: Merge>(
    before: Option<&T>,
    after: &T,
    texts: &mut TextIds,
) -> Result<Option<Value>, MergeError> {
    match before {
        Some(before) => after.diff(before, texts),
        None => {
            after.texts(texts);
            Ok(Some(serde_json::to_value(after)?))
        }
    }
}

fn frame<T: Merge>(
    before: Option<&T>,
    after: &T,
    facts: &[Fact],
    number: u64,
) -> Result<Option<AudiencePart>, MergeError> {
    let mut texts = TextIds::new();
    let patch = change(before, after, &mut texts)?;
    if patch.is_none() && facts.is_empty() {
        return Ok(None);
    }
    let texts = texts.into_iter().collect();
    Ok(Some(AudiencePart {
        number,
        facts: raw_facts(facts)?,
        patch: raw_patch(patch)?,
        texts,
        erased: Vec::new(),
    }))
}

fn room_frame(
    draft: &Draft,
    before: Option<&State>,
    number: u64,
) -> Result<Option<RoomPart>, MergeError> {
    let messages = message_parts(draft, before)?;
    let before = before.map(|before| &before.room);
    let mut common = frame(before, &draft.state.room, &draft.facts, number)?;
    if let Some(common) = &mut common {
        common.erased = draft.erased_for_all.iter().copied().collect();
    }
    if common.is_none() && messages.is_empty() {
        return Ok(None);
    }
    let empty =
        AudiencePart { number, facts: None, patch: None, texts: Vec::new(), erased: Vec::new() };
    Ok(Some(RoomPart { common: common.unwrap_or(empty), messages }))
}

fn message_parts(draft: &Draft, before: Option<&State>) -> Result<Vec<MessagePart>, MergeError> {
    let Some(before) = before else { return Ok(Vec::new()) };
    let mut all_texts = TextIds::new();
    let patches = draft.state.messages.diff(&before.messages, &mut all_texts)?;
    let Some(Value::Object(patches)) = patches else { return Ok(Vec::new()) };
    let mut parts = Vec::new();
    for (number, patch) in patches {
        let message: MessageNo =
            number.parse().map_err(|_| MergeError::unexpected("a message number"))?;
        // A part mentions at most the text of its message: of one that is new, or shown again.
        let new = draft.state.messages.get(message).map(|message| message.text);
        let texts = new.filter(|text| all_texts.contains(text)).into_iter().collect();
        let no_facts = Vec::new();
        let facts = draft.message_facts.get(&message).unwrap_or(&no_facts);
        parts.push(MessagePart {
            message,
            facts: raw_facts(facts)?,
            patch: serde_json::value::to_raw_value(&patch)?,
            texts,
            erased: draft.erased.get(&message).into_iter().flatten().copied().collect(),
        });
    }
    Ok(parts)
}

fn own_frames(
    draft: &Draft,
    before: Option<&State>,
    numbers: &Numbers,
) -> Result<Vec<(SeatNo, AudiencePart)>, MergeError> {
    let empty = Keyed::default();
    let before = before.map_or(&empty, |before| &before.own);
    let changed = draft.state.own.changed_keys(before);
    let told = draft.own_facts.keys().copied();
    let seats: BTreeSet<SeatNo> = changed.into_iter().chain(told).collect();
    let mut frames = Vec::new();
    for seat in seats {
        let Some(after) = draft.state.own.get(seat) else { continue };
        let no_facts = Vec::new();
        let facts = draft.own_facts.get(&seat).unwrap_or(&no_facts);
        let number = numbers.own(seat) + 1;
        let Some(mut frame) = frame(before.get(seat), after, facts, number)? else { continue };
        frame.erased = draft.erased_own.get(&seat).into_iter().flatten().copied().collect();
        frames.push((seat, frame));
    }
    Ok(frames)
}
