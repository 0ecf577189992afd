//! What the policy says in all kinds of situations, for tests of the page, which evaluates the same
//! table.
//!
//! `protocol/scenarios/policy-cases.jsonl` holds a line for each situation, `{situation, room, own}`
//! with `own` by seat, and after it the commands sent in that situation: `{command, refused}` with the
//! seats that are refused by code. Seats that it doesn't name are allowed. `HEARTH_BLESS=1` rewrites
//! the file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test: a broken expectation panics"
)]

mod support;

use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{PresenceCommand, Role, Stance};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{Advance, HandsBy, Order, RoundCommand};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::silence::{Bell, SilenceCommand};
use hearth_protocol::turn::{Token, TurnCommand};
use hearth_protocol::{Command, RefusalCode, SeatNo, Settings};
use hearth_room::{DecideError, Input, Random};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::{NODE, World, open_round, text};

const PEOPLE: [Role; 6] = [
    Role::Facilitator,
    Role::Moderator,
    Role::Participant,
    Role::Participant,
    Role::Listener,
    Role::Participant,
];
const BYTES_MAX: usize = 600_000;

/// The lines so far, and what they cover.
#[derive(Default)]
struct Cases {
    lines: Vec<String>,
    allowed: BTreeSet<&'static str>,
    codes: BTreeSet<String>,
}

impl Cases {
    /// Records the room's answer to every command from every seat.
    fn record(&mut self, situation: &str, world: &World) {
        let room = world.room.view();
        let own: BTreeMap<_, _> =
            room.people.keys().map(|seat| (seat, world.room.seat_view(seat).unwrap())).collect();
        self.lines.push(json!({ "situation": situation, "room": room, "own": own }).to_string());
        for command in Command::samples() {
            for command in variants(world, &command) {
                self.record_command(world, &command);
            }
        }
    }

    fn record_command(&mut self, world: &World, command: &Command) {
        let room = world.room.view();
        let mut refused: BTreeMap<String, Vec<SeatNo>> = BTreeMap::new();
        for seat in room.people.keys() {
            let own = world.room.seat_view(seat).unwrap();
            match command.policy().check(room, own, command.request(seat)) {
                Ok(()) => {
                    self.allowed.insert(command.name());
                }
                Err(code) => {
                    assert_eq!(decided(world, seat, command), Err(code), "{seat} {command:?}");
                    let code = serde_json::to_value(code).unwrap();
                    refused.entry(code.as_str().unwrap().to_owned()).or_default().push(seat);
                }
            }
        }
        self.codes.extend(refused.keys().cloned());
        self.lines.push(json!({ "command": command, "refused": refused }).to_string());
    }
}

/// Returns the room's own decision.
fn decided(world: &World, seat: SeatNo, command: &Command) -> Result<(), RefusalCode> {
    let id = hearth_protocol::CommandId::new(uuid::Uuid::from_u128(1));
    let input = Input::Command { seat, id, command: command.clone() };
    match world.room.decide(&input, world.now, Random::repeatable(1)) {
        Ok(_) => Ok(()),
        Err(DecideError::Refused(refusal)) => Err(refusal.code),
        Err(error) => panic!("{error}"),
    }
}

/// Returns the command with the current and a past turn id, and with every target.
fn variants(world: &World, command: &Command) -> Vec<Command> {
    let plain = serde_json::to_value(command).unwrap();
    let (name, fields) = plain.as_object().unwrap().iter().next().unwrap();
    let target =
        fields.as_object().unwrap().keys().find(|field| *field == "seat" || *field == "to");
    let target = target.filter(|_| command.target().is_some());
    let with = |turn_id: u64, seat: Option<u16>| {
        let mut changed = fields.as_object().unwrap().clone();
        for words in changed.values_mut().filter_map(|field| field.get_mut("plain")) {
            *words = json!("words");
        }
        if command.turn_id().is_some() {
            changed.insert("turn_id".to_owned(), json!(turn_id));
        }
        match (target, seat) {
            (Some(target), Some(seat)) => drop(changed.insert(target.clone(), json!(seat))),
            (Some(target), None) => drop(changed.remove(target)),
            (None, _) => {}
        }
        let json = Value::Object(changed).to_string();
        let raw: Box<serde_json::value::RawValue> = serde_json::from_str(&json).unwrap();
        Command::parse(name, &raw).unwrap().ok()
    };
    let now = world.turn_id();
    let mut all = Vec::new();
    if target.is_none() {
        all.push(with(now, None));
    } else {
        // Every seat, a seat that doesn't exist, and no target.
        let seats = 1..=PEOPLE.len() as u16 + 1;
        all.extend(seats.map(|seat| with(now, Some(seat))));
        all.push(with(now, None));
    }
    if command.turn_id().is_some() {
        all.push(with(now + 1, Some(3)));
    }
    all.into_iter().flatten().collect()
}

