//! A room with its journal and everyone's screen, checked after every step.
//!
//! Each step proves: *old view + frame = new view* for every seat, and the patch is exactly what
//! changed; every id in a fact is in the recipient's view; replaying the row gives the same room;
//! and the invariants of the token.
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
mod delivery;

use hearth_protocol::frame::AudienceFrame;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{PresenceFact, Role, Stance};
use hearth_protocol::queue::Queue;
use hearth_protocol::round::{Order, RoundCommand, Start};
use hearth_protocol::session::{PauseReason, SessionState};
use hearth_protocol::turn::{Token, TurnLimit};
use hearth_protocol::{
    BarId, CircleId, Command, CommandId, Fact, MessageNo, Millis, RefusalCode, RoomId, SeatNo,
    Settings, Snapshot, Text, TextId,
};
use hearth_room::{DecideError, Decision, EarlierBar, Effect, Input, Opening, Random, Room, Row};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub const START: Millis = 1_000_000;
pub const NODE: Uuid = Uuid::from_u128(0xA);

/// The room under test, and everyone's screen.
#[derive(Clone)]
pub struct World {
    pub room: Room,
    pub now: Millis,
    pub journal: Vec<Row>,
    pub texts: BTreeMap<TextId, Text>,
    pub screens: BTreeMap<SeatNo, Snapshot>,
    /// Every frame and snapshot each seat received, in order, as JSON.
    pub frames: BTreeMap<SeatNo, Vec<String>>,
    /// The room, rebuilt from its rows alone.
    replayed: Option<Room>,
    /// Seats the room itself offered the token to in this round (invariant 2).
    pub offered: BTreeSet<SeatNo>,
    /// Seats that had their chance in this round: they were offered the token, or took it from the
    /// centre.
    pub asked: BTreeSet<SeatNo>,
    /// The bars that the circle keeps, by the effects so far.
    kept_bars: BTreeSet<BarId>,
    /// The first rule that was broken.
    pub broken: Option<String>,
    /// For the model: without journal and screens; notes a broken rule instead of panicking.
    light: bool,
    next_id: u128,
    /// The seed of the next decision.
    pub seed: u64,
}

/// Result of an input.
pub type Outcome = Result<Vec<Row>, RefusalCode>;

impl World {
    pub fn open(settings: Settings) -> Self {
        Self::open_with_bars(settings, Vec::new())
    }

    /// Opens a room of a circle from which people were removed in earlier sessions.
    pub fn open_with_bars(settings: Settings, bars: Vec<EarlierBar>) -> Self {
        let opening = Opening {
            room: RoomId(Uuid::from_u128(1)),
            circle: CircleId(Uuid::from_u128(2)),
            title: text("Tuesday circle"),
            agreements: None,
            bars,
            timers: settings.pace.timers(),
            settings,
        };
        let kept_bars = opening.bars.iter().map(|bar| bar.id).collect();
        let (room, decision) = Room::open(&opening, START, Random::repeatable(1)).unwrap();
        let replayed = Room::from_first(&decision.row).unwrap();
        assert_eq!(room, replayed);
        Self {
            room,
            now: START,
            texts: decision.texts.into_iter().collect(),
            journal: vec![decision.row],
            screens: BTreeMap::new(),
            frames: BTreeMap::new(),
            replayed: Some(replayed),
            offered: BTreeSet::new(),
            asked: BTreeSet::new(),
            kept_bars,
            broken: None,
            light: false,
            next_id: 100,
            seed: 7,
        }
    }

    /// Like [`World::with`], for the model.
    pub fn light(settings: Settings, roles: &[Role]) -> Self {
        let mut world = Self::with(settings, roles);
        world.light = true;
        world.screens.clear();
        world.frames.clear();
        world.journal.clear();
        world.texts.clear();
        world.replayed = None;
        world
    }

    /// Returns a circle with these people, all present, numbered from seat 1.
    pub fn with(settings: Settings, roles: &[Role]) -> Self {
        Self::open(settings).joined_by(roles)
    }

    pub fn joined_by(mut self, roles: &[Role]) -> Self {
        for role in roles {
            self.join(*role);
        }
        self
    }

    pub fn join(&mut self, role: Role) -> SeatNo {
        self.try_join(role, Stance::Sharing).expect("a seat is free");
        SeatNo(self.room.view().people.len() as u16)
    }

    pub fn try_join(&mut self, role: Role, stance: Stance) -> Outcome {
        let seat = self.room.view().people.len() as u8 + 1;
        let name = text(&format!("Person {seat}"));
        let key = KeyHash::from_bytes([seat; 32]);
        self.act(&Input::Join { key, role, name, stance, node: NODE })
    }

    pub fn fresh_id(&mut self) -> CommandId {
        self.next_id += 1;
        CommandId::new(Uuid::from_u128(self.next_id))
    }

    pub fn turn_id(&self) -> u64 {
        self.room.view().turn.turn_id
    }

    pub fn token(&self) -> &Token {
        &self.room.view().turn.token
    }

    pub fn queue(&self) -> &Queue {
        &self.room.view().queue
    }

    pub fn session(&self) -> &SessionState {
        &self.room.view().session
    }

    pub fn heard(&self) -> Vec<SeatNo> {
        self.queue().heard.keys().collect()
    }

    pub fn passed(&self) -> Vec<SeatNo> {
        self.queue().passed.keys().collect()
    }

    pub fn later(&self) -> Vec<SeatNo> {
        self.queue().later.in_order()
    }

    pub fn waiting(&self) -> Vec<SeatNo> {
        self.queue().waiting.in_order()
    }

    /// Returns the last message on a seat's screen.
    pub fn last_message(&self, seat: SeatNo) -> Option<MessageNo> {
        self.screens.get(&seat).and_then(|screen| screen.messages.last_key())
    }

