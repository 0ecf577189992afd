//! A room: its state, decisions on inputs, and queries.

use crate::deadline::{deadlines, happen};
use crate::decision::{Decision, Numbers, compose};
use crate::draft::{Draft, Handled, check_text};
use crate::input::{Input, Opening};
use crate::random::Random;
use crate::row::{Cause, ROW_FORMAT};
use crate::settle::settle;
use crate::state::{Internal, Remembered, State};
use crate::{message, moderation, presence, queue, round, session, signal, silence, turn};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::merge::MergeError;
use hearth_protocol::message::Message;
use hearth_protocol::presence::{Presence, Role};
use hearth_protocol::queue::Queue;
use hearth_protocol::session::{Phase, SessionFact, SessionState};
use hearth_protocol::turn::{Token, TurnState};
use hearth_protocol::view::CircleView;
use hearth_protocol::{
    Command, CommandId, Cursor, HostsView, Keyed, MessageNo, Millis, Refusal, RefusalCode,
    RoomView, SeatNo, SeatView, Snapshot,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The format of the rows it was built from, for stored snapshots.
    pub(crate) format: u16,
    pub(crate) state: State,
    pub(crate) numbers: Numbers,
    pub(crate) seq: u64,
    pub(crate) at: Millis,
}

/// Why a decision could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The input is refused; nothing changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The state could not be compared, which is a bug.
    #[error("the room's state could not be compared: {0}")]
    Compare(#[from] MergeError),
}

impl From<RefusalCode> for DecideError {
    fn from(code: RefusalCode) -> Self {
        Self::Refused(code.into())
    }
}

impl Room {
    /// Opens a room. The decision is its first row.
    ///
    /// # Errors
    /// Only if the state could not be encoded, which is a bug.
    pub fn open(
        opening: &Opening,
        now: Millis,
        mut random: Random,
    ) -> Result<(Self, Decision), DecideError> {
        let title = random.text_id();
        let agreements = opening.agreements.as_ref().map(|_| random.text_id());
        let state = State::new(opening, title, agreements, now);
        let mut draft = Draft::new(&state, 1, now, random);
        draft.texts.push((title, opening.title.clone()));
        draft.texts.extend(agreements.zip(opening.agreements.clone()));
        moderation::open(&mut draft, &opening.bars);
        draft.tell(SessionFact::Opened {});
        let decision = compose(draft, None, &Numbers::default(), 1, None)?;
        let mut room = Self::restored(state, Numbers::default(), 0, now);
        room.accept(&decision);
        Ok((room, decision))
    }

    pub(crate) fn restored(state: State, numbers: Numbers, seq: u64, at: Millis) -> Self {
        Self { format: ROW_FORMAT, state, numbers, seq, at }
    }

    /// Returns the decision on an input, or `None` if the input changes nothing.
    ///
    /// The room itself doesn't change before the decision is [accepted](Self::accept).
    ///
    /// # Errors
    /// The refusal, if the input is refused.
    pub fn decide(
        &self,
        input: &Input,
        now: Millis,
        random: Random,
    ) -> Result<Option<Decision>, DecideError> {
        let mut draft = self.draft(now, random);
        self.handle(&mut draft, input)?;
        settle(&mut draft);
        let cause = self.remember(&mut draft, input);
        let decision = compose(draft, Some(&self.state), &self.numbers, self.seq + 1, cause)?;
        Ok(decision.changes_something().then_some(decision))
    }

    /// Returns the next time at which something happens by itself.
    pub fn next_deadline(&self) -> Option<Millis> {
        deadlines(&self.state).into_iter().map(|(at, _)| at).min()
    }

    /// Returns the decision on the earliest deadline that is due, or `None` if none is. Call it
    /// again after accepting, until it returns `None`.
    ///
    /// # Errors
    /// Only if the state could not be encoded, which is a bug.
    pub fn decide_due(&self, now: Millis, random: Random) -> Result<Option<Decision>, DecideError> {
        let due = deadlines(&self.state).into_iter().filter(|(at, _)| *at <= now).min();
        let Some((_, deadline)) = due else { return Ok(None) };
        let mut draft = self.draft(now, random);
        happen(&mut draft, deadline);
        settle(&mut draft);
        Ok(Some(compose(draft, Some(&self.state), &self.numbers, self.seq + 1, None)?))
    }

