//! Explores small rooms: every way in which three people can act, disconnect, return, be muted and
//! be removed during one or two rounds, for every order.
//!
//! Time moves only to the next deadline. A state contains only what matters about a room: no turn
//! ids, no log, and the time left on each timer. `HEARTH_MODEL_DEPTH=20 cargo test -p hearth-room
//! --test model --release -- --nocapture` searches deeper; docs/model.md has the figures.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, and a figure to read"
)]

mod support;

use hearth_protocol::message::MessageCommand;
use hearth_protocol::moderation::ModerationCommand;
use hearth_protocol::presence::{Presence, PresenceCommand, Role, Stance};
use hearth_protocol::queue::QueueCommand;
use hearth_protocol::round::{Order, RoundCommand};
use hearth_protocol::session::{Phase, SessionCommand};
use hearth_protocol::silence::SilenceCommand;
use hearth_protocol::turn::{Timer, Token, TurnCommand};
use hearth_protocol::{Command, Keyed, SeatNo, Settings};
use hearth_room::Input;
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use support::{NODE, World, open_round, text};

const SEATS: [Role; 3] = [Role::Facilitator, Role::Moderator, Role::Participant];
const ROUNDS_MAX: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Drop(u16),
    Return(u16),
    Restart,
    Wait,
    Do(u16, Wish),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Wish {
    Take,
    Pass,
    Later,
    Share,
    Finish,
    Name(u16),
    Raise,
    Listen,
    Sharing,
    Leave,
    Open,
    SetOrder(Order),
    Skip,
    Reclaim,
    ResumeOrder,
    Offer(u16),
    Mute(u16),
    Unmute(u16),
    Remove(u16),
    LiftBar(u16),
    Rename,
    SetName(u16),
    Pause,
    Unpause,
    Ring,
    EndSilence,
}

/// A room, compared with others only by what matters about it.
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
    let room = world.room.view();
    let now = world.now;
    let queue = &room.queue;
    let token = match &room.turn.token {
        Token::Centre { first_reach } => format!("centre {:?}", left(*first_reach, now)),
        Token::Offered { seat } => format!("offered {seat}"),
        Token::Held { seat, shares, away, .. } => {
            format!("held {seat} {} {:?}", *shares > 0, left(*away, now))
        }
    };
    let people: Vec<_> = room.people.values().map(|p| (p.presence, p.stance, p.role)).collect();
    let lines = [&queue.lineup, &queue.later, &queue.hands].map(Keyed::in_order);
    let sets = (world.heard(), world.passed());
    let hosts = world.room.hosts_view();
    let muted: Vec<_> = hosts.mutes.keys().collect();
    let barred: BTreeSet<_> = hosts.bars.values().map(|bar| (bar.seat, bar.until)).collect();
    let turns: Vec<_> = hosts.turns.iter().collect();
    let offer = hosts.offer.as_ref().map(|clock| clock.until.stopped(now));
    let round = room.round.as_ref().map(|round| (round.number, round.open, round.order));
    let pause = room.session.pause.as_ref().map(|pause| (pause.reason, pause.by));
    let clocks = (
        left(room.session.no_host, now),
        room.session.empty_until.map(|at| at.saturating_sub(now)),
        room.silence.as_ref().map(|silence| silence.until.saturating_sub(now)),
        offer,
    );
    format!(
        "{:?} {token} {people:?} {lines:?} {sets:?} {} {} {muted:?} {barred:?} {turns:?} \
         {round:?} {pause:?} {clocks:?} {:?} {:?}",
        room.session.phase,
        queue.halted,
        queue.complete,
        (&world.offered, &world.asked),
        world.broken
    )
}

/// What else the search may do besides the turns themselves. Each search covers one kind of event,
/// since all of them at once are too much for one machine.
#[derive(Debug, Clone, Copy)]
enum Life {
    /// Connections drop and return; the server stops.
    Connections,
    /// Mutes, removals, and undoing them.
    Moderation,
    /// Stances, leaving, pauses.
    Stances,
    /// The facilitator's own choices, and changes of order.
    Facilitation,
}

struct Circle {
    order: Order,
    life: Life,
}

impl Circle {
    fn wishes(&self, seat: u16, wishes: &mut Vec<Step>) {
        let mut add = |wish| wishes.push(Step::Do(seat, wish));
        for wish in [Wish::Take, Wish::Pass, Wish::Later, Wish::Share, Wish::Finish] {
            add(wish);
        }
        match self.order {
            Order::Hands => add(Wish::Raise),
            Order::Popcorn => add(Wish::Name(seat % 3 + 1)),
            Order::GoRound | Order::Facilitator | Order::Open => {}
        }
        let other = seat % 3 + 1;
        match self.life {
            Life::Connections => {}
            Life::Moderation if seat < 3 => {
                for wish in [Wish::Mute(3), Wish::Unmute(3), Wish::Remove(3), Wish::LiftBar(3)] {
                    add(wish);
                }
                add(Wish::SetName(3));
                if seat == 1 {
                    add(Wish::Mute(2));
                    add(Wish::Unmute(2));
                }
            }
            Life::Moderation => add(Wish::Rename),
            Life::Stances => {
                add(Wish::Listen);
                add(Wish::Sharing);
                if seat == 3 {
                    add(Wish::Rename);
                    add(Wish::Leave);
                }
                if seat == 1 {
                    add(Wish::Pause);
                    add(Wish::Unpause);
                    add(Wish::Ring);
                    add(Wish::EndSilence);
                }
            }
            Life::Facilitation if seat == 1 => {
                for wish in [Wish::Skip, Wish::Reclaim, Wish::ResumeOrder, Wish::Offer(other)] {
                    add(wish);
                }
                add(Wish::SetOrder(Order::GoRound));
                add(Wish::SetOrder(Order::Hands));
                add(Wish::SetOrder(Order::Popcorn));
            }
            Life::Facilitation => {}
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
        if state.world.session().phase == Phase::Ended || state.world.broken.is_some() {
            return;
        }
        actions.push(Step::Wait);
        let connections = matches!(self.life, Life::Connections);
        for (seat, person) in state.world.room.view().people.iter() {
            match person.presence {
                Presence::Here => {
                    self.wishes(seat.0, actions);
                    if connections {
                        actions.push(Step::Drop(seat.0));
                    }
                }
                Presence::Away | Presence::Left => actions.push(Step::Return(seat.0)),
            }
        }
        if connections {
            actions.push(Step::Restart);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut world = last.world.clone();
        match step {
            Step::Drop(seat) => {
                world.act(&Input::ConnectionLost { seat: SeatNo(seat) }).ok().map(drop)?;
            }
            Step::Return(seat) => {
                world.act(&Input::Return { seat: SeatNo(seat), node: NODE }).ok().map(drop)?;
            }
            Step::Restart => world.act(&Input::Restart).ok().map(drop)?,
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
                state.world.queue().complete
            }),
        ]
    }
}