fn gathered(settings: Settings) -> World {
    World::with(settings, &PEOPLE)
}

fn in_round(order: Order) -> World {
    let mut world = gathered(Settings::default());
    world.ok(1, open_round(Some(order)));
    world
}

fn take(world: &mut World, seat: u16) {
    let turn_id = world.turn_id();
    world.ok(seat, TurnCommand::Take { turn_id });
}

fn turn(world: &mut World, seat: u16) {
    take(world, seat);
    let turn_id = world.turn_id();
    world.ok(seat, MessageCommand::Share { turn_id, text: text("words") });
    world.ok(seat, TurnCommand::Finish { turn_id, to: None });
}

fn disconnect(world: &mut World, seat: u16) {
    world.act(&Input::ConnectionLost { seat: SeatNo(seat) }).unwrap();
}

fn mute(world: &mut World, seat: u16) {
    world.ok(1, ModerationCommand::Mute { seat: SeatNo(seat), for_ms: None });
}

fn phases(cases: &mut Cases) {
    let mut world = gathered(Settings::default());
    mute(&mut world, 6);
    cases.record("people gather, one is muted", &world);
    world.ok(2, SessionCommand::Pause { message: None });
    cases.record("a pause while people gather", &world);
    world.ok(2, SessionCommand::Unpause {});
    disconnect(&mut world, 1);
    disconnect(&mut world, 2);
    cases.record("people gather without hosts", &world);
    world.act(&Input::Return { seat: SeatNo(1), node: NODE }).unwrap();
    world.ok(3, PresenceCommand::Stance { stance: Stance::Resting });
    world.ok(4, PresenceCommand::Leave {});
    world.ok(1, open_round(Some(Order::GoRound)));
    world.ok(1, RoundCommand::CloseRound {});
    cases.record("no round now; one rests, one left", &world);
    world.ok(1, SessionCommand::SetPhase { phase: Phase::Lingering });
    world.remove(1, 6);
    cases.record("lingering; one was removed", &world);
    disconnect(&mut world, 1);
    cases.record("lingering without hosts", &world);
    world.act(&Input::Return { seat: SeatNo(1), node: NODE }).unwrap();
    world.ok(1, SessionCommand::End {});
    cases.record("an end that can be undone", &world);
    assert!(world.wait());
    assert_eq!(world.session().phase, Phase::Ended);
    cases.record("the session is over", &world);
}

fn go_rounds(cases: &mut Cases) {
    let mut world = in_round(Order::GoRound);
    cases.record("go-round, offered", &world);
    turn(&mut world, 1);
    take(&mut world, 2);
    mute(&mut world, 3);
    cases.record("go-round, a turn; the next is muted", &world);
    let mut paused = world.clone();
    paused.ok(2, SessionCommand::Pause { message: None });
    cases.record("go-round, a turn in a pause", &paused);
    let mut ending = world.clone();
    ending.ok(1, SessionCommand::End {});
    cases.record("go-round, a turn while the session ends", &ending);
    paused.ok(1, SessionCommand::End {});
    cases.record("go-round, ending and in a pause", &paused);
}

fn go_rounds_on(cases: &mut Cases) {
    let mut world = in_round(Order::GoRound);
    turn(&mut world, 1);
    take(&mut world, 2);
    mute(&mut world, 3);
    let turn_id = world.turn_id();
    let mut halted = world.clone();
    halted.ok(1, TurnCommand::Reclaim { turn_id });
    cases.record("go-round, halted", &halted);
    world.ok(2, TurnCommand::Later { turn_id });
    assert_eq!(world.token().offered(), Some(SeatNo(3)));
    cases.record("go-round, offered to someone who is muted", &world);
    disconnect(&mut world, 2);
    disconnect(&mut world, 1);
    world.pass_time(60_000);
    assert!(world.is_paused_without_host());
    cases.record("a pause without hosts", &world);

    let mut world = in_round(Order::GoRound);
    take(&mut world, 1);
    disconnect(&mut world, 1);
    cases.record("go-round, the holder is away", &world);

    let settings = Settings { advance: Advance::Facilitator, ..Settings::default() };
    let mut world = gathered(settings);
    world.ok(1, open_round(Some(Order::GoRound)));
    assert!(world.token().is_resting());
    cases.record("go-round that waits for the facilitator", &world);
    world.ok(2, RoundCommand::CloseRound {});
    cases.record("the round is closed", &world);
}

