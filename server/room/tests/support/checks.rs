//! What holds after every step: everyone's screen, and the invariants of the token.

use super::*;

impl World {
    /// Old view + its events = new view; the folded journal equals the state.
    pub(super) fn check_screens(&self) {
        for (seat, screen) in &self.screens {
            assert_eq!(Some(screen), self.room.view(*seat).as_ref(), "the screen of seat {seat}");
        }
    }

    /// The fold of the whole journal. Costs much in a long session, so it is asked for.
    pub fn check_fold(&self) {
        assert_eq!(fold(&self.journal), self.room);
    }

    /// Invariant 1, at every single event.
    pub(super) fn check_token(&mut self) {
        let common = self.room.common();
        let Some(seat) = common.flow.token.seat() else { return };
        let person = common.person(seat).expect("the token is at a seat").clone();
        let waits_for_holder = match &common.flow.token {
            Token::Held { away, .. } => Some(away.is_some()),
            Token::Centre { .. } | Token::Offered { .. } => None,
        };
        let muted = self.is_muted(seat);
        self.hold(person.presence != Presence::Left, "the token is at a seat that is gone");
        self.hold(person.role != Role::Listener, "the token is at a listener");
        self.hold(!muted, "the token is at a muted seat");
        let away = person.presence == Presence::Away;
        self.hold(
            waits_for_holder.is_none_or(|waits| waits == away),
            "the grace runs exactly while the holder is away",
        );
    }

    /// Every change of the token has a move of its own.
    pub(super) fn check_move(
        &mut self,
        (mv, holder, offered): (u64, Option<SeatNo>, Option<SeatNo>),
    ) {
        let changed = (self.token().holder(), self.token().offered()) != (holder, offered);
        let grew = self.mv() > mv;
        self.hold(grew || (!changed && self.mv() == mv), "the token changed without a new move");
    }

    /// Invariant 2: the room itself offers to nobody twice while a seat that waits has not been
    /// offered. Staff's own choice stands apart: an offer they make, one they withdrew, and another
    /// order.
    pub(super) fn check_offer_is_fair(&mut self, record: &Recorded) {
        let Event::Room(event) = &record.event else { return };
        match event {
            RoomEvent::RoundOpened { .. } => {
                self.offered.clear();
                self.asked.clear();
            }
            RoomEvent::RoundChanged { round, .. }
                if self.room.common().round.as_ref().is_none_or(|old| old.order != round.order) =>
            {
                self.offered.clear();
            }
            RoomEvent::OfferEnded {
                seat,
                how: OfferEnd::Lapsed | OfferEnd::Reclaimed | OfferEnd::Moved,
                ..
            } => {
                self.offered.remove(seat);
            }
            RoomEvent::Offered { seat, by: Some(_), .. } | RoomEvent::Taken { seat, .. } => {
                self.asked.insert(*seat);
            }
            RoomEvent::Offered { seat, by: None, .. } => {
                let flow = &self.room.common().flow;
                let overlooked = flow.waiting.iter().any(|other| {
                    other != seat
                        && !flow.heard.contains(other)
                        && !flow.passed.contains(other)
                        && !self.asked.contains(other)
                        && !self.is_muted(*other)
                });
                let again = !self.offered.insert(*seat);
                self.asked.insert(*seat);
                self.hold(!(again && overlooked), "a seat was offered twice before another once");
            }
            _ => {}
        }
    }

    /// Nobody waits for ever while someone can act: an order that runs by itself leaves nobody
    /// waiting at a resting token, and whoever has the token can act or has a clock.
    pub(super) fn check_order_goes_on(&mut self) {
        let common = self.room.common();
        let running = matches!(common.phase, Phase::Open | Phase::Closing)
            && !common.stands_still()
            && common.round.as_ref().is_some_and(|round| round.open);
        if !running {
            return;
        }
        let round = common.round.as_ref().unwrap();
        let flow = common.flow.clone();
        let by_itself = matches!(round.order, Order::GoRound | Order::Hands)
            && round.advance == Advance::Itself
            && !flow.halted;
        let unstaffed =
            !common.people.iter().any(|p| p.presence == Presence::Here && p.role.is_staff());
        let runs = |timer: &Option<Timer>| timer.is_none_or(|t| matches!(t, Timer::Until(_)));
        match &flow.token {
            Token::Centre { first_reach } => {
                let left = common.people.iter().any(|person| {
                    let seat = person.seat;
                    let in_order = match round.order {
                        Order::GoRound => flow.lineup.contains(&seat),
                        _ => flow.hands.contains(&seat),
                    };
                    let settled = flow.passed.contains(&seat)
                        || (round.order == Order::GoRound && flow.heard.contains(&seat));
                    in_order
                        && !settled
                        && person.presence == Presence::Here
                        && person.stance == Stance::Sharing
                        && person.role != Role::Listener
                        && !self.is_muted(seat)
                });
                self.hold(!(by_itself && left), "somebody waits at a resting token");
                self.hold(runs(first_reach), "the first reach has no end");
            }
            Token::Offered { .. } => {
                self.hold(self.room.next_deadline().is_some(), "an offer has no end");
            }
            Token::Held { away, .. } => self.hold(runs(away), "a wait has no end"),
        }
        self.hold(
            flow.unstaffed.is_some() == unstaffed,
            "the time without staff is counted exactly while there is none",
        );
    }
}
