//! Small rooms, searched through: every way in which three people can act, drop, return, be muted
//! and removed while a round (and a second one) goes on, in every order.
//!
//! Time moves only to the next deadline, and a state is what matters of a room: no move numbers, no
//! log, clocks by what is left on them. `HEARTH_MODEL_DEPTH=20 cargo test -p hearth-room --test
//! model --release -- --nocapture` searches deeper; docs/model.md has the figures.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, and a figure to read"
)]

mod support;

use hearth_protocol::round::Start;
use hearth_protocol::{
    Command, Flow, Order, Person, Phase, Presence, Role, SeatNo, Settings, Stance, Timer, Token,
};
use hearth_room::Act;
use stateright::{Checker, Model, Property};
use std::hash::{Hash, Hasher};
use support::{NODE, World, text};

const SEATS: [Role; 3] = [Role::Facilitator, Role::Moderator, Role::Participant];
const ROUNDS_MAX: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Drop(u16),
    Return(u16),
    Wake,
    Wait,
    Do(u16, Wish),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Wish {
    Take,
    Pass,
    Later,
    Share,
    Done,
    Name(u16),
    Raise,
    Listen,
    Sharing,
    Leave,
    Open,
    SetOrder(Order),
    Skip,
    Reclaim,
    GoOn,
    Offer(u16),
    Mute(u16),
    Unmute(u16),
    Remove(u16),
    Restore(u16),
    Pause,
    Unpause,
}

/// A room, told apart from others by what matters of it.
#[derive(Clone)]
struct State {
    world: World,
    essence: String,
}

impl State {
    fn new(world: World) -> Self {
        let essence = essence(&world);
        Self { world, essence }
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.essence == other.essence
    }
}
impl Eq for State {}
impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.essence.hash(state);
    }
}
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.essence)
    }
}

fn left(timer: Option<Timer>, now: u64) -> Option<Timer> {
    timer.map(|timer| timer.stopped(now))
}

fn essence(world: &World) -> String {
    let common = world.room.common();
    let now = world.now;
    let Flow { lineup, heard, passed, later, hands, halted, complete, .. } = &common.flow;
    let token = match &common.flow.token {
        Token::Centre { first_reach } => format!("centre {:?}", left(*first_reach, now)),
        Token::Offered { seat } => format!("offered {seat}"),
        Token::Held { seat, shares, away, .. } => {
            format!("held {seat} {} {:?}", *shares > 0, left(*away, now))
        }
    };
    let people: Vec<_> = common.people.iter().map(|p| (p.presence, p.stance, p.role)).collect();
    let board = world.room.view(SeatNo(1)).and_then(|view| view.board).unwrap_or_default();
    let muted: Vec<_> = board.muted.iter().map(|muted| muted.seat).collect();
    let barred: Vec<_> = board.barred.iter().map(|barred| barred.seat).collect();
    let turns: Vec<_> = board.turns.iter().map(|turns| (turns.seat, turns.turns)).collect();
    let offer = board
        .offer
        .filter(|clock| clock.mv == common.flow.mv)
        .map(|clock| clock.until.stopped(now));
    let round = common.round.as_ref().map(|round| (round.number, round.open, round.order));
    let paused = common.paused.as_ref().map(|pause| (pause.why, pause.by));
    let clocks = (
        left(common.flow.unstaffed, now),
        common.flow.empty.map(|at| at.saturating_sub(now)),
        offer,
    );
    format!(
        "{:?} {token} {people:?} {lineup:?} {heard:?} {passed:?} {later:?} {hands:?} {halted} \
         {complete} {muted:?} {barred:?} {turns:?} {round:?} {paused:?} {clocks:?} {:?} {:?}",
        common.phase,
        (&world.offered, &world.asked),
        world.broken
    )
}

/// What the search may do besides the turns themselves: each search takes one part of life, since
/// all of it at once is too much for one machine.
#[derive(Debug, Clone, Copy)]
enum Life {
    /// Lines drop and return; the server stops.
    Lines,
    /// Mutes, removals and their undoing.
    Safety,
    /// Stances, leaving, pauses.
    Ways,
    /// The facilitator's hand, and changes of order.
    Guide,
}

