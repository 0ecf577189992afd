//! What people experience in a circle, rule by rule, without sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on a broken expectation"
)]

mod abuse;
mod bars;
mod hidden;
mod late;
mod messages;
mod mutes;
mod questions;
mod silence;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod turns;

use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{PresenceCommand, Role, Stance};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{HandsBy, Order, RoundCommand};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::turn::{Timer, Token, TurnCommand, TurnLimit};
use hearth_protocol::{Command, RefusalCode, SeatNo, Settings, TextId};
use hearth_room::{Effect, Input, Row};
use support::{NODE, World, facts, open_round_with, text};

const HOSTED: [Role; 4] =
    [Role::Facilitator, Role::Moderator, Role::Participant, Role::Participant];

fn open_round(order: Order) -> RoundCommand {
    support::open_round(Some(order))
}

fn round_of(order: Order) -> World {
    let mut world = World::with(Settings::default(), &HOSTED);
    world.ok(1, open_round(order));
    world
}

fn take(world: &mut World, seat: u16) -> Vec<Row> {
    let turn_id = world.turn_id();
    world.ok(seat, TurnCommand::Take { turn_id })
}

fn share(world: &mut World, seat: u16) {
    let turn_id = world.turn_id();
    world.ok(seat, MessageCommand::Share { turn_id, text: text("I am here") });
}

fn finish(world: &mut World, seat: u16) -> Vec<Row> {
    let turn_id = world.turn_id();
    world.ok(seat, TurnCommand::Finish { turn_id, to: None })
}

fn pass(world: &mut World, seat: u16) -> Vec<Row> {
    let turn_id = world.turn_id();
    world.ok(seat, TurnCommand::Pass { turn_id })
}

fn later(world: &mut World, seat: u16) -> Vec<Row> {
    let turn_id = world.turn_id();
    world.ok(seat, TurnCommand::Later { turn_id })
}

fn turn(world: &mut World, seat: u16) {
    take(world, seat);
    share(world, seat);
    finish(world, seat);
}

fn refused(world: &mut World, seat: u16, command: impl Into<Command>) -> RefusalCode {
    world.command(SeatNo(seat), command).unwrap_err()
}

fn disconnect(world: &mut World, seat: u16) {
    world.act(&Input::ConnectionLost { seat: SeatNo(seat) }).unwrap();
}

fn reconnect(world: &mut World, seat: u16) {
    world.act(&Input::Return { seat: SeatNo(seat), node: NODE }).unwrap();
}

/// Returns the texts that rows erase.
fn erased(rows: &[Row]) -> Vec<TextId> {
    let effects = rows.iter().flat_map(|row| &row.effects);
    let texts = effects.filter_map(|effect| match effect {
        Effect::EraseTexts(texts) => Some(texts),
        _ => None,
    });
    texts.flatten().copied().collect()
}

fn offered(world: &World) -> Option<u16> {
    world.token().offered().map(|seat| seat.0)
}

fn holder(world: &World) -> Option<u16> {
    world.token().holder().map(|seat| seat.0)
}
