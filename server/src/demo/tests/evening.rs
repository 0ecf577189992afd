//! A room, six members who plan, perhaps a visitor, and a clock that leaps from deed to deed.

use crate::demo::dice::Dice;
use crate::demo::plan::{Cause, Intent, plan};
use crate::demo::sight::{Company, Memory, Sight};
use crate::demo::tempo::Tempo;
use crate::demo::words::{MEMBERS, NAMES, SESSIONS};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{
    CircleId, Command, CommandId, Common, EachWords, Late, Millis, Order, Phase, Role, RoomId,
    Said, SaidKind, SeatNo, Settings, Snapshot, Stance, Text, Token, Words, WordsId,
};
use hearth_room::{Act, Event, Opening, Room};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const START: Millis = 1_000_000;
const NODE: Uuid = Uuid::from_u128(0xA);

/// What a visitor does by themselves.
pub(super) enum Guest {
    /// Takes the turn whenever it is offered, says this, and is done.
    Takes { seat: SeatNo, says: &'static str },
    /// Takes the turn, and says nothing.
    Holds { seat: SeatNo },
}

struct Member {
    memory: Memory,
    pending: Option<(Intent, Millis, Millis)>,
}

/// One evening.
pub(super) struct Evening {
    room: Room,
    pub(super) now: Millis,
    texts: BTreeMap<WordsId, Text>,
    members: Vec<Member>,
    company: Company,
    seed: u64,
    pub(super) guest: Option<Guest>,
    /// All that the room was told.
    pub(super) events: Vec<RoomEvent>,
    pub(super) phases: BTreeSet<Phase>,
    /// Deeds of members that were refused.
    pub(super) refused: usize,
    /// When something was to be seen, signs of writing included.
    seen: Vec<Millis>,
    ids: u128,
}

impl Evening {
    pub(super) fn new(seed: u64) -> Self {
        let settings = Settings { late: Late::AtEnd, earlier_words: true, ..Settings::default() };
        let opening = Opening {
            room: RoomId(Uuid::from_u128(1)),
            circle: CircleId(Uuid::from_u128(2)),
            title: Words::bare(WordsId(Uuid::from_u128(3))),
            agreements: None,
            timers: (Tempo::Human.timers())(settings.pace),
            settings,
        };
        let records = Room::record_opening(Room::open(&opening, START), START);
        Self {
            room: Room::begin(&records[0]).unwrap(),
            now: START,
            texts: BTreeMap::new(),
            members: Vec::new(),
            company: Company::default(),
            seed,
            guest: None,
            events: Vec::new(),
            phases: BTreeSet::from([Phase::Gathering]),
            refused: 0,
            seen: vec![START],
            ids: 100,
        }
    }

    /// Lets all members come in, one after the other.
    pub(super) fn gather(&mut self) {
        for (part, name) in NAMES.into_iter().enumerate() {
            let role = match part {
                0 => Role::Facilitator,
                1 => Role::Moderator,
                _ => Role::Participant,
            };
            let seat = self.comes(name, role);
            self.company.0[part] = Some(seat);
            self.members.push(Member { memory: Memory::default(), pending: None });
            self.run(3_000, &mut |_| false);
        }
        assert_eq!(self.members.len(), MEMBERS);
    }

    pub(super) fn comes(&mut self, name: &str, role: Role) -> SeatNo {
        let seat = SeatNo(u16::try_from(self.common().people.len()).unwrap() + 1);
        let name = Words::new(WordsId(self.fresh()), Text::plain(name));
        let key = KeyHash::from_bytes([u8::try_from(seat.0).unwrap(); 32]);
        let stance = Stance::Sharing;
        assert!(self.act(&Act::Join { key, role, name, stance, node: NODE }), "{seat:?} comes in");
        seat
    }

    /// A visitor does something, which must be allowed.
    pub(super) fn does(&mut self, seat: SeatNo, command: Command) {
        let name = command.name();
        assert!(self.command(seat, command), "{name} is refused");
    }

    pub(super) fn common(&self) -> &Common {
        self.room.common()
    }