struct Circle {
    order: Order,
    life: Life,
}

impl Circle {
    fn wishes(&self, seat: u16, wishes: &mut Vec<Step>) {
        let mut add = |wish| wishes.push(Step::Do(seat, wish));
        for wish in [Wish::Take, Wish::Pass, Wish::Later, Wish::Share, Wish::Done] {
            add(wish);
        }
        match self.order {
            Order::Hands => add(Wish::Raise),
            Order::Popcorn => add(Wish::Name(seat % 3 + 1)),
            Order::GoRound | Order::Facilitator | Order::Open => {}
        }
        let other = seat % 3 + 1;
        match self.life {
            Life::Lines => {}
            Life::Safety if seat < 3 => {
                for wish in [Wish::Mute(3), Wish::Unmute(3), Wish::Remove(3), Wish::Restore(3)] {
                    add(wish);
                }
                if seat == 1 {
                    add(Wish::Mute(2));
                    add(Wish::Unmute(2));
                }
            }
            Life::Safety => {}
            Life::Ways => {
                add(Wish::Listen);
                add(Wish::Sharing);
                if seat == 3 {
                    add(Wish::Leave);
                }
                if seat == 1 {
                    add(Wish::Pause);
                    add(Wish::Unpause);
                }
            }
            Life::Guide if seat == 1 => {
                for wish in [Wish::Skip, Wish::Reclaim, Wish::GoOn, Wish::Offer(other)] {
                    add(wish);
                }
                add(Wish::SetOrder(Order::GoRound));
                add(Wish::SetOrder(Order::Hands));
                add(Wish::SetOrder(Order::Popcorn));
            }
            Life::Guide => {}
        }
        if seat == 1 {
            add(Wish::Open);
            add(Wish::Offer(other));
            if self.order == Order::Facilitator {
                add(Wish::Offer(1));
                add(Wish::Offer(3));
                add(Wish::Skip);
            }
        }
    }
}