fn silences(cases: &mut Cases) {
    let ring = || SilenceCommand::RingBell { for_ms: None, reason: None };
    let mut world = in_round(Order::GoRound);
    take(&mut world, 1);
    world.ok(1, ring());
    cases.record("go-round, a turn in a silence", &world);
    world.ok(1, SilenceCommand::EndSilence {});
    cases.record("go-round, a turn after a silence", &world);

    let mut world = gathered(Settings { bell: Bell::Everyone, ..Settings::default() });
    world.ok(1, open_round(Some(Order::Open)));
    cases.record("an open floor where everyone may ring", &world);
    world.ok(3, ring());
    world.ok(1, SilenceCommand::EndSilence {});
    cases.record("an open floor, one has rung", &world);
}

fn other_orders(cases: &mut Cases) {
    let mut world = in_round(Order::Hands);
    cases.record("hands, none raised", &world);
    world.ok(3, QueueCommand::Raise {});
    world.ok(4, QueueCommand::Raise {});
    world.ok(6, PresenceCommand::Stance { stance: Stance::Listening });
    cases.record("hands, offered, another waits", &world);
    let first_come = Some(HandsBy::FirstCome);
    world
        .ok(1, RoundCommand::SetOrder { order: Order::Hands, hands_by: first_come, advance: None });
    cases.record("hands by first come", &world);

    let mut world = in_round(Order::Popcorn);
    turn(&mut world, 3);
    world.ok(6, PresenceCommand::Stance { stance: Stance::Listening });
    mute(&mut world, 4);
    assert!(matches!(world.token(), Token::Centre { first_reach: Some(_) }));
    cases.record("popcorn, those not heard have the first reach", &world);
    assert!(world.wait());
    cases.record("popcorn, anyone may reach", &world);
    take(&mut world, 3);
    cases.record("popcorn, a turn", &world);

    let mut world = in_round(Order::Facilitator);
    cases.record("the facilitator's order", &world);
    let turn_id = world.turn_id();
    world.ok(1, TurnCommand::Offer { turn_id, seat: SeatNo(4) });
    cases.record("the facilitator's order, offered", &world);

    let mut world = in_round(Order::Open);
    mute(&mut world, 3);
    cases.record("an open floor", &world);
    world.ok(1, SessionCommand::SetPhase { phase: Phase::Closing });
    cases.record("an open floor in the closing phase", &world);
}

fn without_facilitators(cases: &mut Cases) {
    let mut world = in_round(Order::Facilitator);
    disconnect(&mut world, 1);
    world.pass_time(60_000);
    assert!(world.session().moderators_act);
    world.ok(2, ModerationCommand::Mute { seat: SeatNo(3), for_ms: None });
    cases.record("the facilitator is gone, and moderators act", &world);
}

#[test]
fn the_page_is_given_every_kind_of_refusal() {
    let mut cases = Cases::default();
    phases(&mut cases);
    go_rounds(&mut cases);
    go_rounds_on(&mut cases);
    silences(&mut cases);
    other_orders(&mut cases);
    without_facilitators(&mut cases);

    let names: BTreeSet<_> = Command::policies().map(|(name, _)| *name).collect();
    assert_eq!(cases.allowed, names, "each command is allowed somewhere");
    let expected = [
        "already_rung",
        "ending",
        "floor_closed",
        "listening",
        "muted",
        "no_host",
        "no_round",
        "no_such_seat",
        "not_allowed",
        "not_eligible",
        "not_free",
        "not_now",
        "not_offered",
        "not_your_turn",
        "outranked",
        "paused",
        "round_open",
        "silence",
        "stale_turn",
        "wrong_order",
    ];
    let expected: BTreeSet<_> = expected.map(String::from).into();
    assert_eq!(cases.codes, expected, "each refusal of the policy occurs");

    let written = cases.lines.join("\n") + "\n";
    assert!(written.len() < BYTES_MAX, "{} bytes", written.len());
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol/scenarios/policy-cases.jsonl");
    if std::env::var_os("HEARTH_BLESS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let same = stored.lines().zip(written.lines()).take_while(|(old, new)| old == new).count();
    assert!(
        stored == written,
        "line {} of {} is not what the room says. If the change is meant, run \
         `HEARTH_BLESS=1 cargo test -p hearth-room --test policy_cases`",
        same + 1,
        path.display()
    );
}
