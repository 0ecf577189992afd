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

mod support;

use hearth_protocol::round::{Advance, HandsBy, Start, TurnLimit};
use hearth_protocol::said::GestureKind;
use hearth_protocol::settings::{Late, Offers};
use hearth_protocol::{
    Command, Order, Phase, Presence, Role, SeatNo, Settings, Stance, Token, WordsId,
};
use hearth_room::Act;
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use support::{NODE, World, facts, text};

/// One thing that happens. Seats are drawn from a small range and may not exist: refusals are part
/// of life.
#[derive(Debug, Clone)]
enum Thing {
    Join(Role, Stance),
    Drop(u16),
    Return(u16),
    Writing(u16),
    /// The server stops and starts; everyone but one comes back.
    Stop(u16),
    /// Time passes to the next deadline, unless that is the end of an empty room.
    Wait,
    PassTime(u64),
    Do(u16, Wish),
    /// Whoever has the token does what is usual.
    Usual,
}

/// A command, with the move left to be filled in (now and then a stale one).
#[derive(Debug, Clone)]
enum Wish {
    Plain(Command),
    Take,
    Pass,
    Later,
    Share,
    Done(Option<u16>),
    Say,
    TakeBackLast,
    GestureLast(GestureKind, bool),
    Offer(u16),
    Next,
    Skip,
    Reclaim,
    GoOn,
    Longer,
    Stale,
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        1 => Just(Role::Facilitator),
        1 => Just(Role::Moderator),
        4 => Just(Role::Participant),
        1 => Just(Role::Listener),
    ]
}

fn stance() -> impl Strategy<Value = Stance> {
    prop_oneof![4 => Just(Stance::Sharing), 1 => Just(Stance::Listening), 1 => Just(Stance::Resting)]
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        Just(Order::GoRound),
        Just(Order::Popcorn),
        Just(Order::Hands),
        Just(Order::Facilitator),
        Just(Order::Open),
    ]
}

fn hands_by() -> impl Strategy<Value = HandsBy> {
    prop_oneof![Just(HandsBy::LeastHeard), Just(HandsBy::FirstCome)]
}

fn advance() -> impl Strategy<Value = Advance> {
    prop_oneof![3 => Just(Advance::Itself), 1 => Just(Advance::Facilitator)]
}

fn limit() -> impl Strategy<Value = Option<TurnLimit>> {
    prop_oneof![
        2 => Just(None),
        1 => any::<bool>().prop_map(|firm| Some(TurnLimit { ms: 60_000, firm })),
    ]
}

fn seat() -> impl Strategy<Value = u16> {
    1..=6_u16
}

fn rounds() -> impl Strategy<Value = Command> {
    let start = prop_oneof![
        Just(Start::Facilitator),
        Just(Start::Random),
        seat().prop_map(|seat| Start::Seat(SeatNo(seat)))
    ];
    prop_oneof![
        4 => (order(), hands_by(), advance(), limit(), start, any::<(bool, bool)>()).prop_map(
            |(order, hands_by, advance, limit, start, (unlimited, closing))| Command::OpenRound {
                prompt: Some(text("What helped?")),
                order: Some(order),
                hands_by: Some(hands_by),
                advance: Some(advance),
                limit,
                unlimited: unlimited && limit.is_none(),
                start,
                slow_ms: Some(5_000),
                closing,
            }
        ),
        1 => Just(Command::CloseRound {}),
        2 => (order(), hands_by(), advance()).prop_map(|(order, hands_by, advance)| {
            Command::SetOrder { order, hands_by: Some(hands_by), advance: Some(advance) }
        }),
        1 => Just(Command::SetPrompt { prompt: None }),
        1 => limit().prop_map(|limit| Command::SetLimit { limit }),
        1 => proptest::collection::vec(seat().prop_map(SeatNo), 0..4)
            .prop_map(|waiting| Command::Reorder { waiting }),
    ]
}

fn safety() -> impl Strategy<Value = Command> {
    prop_oneof![
        (seat(), prop_oneof![Just(None), Just(Some(70_000))])
            .prop_map(|(seat, for_ms)| Command::Mute { seat: SeatNo(seat), for_ms }),
        seat().prop_map(|seat| Command::Unmute { seat: SeatNo(seat) }),
        seat().prop_map(|seat| Command::Remove { seat: SeatNo(seat) }),
        seat().prop_map(|seat| Command::Restore { seat: SeatNo(seat) }),
        (2..=6_u16, role()).prop_map(|(seat, role)| Command::SetRole { seat: SeatNo(seat), role }),
        seat().prop_map(|seat| Command::AnswerPoint { seat: SeatNo(seat) }),
        Just(Command::Pause { message: None }),
        Just(Command::Unpause {}),
        Just(Command::Unpause {}),
        Just(Command::Announce { text: text("a word to all") }),
    ]
}

fn course() -> impl Strategy<Value = Command> {
    let phase = prop_oneof![Just(Phase::Open), Just(Phase::Closing), Just(Phase::Lingering)];
    prop_oneof![
        3 => phase.prop_map(|phase| Command::SetPhase { phase }),
        1 => Just(Command::End {}),
        3 => Just(Command::UndoEnd {}),
    ]
}

fn own() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => Just(Command::Raise {}),
        1 => Just(Command::Lower {}),
        1 => Just(Command::StepBack {}),
        1 => Just(Command::SitOut {}),
        1 => Just(Command::Point {}),
        2 => stance().prop_map(|stance| Command::Stance { stance }),
        1 => Just(Command::Leave {}),
        1 => Just(Command::Rename { name: text("Another name") }),
    ]
}

/// What staff wish; now and then somebody else does, and is refused.
fn staff_wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        16 => rounds().prop_map(Wish::Plain),
        10 => safety().prop_map(Wish::Plain),
        1 => course().prop_map(Wish::Plain),
        4 => seat().prop_map(Wish::Offer),
        2 => Just(Wish::Next),
        3 => Just(Wish::Skip),
        2 => Just(Wish::Reclaim),
        3 => Just(Wish::GoOn),
        1 => Just(Wish::Longer),
        1 => Just(Wish::Stale),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        8 => own().prop_map(Wish::Plain),
        3 => Just(Wish::Take),
        1 => Just(Wish::Pass),
        1 => Just(Wish::Later),
        2 => Just(Wish::Share),
        2 => proptest::option::of(seat()).prop_map(Wish::Done),
        1 => Just(Wish::Say),
        1 => Just(Wish::TakeBackLast),
        1 => (Just(GestureKind::Heard), any::<bool>()).prop_map(|(k, on)| Wish::GestureLast(k, on)),
        1 => Just(Wish::Longer),
        1 => Just(Wish::Skip),
    ]
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        2 => (role(), stance()).prop_map(|(role, stance)| Thing::Join(role, stance)),
        2 => seat().prop_map(Thing::Drop),
        8 => seat().prop_map(Thing::Return),
        1 => seat().prop_map(Thing::Writing),
        1 => seat().prop_map(Thing::Stop),
        2 => Just(Thing::Wait),
        2 => (1..100_000_u64).prop_map(Thing::PassTime),
        14 => (1..=2_u16, staff_wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        1 => (seat(), staff_wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        14 => (seat(), wish()).prop_map(|(seat, wish)| Thing::Do(seat, wish)),
        14 => Just(Thing::Usual),
    ]
}

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
