//! A decision in progress: a copy of the state that rules change, and the facts so far.

use crate::random::Random;
use crate::row::Effect;
use crate::state::{MutedAnswer, State};
use crate::turn_context::TurnContext;
use hearth_protocol::limits::{NAME_CHARS_MAX, PROMPT_CHARS_MAX, SHARE_CHARS_MAX, TEXTS_MAX};
use hearth_protocol::policy::TextKind;
use hearth_protocol::presence::Person;
use hearth_protocol::text::TextError;
use hearth_protocol::turn::{OfferClock, TurnFact};
use hearth_protocol::{Fact, MessageNo, Millis, RefusalCode, SeatNo, Text, TextId, TextIds};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Result of a handler.
pub(crate) type Handled = Result<(), RefusalCode>;

/// How long the room waits before it answers for a muted seat, in milliseconds: about as long as a
/// person would take.
const MUTED_ANSWER_MS: RangeInclusive<u64> = 2_000..=8_000;

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
    /// Texts to erase, by message.
    pub(crate) erased: BTreeMap<MessageNo, TextIds>,
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

    /// Assigns an id to a text. The text itself is stored beside the row.
    pub(crate) fn add_text(&mut self, text: &Text) -> Result<TextId, RefusalCode> {
        if self.state.internal.texts as usize >= TEXTS_MAX {
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
        text: Option<&Text>,
    ) -> Result<Option<TextId>, RefusalCode> {
        text.map(|text| self.add_text(text)).transpose()
    }

    /// Marks that this decision changes what the seat may receive, so that no resume starts before
    /// it.
    pub(crate) fn ends_resumes(&mut self, seat: SeatNo) {
        let number = self.room_number;
        if let Some(record) = self.state.internal.seats.get_mut(seat) {
            record.resumes_from = number;
        }
    }

    /// Sets the clock of the current offer, for hosts and for the offered seat.
    pub(crate) fn set_offer_clock(&mut self, clock: OfferClock) {
        if let Some(seat) = self.state.room.turn.token.offered()
            && let Some(own) = self.state.own.get_mut(seat)
        {
            own.offer = Some(clock.clone());
        }
        self.state.hosts.offer = Some(clock);
    }

    /// Completes the decision: runs the order, and updates everything derived from it.
    pub(crate) fn settle(&mut self) {
        self.turn().settle();
        self.settle_offer_clock();
        self.settle_muted_answer();
        let (before, now) = (self.before.room.turn.token.seat(), self.state.room.turn.token.seat());
        if before != now {
            self.effects.push(Effect::Watch(now));
        }
        self.note_whether_begun();
    }

    fn settle_offer_clock(&mut self) {
        let turn_id = self.state.room.turn.turn_id;
        let before = self.before.room.turn.token.offered();
        let offered = self.state.room.turn.token.offered();
        if let Some(seat) = before.filter(|seat| offered != Some(*seat))
            && let Some(own) = self.state.own.get_mut(seat)
        {
            own.offer = None;
        }
        if offered.is_none() {
            self.state.hosts.offer = None;
            return;
        }
        let (now, runs) = (self.now, self.turn().turn_timers_run());
        let full = self.state.room.circle.timers.offer_ms;
        let clock = match self.state.hosts.offer.clone() {
            Some(clock) if clock.turn_id == turn_id => {
                OfferClock { until: clock.until.set(runs, now), ..clock }
            }
            Some(_) | None => OfferClock { turn_id, since: now, until: self.turn().timer(full) },
        };
        self.set_offer_clock(clock);
    }

    /// Draws the time at which the room answers for a muted seat that has the token. Nobody else
    /// sees a difference. While the person is away, the room waits for them as it would for anyone.
    fn settle_muted_answer(&mut self) {
        let turn_id = self.state.room.turn.turn_id;
        let with = self.state.room.turn.token.seat();
        let muted = with.is_some_and(|seat| self.state.is_muted(seat) && self.state.is_here(seat));
        let (now, runs) = (self.now, self.turn().turn_timers_run());
        self.state.internal.muted_answer = match self.state.internal.muted_answer {
            _ if !muted => None,
            Some(answer) if answer.turn_id == turn_id => {
                Some(MutedAnswer { until: answer.until.set(runs, now), ..answer })
            }
            Some(_) | None => {
                let ms = self.random.within(MUTED_ANSWER_MS);
                Some(MutedAnswer { turn_id, until: self.turn().timer(ms) })
            }
        };
    }

    /// A session has begun once someone spoke or passed in a round. A turn that was only taken
    /// doesn't count: if offers are taken at once, each round begins with one.
    fn note_whether_begun(&mut self) {
        let room = &self.state.room;
        let passed = !room.queue.passed.is_empty()
            // In popcorn, passing doesn't change a seat's place in the round.
            || self.facts.iter().any(|fact| matches!(fact, Fact::Turn(TurnFact::Passed { .. })));
        let spoke = self.message.and_then(|number| self.state.messages.get(number));
        let spoke = spoke.is_some_and(|message| message.round > 0);
        let open = room.round.as_ref().is_some_and(|round| round.open);
        self.state.internal.begun |= open && (passed || spoke);
    }
}

/// Refuses a text that is invalid for its kind.
pub(crate) fn check_text(kind: TextKind, text: &Text) -> Handled {
    let checked = match kind {
        TextKind::Name => text.check_line(NAME_CHARS_MAX),
        TextKind::Prompt => text.check(PROMPT_CHARS_MAX),
        TextKind::Message => text.check(SHARE_CHARS_MAX),
    };
    checked.map_err(|error| match error {
        TextError::Empty => RefusalCode::Empty,
        TextError::TooLong { .. } => RefusalCode::TooLong,
        TextError::Control => RefusalCode::BadText,
    })
}
