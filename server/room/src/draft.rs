//! A decision in progress: a copy of the state that rules change, and the facts so far.

use crate::random::Random;
use crate::row::Effect;
use crate::state::State;
use crate::turn_context::TurnContext;
use hearth_protocol::limits::{
    NAME_CHARS_MAX, PROMPT_CHARS_MAX, RETURN_EVERY_MS, RETURNS_AT_ONCE, SHARE_CHARS_MAX,
    SIGNAL_EVERY_MS, SIGNALS_AT_ONCE, TEXTS_MAX, TEXTS_RESERVED,
};
use hearth_protocol::policy::TextKind;
use hearth_protocol::presence::Person;
use hearth_protocol::{Fact, MessageNo, Millis, RefusalCode, SeatNo, Text, TextId, TextIds};
use std::collections::BTreeMap;

/// Result of a handler.
pub(crate) type Handled = Result<(), RefusalCode>;

/// A decision in progress.
pub(crate) struct Draft {
    /// The state before the decision.
    pub(crate) before: State,
    /// The state so far.
    pub(crate) state: State,
    /// The time of the decision.
    pub(crate) now: Millis,
    /// The number that the decision's frame to the room will have.
    pub(crate) room_number: u64,
    pub(crate) random: Random,
    pub(crate) facts: Vec<Fact>,
    pub(crate) hosts_facts: Vec<Fact>,
    pub(crate) own_facts: BTreeMap<SeatNo, Vec<Fact>>,
    pub(crate) message_facts: BTreeMap<MessageNo, Vec<Fact>>,
    /// Texts of messages to take off the screens of those who see the message.
    pub(crate) erased: BTreeMap<MessageNo, TextIds>,
    /// Texts to take off the screens of single seats.
    pub(crate) erased_own: BTreeMap<SeatNo, TextIds>,
    /// Texts to erase that everyone sees.
    pub(crate) erased_for_all: TextIds,
    pub(crate) effects: Vec<Effect>,
    /// New texts, to store beside the row.
    pub(crate) texts: Vec<(TextId, Text)>,
    /// The message that the decision creates.
    pub(crate) message: Option<MessageNo>,
}

impl Draft {
    pub(crate) fn new(state: &State, room_number: u64, now: Millis, random: Random) -> Self {
        Self {
            before: state.clone(),
            state: state.clone(),
            now,
            room_number,
            random,
            facts: Vec::new(),
            hosts_facts: Vec::new(),
            own_facts: BTreeMap::new(),
            message_facts: BTreeMap::new(),
            erased: BTreeMap::new(),
            erased_own: BTreeMap::new(),
            erased_for_all: TextIds::new(),
            effects: Vec::new(),
            texts: Vec::new(),
            message: None,
        }
    }

