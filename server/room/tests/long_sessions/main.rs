//! Long random sessions: people do anything at any time, connections drop, the server stops, time passes.
//!
//! After every step `World` checks every seat's screen and the invariants. `PROPTEST_CASES=2000
//! cargo test -p hearth-room --test long_sessions --release` searches longer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, and its sessions to read"
)]

mod bystander;
#[path = "../support/mod.rs"]
mod support;
mod wishes;

use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{Presence, Role};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{Advance, Order, RoundCommand};
use hearth_protocol::session::SessionCommand;
use hearth_protocol::signal::SignalCommand;
use hearth_protocol::turn::{Token, TurnCommand};
use hearth_protocol::{BarId, Command, MessageNo, SeatNo, Settings};
use hearth_room::{EarlierBar, Input};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use support::{NODE, World, facts, open_round, text};
use uuid::Uuid;
use wishes::{Thing, Wish, thing};

/// The reference knows only how the circle was made; the replayed room is the model.
#[derive(Debug, Clone)]
struct Circle(Settings);

impl ReferenceStateMachine for Circle {
    type State = Self;
    type Transition = Thing;

    fn init_state() -> BoxedStrategy<Self> {
        wishes::settings().prop_map(Self).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Thing> {
        thing().boxed()
    }

    fn apply(state: Self, _: &Thing) -> Self {
        state
    }
}

struct Session;

impl StateMachineTest for Session {
    type SystemUnderTest = World;
    type Reference = Circle;

    fn init_test(circle: &Circle) -> World {
        let bar = EarlierBar { id: BarId(Uuid::from_u128(1)), name: text("Robin"), at: 1 };
        World::open_with_bars(circle.0.clone(), vec![bar]).joined_by(&[
            Role::Facilitator,
            Role::Moderator,
            Role::Participant,
        ])
    }

    fn apply(mut world: World, _: &Circle, thing: Thing) -> World {
        world.pass_time(1_000);
        happen(&mut world, thing);
        world
    }

