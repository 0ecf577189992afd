//! What holds after every step: everyone's screen, the row, and the invariants of the token.

use super::*;
use hearth_protocol::merge::merge_patch;
use hearth_protocol::message::{MessageFact, MessageKind};
use hearth_protocol::moderation::BarUntil;
use hearth_protocol::presence::Presence;
use hearth_protocol::round::{Advance, RoundFact};
use hearth_protocol::turn::{OfferEnd, Timer, TurnFact};
use serde_json::Value;

impl World {
    /// Old view + frame = new view.
    pub(super) fn check_screens(&self) {
        for (seat, screen) in &self.screens {
            let mut expected = self.room.snapshot(*seat).unwrap();
            let seen = self.room.messages_seen(*seat, None);
            expected.messages = seen.map(|(number, message)| (number, message.clone())).collect();
            expected.texts.clone_from(&screen.texts);
            assert_eq!(*screen, expected, "the screen of seat {seat}");
            for id in screen.text_ids() {
                assert_eq!(screen.text(id), self.texts.get(&id), "a text on the screen of {seat}");
            }
        }
    }

    /// Only hosts who may see a hidden message hold its words.
    pub(super) fn check_hidden(&self) {
        let own = |seat| &self.room.seat_view(seat).unwrap().hidden;
        let all = self.room.view().people.keys().flat_map(|seat| own(seat).iter());
        let all: BTreeMap<MessageNo, TextId> = all.map(|(n, hidden)| (n, hidden.text)).collect();
        for (seat, screen) in &self.screens {
            let may = |number| screen.hosts.is_some() && self.room.sees(*seat, number);
            for (number, text) in &all {
                let holds = screen.texts.contains_key(text);
                assert!(!holds || may(*number), "seat {seat} holds the hidden message {number}");
            }
        }
    }

    /// A round has one question, the last one asked; the words of those before are erased.
    pub(super) fn check_questions(&self) {
        for (seat, screen) in &self.screens {
            let mut standing = BTreeSet::new();
            for message in screen.messages.values() {
                if message.kind != MessageKind::Question {
                    continue;
                }
                if message.taken_back {
                    assert!(!self.texts.contains_key(&message.text), "a withdrawn question");
                    continue;
                }
                assert!(standing.insert(message.round), "two questions on the log of seat {seat}");
                let round = screen.room.round.as_ref().filter(|one| one.number == message.round);
                let shown = round.is_none_or(|round| round.prompt == Some(message.text));
                assert!(shown, "the question on the log of seat {seat} isn't the round's");
            }
        }
    }

    /// The patch is exactly what changed: the full comparison of the views gives the same.
    pub(super) fn check_patch(&self, seat: SeatNo, before: &Room, frame: &AudienceFrame) {
        let value = |view: Option<Value>| view.unwrap_or(Value::Null);
        let views = |room: &Room| {
            if frame.room.is_some() {
                value(serde_json::to_value(room.view()).ok())
            } else if frame.hosts.is_some() {
                value(serde_json::to_value(room.hosts_view()).ok())
            } else {
                value(room.seat_view(seat).and_then(|own| serde_json::to_value(own).ok()))
            }
        };
        let full = merge_patch(&views(before), &views(&self.room));
        assert_eq!(frame.patch, full, "the patch to seat {seat}");
        let message = |room: &Room, number| {
            let found = room.messages_seen(seat, None).find(|(other, _)| *other == number);
            value(found.and_then(|(_, message)| serde_json::to_value(message).ok()))
        };
        for (number, patch) in &frame.messages {
            let full = merge_patch(&message(before, *number), &message(&self.room, *number));
            assert_eq!(Some(patch), full.as_ref(), "message {number} to seat {seat}");
        }
    }

    /// The row's patch to the internal state is exactly what changed, no row holds a text, and
    /// replaying the row gives the same room.
    pub(super) fn check_row(&mut self, before: &Room, row: &Row) {
        let internal =
            |room: &Room| serde_json::to_value(room).unwrap()["state"]["internal"].take();
        let patch = row.internal.as_ref().map(|patch| serde_json::from_str(patch.get()).unwrap());
        assert_eq!(patch, merge_patch(&internal(before), &internal(&self.room)), "internal");
        let json = serde_json::to_string(row).unwrap();
        for text in self.texts.values() {
            let Text::Plain(words) = text else { continue };
            assert!(!json.contains(words.as_str()), "a row holds words: {json}");
        }
        let row: Row = serde_json::from_str(&json).unwrap();
        let Some(replayed) = &mut self.replayed else { return };
        replayed.replay(&row).unwrap();
        assert_eq!(*replayed, self.room, "the replayed room");
    }

