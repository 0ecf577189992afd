//! Moving the token: everything that rules about turns and orders may read and change.
//!
//! It has no access to mutes, so nothing that follows from moving the token can reveal one: a muted
//! seat is offered the turn like any other.

use crate::orders::{self, OrderRules};
use crate::turn_outcome::TurnOutcome;
use hearth_protocol::presence::Person;
use hearth_protocol::queue::Mark;
use hearth_protocol::round::{Advance, Order, Round};
use hearth_protocol::settings::Offers;
use hearth_protocol::turn::{OfferEnd, Timer, Token, TurnEnd, TurnFact};
use hearth_protocol::{Fact, Keyed, Millis, RoomView, SeatNo};

/// The public part of a decision in progress.
pub(crate) struct TurnContext<'a> {
    pub(crate) room: &'a mut RoomView,
    /// Turns that held a share, by seat.
    pub(crate) turns: &'a mut Keyed<SeatNo, u32>,
    pub(crate) facts: &'a mut Vec<Fact>,
    pub(crate) now: Millis,
}

impl TurnContext<'_> {
    pub(crate) fn tell(&mut self, fact: impl Into<Fact>) {
        self.facts.push(fact.into());
    }

    pub(crate) fn person(&self, seat: SeatNo) -> Option<&Person> {
        self.room.people.get(seat)
    }

    pub(crate) fn is_eligible(&self, seat: SeatNo) -> bool {
        self.person(seat).is_some_and(Person::is_eligible)
    }

    pub(crate) fn round(&self) -> Option<&Round> {
        self.room.open_round()
    }

    pub(crate) fn order(&self) -> Option<Order> {
        self.round().map(|round| round.order)
    }

    fn rules(&self) -> Option<&'static dyn OrderRules> {
        self.order().map(orders::rules)
    }

    /// Returns whether the timer for a holder who is away runs. It also does in a silence, but
    /// takes effect only when the silence ends.
    fn grace_timer_runs(&self) -> bool {
        self.room.session.holds_rounds()
            && self.room.session.pause.is_none()
            && self.room.session.closes_at.is_none()
            && self.room.anyone_is_here()
    }

    /// Returns whether the timers of turns and offers run.
    pub(crate) fn turn_timers_run(&self) -> bool {
        self.room.turn_timers_run()
    }

    /// Returns the timer for a holder who is away.
    pub(crate) fn grace_timer(&self) -> Timer {
        Timer::Left(self.room.circle.timers.grace_ms).set(self.grace_timer_runs(), self.now)
    }

    /// Returns a timer with `ms` left, running or stopped like the turn timers.
    pub(crate) fn timer(&self, ms: u64) -> Timer {
        if self.turn_timers_run() {
            Timer::Until(self.now.saturating_add(ms))
        } else {
            Timer::Left(ms)
        }
    }

    fn set_token(&mut self, token: Token) {
        self.room.turn.turn_id += 1;
        self.room.turn.token = token;
    }

    /// Offers the resting token to a seat. If offers are taken at once, its turn begins.
    pub(crate) fn offer(&mut self, seat: SeatNo, by: Option<SeatNo>) {
        if self.room.circle.settings.offers == Offers::AtOnce {
            return self.begin_turn(seat);
        }
        self.set_token(Token::Offered { seat });
        self.tell(TurnFact::Offered { seat, by });
    }

    /// Gives a seat the token.
    pub(crate) fn begin_turn(&mut self, seat: SeatNo) {
        let limit = self.round().and_then(|round| round.limit.clone());
        self.set_token(Token::Held {
            seat,
            since: self.now,
            shares: 0,
            firm: limit.as_ref().is_some_and(|limit| limit.firm),
            limit: limit.map(|limit| self.timer(limit.ms)),
            extended: false,
            away: None,
        });
        self.room.queue.hands.remove(seat);
        self.tell(TurnFact::TurnBegan { seat });
    }

    /// Puts the token in the centre.
    pub(crate) fn lay_down(&mut self) {
        self.set_token(Token::CENTRE);
        self.set_first_reach();
    }

    /// Gives people who haven't been heard the first reach for a resting token, if the order has
    /// one and someone is waiting.
    pub(crate) fn set_first_reach(&mut self) {
        if !self.room.turn.token.is_resting() {
            return;
        }
        let has = self.rules().is_some_and(OrderRules::has_first_reach);
        let first_reach = (has && !self.waiting().is_empty())
            .then(|| self.timer(self.room.circle.timers.offer_ms));
        self.room.turn.token = Token::Centre { first_reach };
    }

    /// Ends the current turn. A turn with a share counts as heard; `empty` says what a turn without
    /// one counts as.
    pub(crate) fn end_turn(&mut self, how: TurnEnd, empty: TurnOutcome) {
        let Token::Held { seat, shares, .. } = self.room.turn.token else { return };
        if shares > 0 {
            let queue = &mut self.room.queue;
            queue.passed.remove(seat);
            queue.later.remove(seat);
            queue.heard.insert(seat, Mark {});
            *self.turns.entry(seat, 0) += 1;
        } else {
            self.settle_seat(seat, empty);
        }
        self.lay_down();
        self.tell(TurnFact::TurnEnded { seat, how });
    }

    /// Ends the current offer without an answer from its seat.
    pub(crate) fn end_offer(&mut self, how: OfferEnd, counts_as: TurnOutcome) {
        let Some(seat) = self.room.turn.token.offered() else { return };
        self.settle_seat(seat, counts_as);
        self.lay_down();
        self.tell(TurnFact::OfferEnded { seat, how });
    }

    /// Says *pass* or *later* for the seat that has the token, which ends the offer or turn.
    pub(crate) fn answer(&mut self, answer: TurnOutcome) {
        match self.room.turn.token {
            Token::Offered { .. } => self.answer_offer(answer),
            Token::Held { shares, .. } => {
                let how = match answer {
                    _ if shares > 0 => TurnEnd::Finished,
                    TurnOutcome::Later => TurnEnd::Later,
                    TurnOutcome::Passed | TurnOutcome::KeepsPlace => TurnEnd::Passed,
                };
                self.end_turn(how, answer);
            }
            Token::Centre { .. } => {}
        }
    }

    fn answer_offer(&mut self, answer: TurnOutcome) {
        let Some(seat) = self.room.turn.token.offered() else { return };
        let later = self.settle_seat(seat, answer) == TurnOutcome::Later;
        self.lay_down();
        if later {
            self.tell(TurnFact::Later { seat });
        } else {
            self.tell(TurnFact::Passed { seat });
        }
    }

    /// Records what a seat did with its turn or offer, and returns what it counts as: a second
    /// *later* may count as a pass.
    pub(crate) fn settle_seat(&mut self, seat: SeatNo, outcome: TurnOutcome) -> TurnOutcome {
        let again = self.room.queue.later.contains(seat);
        let rules = self.rules();
        let counts_as = match outcome {
            TurnOutcome::Later => rules.map_or(outcome, |rules| rules.said_later(again)),
            TurnOutcome::Passed | TurnOutcome::KeepsPlace => outcome,
        };
        let queue = &mut self.room.queue;
        match counts_as {
            TurnOutcome::KeepsPlace => {}
            TurnOutcome::Passed => {
                queue.later.remove(seat);
                queue.hands.remove(seat);
                if !queue.heard.contains(seat) {
                    queue.passed.insert(seat, Mark {});
                }
            }
            TurnOutcome::Later => {
                // Someone may offer it to a seat that has passed, and it may ask for it again.
                queue.passed.remove(seat);
                queue.later.push_last(seat);
                if rules.is_some_and(OrderRules::queues_hands) {
                    queue.hands.push_last(seat);
                }
            }
        }
        counts_as
    }

    /// Takes the token from a seat that can't keep it. Set the person's new state first.
    pub(crate) fn release(&mut self, seat: SeatNo, empty: TurnOutcome) {
        match self.room.turn.token {
            Token::Held { seat: at, .. } if at == seat => self.end_turn(TurnEnd::GivenUp, empty),
            Token::Offered { seat: at } if at == seat => {
                let passed = empty == TurnOutcome::Passed;
                let counts_as = if passed { empty } else { TurnOutcome::KeepsPlace };
                self.end_offer(OfferEnd::Lapsed, counts_as);
            }
            Token::Held { .. } | Token::Offered { .. } | Token::Centre { .. } => {}
        }
    }

    /// Takes the token back to the centre, wherever it is.
    pub(crate) fn take_to_centre(&mut self, turn: TurnEnd, offer: OfferEnd) {
        match self.room.turn.token {
            Token::Held { .. } => self.end_turn(turn, TurnOutcome::Later),
            Token::Offered { .. } => self.end_offer(offer, TurnOutcome::KeepsPlace),
            Token::Centre { .. } => {}
        }
    }

    /// Returns the seats that are waiting for the token, starting with the next one.
    pub(crate) fn waiting(&self) -> Vec<SeatNo> {
        let Some(round) = self.round() else { return Vec::new() };
        orders::rules(round.order).waiting(&orders::Waiting {
            room: self.room,
            turns: self.turns,
            round,
        })
    }

    /// Runs the order until nothing more follows. At most one offer follows from any one change,
    /// since an offer is answered by a person.
    pub(crate) fn settle(&mut self) {
        self.refresh();
        let runs = self.round().is_some_and(|round| round.advance == Advance::Itself)
            && self.order().is_some_and(Order::runs_by_itself)
            && self.turn_timers_run()
            && self.room.turn.token.is_resting()
            && !self.room.queue.halted;
        if runs && let Some(seat) = self.waiting().first() {
            self.offer(*seat, None);
            self.refresh();
        }
    }

    /// Updates everything derived from the rest of the state: timers, and who is waiting.
    fn refresh(&mut self) {
        self.refresh_queue();
        self.refresh_turn_timers();
    }

    fn refresh_queue(&mut self) {
        let waiting = self.waiting();
        let resting = self.room.turn.token.is_resting();
        let rules = self.rules();
        let runs_by_itself = self.order().is_some_and(Order::runs_by_itself);
        let queue = &mut self.room.queue;
        queue.complete = resting && waiting.is_empty() && rules.is_some_and(OrderRules::offers);
        let decides = runs_by_itself && !queue.halted;
        queue.next = waiting.first().copied().filter(|_| decides);
        queue.waiting.set_order(&waiting);
        if self.room.queue.complete {
            self.room.turn.token = Token::CENTRE;
        }
    }

    fn refresh_turn_timers(&mut self) {
        let (runs, now) = (self.turn_timers_run(), self.now);
        let grace_runs = self.grace_timer_runs();
        let set = |timer: &mut Option<Timer>| *timer = timer.map(|timer| timer.set(runs, now));
        match &mut self.room.turn.token {
            Token::Centre { first_reach } => set(first_reach),
            Token::Offered { .. } => {}
            Token::Held { limit, away, .. } => {
                set(limit);
                *away = away.map(|timer| timer.set(grace_runs, now));
            }
        }
    }
}