    fn teardown(mut world: World, _: Circle) {
        if std::env::var_os("HEARTH_SHOW_SESSIONS").is_some() {
            println!("{}", facts(&world.journal).join(", "));
        }
        world.check_replay();
        everyone_is_heard_if_all_answer(&mut world);
    }
}

fn happen(world: &mut World, thing: Thing) {
    match thing {
        Thing::Join(role, stance) => {
            if world.room.view().people.len() < 6 {
                let _refused_when_over = world.try_join(role, stance);
            }
        }
        Thing::Drop(seat) => {
            let _unknown_seats_are_refused =
                world.act(&Input::ConnectionLost { seat: SeatNo(seat) });
        }
        Thing::Return(seat) => {
            let _barred = world.act(&Input::Return { seat: SeatNo(seat), node: NODE });
        }
        Thing::Writing(seat) => {
            let _unknown_seats = world.act(&Input::Writing { seat: SeatNo(seat) });
        }
        Thing::Stop(lost) => {
            world.act(&Input::Restart).unwrap();
            for seat in (1..=6).filter(|seat| *seat != lost) {
                let _who_left_may_return_too =
                    world.act(&Input::Return { seat: SeatNo(seat), node: NODE });
            }
        }
        Thing::Wait => {
            let soon = world.room.next_deadline().is_some_and(|at| at < world.now + 700_000);
            if soon {
                world.wait();
            }
        }
        Thing::PassTime(ms) => world.pass_time(ms),
        Thing::Do(seat, wish) => {
            let command = fill_in(world, &wish);
            let _may_be_refused = world.command(SeatNo(seat), command);
        }
        Thing::Usual => usual(world),
    }
}

fn last_message(world: &World) -> MessageNo {
    world.screens.keys().find_map(|seat| world.last_message(*seat)).unwrap_or(MessageNo(0))
}

fn fill_in(world: &World, wish: &Wish) -> Command {
    let turn_id = world.turn_id();
    let message = last_message(world);
    match wish {
        Wish::Plain(command) => command.clone(),
        Wish::Take => TurnCommand::Take { turn_id }.into(),
        Wish::Pass => TurnCommand::Pass { turn_id }.into(),
        Wish::Later => TurnCommand::Later { turn_id }.into(),
        Wish::Share => MessageCommand::Share { turn_id, text: text("words") }.into(),
        Wish::Finish(to) => TurnCommand::Finish { turn_id, to: to.map(SeatNo) }.into(),
        Wish::Say => MessageCommand::Say { turn_id, text: text("words") }.into(),
        Wish::TakeBackLast => MessageCommand::TakeBack { message }.into(),
        Wish::HideLast => MessageCommand::HideMessage { message }.into(),
        Wish::RestoreLast => MessageCommand::RestoreMessage { message }.into(),
        Wish::GestureLast(kind, on) => {
            SignalCommand::Gesture { message, kind: *kind, on: *on }.into()
        }
        Wish::Offer(seat) => TurnCommand::Offer { turn_id, seat: SeatNo(*seat) }.into(),
        Wish::Next => TurnCommand::Next { turn_id }.into(),
        Wish::Skip => TurnCommand::Skip { turn_id }.into(),
        Wish::Reclaim => TurnCommand::Reclaim { turn_id }.into(),
        Wish::ResumeOrder => TurnCommand::ResumeOrder { turn_id }.into(),
        Wish::Longer => TurnCommand::Longer { turn_id }.into(),
        Wish::LiftBar(nth) => {
            let bar = world.room.hosts_view().bars.keys().nth(*nth);
            ModerationCommand::LiftBar { bar: bar.unwrap_or(BarId(Uuid::nil())) }.into()
        }
        Wish::Stale => TurnCommand::Skip { turn_id: turn_id.wrapping_sub(1) }.into(),
    }
}

/// The person who is offered the token takes it; the holder shares and finishes; anyone takes it
/// from the centre.
fn usual(world: &mut World) {
    let turn_id = world.turn_id();
    if world.session().pause.is_some() {
        let _no_host_may_be_here = world.command(SeatNo(1), SessionCommand::Unpause {});
    }
    match world.token().clone() {
        Token::Offered { seat } => {
            let _away_or_paused = world.command(seat, TurnCommand::Take { turn_id });
        }
        Token::Held { seat, shares: 0, .. } => {
            let share = MessageCommand::Share { turn_id, text: text("words") };
            let _away_or_paused = world.command(seat, share);
        }
        Token::Held { seat, .. } => {
            let _away = world.command(seat, TurnCommand::Finish { turn_id, to: None });
        }
        Token::Centre { .. } => {
            for seat in 1..=6 {
                let _only_in_popcorn = world.command(SeatNo(seat), TurnCommand::Take { turn_id });
                let _only_in_hands = world.command(SeatNo(seat), QueueCommand::Raise {});
            }
            if world.turn_id() == turn_id {
                facilitate(world);
            }
        }
    }
}

/// The facilitator keeps the circle going: a next offer, a next round.
fn facilitate(world: &mut World) {
    let turn_id = world.turn_id();
    let open = world.room.view().round.as_ref().is_some_and(|round| round.open);
    let command: Command = match world.waiting().first() {
        _ if !open => open_round(None).into(),
        _ if world.queue().halted => TurnCommand::ResumeOrder { turn_id }.into(),
        Some(seat) => TurnCommand::Offer { turn_id, seat: *seat }.into(),
        None => RoundCommand::CloseRound {}.into(),
    };
    let _they_may_be_away = world.command(SeatNo(1), command);
}

/// Nobody waits forever: if everyone who is here answers from now on, an order that runs by itself
/// reaches everyone who is waiting within a bounded number of steps.
fn everyone_is_heard_if_all_answer(world: &mut World) {
    for seat in 1..=6 {
        let _barred = world.act(&Input::Return { seat: SeatNo(seat), node: NODE });
    }
    let people = &world.room.view().people;
    let facilitator = people
        .iter()
        .find(|(_, p)| p.presence == Presence::Here && p.role == Role::Facilitator)
        .map(|(seat, _)| seat);
    let Some(facilitator) = facilitator else { return };
    let _when_ending = world.command(facilitator, SessionCommand::UndoEnd {});
    let _when_paused = world.command(facilitator, SessionCommand::Unpause {});
    let turn_id = world.turn_id();
    let _when_halted = world.command(facilitator, TurnCommand::ResumeOrder { turn_id });
    let by_itself = world.room.view().round.as_ref().is_some_and(|round| {
        round.open
            && matches!(round.order, Order::GoRound | Order::Hands)
            && round.advance == Advance::Itself
    });
    if !by_itself || !world.room.view().turn_timers_run() {
        return;
    }
    for _ in 0..150 {
        if world.queue().complete {
            return;
        }
        usual(world);
        world.pass_time(1_000);
    }
    panic!("someone is still waiting after 150 answers: {:?}", world.queue());
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(192),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn in_long_random_sessions_every_screen_follows_and_the_token_keeps_its_rules(
        sequential 20..200 => Session
    );
}