    pub(super) fn phase(&self) -> Phase {
        self.common().phase
    }

    pub(super) fn lasted(&self) -> u64 {
        self.now - START
    }

    pub(super) fn rounds(&self) -> Vec<Order> {
        let opened = self.events.iter().filter_map(|event| match event {
            RoomEvent::RoundOpened { round, .. } => Some(round.order),
            _ => None,
        });
        opened.collect()
    }

    pub(super) fn said(&self) -> Vec<Said> {
        self.view(SeatNo(1)).said
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

    pub(super) fn longest_quiet(&self) -> u64 {
        let mut seen = self.seen.clone();
        seen.sort_unstable();
        seen.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
    }

    /// Lets time pass until `enough` or for so long; returns whether it was enough.
    pub(super) fn run(&mut self, ms: u64, enough: &mut dyn FnMut(&Self) -> bool) -> bool {
        let end = self.now + ms;
        loop {
            if enough(self) {
                return true;
            }
            while self.guest_acts() {}
            let next = (0..self.members.len()).filter_map(|part| Some((self.think(part)?, part)));
            let next = next.min();
            let due = self.room.next_deadline().filter(|due| next.is_none_or(|(at, _)| *due <= at));
            let Some(at) = due.or(next.map(|(at, _)| at)).filter(|at| *at <= end) else {
                self.now = end;
                return enough(self);
            };
            self.now = self.now.max(at);
            match (due, next) {
                (Some(_), _) => self.room_acts(),
                (None, Some((_, part))) => self.member_acts(part),
                (None, None) => {}
            }
        }
    }

    /// Thinks as [`Visit`](crate::demo::visit::Visit) does, and returns when the deed is due.
    fn think(&mut self, part: usize) -> Option<Millis> {
        let seat = self.company.0[part]?;
        let snapshot = self.view(seat);
        let member = &mut self.members[part];
        let sight = Sight {
            snapshot: &snapshot,
            now: self.now,
            part,
            company: self.company,
            session: &SESSIONS[usize::try_from(self.seed).unwrap() % SESSIONS.len()],
            dice: Dice(self.seed * 100 + part as u64),
            stir: 0,
        };
        member.memory.see(&sight);
        let intent = plan(&sight, &member.memory);
        member.pending = match (intent, member.pending.take()) {
            (Some(intent), Some((old, begins, due))) if old.cause == intent.cause => {
                Some((intent, begins, due))
            }
            (Some(intent), _) => {
                let begins = self.now + intent.after;
                let due = begins + intent.writing;
                Some((intent, begins, due))
            }
            (None, _) => None,
        };
        member.pending.as_ref().map(|(_, _, due)| *due)
    }

    fn member_acts(&mut self, part: usize) {
        let Some((intent, begins, due)) = self.members[part].pending.take() else { return };
        if intent.writing > 0 {
            self.seen.extend((begins..due).step_by(3_000));
        }
        let seat = self.company.0[part].unwrap();
        if self.command(seat, intent.command) {
            match intent.cause {
                Cause::Greet(seat) => self.members[part].memory.greet(seat),
                Cause::Nudge(mv, _) => self.members[part].memory.nudge(mv),
                _ => {}
            }
        } else {
            self.refused += 1;
            self.now += 2_000;
        }
    }

    /// Returns whether the visitor had something to do.
    fn guest_acts(&mut self) -> bool {
        let (seat, says) = match self.guest {
            Some(Guest::Takes { seat, says }) => (seat, Some(says)),
            Some(Guest::Holds { seat }) => (seat, None),
            None => return false,
        };
        let r#move = self.common().flow.mv;
        let command = match (&self.common().flow.token, says) {
            (Token::Offered { seat: to }, _) if *to == seat => Command::Take { r#move },
            (Token::Held { seat: by, shares: 0, .. }, Some(says)) if *by == seat => {
                Command::Share { r#move, text: Text::plain(says) }
            }
            (Token::Held { seat: by, .. }, Some(_)) if *by == seat => {
                Command::Done { r#move, to: None }
            }
            _ => return false,
        };
        self.does(seat, command);
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
                self.seen.push(self.now);
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