impl Model for Circle {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let settings = Settings { order: self.order, ..Settings::default() };
        let mut world = World::light(settings, &SEATS);
        command(&mut world, 1, &Wish::Open);
        vec![State::new(world)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        if state.world.room.common().phase == Phase::Ended || state.world.broken.is_some() {
            return;
        }
        actions.push(Step::Wait);
        let lines = matches!(self.life, Life::Lines);
        for Person { seat, presence, .. } in &state.world.room.common().people {
            match presence {
                Presence::Here => {
                    self.wishes(seat.0, actions);
                    if lines {
                        actions.push(Step::Drop(seat.0));
                    }
                }
                Presence::Away | Presence::Left => actions.push(Step::Return(seat.0)),
            }
        }
        if lines {
            actions.push(Step::Wake);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut world = last.world.clone();
        match step {
            Step::Drop(seat) => world.act(&Act::Lost { seat: SeatNo(seat) }).ok().map(drop)?,
            Step::Return(seat) => {
                world.act(&Act::Return { seat: SeatNo(seat), node: NODE }).ok().map(drop)?;
            }
            Step::Wake => world.act(&Act::Wake { node: NODE }).ok().map(drop)?,
            Step::Wait => world.wait().then_some(())?,
            Step::Do(seat, wish) => command(&mut world, seat, &wish)?,
        }
        let next = State::new(world);
        (next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no rule is broken", |_, state: &State| state.world.broken.is_none()),
            Property::sometimes("a round is complete", |_, state: &State| {
                state.world.room.common().flow.complete
            }),
        ]
    }
}

/// Does what is wished; nothing when it is refused.
fn command(world: &mut World, seat: u16, wish: &Wish) -> Option<()> {
    let r#move = world.mv();
    let one_is_enough = matches!(world.token(), Token::Held { shares, .. } if *shares > 0);
    let command = match wish {
        Wish::Take => Command::Take { r#move },
        Wish::Pass => Command::Pass { r#move },
        Wish::Later => Command::Later { r#move },
        Wish::Share if one_is_enough => return None,
        Wish::Share => Command::Share { r#move, text: text("words") },
        Wish::Done => Command::Done { r#move, to: None },
        Wish::Name(to) => Command::Done { r#move, to: Some(SeatNo(*to)) },
        Wish::Raise => Command::Raise {},
        Wish::Listen => Command::Stance { stance: Stance::Listening },
        Wish::Sharing => Command::Stance { stance: Stance::Sharing },
        Wish::Leave => Command::Leave {},
        Wish::Open => {
            let flow = &world.room.common().flow;
            let number = world.room.common().round.as_ref().map_or(0, |round| round.number);
            if number >= ROUNDS_MAX || (number > 0 && !flow.complete) {
                return None;
            }
            if number > 0 {
                world.command(SeatNo(seat), Command::CloseRound {}).ok()?;
            }
            Command::OpenRound {
                prompt: None,
                order: None,
                hands_by: None,
                advance: None,
                limit: None,
                unlimited: false,
                start: Start::Facilitator,
                slow_ms: None,
                closing: false,
            }
        }
        Wish::SetOrder(order) => Command::SetOrder { order: *order, hands_by: None, advance: None },
        Wish::Skip => Command::Skip { r#move },
        Wish::Reclaim => Command::Reclaim { r#move },
        Wish::GoOn => Command::GoOn { r#move },
        Wish::Offer(to) => Command::Offer { r#move, seat: SeatNo(*to) },
        Wish::Mute(whom) => Command::Mute { seat: SeatNo(*whom), for_ms: None },
        Wish::Unmute(whom) => Command::Unmute { seat: SeatNo(*whom) },
        Wish::Remove(whom) => Command::Remove { seat: SeatNo(*whom) },
        Wish::Restore(whom) => Command::Restore { seat: SeatNo(*whom) },
        Wish::Pause => Command::Pause { message: None },
        Wish::Unpause => Command::Unpause {},
    };
    world.command(SeatNo(seat), command).ok().map(drop)
}

fn explore(order: Order, life: Life) {
    let depth = std::env::var("HEARTH_MODEL_DEPTH").ok().and_then(|d| d.parse().ok()).unwrap_or(9);
    let checker =
        Circle { order, life }.checker().target_max_depth(depth).threads(2).spawn_bfs().join();
    println!(
        "{order:?}, {life:?}: {} states, {} unique, depth {}",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth()
    );
    let completes = order != Order::Open || matches!(life, Life::Guide);
    assert!(!completes || checker.discovery("a round is complete").is_some(), "never complete");
    if let Some(path) = checker.discovery("no rule is broken") {
        let broken = path.last_state().world.broken.clone();
        panic!("{order:?}, {life:?}: {broken:?}\n after {:?}", path.into_actions());
    }
}

macro_rules! searches {
    ($($name:ident: $order:ident, $life:ident;)*) => {
        $(#[test] fn $name() { explore(Order::$order, Life::$life); })*
    };
}

searches! {
    go_round_with_lines_that_drop: GoRound, Lines;
    go_round_with_mutes_and_removals: GoRound, Safety;
    go_round_with_stances_and_pauses: GoRound, Ways;
    go_round_with_a_busy_facilitator: GoRound, Guide;
    hands_with_lines_that_drop: Hands, Lines;
    hands_with_mutes_and_removals: Hands, Safety;
    hands_with_stances_and_pauses: Hands, Ways;
    hands_with_a_busy_facilitator: Hands, Guide;
    popcorn_with_lines_that_drop: Popcorn, Lines;
    popcorn_with_mutes_and_removals: Popcorn, Safety;
    popcorn_with_stances_and_pauses: Popcorn, Ways;
    facilitator_order_with_lines_that_drop: Facilitator, Lines;
    facilitator_order_with_mutes_and_removals: Facilitator, Safety;
    facilitator_order_with_stances_and_pauses: Facilitator, Ways;
    open_floor_with_lines_that_drop: Open, Lines;
    open_floor_with_a_busy_facilitator: Open, Guide;
}