    /// Makes the outcome of a decision the room's state.
    pub fn accept(&mut self, decision: &Decision) {
        self.state = decision.state.clone();
        self.numbers.take_from(&decision.row);
        self.seq = decision.row.seq;
        self.at = decision.row.at;
    }

    fn draft(&self, now: Millis, random: Random) -> Draft {
        Draft::new(&self.state, self.numbers.room + 1, now, random)
    }

    fn handle(&self, draft: &mut Draft, input: &Input) -> Handled {
        match input {
            Input::Join { .. } => presence::join(draft, input),
            Input::Return { seat, node } => presence::return_to(draft, *seat, *node),
            Input::ConnectionLost { seat } => presence::connection_lost(draft, *seat),
            Input::ChangeKey { seat, key } => presence::change_key(draft, *seat, *key),
            Input::Command { seat, command, .. } => self.handle_command(draft, *seat, command),
            Input::Writing { seat } => {
                turn::writing(draft, *seat);
                Ok(())
            }
            Input::Restart => {
                presence::restart(draft);
                Ok(())
            }
        }
    }

    fn handle_command(&self, draft: &mut Draft, seat: SeatNo, command: &Command) -> Handled {
        let policy = command.policy();
        let own = self.state.own.get(seat).ok_or(RefusalCode::NoSuchSeat)?;
        policy.check(&self.state.room, own, command.request(seat))?;
        if let (Some(kind), Some(text)) = (policy.text, command.text()) {
            check_text(kind, text)?;
        }
        match command {
            Command::Turn(command) => turn::decide(draft, seat, command),
            Command::Round(command) => round::decide(draft, seat, command),
            Command::Queue(command) => queue::decide(draft, seat, command),
            Command::Message(command) => message::decide(draft, seat, command),
            Command::Presence(command) => presence::decide(draft, seat, command),
            Command::Session(command) => session::decide(draft, seat, command),
            Command::Moderation(command) => moderation::decide(draft, seat, command),
            Command::Signal(command) => signal::decide(draft, seat, command),
            Command::Silence(command) => silence::decide(draft, seat, command),
        }
    }

    /// Remembers a command that was carried out, so that resending it returns the same answer and
    /// changes nothing.
    fn remember(&self, draft: &mut Draft, input: &Input) -> Option<Cause> {
        let Input::Command { seat, id, command } = input else { return None };
        let done = Remembered {
            id: *id,
            digest: command.digest(),
            at: draft.now,
            message: draft.message,
            text: draft.texts.first().map(|(id, _)| *id),
        };
        if let Some(record) = draft.state.internal.seats.get_mut(*seat) {
            record.remember(done);
        }
        Some(Cause { seat: *seat, id: *id })
    }
}

impl State {
    fn new(
        opening: &Opening,
        title: hearth_protocol::TextId,
        agreements: Option<hearth_protocol::TextId>,
        now: Millis,
    ) -> Self {
        let timers = opening.timers;
        Self {
            room: RoomView {
                id: opening.room,
                circle: CircleView {
                    id: opening.circle,
                    title,
                    agreements,
                    settings: opening.settings.clone(),
                    timers,
                },
                session: SessionState {
                    phase: Phase::Gathering,
                    opened_at: now,
                    closes_at: None,
                    pause: None,
                    no_host: None,
                    // Nobody is here yet; if nobody comes after all, the room ends by itself.
                    empty_until: Some(now.saturating_add(timers.empty_ms)),
                    // No facilitator has come yet.
                    moderators_act: true,
                },
                people: Keyed::default(),
                turn: TurnState { turn_id: 0, token: Token::CENTRE },
                round: None,
                queue: Queue::empty(),
                silence: None,
            },
            messages: Keyed::default(),
            hosts: HostsView::empty(),
            own: Keyed::default(),
            internal: Internal {
                seats: Keyed::default(),
                begun: false,
                texts: 0,
                no_facilitator_since: None,
                muted_answer: None,
                hidden: Keyed::default(),
                silence_ended: None,
            },
        }
    }
}

/// Questions.
impl Room {
    /// Returns what everyone sees, except messages.
    pub fn view(&self) -> &RoomView {
        &self.state.room
    }

