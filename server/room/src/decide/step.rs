//! One decision under way: a copy of what rules look at, and the events so far.

use super::flow::{lineup, open_round, refreshed, turn_clocks_run, unheard_could_reach, waiting};
use crate::core::Core;
use crate::event::Event;
use hearth_protocol::event::{OfferEnd, RoomEvent, SeatEvent, StaffEvent, TurnEnd};
use hearth_protocol::round::{Advance, Order};
use hearth_protocol::settings::Offers;
use hearth_protocol::{Flow, Millis, OfferClock, Person, Presence, SeatNo, Timer, Token};

/// What a seat has done with its chance in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// It passed.
    Passed,
    /// It comes later in the round.
    Later,
    /// It keeps the place it had.
    Keeps,
}

/// A decision under way.
pub(super) struct Step {
    /// The room as it is after the events so far.
    pub(super) core: Core,
    /// The time of the decision.
    pub(super) now: Millis,
    events: Vec<Event>,
}

impl Step {
    pub(super) fn new(core: &Core, now: Millis) -> Self {
        Self { core: core.clone(), now, events: Vec::new() }
    }

    /// Runs the order until nothing more follows, and returns the events.
    pub(super) fn settled(mut self) -> Vec<Event> {
        self.settle();
        self.restate_offer_clock();
        self.events
    }

    pub(super) fn emit(&mut self, event: Event) {
        self.core.apply(&event, self.now);
        self.events.push(event);
    }

    pub(super) fn room(&mut self, event: RoomEvent) {
        self.emit(Event::Room(event));
    }

    /// Tells the room a fact together with the flow that follows from it.
    pub(super) fn tell(&mut self, flow: Flow, fact: impl FnOnce(Flow) -> RoomEvent) {
        let flow = refreshed(&self.core, flow, self.now);
        self.room(fact(flow));
    }

    /// The token and the order, for change.
    pub(super) fn flow(&self) -> Flow {
        self.core.common.flow.clone()
    }

    pub(super) fn person(&self, seat: SeatNo) -> Option<&Person> {
        self.core.common.person(seat)
    }

    /// Changes somebody's presence ahead of the event that states it, so that what is computed in
    /// between takes it into account.
    pub(super) fn set_presence(&mut self, seat: SeatNo, presence: Presence) {
        if let Some(person) = self.core.common.person_mut(seat) {
            person.presence = presence;
        }
    }

    /// A clock of turns with `ms` on it, running or standing still as those do now.
    pub(super) fn timer(&self, ms: u64) -> Timer {
        if turn_clocks_run(&self.core) { Timer::Until(self.now + ms) } else { Timer::Left(ms) }
    }

    pub(super) fn order(&self) -> Option<Order> {
        open_round(&self.core).map(|round| round.order)
    }

    /// The clock of the offer under way.
    pub(super) fn offer_clock(&self) -> Option<OfferClock> {
        let flow = &self.core.common.flow;
        self.core.board.offer.filter(|clock| clock.mv == flow.mv && flow.token.offered().is_some())
    }

    /// Runs the order: at most one offer follows from any one change, since an offer is answered by
    /// a person; where offers are taken at once, a turn begins.
    fn settle(&mut self) {
        if !turn_clocks_run(&self.core) || self.core.common.flow.halted {
            return;
        }
        let Some(round) = open_round(&self.core) else { return };
        let runs = matches!(round.order, Order::GoRound | Order::Hands)
            && round.advance == Advance::Itself
            && matches!(self.core.common.flow.token, Token::Centre { .. });
        if runs && let Some(seat) = self.next_in_order() {
            self.offer(seat, None);
        }
    }

    /// The first of those who wait who can be offered the token.
    pub(super) fn next_in_order(&self) -> Option<SeatNo> {
        let round = open_round(&self.core)?;
        waiting(&self.core, &self.core.common.flow, round)
            .into_iter()
            .find(|seat| self.core.is_eligible(*seat))
    }

    /// Offers the token, which rests in the centre, to an eligible seat.
    pub(super) fn offer(&mut self, seat: SeatNo, by: Option<SeatNo>) {
        if self.core.common.settings.offers == Offers::AtOnce {
            self.begin_turn(seat);
            return;
        }
        let mut flow = self.flow();
        flow.mv += 1;
        flow.token = Token::Offered { seat };
        let mv = flow.mv;
        self.tell(flow, |flow| RoomEvent::Offered { seat, by, flow });
        let until = self.timer(self.core.common.timers.offer_ms);
        self.tell_offer_clock(OfferClock { mv, since: self.now, until });
    }

    /// Tells the offered seat, and staff, when the offer becomes *later*.
    pub(super) fn tell_offer_clock(&mut self, clock: OfferClock) {
        let Some(seat) = self.core.common.flow.token.offered() else { return };
        self.emit(Event::Staff(StaffEvent::OfferClock(clock)));
        self.emit(Event::Seat(seat, SeatEvent::OfferClock(clock)));
    }

    /// Restates the offer's clock where it stopped or went on.
    fn restate_offer_clock(&mut self) {
        let Some(clock) = self.offer_clock() else { return };
        let until = if turn_clocks_run(&self.core) {
            clock.until.running(self.now)
        } else {
            clock.until.stopped(self.now)
        };
        if until != clock.until {
            self.tell_offer_clock(OfferClock { until, ..clock });
        }
    }