    /// A removed seat has left and has one bar; the circle keeps exactly the bars that last until
    /// they are lifted, under the name that the seat has now.
    pub(super) fn check_bars(&mut self, row: &Row) {
        for effect in &row.effects {
            match effect {
                Effect::Bar { id, key, name, at } => {
                    self.kept_bars.insert(*id);
                    let bar = self.room.hosts_view().bars.get(*id).unwrap();
                    let seat = bar.seat.unwrap();
                    assert_eq!((*name, *at), (bar.name, bar.at), "the kept bar of seat {seat}");
                    assert_eq!(Some(*key), self.room.key_of(seat), "the kept bar of seat {seat}");
                }
                Effect::LiftBar(id) => {
                    self.kept_bars.remove(id);
                }
                Effect::EraseTexts(_)
                | Effect::Disconnect { .. }
                | Effect::Resync(_)
                | Effect::Watch(_)
                | Effect::EndRoom => {}
            }
        }
        let bars = &self.room.hosts_view().bars;
        let lasting = bars.iter().filter(|(_, bar)| bar.until == BarUntil::Lifted);
        assert_eq!(self.kept_bars, lasting.map(|(id, _)| id).collect(), "the circle's bars");
        for (seat, person) in self.room.view().people.iter() {
            let own: Vec<_> = bars.values().filter(|bar| bar.seat == Some(seat)).collect();
            let removed = self.room.seat_view(seat).unwrap().removed;
            assert_eq!(own.len(), usize::from(removed), "the bars of seat {seat}");
            assert!(!removed || person.presence == Presence::Left, "seat {seat} was removed");
            assert!(own.iter().all(|bar| bar.name == person.name), "the name of seat {seat}");
        }
    }

    /// Replays the whole journal, and a stored snapshot.
    pub fn check_replay(&self) {
        let (first, rest) = self.journal.split_first().unwrap();
        let mut room = Room::from_first(first).unwrap();
        for row in rest {
            room.replay(row).unwrap();
        }
        assert_eq!(room, self.room);
        let stored = serde_json::to_string(&room).unwrap();
        assert_eq!(Room::from_snapshot(&stored).unwrap(), self.room);
    }

    /// Invariant 1.
    pub(super) fn check_token(&mut self) {
        let room = self.room.view();
        let Some(seat) = room.turn.token.seat() else { return };
        let person = room.people.get(seat).expect("the token is at a seat").clone();
        let waits_for_holder = match &room.turn.token {
            Token::Held { away, .. } => Some(away.is_some()),
            Token::Centre { .. } | Token::Offered { .. } => None,
        };
        self.hold(person.presence != Presence::Left, "the token is at a seat that is gone");
        self.hold(person.role != Role::Listener, "the token is at a listener");
        let away = person.presence == Presence::Away;
        self.hold(
            waits_for_holder.is_none_or(|waits| waits == away),
            "the grace period runs exactly while the holder is away",
        );
    }

    /// Every change of the token has its own turn id.
    pub(super) fn check_turn_id(&mut self, before: &Room) {
        let (old, new) = (&before.view().turn, &self.room.view().turn);
        let changed =
            (old.token.holder(), old.token.offered()) != (new.token.holder(), new.token.offered());
        let grew = new.turn_id > old.turn_id;
        let rule = grew || (!changed && new.turn_id == old.turn_id);
        self.hold(rule, "the token changed without a new turn id");
    }

