//! What a member sees. This is the only file that reads the client's view: the planner works on the
//! small types defined here, so a change of the protocol's view types ends here.

use crate::random::Random;
use crate::script::{QuestionScript, SPARE_SHARES, SessionScript, TurnScript};
use crate::seating::Seats;
use hearth_client::View;
use hearth_protocol::presence::{Person, Presence, Role, Stance};
use hearth_protocol::round::{Advance, Order};
use hearth_protocol::session::{PauseReason, Phase};
use hearth_protocol::{Millis, RoomId, SeatNo, Snapshot, Text, TextId};

pub(crate) use hearth_protocol::message::MessageKind;
pub(crate) use hearth_protocol::{MessageNo, TurnId};

/// Who a member is in this session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Persona {
    pub(crate) member: usize,
    pub(crate) script: &'static SessionScript,
    pub(crate) random: Random,
}

/// What one member sees at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Observation<'a> {
    view: &'a Snapshot,
    pub(crate) now: Millis,
    pub(crate) persona: Persona,
    pub(crate) seats: Seats,
    /// Typing signals that visitors have sent during their turns.
    pub(crate) typing_signals: u64,
}

/// Where the token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Centre,
    /// `since` is known to hosts only.
    Offered {
        seat: SeatNo,
        since: Option<Millis>,
    },
    Held {
        seat: SeatNo,
        since: Millis,
        shares: u32,
        away: bool,
    },
}

impl Token {
    /// Returns the seat that holds the token or is offered it.
    pub(crate) fn seat(self) -> Option<SeatNo> {
        match self {
            Self::Centre => None,
            Self::Offered { seat, .. } | Self::Held { seat, .. } => Some(seat),
        }
    }
}

/// Someone who is present.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attendee<'a> {
    pub(crate) seat: SeatNo,
    pub(crate) name: Option<&'a str>,
    pub(crate) role: Role,
    /// True unless they only listen or rest.
    pub(crate) takes_turns: bool,
}

/// A round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    pub(crate) number: u32,
    pub(crate) order: Order,
    pub(crate) advance: Advance,
    /// Index of the scripted question it asks; `None` if a visitor wrote the question.
    pub(crate) question: Option<usize>,
}

/// Something that was said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message {
    pub(crate) number: MessageNo,
    pub(crate) seat: SeatNo,
    pub(crate) kind: MessageKind,
    pub(crate) said_at: Millis,
    /// Withdrawn, this member's own, or already answered with a gesture of this member's.
    pub(crate) needs_no_gesture: bool,
}

impl<'a> Observation<'a> {
    pub(crate) fn new(
        view: &'a Snapshot,
        now: Millis,
        persona: Persona,
        seats: Seats,
        typing_signals: u64,
    ) -> Self {
        Self { view, now, persona, seats, typing_signals }
    }

    /// Returns the milliseconds left of a wait that began at `since`.
    pub(crate) fn time_left(&self, since: Millis, wait: u64) -> u64 {
        since.saturating_add(wait).saturating_sub(self.now)
    }

    // The member.

    pub(crate) fn seat(&self) -> SeatNo {
        self.view.seat
    }

    /// Returns the member's current role. A visiting facilitator may have changed it.
    pub(crate) fn role(&self) -> Role {
        self.view.room.people.get(self.seat()).map_or(Role::Participant, |me| me.role)
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.view.own.muted.is_some()
    }

    /// Returns what the script has this member do with a turn in the round.
    pub(crate) fn turn_script(&self, round: &Round) -> TurnScript {
        let member = self.persona.member;
        let scripted = self.question(round).and_then(|question| question.turns.get(member));
        scripted.copied().unwrap_or_else(|| {
            TurnScript::Share(SPARE_SHARES.get(member).copied().unwrap_or_default())
        })
    }

