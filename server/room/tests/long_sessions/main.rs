//! Long random sessions: people do anything at any time, lines drop, the server stops, time passes.
//!
//! After every step `World` checks every seat's screen and the invariants. `PROPTEST_CASES=2000
//! cargo test -p hearth-room --test long_sessions --release` searches longer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, and its sessions to read"
)]

#[path = "../support/mod.rs"]
mod support;
mod wishes;

use hearth_protocol::round::{Advance, Start};
use hearth_protocol::settings::{Late, Offers};
use hearth_protocol::{Command, Order, Phase, Presence, Role, SeatNo, Settings, Token, WordsId};
use hearth_room::Act;
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use support::{NODE, World, facts, text};
use wishes::{Thing, Wish, order, thing};

/// The reference knows only how the circle was made; the room's own fold is the model.
#[derive(Debug, Clone)]
struct Circle(Settings);

impl ReferenceStateMachine for Circle {
    type State = Self;
    type Transition = Thing;

    fn init_state() -> BoxedStrategy<Self> {
        (order(), prop::bool::weighted(0.2), any::<bool>(), any::<bool>())
            .prop_map(|(order, at_once, at_end, earlier_words)| {
                Self(Settings {
                    order,
                    offers: if at_once { Offers::AtOnce } else { Offers::Ask },
                    late: if at_end { Late::AtEnd } else { Late::NextRound },
                    earlier_words,
                    ..Settings::default()
                })
            })
            .boxed()
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
        World::with(circle.0.clone(), &[Role::Facilitator, Role::Moderator, Role::Participant])
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
        world.check_fold();
        everyone_is_heard_if_all_answer(&mut world);
    }
}

fn happen(world: &mut World, thing: Thing) {
    match thing {
        Thing::Join(role, stance) => {
            if world.room.common().people.len() < 6 {
                let _refused_when_over = world.try_join(role, stance);
            }
        }
        Thing::Drop(seat) => {
            let _unknown_seats_are_refused = world.act(&Act::Lost { seat: SeatNo(seat) });
        }
        Thing::Return(seat) => {
            let _barred = world.act(&Act::Return { seat: SeatNo(seat), node: NODE });
        }
        Thing::Writing(seat) => {
            let _unknown_seats = world.act(&Act::Writing { seat: SeatNo(seat) });
        }
        Thing::Stop(lost) => {
            world.act(&Act::Wake { node: NODE }).unwrap();
            for seat in (1..=6).filter(|seat| *seat != lost) {
                let _who_left_may_return_too =
                    world.act(&Act::Return { seat: SeatNo(seat), node: NODE });
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
            let _may_be_refused = world.command_with_dice(SeatNo(seat), command, 7);
        }
        Thing::Usual => usual(world),
    }
}

fn last_said(world: &World) -> WordsId {
    let of = |seat: &SeatNo| world.screens.get(seat).and_then(|screen| screen.said.last());
    world.screens.keys().find_map(of).map_or(WordsId(uuid::Uuid::nil()), |said| said.words.id)
}

fn fill_in(world: &World, wish: &Wish) -> Command {
    let r#move = world.mv();
    match wish {
        Wish::Plain(command) => command.clone(),
        Wish::Take => Command::Take { r#move },
        Wish::Pass => Command::Pass { r#move },
        Wish::Later => Command::Later { r#move },
        Wish::Share => Command::Share { r#move, text: text("words") },
        Wish::Done(to) => Command::Done { r#move, to: to.map(SeatNo) },
        Wish::Say => Command::Say { r#move, text: text("words") },
        Wish::TakeBackLast => Command::TakeBack { said: last_said(world) },
        Wish::GestureLast(kind, on) => {
            Command::Gesture { said: last_said(world), kind: *kind, on: *on }
        }
        Wish::Offer(seat) => Command::Offer { r#move, seat: SeatNo(*seat) },
        Wish::Next => Command::Next { r#move },
        Wish::Skip => Command::Skip { r#move },
        Wish::Reclaim => Command::Reclaim { r#move },
        Wish::GoOn => Command::GoOn { r#move },
        Wish::Longer => Command::Longer { r#move },
        Wish::Stale => Command::Skip { r#move: r#move.wrapping_sub(1) },
    }
}

/// Whoever is offered the token takes it; whoever holds it shares and is done; anyone reaches.
fn usual(world: &mut World) {
    let r#move = world.mv();
    if world.room.common().paused.is_some() {
        let _nobody_of_staff_may_be_here = world.command(SeatNo(1), Command::Unpause {});
    }
    match world.token().clone() {
        Token::Offered { seat } => {
            let _away_or_paused = world.command(seat, Command::Take { r#move });
        }
        Token::Held { seat, shares: 0, .. } => {
            let share = Command::Share { r#move, text: text("words") };
            let _away_or_paused = world.command(seat, share);
        }
        Token::Held { seat, .. } => {
            let _away = world.command(seat, Command::Done { r#move, to: None });
        }
        Token::Centre { .. } => {
            for seat in 1..=6 {
                let _only_in_popcorn = world.command(SeatNo(seat), Command::Take { r#move });
                let _only_in_hands = world.command(SeatNo(seat), Command::Raise {});
            }
            if world.mv() == r#move {
                facilitate(world);
            }
        }
    }
}

/// The facilitator keeps the circle going: a next offer, a next round.
fn facilitate(world: &mut World) {
    let r#move = world.mv();
    let common = world.room.common();
    let open = common.round.as_ref().is_some_and(|round| round.open);
    let command = match common.flow.waiting.first() {
        _ if !open => Command::OpenRound {
            prompt: None,
            order: None,
            hands_by: None,
            advance: None,
            limit: None,
            unlimited: false,
            start: Start::Random,
            slow_ms: None,
            closing: false,
        },
        _ if common.flow.halted => Command::GoOn { r#move },
        Some(seat) => Command::Offer { r#move, seat: *seat },
        None => Command::CloseRound {},
    };
    let _they_may_be_away = world.command_with_dice(SeatNo(1), command, 5);
}

/// Nobody waits for ever: if from now on whoever is here answers, an order that runs by itself
/// comes to everyone who waits, within a bounded number of steps.
fn everyone_is_heard_if_all_answer(world: &mut World) {
    for seat in 1..=6 {
        let _barred = world.act(&Act::Return { seat: SeatNo(seat), node: NODE });
    }
    let staff: Vec<SeatNo> = world
        .room
        .common()
        .people
        .iter()
        .filter(|p| p.presence == Presence::Here && p.role == Role::Facilitator)
        .map(|p| p.seat)
        .collect();
    let Some(facilitator) = staff.first().copied() else { return };
    let _when_ending = world.command(facilitator, Command::UndoEnd {});
    let _when_paused = world.command(facilitator, Command::Unpause {});
    let r#move = world.mv();
    let _when_halted = world.command(facilitator, Command::GoOn { r#move });
    let by_itself = world.room.common().round.as_ref().is_some_and(|round| {
        round.open
            && matches!(round.order, Order::GoRound | Order::Hands)
            && round.advance == Advance::Itself
    });
    let open = matches!(world.room.common().phase, Phase::Open | Phase::Closing);
    if !by_itself || !open || world.room.common().stands_still() {
        return;
    }
    for _ in 0..100 {
        if world.room.common().flow.complete {
            return;
        }
        usual(world);
    }
    panic!("after 100 answers somebody still waits: {:?}", world.room.common().flow);
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