    /// Invariant 2: the room itself doesn't offer the token to anyone twice while a waiting seat
    /// hasn't been offered it. Hosts' own choices are exempt: an offer they make, one they
    /// withdrew, and a change of order.
    pub(super) fn check_facts(&mut self, before: &Room, row: &Row) {
        for fact in facts_of(row) {
            match fact {
                Fact::Round(RoundFact::RoundOpened { .. }) => {
                    self.offered.clear();
                    self.asked.clear();
                }
                Fact::Round(RoundFact::OrderChanged { order })
                    if before.view().round.as_ref().is_none_or(|old| old.order != order) =>
                {
                    self.offered.clear();
                }
                Fact::Turn(TurnFact::OfferEnded {
                    seat,
                    how: OfferEnd::Lapsed | OfferEnd::Reclaimed | OfferEnd::Moved,
                }) => {
                    self.offered.remove(&seat);
                }
                Fact::Turn(
                    TurnFact::Offered { seat, by: Some(_) } | TurnFact::TurnBegan { seat },
                ) => {
                    self.asked.insert(seat);
                }
                Fact::Turn(TurnFact::Offered { seat, by: None }) => self.check_offer(seat),
                Fact::Message(MessageFact::Said { .. }) => {
                    let speaker = row.cause.map(|cause| cause.seat);
                    let muted = speaker.is_some_and(|seat| before.is_muted(seat));
                    self.hold(!muted, "a muted seat spoke");
                }
                _ => {}
            }
        }
    }

    fn check_offer(&mut self, seat: SeatNo) {
        let queue = self.queue();
        let overlooked = queue
            .waiting
            .keys()
            .any(|other| other != seat && !queue.is_settled(other) && !self.asked.contains(&other));
        let again = !self.offered.insert(seat);
        self.asked.insert(seat);
        self.hold(!(again && overlooked), "a seat had two offers, another none");
    }

    /// Nobody waits forever while someone can act: an order that runs by itself leaves nobody
    /// waiting while the token rests, and the seat that has the token can act or has a timer.
    pub(super) fn check_order_goes_on(&mut self) {
        let room = self.room.view().clone();
        let session = &room.session;
        let no_host = !room.host_is_here();
        let counted = session.no_host.is_some() == (no_host && session.holds_rounds());
        self.hold(counted, "the time without hosts is counted exactly while there is none");
        let Some(round) = room.open_round() else { return };
        if !room.turn_timers_run() {
            return;
        }
        let by_itself = matches!(round.order, Order::GoRound | Order::Hands)
            && round.advance == Advance::Itself
            && !room.queue.halted;
        let runs = |timer: &Option<Timer>| timer.is_none_or(|t| matches!(t, Timer::Until(_)));
        match &room.turn.token {
            Token::Centre { first_reach } => {
                let left = room.people.iter().any(|(seat, person)| {
                    let in_order = match round.order {
                        Order::GoRound => room.queue.lineup.contains(seat),
                        _ => room.queue.hands.contains(seat),
                    };
                    let settled = room.queue.passed.contains(seat)
                        || (round.order == Order::GoRound && room.queue.heard.contains(seat));
                    in_order && !settled && person.is_eligible()
                });
                self.hold(!(by_itself && left), "someone waits at a resting token");
                self.hold(runs(first_reach), "the first reach has no end");
            }
            Token::Offered { .. } => {
                self.hold(self.room.next_deadline().is_some(), "an offer has no end");
            }
            Token::Held { away, .. } => self.hold(runs(away), "a wait has no end"),
        }
    }
}

/// Every seat and message that a fact names is in the recipient's view, before or after.
pub(super) fn check_fact_ids(frame: &AudienceFrame, old: &Snapshot, new: &Snapshot) {
    for fact in &frame.facts {
        let body = fact.as_object().unwrap().values().next().unwrap();
        for (name, value) in body.as_object().unwrap() {
            if name == "bar" {
                let id: BarId = serde_json::from_value(value.clone()).unwrap();
                let lists = |view: &Snapshot| {
                    view.hosts.as_ref().is_some_and(|hosts| hosts.bars.contains(id))
                };
                assert!(lists(old) || lists(new), "{fact} names something that isn't shown");
            }
            let Some(number) = value.as_u64() else { continue };
            let known = match name.as_str() {
                "seat" | "by" => {
                    let seat = SeatNo(number as u16);
                    old.room.people.contains(seat) || new.room.people.contains(seat)
                }
                "message" => {
                    let message = MessageNo(number as u32);
                    old.messages.contains(message) || new.messages.contains(message)
                }
                _ => true,
            };
            assert!(known, "{fact} names something that its recipient can't see");
        }
    }
}
