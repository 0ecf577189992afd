//! A session on the rules of a room alone: the room, six members who plan, perhaps a visitor, and a
//! clock that jumps from one action to the next.

use crate::memory::Memory;
use crate::observation::{Observation, Persona};
use crate::pacing::Pacing;
use crate::plan::{Intent, plan};
use crate::random::Random;
use crate::script::{FACILITATOR, MEMBERS, MODERATOR, NAMES, SESSIONS};
use crate::seating::Seats;
use hearth_protocol::event::RoomEvent;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{
    CircleId, Command, CommandId, Common, EachWords, GestureKind, Late, Millis, Order, Phase,
    Presence, Role, RoomId, SaidKind, SeatNo, Settings, Snapshot, Stance, Text, Token, Words,
    WordsId,
};
use hearth_room::{Act, Event, Opening, Room};
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
    texts: BTreeMap<WordsId, Text>,
    members: Vec<Member>,
    seats: Seats,
    seed: u64,
    pub(super) guest: Option<Guest>,
    events: Vec<RoomEvent>,
    pub(super) phases: BTreeSet<Phase>,
    /// Number of members' commands that were refused.
    pub(super) refused: usize,
    /// Times at which anything could be seen, typing signals included.
    visible_at: Vec<Millis>,
    ids: u128,
}

impl Simulation {
    pub(super) fn new(seed: u64) -> Self {
        let settings = Settings { late: Late::AtEnd, earlier_words: true, ..Settings::default() };
        let opening = Opening {
            room: RoomId(Uuid::from_u128(1)),
            circle: CircleId(Uuid::from_u128(2)),
            title: Words::bare(WordsId(Uuid::from_u128(3))),
            agreements: None,
            timers: (Pacing::Human.timers())(settings.pace),
            settings,
        };
        let records = Room::record_opening(Room::open(&opening, START), START);
        Self {
            room: Room::begin(&records[0]).unwrap(),
            now: START,
            texts: BTreeMap::new(),
            members: Vec::new(),
            seats: Seats::default(),
            seed,
            guest: None,
            events: Vec::new(),
            phases: BTreeSet::from([Phase::Gathering]),
            refused: 0,
            visible_at: vec![START],
            ids: 100,
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
        let seat = SeatNo(u16::try_from(self.common().people.len()).unwrap() + 1);
        let name = Words::new(WordsId(self.fresh()), Text::plain(name));
        let key = KeyHash::from_bytes([u8::try_from(seat.0).unwrap(); 32]);
        let stance = Stance::Sharing;
        assert!(self.act(&Act::Join { key, role, name, stance, node: NODE }), "{seat:?} can join");
        seat
    }

    /// Sends a visitor's command, which must be accepted.
    pub(super) fn send(&mut self, seat: SeatNo, command: Command) {
        let name = command.name();
        assert!(self.command(seat, command), "{name} is refused");
    }

    fn common(&self) -> &Common {
        self.room.common()
    }

    pub(super) fn phase(&self) -> Phase {
        self.common().phase
    }

    pub(super) fn elapsed(&self) -> u64 {
        self.now - START
    }

    pub(super) fn rounds(&self) -> Vec<Order> {
        let opened = self.events.iter().filter_map(|event| match event {
            RoomEvent::RoundOpened { round, .. } => Some(round.order),
            _ => None,
        });
        opened.collect()
    }

    /// Returns the state of the room for a failed assertion's message.
    pub(super) fn state(&self) -> &impl std::fmt::Debug {
        self.common()
    }

    pub(super) fn is_ending(&self) -> bool {
        self.common().ending.is_some()
    }

    pub(super) fn is_paused(&self) -> bool {
        self.common().paused.is_some()
    }

    pub(super) fn is_token_at_centre(&self) -> bool {
        matches!(self.common().flow.token, Token::Centre { .. })
    }

    pub(super) fn is_offered_turn(&self, seat: SeatNo) -> bool {
        self.common().flow.token.offered() == Some(seat)
    }

    pub(super) fn holds_turn(&self, seat: SeatNo) -> bool {
        self.common().flow.token.holder() == Some(seat)
    }

    pub(super) fn is_everyone_present(&self) -> bool {
        self.common().people.iter().all(|person| person.presence == Presence::Here)
    }

    pub(super) fn offers_to(&self, to: SeatNo) -> usize {
        let offered =
            |event: &&RoomEvent| matches!(event, RoomEvent::Offered { seat, .. } if *seat == to);
        self.events.iter().filter(offered).count()
    }

    /// Returns the number of offers that ended without an answer.
    pub(super) fn offers_cut_short(&self) -> usize {
        let cut_short = |event: &&RoomEvent| matches!(event, RoomEvent::OfferEnded { .. });
        self.events.iter().filter(cut_short).count()
    }

    /// Returns the gestures for a seat's first share, or `None` if it has sent none.
    pub(super) fn gestures_for_share_of(&self, seat: SeatNo) -> Option<Vec<GestureKind>> {
        let messages = self.view(SeatNo(1)).said;
        let share = messages
            .into_iter()
            .find(|message| message.seat == seat && message.kind == SaidKind::Share)?;
        Some(share.gestures.into_iter().map(|gesture| gesture.kind).collect())
    }

    pub(super) fn announced(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| match event {
            RoomEvent::Said { words, kind: SaidKind::Announcement, .. } => {
                match self.texts.get(&words.id) {
                    Some(Text::Plain(words)) => Some(words.as_str()),
                    _ => None,
                }
            }
            _ => None,
        })
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
        let r#move = self.common().flow.mv;
        let command = match (&self.common().flow.token, text) {
            (Token::Offered { seat: to }, _) if *to == seat => Command::Take { r#move },
            (Token::Held { seat: by, shares: 0, .. }, Some(text)) if *by == seat => {
                Command::Share { r#move, text: Text::plain(text) }
            }
            (Token::Held { seat: by, .. }, Some(_)) if *by == seat => {
                Command::Done { r#move, to: None }
            }
            _ => return false,
        };
        self.send(seat, command);
        true
    }

    fn room_acts(&mut self) {
        loop {
            let events = self.room.decide_due(self.now);
            if events.is_empty() {
                return;
            }
            self.record(events);
        }
    }

    fn command(&mut self, seat: SeatNo, command: Command) -> bool {
        let (id, dice) = (CommandId(self.fresh()), self.seed);
        self.act(&Act::Command { seat, id, command, dice })
    }

    fn act(&mut self, act: &Act) -> bool {
        match self.room.decide(act, self.now) {
            Ok(events) => {
                self.record(events);
                true
            }
            Err(_) => false,
        }
    }

    fn record(&mut self, mut events: Vec<Event>) {
        for event in &mut events {
            self.texts.extend(event.take_texts());
            if let Event::Room(event) = event {
                self.events.push(event.clone());
                self.visible_at.push(self.now);
            }
        }
        for recorded in self.room.record(events, self.now, None) {
            self.room.apply(&recorded).unwrap();
        }
        self.phases.insert(self.phase());
    }

    fn view(&self, seat: SeatNo) -> Snapshot {
        let mut snapshot = self.room.view(seat).unwrap();
        snapshot.each_words(&mut |words| words.text = self.texts.get(&words.id).cloned());
        snapshot
    }

    fn fresh(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}
