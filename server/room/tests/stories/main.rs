//! What people live through in a circle, rule by rule, without a socket.
#![allow(clippy::unwrap_used, reason = "tests panic on a broken expectation")]

mod late;
#[path = "../support/mod.rs"]
mod support;
mod together;
mod turns;

use hearth_protocol::round::{HandsBy, Start, TurnLimit};
use hearth_protocol::{
    Command, Order, Phase, RefusalCode, Role, SeatNo, Settings, Stance, Timer, Token,
};
use hearth_room::Act;
use support::{NODE, World, facts, text};

const STAFFED: [Role; 4] =
    [Role::Facilitator, Role::Moderator, Role::Participant, Role::Participant];

fn open_round(order: Order) -> Command {
    Command::OpenRound {
        prompt: Some(text("What brought you here?")),
        order: Some(order),
        hands_by: None,
        advance: None,
        limit: None,
        unlimited: false,
        start: Start::Facilitator,
        slow_ms: None,
        closing: false,
    }
}

/// The same with another time for turns.
fn open_round_with(order: Order, time: Option<TurnLimit>, none: bool) -> Command {
    let mut command = open_round(order);
    if let Command::OpenRound { limit, unlimited, .. } = &mut command {
        (*limit, *unlimited) = (time, none);
    }
    command
}

fn round_of(order: Order) -> World {
    let mut world = World::with(Settings::default(), &STAFFED);
    world.ok(1, open_round(order));
    world
}

fn take(world: &mut World, seat: u16) -> Vec<hearth_room::Recorded> {
    let r#move = world.mv();
    world.ok(seat, Command::Take { r#move })
}

fn share(world: &mut World, seat: u16) {
    let r#move = world.mv();
    world.ok(seat, Command::Share { r#move, text: text("I am here") });
}

fn done(world: &mut World, seat: u16) -> Vec<hearth_room::Recorded> {
    let r#move = world.mv();
    world.ok(seat, Command::Done { r#move, to: None })
}

fn pass(world: &mut World, seat: u16) -> Vec<hearth_room::Recorded> {
    let r#move = world.mv();
    world.ok(seat, Command::Pass { r#move })
}

fn turn(world: &mut World, seat: u16) {
    take(world, seat);
    share(world, seat);
    done(world, seat);
}

fn refused(world: &mut World, seat: u16, command: Command) -> RefusalCode {
    world.command(SeatNo(seat), command).unwrap_err().code
}

fn drop_line(world: &mut World, seat: u16) {
    world.act(&Act::Lost { seat: SeatNo(seat) }).unwrap();
}

fn come_back(world: &mut World, seat: u16) {
    world.act(&Act::Return { seat: SeatNo(seat), node: NODE }).unwrap();
}

fn offered(world: &World) -> Option<u16> {
    world.token().offered().map(|seat| seat.0)
}

fn holder(world: &World) -> Option<u16> {
    world.token().holder().map(|seat| seat.0)
}
