//! A room with its journal and everyone's screen, checked after every step.
//!
//! Each step proves: *old view + its events = new view* for every seat; the fold of the journal is
//! the state; and the invariants of the token.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a broken expectation panics, and not every test uses all of it"
)]

mod checks;

use hearth_protocol::event::{OfferEnd, RoomEvent};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::round::{Advance, Order};
use hearth_protocol::{
    CircleId, Command, CommandId, Millis, PauseWhy, Phase, Presence, Refusal, Role, RoomId, SeatNo,
    Settings, Snapshot, Stance, Text, Timer, Token, Words, WordsId,
};
use hearth_room::{Act, Audience, Cause, Event, Opening, Recorded, Room};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const START: Millis = 1_000_000;
pub const NODE: Uuid = Uuid::from_u128(0xA);

/// The room under test, and what everyone has on their screen.
#[derive(Clone)]
pub struct World {
    pub room: Room,
    pub now: Millis,
    pub journal: Vec<Recorded>,
    pub screens: BTreeMap<SeatNo, Snapshot>,
    /// Seats the room itself offered the token to in this round (invariant 2).
    pub offered: BTreeSet<SeatNo>,
    /// Seats that had their chance in this round: offered by anybody, or taken from the centre.
    pub asked: BTreeSet<SeatNo>,
    /// The first rule that was found broken.
    pub broken: Option<String>,
    /// For the model: no journal and no screens, and a broken rule is written down, not a panic.
    light: bool,
    next_id: u128,
}

/// What an act came to.
pub type Outcome = Result<Vec<Recorded>, Refusal>;

impl World {
    pub fn open(settings: Settings) -> Self {
        let opening = Opening {
            room: RoomId(Uuid::from_u128(1)),
            circle: CircleId(Uuid::from_u128(2)),
            title: Words::new(WordsId(Uuid::from_u128(3)), Text::plain("Tuesday circle")),
            agreements: None,
            timers: settings.pace.timers(),
            settings,
        };
        let mut events = Room::open(&opening, START);
        for event in &mut events {
            event.take_texts();
        }
        let journal = Room::record_opening(events, START);
        let room = fold(&journal);
        Self {
            room,
            now: START,
            journal,
            screens: BTreeMap::new(),
            offered: BTreeSet::new(),
            asked: BTreeSet::new(),
            broken: None,
            light: false,
            next_id: 100,
        }
    }

    /// As [`World::with`], for the model.
    pub fn light(settings: Settings, roles: &[Role]) -> Self {
        let mut world = Self::with(settings, roles);
        world.light = true;
        world.screens.clear();
        world.journal.clear();
        world
    }

    /// A rule that must hold.
    fn hold(&mut self, rule: bool, what: &str) {
        if rule {
            return;
        }
        let flow = &self.room.common().flow;
        let broken = format!("{what}: {flow:?}");
        assert!(self.light, "{broken}");
        self.broken.get_or_insert(broken);
    }

    /// A circle with these people, all here, by seat from 1.
    pub fn with(settings: Settings, roles: &[Role]) -> Self {
        let mut world = Self::open(settings);
        for role in roles {
            world.join(*role);
        }
        world
    }

    pub fn join(&mut self, role: Role) -> SeatNo {
        self.try_join(role, Stance::Sharing).expect("a seat is free");
        SeatNo(self.room.common().people.len() as u16)
    }

    pub fn try_join(&mut self, role: Role, stance: Stance) -> Outcome {
        let seat = self.room.common().people.len() as u8 + 1;
        let name = Words::new(WordsId(self.fresh()), Text::plain(format!("Person {seat}")));
        let key = KeyHash::from_bytes([seat; 32]);
        self.act(&Act::Join { key, role, name, stance, node: NODE })
    }

    pub fn fresh(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    pub fn mv(&self) -> u64 {
        self.room.common().flow.mv
    }

    pub fn token(&self) -> &Token {
        &self.room.common().flow.token
    }

    pub fn command(&mut self, seat: SeatNo, command: Command) -> Outcome {
        self.command_with_dice(seat, command, 0)
    }

    pub fn command_with_dice(&mut self, seat: SeatNo, command: Command, dice: u64) -> Outcome {
        let id = CommandId(self.fresh());
        self.act(&Act::Command { seat, id, command, dice })
    }

    /// The command must be done.
    pub fn ok(&mut self, seat: u16, command: Command) -> Vec<Recorded> {
        let name = command.name();
        self.command(SeatNo(seat), command).unwrap_or_else(|r| panic!("{seat} {name}: {r:?}"))
    }

    pub fn act(&mut self, act: &Act) -> Outcome {
        let before = self.room.clone();
        let decided = self.room.decide(act, self.now);
        let cause = match act {
            Act::Command { seat, id, .. } => Some(Cause { seat: *seat, id: *id }),
            _ => None,
        };
        match decided {
            Err(refusal) => {
                assert_eq!(before, self.room);
                Err(refusal)
            }
            Ok(events) => Ok(self.happen(events, cause)),
        }
    }

    /// Lets time pass to the next deadline, and all that is due happen. False when there is none.
    pub fn wait(&mut self) -> bool {
        let Some(at) = self.room.next_deadline() else { return false };
        self.now = self.now.max(at);
        self.drain();
        true
    }

    /// Lets `ms` pass.
    pub fn pass_time(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some(at) = self.room.next_deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.drain();
        }
        self.now = until;
    }