    pub fn command(&mut self, seat: SeatNo, command: impl Into<Command>) -> Outcome {
        let id = self.fresh_id();
        self.act(&Input::Command { seat, id, command: command.into() })
    }

    /// Sends a command that must succeed.
    pub fn ok(&mut self, seat: u16, command: impl Into<Command>) -> Vec<Row> {
        let command = command.into();
        let name = command.name();
        self.command(SeatNo(seat), command).unwrap_or_else(|r| panic!("{seat} {name}: {r:?}"))
    }

    /// Removes someone for the rest of the session.
    pub fn remove(&mut self, by: u16, seat: u16) -> Vec<Row> {
        self.ok(by, ModerationCommand::Remove { seat: SeatNo(seat), until: None })
    }

    /// Lets someone back in who was removed.
    pub fn lift_bar(&mut self, by: u16, seat: u16) -> Vec<Row> {
        let bar = self.bar_of(SeatNo(seat)).expect("nobody removed them");
        self.ok(by, ModerationCommand::LiftBar { bar })
    }

    /// Returns the bar of someone who was removed in this session.
    pub fn bar_of(&self, seat: SeatNo) -> Option<BarId> {
        let bars = &self.room.hosts_view().bars;
        bars.iter().find(|(_, bar)| bar.seat == Some(seat)).map(|(id, _)| id)
    }

    pub fn act(&mut self, input: &Input) -> Outcome {
        let random = self.random();
        let decided = self.room.decide(input, self.now, random);
        match decided {
            Err(DecideError::Refused(refusal)) => Err(refusal.code),
            Err(error) => panic!("{error}"),
            Ok(None) => Ok(Vec::new()),
            Ok(Some(decision)) => Ok(vec![self.happen(decision)]),
        }
    }

    fn random(&mut self) -> Random {
        // Returns a random number for each decision, independent of earlier ones.
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        Random::repeatable(if self.light { 7 } else { self.seed })
    }

    /// Advances the clock to the next deadline, and lets everything due happen. Returns false if
    /// there is none.
    pub fn wait(&mut self) -> bool {
        let Some(at) = self.room.next_deadline() else { return false };
        self.now = self.now.max(at);
        self.drain();
        true
    }

    /// Advances the clock by `ms`.
    pub fn pass_time(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some(at) = self.room.next_deadline().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.drain();
        }
        self.now = until;
    }

    /// Lets everything due happen. A deadline that doesn't go away is a bug.
    pub fn drain(&mut self) {
        for _ in 0..1_000 {
            if self.drain_one().is_none() {
                return;
            }
        }
        panic!("a deadline is due again and again: {:?}", self.room.view());
    }

    /// Lets the first due event happen.
    pub fn drain_one(&mut self) -> Option<Row> {
        let random = self.random();
        let decision = self.room.decide_due(self.now, random).unwrap()?;
        Some(self.happen(decision))
    }

    fn happen(&mut self, decision: Decision) -> Row {
        let before = self.room.clone();
        self.room.accept(&decision);
        let row = decision.row;
        if !self.light {
            self.texts.extend(decision.texts);
            self.check_row(&before, &row);
            self.deliver(&before, &row);
            self.journal.push(row.clone());
        }
        self.check_facts(&before, &row);
        self.check_turn_id(&before);
        self.check_token();
        self.check_order_goes_on();
        self.check_bars(&row);
        row
    }

    pub fn is_muted(&self, seat: SeatNo) -> bool {
        self.room.is_muted(seat)
    }

    pub fn is_paused_without_host(&self) -> bool {
        self.session().pause.as_ref().is_some_and(|p| p.reason == PauseReason::NoHost)
    }

    /// A rule that must hold.
    fn hold(&mut self, rule: bool, what: &str) {
        if rule {
            return;
        }
        let broken = format!("{what}: {:?} {:?}", self.room.view().turn, self.queue());
        assert!(self.light, "{broken}");
        self.broken.get_or_insert(broken);
    }
}

fn json(frame: Option<hearth_room::WireFrame<'_>>) -> Option<String> {
    frame.map(|frame| serde_json::to_string(&frame).unwrap())
}

/// Returns a plain text.
pub fn text(words: &str) -> Text {
    Text::plain(words)
}

/// Returns the facts that a row sends to everyone, those about messages included.
pub fn facts_of(row: &Row) -> Vec<Fact> {
    let Some(room) = &row.room else { return Vec::new() };
    let raw = room.common.facts.iter().chain(room.messages.iter().filter_map(|p| p.facts.as_ref()));
    raw.flat_map(|raw| serde_json::from_str::<Vec<Fact>>(raw.get()).unwrap()).collect()
}

/// Returns the names of the facts that rows send to everyone, with the seat they name.
pub fn facts(rows: &[Row]) -> Vec<String> {
    rows.iter()
        .flat_map(facts_of)
        .map(|fact| {
            let value = serde_json::to_value(&fact).unwrap();
            let (name, body) = value.as_object().unwrap().iter().next().unwrap();
            match body.get("seat").and_then(serde_json::Value::as_u64) {
                Some(seat) => format!("{name} {seat}"),
                None => name.clone(),
            }
        })
        .collect()
}

/// Returns a command that opens a round of this order, otherwise with the circle's settings.
pub fn open_round(order: Option<Order>) -> RoundCommand {
    RoundCommand::OpenRound {
        prompt: None,
        order,
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
}

/// Like [`open_round`], with another time limit.
pub fn open_round_with(order: Order, time: Option<TurnLimit>, none: bool) -> RoundCommand {
    let mut command = open_round(Some(order));
    if let RoundCommand::OpenRound { limit, unlimited, .. } = &mut command {
        (*limit, *unlimited) = (time, none);
    }
    command
}
