//! A session on the rules of a room alone: the room, six members who plan, perhaps a visitor, and a
//! clock that jumps from one action to the next.

use crate::memory::Memory;
use crate::observation::{Observation, Persona};
use crate::pacing::Pacing;
use crate::plan::{Intent, plan};
use crate::random::Random;
use crate::script::{FACILITATOR, MEMBERS, MODERATOR, NAMES, SESSIONS};
use crate::seating::Seats;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::message::{MessageCommand, MessageFact, MessageKind};
use hearth_protocol::presence::{Presence, Role, Stance};
use hearth_protocol::round::{Order, RoundFact};
use hearth_protocol::session::Phase;
use hearth_protocol::settings::Late;
use hearth_protocol::signal::GestureKind;
use hearth_protocol::turn::{Token, TurnCommand, TurnFact};
use hearth_protocol::{
    CircleId, Command, CommandId, Fact, MessageNo, Millis, RoomId, RoomView, SeatNo, Settings,
    Snapshot, Text, TextId,
};
use hearth_room::{Decision, Input, Opening, Random as RoomRandom, Room, RoomPart};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const START: Millis = 1_000_000;
const NODE: Uuid = Uuid::from_u128(0xA);

/// What a visitor does on their own.
pub(super) enum Guest {
    /// Takes the turn whenever it is offered, shares this and finishes.
    Shares { seat: SeatNo, text: &'static str },
    /// Takes the turn and shares nothing.
    StaysSilent { seat: SeatNo },
}

struct Member {
    memory: Memory,
    pending: Option<Pending>,
}

struct Pending {
    intent: Intent,
    typing_from: Millis,
    due: Millis,
}

/// One simulated session.
pub(super) struct Simulation {
    room: Room,
    pub(super) now: Millis,
    texts: BTreeMap<TextId, Text>,
    members: Vec<Member>,
    seats: Seats,
    seed: u64,
    pub(super) guest: Option<Guest>,
    /// What everyone was told, in order.
    facts: Vec<Fact>,
    /// The order of each round, in order.
    rounds: Vec<Order>,
    pub(super) phases: BTreeSet<Phase>,
    announced: Vec<String>,
    /// Number of members' commands that were refused.
    pub(super) refused: usize,
    /// Times at which others could see any activity, typing signals included.
    visible_at: Vec<Millis>,
    ids: u128,
    decisions: u64,
}

impl Simulation {
    pub(super) fn new(seed: u64) -> Self {
        let settings = Settings { late: Late::AtEnd, earlier_words: true, ..Settings::default() };
        let opening = Opening {
            room: RoomId(Uuid::from_u128(1)),
            circle: CircleId(Uuid::from_u128(2)),
            title: Text::plain("Demo"),
            agreements: None,
            bars: Vec::new(),
            timers: (Pacing::Human.timers())(settings.pace),
            settings,
        };
        let (room, decision) = Room::open(&opening, START, RoomRandom::repeatable(seed)).unwrap();
        Self {
            room,
            now: START,
            texts: decision.texts.into_iter().collect(),
            members: Vec::new(),
            seats: Seats::default(),
            seed,
            guest: None,
            facts: Vec::new(),
            rounds: Vec::new(),
            announced: Vec::new(),
            phases: BTreeSet::from([Phase::Gathering]),
            refused: 0,
            visible_at: vec![START],
            ids: 100,
            decisions: 0,
        }
    }

    /// Lets all members join, one after the other.
    pub(super) fn gather(&mut self) {
        for (member, name) in NAMES.into_iter().enumerate() {
            let role = match member {
                FACILITATOR => Role::Facilitator,
                MODERATOR => Role::Moderator,
                _ => Role::Participant,
            };
            let seat = self.join(name, role);
            self.seats.assign(member, seat);
            self.members.push(Member { memory: Memory::default(), pending: None });
            self.run(3_000, &mut |_| false);
        }
        assert_eq!(self.members.len(), MEMBERS);
    }

    pub(super) fn join(&mut self, name: &str, role: Role) -> SeatNo {
        let seat = SeatNo(u16::try_from(self.room.view().people.len()).unwrap() + 1);
        let name = Text::plain(name);
        let key = KeyHash::from_bytes([u8::try_from(seat.0).unwrap(); 32]);
        let stance = Stance::Sharing;
        assert!(
            self.act(&Input::Join { key, role, name, stance, node: NODE }),
            "{seat:?} can join"
        );
        seat
    }