    /// Gives `seat` the token: its turn begins.
    pub(super) fn begin_turn(&mut self, seat: SeatNo) {
        let limit = open_round(&self.core).and_then(|round| round.limit);
        let mut flow = self.flow();
        flow.mv += 1;
        flow.token = Token::Held {
            seat,
            since: self.now,
            shares: 0,
            limit: limit.map(|limit| self.timer(limit.ms)),
            firm: limit.is_some_and(|limit| limit.firm),
            extended: false,
            away: None,
        };
        flow.hands.retain(|other| *other != seat);
        self.tell(flow, |flow| RoomEvent::Taken { seat, flow });
    }

    /// Lays the token in the centre.
    fn lay_down(&self, flow: &mut Flow) {
        flow.mv += 1;
        flow.token = Token::CENTRE;
        if let Some(round) = open_round(&self.core)
            && round.order == Order::Popcorn
            && unheard_could_reach(&self.core, flow, round)
        {
            let first_reach = Some(self.timer(self.core.common.timers.offer_ms));
            flow.token = Token::Centre { first_reach };
        }
    }

    /// Ends the turn under way. One that held a share counts as heard; `empty` says what one
    /// without any counts as.
    pub(super) fn end_turn(&mut self, how: TurnEnd, empty: Settled) {
        let mut flow = self.flow();
        let Token::Held { seat, shares, .. } = flow.token else { return };
        if shares > 0 {
            flow.passed.retain(|other| *other != seat);
            flow.later.retain(|other| *other != seat);
            if !flow.heard.contains(&seat) {
                flow.heard.push(seat);
            }
        } else {
            self.settle_seat(&mut flow, seat, empty);
        }
        self.lay_down(&mut flow);
        self.tell(flow, |flow| RoomEvent::TurnEnded { seat, how, flow });
        if shares > 0 {
            let turns = self.core.board.turns_of(seat) + 1;
            self.emit(Event::Staff(StaffEvent::Turns { seat, turns }));
        }
    }

    /// Ends the offer under way without its seat's answer.
    pub(super) fn end_offer(&mut self, how: OfferEnd, counts_as: Settled) {
        let mut flow = self.flow();
        let Some(seat) = flow.token.offered() else { return };
        self.settle_seat(&mut flow, seat, counts_as);
        self.lay_down(&mut flow);
        self.tell(flow, |flow| RoomEvent::OfferEnded { seat, how, flow });
    }

    /// Ends the offer under way by its seat's own answer: *pass* or *later*.
    pub(super) fn answer_offer(&mut self, answer: Settled) {
        let mut flow = self.flow();
        let Some(seat) = flow.token.offered() else { return };
        // A named person's pass does not take them out of a popcorn round; *sit out* does.
        let counts_as = match (self.order(), answer) {
            (Some(Order::Popcorn), Settled::Passed) => Settled::Keeps,
            _ => answer,
        };
        let later = self.settle_seat(&mut flow, seat, counts_as) == Settled::Later;
        self.lay_down(&mut flow);
        self.tell(flow, |flow| {
            if later { RoomEvent::Later { seat, flow } } else { RoomEvent::Passed { seat, flow } }
        });
    }

    /// Writes down what a seat did with its chance, and returns what it counts as: in orders that
    /// run by themselves a second *later* is a pass (go-round) or lowers the hand (hands).
    pub(super) fn settle_seat(&self, flow: &mut Flow, seat: SeatNo, as_: Settled) -> Settled {
        let again = flow.later.contains(&seat);
        let order = self.order();
        let counts_as = match (as_, order) {
            (Settled::Later, Some(Order::GoRound)) if again => Settled::Passed,
            (Settled::Later, Some(Order::Hands)) if again => Settled::Passed,
            _ => as_,
        };
        match counts_as {
            Settled::Keeps => {}
            Settled::Passed => {
                flow.later.retain(|other| *other != seat);
                flow.hands.retain(|other| *other != seat);
                if !flow.heard.contains(&seat) && !flow.passed.contains(&seat) {
                    flow.passed.push(seat);
                }
            }
            Settled::Later => {
                flow.later.retain(|other| *other != seat);
                flow.later.push(seat);
                if order == Some(Order::Hands) {
                    flow.hands.retain(|other| *other != seat);
                    flow.hands.push(seat);
                }
            }
        }
        counts_as
    }

    /// Takes the token from a seat that cannot keep it any more. Its person's new state must have
    /// been written before.
    pub(super) fn release(&mut self, seat: SeatNo, empty: Settled) {
        match self.core.common.flow.token {
            Token::Held { seat: at, .. } if at == seat => {
                self.end_turn(TurnEnd::GivenUp, empty);
            }
            Token::Offered { seat: at } if at == seat => {
                let counts_as =
                    if empty == Settled::Passed { Settled::Passed } else { Settled::Keeps };
                self.end_offer(OfferEnd::Lapsed, counts_as);
            }
            Token::Held { .. } | Token::Offered { .. } | Token::Centre { .. } => {}
        }
    }

    /// Takes the token back to the centre, whoever has it.
    pub(super) fn clear_token(&mut self, turn: TurnEnd, offer: OfferEnd) {
        match self.core.common.flow.token {
            Token::Held { .. } => self.end_turn(turn, Settled::Later),
            Token::Offered { .. } => self.end_offer(offer, Settled::Keeps),
            Token::Centre { .. } => {}
        }
    }

    /// The seats of a go-round that begins with `start`.
    pub(super) fn lineup(&self, start: SeatNo) -> Vec<SeatNo> {
        lineup(&self.core, start)
    }
}