    /// Returns what only hosts see.
    pub fn hosts_view(&self) -> &HostsView {
        &self.state.hosts
    }

    /// Returns what a seat alone sees.
    pub fn seat_view(&self, seat: SeatNo) -> Option<&SeatView> {
        self.state.own.get(seat)
    }

    /// Returns everything a seat may see except messages and texts; `None` if the seat was never
    /// taken.
    pub fn snapshot(&self, seat: SeatNo) -> Option<Snapshot> {
        let own = self.state.own.get(seat)?;
        let host = self.is_host(seat);
        Some(Snapshot {
            seat,
            cursor: self.cursor(seat),
            room: self.state.room.clone(),
            messages: Keyed::default(),
            earlier: false,
            hosts: host.then(|| self.state.hosts.clone()),
            own: own.clone(),
            texts: BTreeMap::new(),
        })
    }

    /// Returns the number of the last frame of each audience that a seat belongs to.
    pub fn cursor(&self, seat: SeatNo) -> Cursor {
        Cursor {
            room: self.numbers.room,
            own: self.numbers.own(seat),
            hosts: self.is_host(seat).then_some(self.numbers.hosts),
        }
    }

    /// Returns whether a seat can resume from a cursor: what it receives and may see hasn't changed
    /// since.
    pub fn can_resume(&self, seat: SeatNo, from: &Cursor) -> bool {
        let now = self.cursor(seat);
        let record = self.state.internal.seats.get(seat);
        record.is_some_and(|record| from.room >= record.resumes_from)
            && from.room <= now.room
            && from.own <= now.own
            && match (from.hosts, now.hosts) {
                (Some(from), Some(now)) => from <= now,
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
    }

    /// Returns whether a message exists and a seat may see it.
    pub fn sees(&self, seat: SeatNo, message: MessageNo) -> bool {
        self.state.messages.contains(message) && self.state.sees(seat, message)
    }

    /// Returns the messages that a seat may see, newest first; only those before `before`, if
    /// given.
    pub fn messages_seen(
        &self,
        seat: SeatNo,
        before: Option<MessageNo>,
    ) -> impl Iterator<Item = (MessageNo, &Message)> {
        let before = before.unwrap_or(MessageNo(u32::MAX));
        self.state.messages.before(before).filter(move |(number, _)| self.sees(seat, *number))
    }

    /// Returns the seat that belongs to a key.
    pub fn seat_of(&self, key: &KeyHash) -> Option<SeatNo> {
        let mut seats = self.state.internal.seats.iter();
        seats.find(|(_, record)| record.key == *key).map(|(seat, _)| seat)
    }

    /// Returns the hash of the key that a seat belongs to.
    pub fn key_of(&self, seat: SeatNo) -> Option<KeyHash> {
        self.state.internal.seats.get(seat).map(|record| record.key)
    }

    /// Returns the command that was carried out under an id, if it is remembered.
    pub fn remembered(&self, seat: SeatNo, id: CommandId) -> Option<&Remembered> {
        self.state.internal.seats.get(seat)?.recall(id)
    }

    /// Returns whether others see that a seat is typing: in its turn, or on an open floor.
    pub fn shows_writing(&self, seat: SeatNo) -> bool {
        let room = &self.state.room;
        let may_speak = room.people.get(seat).is_some_and(|person| {
            person.presence == Presence::Here && person.role != Role::Listener
        });
        may_speak
            && !self.state.is_muted(seat)
            && !room.stands_still()
            && (room.turn.token.holder() == Some(seat) || room.open_floor().is_ok())
    }

    /// Returns the number of the last decision.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Returns the time of the last decision.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Returns whether a seat sees what hosts see.
    pub fn is_host(&self, seat: SeatNo) -> bool {
        self.state.person(seat).is_some_and(|person| person.role.is_host())
    }

    /// Returns whether a seat is barred.
    pub fn is_barred(&self, seat: SeatNo) -> bool {
        self.state.bar_of(seat).is_some()
    }

    /// Returns whether only hosts get new seats.
    pub fn is_closed(&self) -> bool {
        !self.state.admits(Role::Participant)
    }

    /// Returns whether a seat is muted.
    pub fn is_muted(&self, seat: SeatNo) -> bool {
        self.state.is_muted(seat)
    }
}

#[cfg(test)]
mod tests;