    /// Sends a visitor's command, which must be accepted.
    pub(super) fn send(&mut self, seat: SeatNo, command: impl Into<Command>) {
        let command = command.into();
        let name = command.name();
        assert!(self.command(seat, command), "{name} is refused");
    }

    pub(super) fn phase(&self) -> Phase {
        self.room.view().session.phase
    }

    pub(super) fn elapsed(&self) -> u64 {
        self.now - START
    }

    pub(super) fn rounds(&self) -> &[Order] {
        &self.rounds
    }

    /// Returns the state of the room for a failed assertion's message.
    pub(super) fn state(&self) -> &RoomView {
        self.room.view()
    }

    pub(super) fn is_ending(&self) -> bool {
        self.room.view().session.closes_at.is_some()
    }

    pub(super) fn is_paused(&self) -> bool {
        self.room.view().session.pause.is_some()
    }

    pub(super) fn is_token_at_centre(&self) -> bool {
        matches!(self.room.view().turn.token, Token::Centre { .. })
    }

    pub(super) fn is_offered_turn(&self, seat: SeatNo) -> bool {
        self.room.view().turn.token.offered() == Some(seat)
    }

    pub(super) fn holds_turn(&self, seat: SeatNo) -> bool {
        self.room.view().turn.token.holder() == Some(seat)
    }

    pub(super) fn is_everyone_present(&self) -> bool {
        self.room.view().people.values().all(|person| person.presence == Presence::Here)
    }

    pub(super) fn offers_to(&self, to: SeatNo) -> usize {
        let offered = |fact: &&Fact| matches!(fact, Fact::Turn(TurnFact::Offered { seat, .. }) if *seat == to);
        self.facts.iter().filter(offered).count()
    }

    /// Returns the number of offers that ended without an answer.
    pub(super) fn offers_cut_short(&self) -> usize {
        let cut_short = |fact: &&Fact| matches!(fact, Fact::Turn(TurnFact::OfferEnded { .. }));
        self.facts.iter().filter(cut_short).count()
    }

    /// Returns the gestures for a seat's first share, or `None` if it has sent none.
    pub(super) fn gestures_for_share_of(&self, seat: SeatNo) -> Option<Vec<GestureKind>> {
        let messages = self.view(SeatNo(1)).messages;
        let mut messages = messages.values();
        let share =
            messages.find(|message| message.seat == seat && message.kind == MessageKind::Share)?;
        Some(share.gestures.values().flat_map(|gestures| gestures.0.iter().copied()).collect())
    }

    pub(super) fn announced(&self) -> impl Iterator<Item = &str> {
        self.announced.iter().map(String::as_str)
    }