    /// Returns the part of the draft that determines how the token moves, without mutes.
    pub(crate) fn turn(&mut self) -> TurnContext<'_> {
        TurnContext {
            room: &mut self.state.room,
            turns: &mut self.state.hosts.turns,
            facts: &mut self.facts,
            now: self.now,
        }
    }

    pub(crate) fn tell(&mut self, fact: impl Into<Fact>) {
        self.facts.push(fact.into());
    }

    pub(crate) fn tell_hosts(&mut self, fact: impl Into<Fact>) {
        self.hosts_facts.push(fact.into());
    }

    pub(crate) fn tell_own(&mut self, seat: SeatNo, fact: impl Into<Fact>) {
        self.own_facts.entry(seat).or_default().push(fact.into());
    }

    pub(crate) fn tell_message(&mut self, message: MessageNo, fact: impl Into<Fact>) {
        self.message_facts.entry(message).or_default().push(fact.into());
    }

    /// Returns the person in a seat, or a refusal if the seat isn't taken.
    pub(crate) fn person(&self, seat: SeatNo) -> Result<&Person, RefusalCode> {
        self.state.person(seat).ok_or(RefusalCode::NoSuchSeat)
    }

    pub(crate) fn person_mut(&mut self, seat: SeatNo) -> Result<&mut Person, RefusalCode> {
        self.state.room.people.get_mut(seat).ok_or(RefusalCode::NoSuchSeat)
    }

    /// Assigns an id to a text that a seat wrote. The text itself is stored beside the row.
    pub(crate) fn add_text(&mut self, by: SeatNo, text: &Text) -> Result<TextId, RefusalCode> {
        let is_host = self.state.person(by).is_some_and(|person| person.role.is_host());
        let holds = self.state.room.turn.token.holder() == Some(by);
        let reserved = if is_host || holds { 0 } else { TEXTS_RESERVED };
        if self.state.internal.texts as usize >= TEXTS_MAX - reserved {
            return Err(RefusalCode::Full);
        }
        self.state.internal.texts += 1;
        let id = self.random.text_id();
        self.texts.push((id, text.clone()));
        Ok(id)
    }

    /// Like [`add_text`](Self::add_text), for an optional text.
    pub(crate) fn add_optional_text(
        &mut self,
        by: SeatNo,
        text: Option<&Text>,
    ) -> Result<Option<TextId>, RefusalCode> {
        text.map(|text| self.add_text(by, text)).transpose()
    }

    /// Erases a text that everyone sees.
    pub(crate) fn erase_text(&mut self, text: TextId) {
        self.erased_for_all.insert(text);
        self.erase([text].into());
    }

    /// Erases a text that only these seats see.
    pub(crate) fn erase_own_text(&mut self, seats: &[SeatNo], text: TextId) {
        for seat in seats {
            self.erased_own.entry(*seat).or_default().insert(text);
        }
        self.erase([text].into());
    }

    /// Erases the text of a message.
    pub(crate) fn erase_message_text(&mut self, message: MessageNo, text: TextId) {
        self.take_off_screens(message, text);
        self.erase([text].into());
    }

    /// Takes the text of a message off everyone's screen, and keeps it stored.
    pub(crate) fn take_off_screens(&mut self, message: MessageNo, text: TextId) {
        self.erased.insert(message, [text].into());
    }

    fn erase(&mut self, erased: TextIds) {
        let count = u32::try_from(erased.len()).unwrap_or(u32::MAX);
        let texts = &mut self.state.internal.texts;
        *texts = texts.saturating_sub(count);
        self.effects.push(Effect::EraseTexts(erased));
    }

    /// Counts a change of stance or of a raised hand. Refuses one that follows others too quickly:
    /// everyone sees them, so they would be a way to send signals past a mute or a pause.
    pub(crate) fn count_signal(&mut self, seat: SeatNo) -> Handled {
        let now = self.now;
        let record = self.state.internal.seats.get_mut(seat).ok_or(RefusalCode::NoSuchSeat)?;
        use_allowance(&mut record.signals_until, now, SIGNALS_AT_ONCE, SIGNAL_EVERY_MS)
    }

    /// Counts a return. Refuses one that follows others too quickly: everyone sees who comes back,
    /// and the journal stores it.
    pub(crate) fn count_return(&mut self, seat: SeatNo) -> Handled {
        let now = self.now;
        let record = self.state.internal.seats.get_mut(seat).ok_or(RefusalCode::NoSuchSeat)?;
        use_allowance(&mut record.returns_until, now, RETURNS_AT_ONCE, RETURN_EVERY_MS)
    }

    /// Marks that this decision changes what the seat may receive, so that no resume starts before
    /// it.
    pub(crate) fn ends_resumes(&mut self, seat: SeatNo) {
        let number = self.room_number;
        if let Some(record) = self.state.internal.seats.get_mut(seat) {
            record.resumes_from = number;
        }
    }
}

/// Uses one of `at_once` allowances, each of which comes back `every_ms` after the one before it.
/// `until` is when all of them are back.
fn use_allowance(until: &mut Option<Millis>, now: Millis, at_once: u64, every_ms: u64) -> Handled {
    let all_back = until.unwrap_or(0).max(now);
    if all_back - now > (at_once - 1) * every_ms {
        return Err(RefusalCode::SlowDown);
    }
    *until = Some(all_back.saturating_add(every_ms));
    Ok(())
}

/// Refuses a text that is invalid for its kind.
pub(crate) fn check_text(kind: TextKind, text: &Text) -> Handled {
    let checked = match kind {
        TextKind::Name => text.check_line(NAME_CHARS_MAX),
        TextKind::Prompt => text.check(PROMPT_CHARS_MAX),
        TextKind::Message => text.check(SHARE_CHARS_MAX),
    };
    checked.map_err(RefusalCode::from)
}