    /// The drain rule: until nothing is due. A deadline that does not go away is a bug.
    pub fn drain(&mut self) {
        for _ in 0..1_000 {
            let events = self.room.decide_due(self.now);
            if events.is_empty() {
                return;
            }
            self.happen(events, None);
        }
        panic!("a deadline is due again and again: {:?}", self.room.common().flow);
    }

    fn happen(&mut self, mut events: Vec<Event>, cause: Option<Cause>) -> Vec<Recorded> {
        for event in &mut events {
            event.take_texts();
        }
        let recorded = self.room.record(events, self.now, cause);
        for record in &recorded {
            self.check_offer_is_fair(record);
            let before = (self.mv(), self.token().holder(), self.token().offered());
            self.room.apply(record).unwrap();
            self.check_move(before);
            self.check_token();
            if !self.light {
                self.deliver(record);
            }
        }
        if !self.light {
            self.journal.extend(recorded.iter().cloned());
        }
        self.check_screens();
        self.check_order_goes_on();
        recorded
    }

    fn deliver(&mut self, record: &Recorded) {
        if let Event::Room(RoomEvent::Left { seat, .. }) = &record.event {
            let frame = record.frame().unwrap();
            for (other, screen) in &mut self.screens {
                if other != seat {
                    screen.apply(&frame).unwrap();
                }
            }
            // A seat that left is told nothing more until it returns.
            self.screens.remove(seat);
            return;
        }
        if let Some(frame) = record.frame() {
            for (seat, screen) in &mut self.screens {
                let meant = match record.event.audience() {
                    Audience::Room => true,
                    Audience::Staff => screen.board.is_some(),
                    Audience::Seat(one) => one == *seat,
                    Audience::Ledger => false,
                };
                if meant {
                    screen.apply(&frame).unwrap();
                }
            }
        }
        // New people, those back after leaving, and those with a new role are welcomed afresh.
        let fresh = match &record.event {
            Event::Room(RoomEvent::Joined { person, .. }) => Some(person.seat),
            Event::Room(RoomEvent::Role { seat, .. }) => Some(*seat),
            Event::Room(RoomEvent::Returned { seat, .. }) if !self.screens.contains_key(seat) => {
                Some(*seat)
            }
            _ => None,
        };
        if let Some(seat) = fresh {
            self.screens.insert(seat, self.room.view(seat).unwrap());
        }
    }

    pub fn is_muted(&self, seat: SeatNo) -> bool {
        // Any of staff would see it; the journal's fold is the same whoever asks.
        self.room
            .common()
            .people
            .iter()
            .find(|person| person.role.is_staff())
            .and_then(|person| self.room.view(person.seat))
            .and_then(|view| view.board)
            .is_some_and(|board| board.mute_of(seat).is_some())
    }

    pub fn paused_for_want_of_staff(&self) -> bool {
        self.room.common().paused.as_ref().is_some_and(|p| p.why == PauseWhy::NoStaff)
    }
}

/// Folds a journal into a room.
pub fn fold(journal: &[Recorded]) -> Room {
    let (first, rest) = journal.split_first().unwrap();
    let mut room = Room::begin(first).unwrap();
    for record in rest {
        room.apply(record).unwrap();
    }
    room
}

/// A plain text.
pub fn text(words: &str) -> Text {
    Text::plain(words)
}

/// The names of the room's events in a batch, for stories.
pub fn facts(records: &[Recorded]) -> Vec<String> {
    records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Room(event) => {
                let value = serde_json::to_value(event).unwrap();
                let (name, body) = value.as_object().unwrap().iter().next().unwrap();
                Some(match body.get("seat").and_then(serde_json::Value::as_u64) {
                    Some(seat) => format!("{name} {seat}"),
                    None => name.clone(),
                })
            }
            _ => None,
        })
        .collect()
}