    pub(super) fn longest_stillness(&self) -> u64 {
        let mut seen = self.visible_at.clone();
        seen.sort_unstable();
        seen.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// Lets time pass until the condition holds, at most this long. Returns whether it holds.
    pub(super) fn run(&mut self, ms: u64, condition: &mut dyn FnMut(&Self) -> bool) -> bool {
        let end = self.now + ms;
        loop {
            if condition(self) {
                return true;
            }
            while self.guest_acts() {}
            let next =
                (0..self.members.len()).filter_map(|member| Some((self.plan(member)?, member)));
            let next = next.min();
            let due = self.room.next_deadline().filter(|due| next.is_none_or(|(at, _)| *due <= at));
            let Some(at) = due.or(next.map(|(at, _)| at)).filter(|at| *at <= end) else {
                self.now = end;
                return condition(self);
            };
            self.now = self.now.max(at);
            match (due, next) {
                (Some(_), _) => self.room_acts(),
                (None, Some((_, member))) => self.member_acts(member),
                (None, None) => {}
            }
        }
    }

    /// Plans as [`Bot`](crate::bot::Bot) does, and returns when the intent is due.
    fn plan(&mut self, number: usize) -> Option<Millis> {
        let view = self.view(self.seats.seat_of(number)?);
        let persona = Persona {
            member: number,
            script: &SESSIONS[usize::try_from(self.seed).unwrap() % SESSIONS.len()],
            random: Random::seeded(self.seed * 100 + number as u64),
        };
        let observation = Observation::new(&view, self.now, persona, self.seats, 0);
        let member = &mut self.members[number];
        member.memory.update(&observation);
        let intent = plan(&observation, &member.memory);
        member.pending = match (intent, member.pending.take()) {
            (Some(intent), Some(old)) if old.intent.cause == intent.cause => {
                Some(Pending { intent, ..old })
            }
            (Some(intent), _) => {
                let typing_from = self.now + intent.delay;
                let due = typing_from + intent.typing;
                Some(Pending { intent, typing_from, due })
            }
            (None, _) => None,
        };
        member.pending.as_ref().map(|pending| pending.due)
    }

    fn member_acts(&mut self, number: usize) {
        let Some(Pending { intent, typing_from, due }) = self.members[number].pending.take() else {
            return;
        };
        if intent.typing > 0 {
            self.visible_at.extend((typing_from..due).step_by(3_000));
        }
        let seat = self.seats.seat_of(number).unwrap();
        if self.command(seat, intent.command) {
            intent.cause.remember(&mut self.members[number].memory);
        } else {
            self.refused += 1;
            self.now += 2_000;
        }
    }

    /// Lets the visitor act. Returns whether they did.
    fn guest_acts(&mut self) -> bool {
        let (seat, text) = match self.guest {
            Some(Guest::Shares { seat, text }) => (seat, Some(text)),
            Some(Guest::StaysSilent { seat }) => (seat, None),
            None => return false,
        };
        let turn_id = self.room.view().turn.turn_id;
        let command: Command = match (&self.room.view().turn.token, text) {
            (Token::Offered { seat: to }, _) if *to == seat => TurnCommand::Take { turn_id }.into(),
            (Token::Held { seat: by, shares: 0, .. }, Some(text)) if *by == seat => {
                MessageCommand::Share { turn_id, text: Text::plain(text) }.into()
            }
            (Token::Held { seat: by, .. }, Some(_)) if *by == seat => {
                TurnCommand::Finish { turn_id, to: None }.into()
            }
            _ => return false,
        };
        self.send(seat, command);
        true
    }

    fn room_acts(&mut self) {
        loop {
            let random = self.room_random();
            let Some(decision) = self.room.decide_due(self.now, random).unwrap() else { return };
            self.record(decision);
        }
    }

    fn command(&mut self, seat: SeatNo, command: Command) -> bool {
        let id = CommandId::new(self.fresh());
        self.act(&Input::Command { seat, id, command })
    }

    fn act(&mut self, input: &Input) -> bool {
        let random = self.room_random();
        match self.room.decide(input, self.now, random) {
            Ok(decision) => {
                if let Some(decision) = decision {
                    self.record(decision);
                }
                true
            }
            Err(_) => false,
        }
    }

    fn record(&mut self, decision: Decision) {
        self.room.accept(&decision);
        self.texts.extend(decision.texts);
        if let Some(frame) = &decision.row.room {
            self.visible_at.push(self.now);
            for fact in facts_of(frame) {
                self.record_fact(fact);
            }
        }
        self.phases.insert(self.phase());
    }

    fn record_fact(&mut self, fact: Fact) {
        match &fact {
            Fact::Round(RoundFact::RoundOpened { .. }) => {
                self.rounds.extend(self.room.view().round.as_ref().map(|round| round.order));
            }
            Fact::Message(MessageFact::Said { message }) => {
                self.announced.extend(self.announcement(*message));
            }
            _ => {}
        }
        self.facts.push(fact);
    }

    fn announcement(&self, number: MessageNo) -> Option<String> {
        let (_, message) = self.room.messages_seen(SeatNo(1), None).find(|(n, _)| *n == number)?;
        match self.texts.get(&message.text) {
            Some(Text::Plain(text)) if message.kind == MessageKind::Announcement => {
                Some(text.clone())
            }
            _ => None,
        }
    }

    fn view(&self, seat: SeatNo) -> Snapshot {
        let mut snapshot = self.room.snapshot(seat).unwrap();
        let messages = self.room.messages_seen(seat, None);
        snapshot.messages = messages.map(|(number, message)| (number, message.clone())).collect();
        let texts = snapshot.text_ids().into_iter();
        snapshot.texts = texts.filter_map(|id| Some((id, self.texts.get(&id)?.clone()))).collect();
        snapshot
    }

    /// Returns another source of randomness for each decision.
    fn room_random(&mut self) -> RoomRandom {
        self.decisions += 1;
        RoomRandom::repeatable(self.seed * 1_000_000 + self.decisions)
    }

    fn fresh(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}

/// Returns the facts for everyone, and those about messages.
fn facts_of(frame: &RoomPart) -> Vec<Fact> {
    let parts = frame.messages.iter().filter_map(|part| part.facts.as_ref());
    let raw = frame.common.facts.iter().chain(parts);
    raw.flat_map(|facts| serde_json::from_str::<Vec<Fact>>(facts.get()).unwrap()).collect()
}