    fn question(&self, round: &Round) -> Option<&'static QuestionScript> {
        self.persona.script.rounds.get(round.question?)
    }

    // The session.

    pub(crate) fn phase(&self) -> Phase {
        self.view.room.session.phase
    }

    pub(crate) fn opened_at(&self) -> Millis {
        self.view.room.session.opened_at
    }

    /// Returns whether the session has been ended and can still be resumed.
    pub(crate) fn is_ending(&self) -> bool {
        self.closes_in().is_some()
    }

    /// Returns the milliseconds until an ended session closes; `None` if it hasn't been ended.
    pub(crate) fn closes_in(&self) -> Option<u64> {
        Some(self.view.room.session.closes_at?.saturating_sub(self.now))
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.view.room.session.pause.is_some()
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.view.room.silence.is_some()
    }

    /// Returns the host who paused the room; `None` if nobody did.
    pub(crate) fn paused_by_host(&self) -> Option<SeatNo> {
        let pause = self.view.room.session.pause.as_ref()?;
        pause.by.filter(|_| pause.reason == PauseReason::Host)
    }

    // The token and the order.

    pub(crate) fn turn_id(&self) -> TurnId {
        self.view.room.turn.turn_id
    }

    pub(crate) fn token(&self) -> Token {
        use hearth_protocol::turn::Token as Wire;
        match &self.view.room.turn.token {
            Wire::Centre { .. } => Token::Centre,
            Wire::Offered { seat } => Token::Offered { seat: *seat, since: self.offered_since() },
            Wire::Held { seat, since, shares, away, .. } => {
                Token::Held { seat: *seat, since: *since, shares: *shares, away: away.is_some() }
            }
        }
    }

    fn offered_since(&self) -> Option<Millis> {
        let clock = self.view.hosts.as_ref()?.offer.as_ref()?;
        (clock.turn_id == self.turn_id()).then_some(clock.since)
    }

    pub(crate) fn open_round(&self) -> Option<Round> {
        let round = self.view.room.round.as_ref()?;
        round.open.then(|| self.last_round()).flatten()
    }

    /// Returns the last round, open or closed.
    pub(crate) fn last_round(&self) -> Option<Round> {
        let round = self.view.room.round.as_ref()?;
        let prompt = round.prompt.and_then(|prompt| self.plain_text(prompt));
        let question = prompt.and_then(|prompt| {
            self.persona.script.rounds.iter().position(|question| question.prompt == prompt)
        });
        Some(Round { number: round.number, order: round.order, advance: round.advance, question })
    }

    /// Returns whether the order has been stopped until a host resumes it.
    pub(crate) fn is_order_halted(&self) -> bool {
        self.view.room.queue.halted
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = SeatNo> + use<'a> {
        self.view.room.queue.waiting.in_order().into_iter()
    }

    pub(crate) fn heard_count(&self) -> usize {
        self.view.room.queue.heard.len()
    }

    pub(crate) fn heard_or_passed(&self) -> impl Iterator<Item = SeatNo> + use<'a> {
        let queue = &self.view.room.queue;
        queue.heard.keys().chain(queue.passed.keys())
    }

    /// Returns whether a seat has been heard or has passed in this round.
    pub(crate) fn is_heard_or_passed(&self, seat: SeatNo) -> bool {
        self.view.room.queue.is_settled(seat)
    }

    pub(crate) fn said_later(&self, seat: SeatNo) -> bool {
        self.view.room.queue.later.contains(seat)
    }

    pub(crate) fn has_hand_up(&self, seat: SeatNo) -> bool {
        self.view.room.queue.hands.contains(seat)
    }

    pub(crate) fn hands_up(&self) -> usize {
        self.view.room.queue.hands.len()
    }

    // People.

    /// Returns everyone who is present.
    pub(crate) fn present(&self) -> impl Iterator<Item = Attendee<'a>> + use<'a> {
        let view = self.view;
        let here = |(_, person): &(SeatNo, &Person)| person.presence == Presence::Here;
        view.room.people.iter().filter(here).map(move |(seat, person)| Attendee {
            seat,
            name: plain_text(view, person.name),
            role: person.role,
            takes_turns: person.role != Role::Listener && person.stance == Stance::Sharing,
        })
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = Attendee<'a>> + use<'a> {
        let seats = self.seats;
        self.present().filter(move |person| seats.member_at(person.seat).is_some())
    }

    /// Returns the visitors who are present.
    pub(crate) fn guests(&self) -> impl Iterator<Item = Attendee<'a>> + use<'a> {
        let seats = self.seats;
        self.present().filter(move |person| seats.member_at(person.seat).is_none())
    }

    /// Returns whether a seat is a visitor's.
    pub(crate) fn is_guest(&self, seat: SeatNo) -> bool {
        self.seats.member_at(seat).is_none()
    }

    pub(crate) fn is_present(&self, seat: SeatNo) -> bool {
        self.present().any(|person| person.seat == seat)
    }

    /// Returns whether a seat can be offered the turn. Mutes don't count: a muted person is offered
    /// the turn like anyone else, since otherwise the offers would reveal the mute.
    pub(crate) fn can_be_offered_turn(&self, seat: SeatNo) -> bool {
        self.view.room.people.get(seat).is_some_and(Person::is_eligible)
    }

    pub(crate) fn name_of(&self, seat: SeatNo) -> Option<&'a str> {
        plain_text(self.view, self.view.room.people.get(seat)?.name)
    }

    // Messages.

    /// Returns the messages this member sees, oldest first.
    pub(crate) fn messages(&self) -> impl DoubleEndedIterator<Item = Message> + use<'a> {
        let me = self.seat();
        self.view.messages.iter().map(move |(number, message)| Message {
            number,
            seat: message.seat,
            kind: message.kind,
            said_at: message.at,
            needs_no_gesture: message.seat == me
                || message.taken_back
                || message.gestures.contains(me),
        })
    }

    pub(crate) fn message_count(&self) -> usize {
        self.view.messages.len()
    }

    /// Returns whether a seat has said exactly this.
    pub(crate) fn has_said(&self, seat: SeatNo, text: &str) -> bool {
        let mut own = self.view.messages.values().rev().filter(|message| message.seat == seat);
        own.any(|message| self.plain_text(message.text) == Some(text))
    }

    /// Returns the visitor who sent the last share of this round; `None` if a member did.
    pub(crate) fn guest_who_just_shared(&self, round: &Round) -> Option<SeatNo> {
        let mut messages = self.view.messages.values();
        let last = messages.rfind(|message| message.kind == MessageKind::Share)?;
        let counts = last.round == round.number && !last.taken_back && self.is_guest(last.seat);
        counts.then_some(last.seat)
    }

    fn plain_text(&self, id: TextId) -> Option<&'a str> {
        plain_text(self.view, id)
    }
}

/// Returns the room that a client is in.
pub(crate) fn room_of(view: &View) -> RoomId {
    view.snapshot.room.id
}

/// Returns whether typing by the person on this seat counts. It does for a visitor who has the
/// turn, is offered it, or could take it.
pub(crate) fn is_guest_typing(view: &View, seats: &Seats, writer: SeatNo) -> bool {
    let turn_of = view.turn().token.seat();
    seats.member_at(writer).is_none() && turn_of.is_none_or(|seat| seat == writer)
}

fn plain_text(view: &Snapshot, id: TextId) -> Option<&str> {
    match view.text(id)? {
        Text::Plain(text) => Some(text),
        Text::Sealed(_) => None,
    }
}