/// Carries out an action. Does nothing if it is refused.
fn command(world: &mut World, seat: u16, wish: &Wish) -> Option<()> {
    let turn_id = world.turn_id();
    let one_is_enough = matches!(world.token(), Token::Held { shares, .. } if *shares > 0);
    let command: Command = match wish {
        Wish::Take => TurnCommand::Take { turn_id }.into(),
        Wish::Pass => TurnCommand::Pass { turn_id }.into(),
        Wish::Later => TurnCommand::Later { turn_id }.into(),
        Wish::Share if one_is_enough => return None,
        Wish::Share => MessageCommand::Share { turn_id, text: text("words") }.into(),
        Wish::Finish => TurnCommand::Finish { turn_id, to: None }.into(),
        Wish::Name(to) => TurnCommand::Finish { turn_id, to: Some(SeatNo(*to)) }.into(),
        Wish::Raise => QueueCommand::Raise {}.into(),
        Wish::Listen => PresenceCommand::Stance { stance: Stance::Listening }.into(),
        Wish::Sharing => PresenceCommand::Stance { stance: Stance::Sharing }.into(),
        Wish::Leave => PresenceCommand::Leave {}.into(),
        Wish::Open => {
            let number = world.room.view().round.as_ref().map_or(0, |round| round.number);
            if number >= ROUNDS_MAX || (number > 0 && !world.queue().complete) {
                return None;
            }
            if number > 0 {
                world.command(SeatNo(seat), RoundCommand::CloseRound {}).ok()?;
            }
            open_round(None).into()
        }
        Wish::SetOrder(order) => {
            RoundCommand::SetOrder { order: *order, hands_by: None, advance: None }.into()
        }
        Wish::Skip => TurnCommand::Skip { turn_id }.into(),
        Wish::Reclaim => TurnCommand::Reclaim { turn_id }.into(),
        Wish::ResumeOrder => TurnCommand::ResumeOrder { turn_id }.into(),
        Wish::Offer(to) => TurnCommand::Offer { turn_id, seat: SeatNo(*to) }.into(),
        Wish::Mute(seat) => ModerationCommand::Mute { seat: SeatNo(*seat), for_ms: None }.into(),
        Wish::Unmute(seat) => ModerationCommand::Unmute { seat: SeatNo(*seat) }.into(),
        Wish::Remove(seat) => ModerationCommand::Remove { seat: SeatNo(*seat), until: None }.into(),
        Wish::LiftBar(seat) => {
            ModerationCommand::LiftBar { bar: world.bar_of(SeatNo(*seat))? }.into()
        }
        Wish::Rename => PresenceCommand::Rename { name: text("Robin") }.into(),
        Wish::SetName(seat) => {
            ModerationCommand::SetName { seat: SeatNo(*seat), name: text("Robin") }.into()
        }
        Wish::Pause => SessionCommand::Pause { message: None }.into(),
        Wish::Unpause => SessionCommand::Unpause {}.into(),
        Wish::Ring => SilenceCommand::RingBell { for_ms: None, reason: None }.into(),
        Wish::EndSilence => SilenceCommand::EndSilence {}.into(),
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
    let completes = order != Order::Open || matches!(life, Life::Facilitation);
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
    go_round_with_connections_that_drop: GoRound, Connections;
    go_round_with_mutes_and_removals: GoRound, Moderation;
    go_round_with_stances_and_pauses: GoRound, Stances;
    go_round_with_a_busy_facilitator: GoRound, Facilitation;
    hands_with_connections_that_drop: Hands, Connections;
    hands_with_mutes_and_removals: Hands, Moderation;
    hands_with_stances_and_pauses: Hands, Stances;
    hands_with_a_busy_facilitator: Hands, Facilitation;
    popcorn_with_connections_that_drop: Popcorn, Connections;
    popcorn_with_mutes_and_removals: Popcorn, Moderation;
    popcorn_with_stances_and_pauses: Popcorn, Stances;
    facilitator_order_with_connections_that_drop: Facilitator, Connections;
    facilitator_order_with_mutes_and_removals: Facilitator, Moderation;
    facilitator_order_with_stances_and_pauses: Facilitator, Stances;
    open_floor_with_connections_that_drop: Open, Connections;
    open_floor_with_a_busy_facilitator: Open, Facilitation;
}
