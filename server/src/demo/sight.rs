//! What a member knows when they think about what to do.

use super::dice::Dice;
use super::words::{MEMBERS, Question, SPARE, Session, Turn};
use hearth_protocol::{
    Common, Flow, Millis, Move, Order, Person, Presence, Role, Round, SaidKind, SeatNo, Snapshot,
    Stance, Text,
};
use std::collections::{BTreeMap, BTreeSet};

/// The facilitator among the members.
pub(super) const FACILITATOR: usize = 0;
/// The moderator among the members.
pub(super) const MODERATOR: usize = 1;

/// Where the members sit in a room, as far as they have come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Company(pub(super) [Option<SeatNo>; MEMBERS]);

impl Company {
    /// Returns which of the members sits there; nothing where a visitor does.
    pub(super) fn part_of(&self, seat: SeatNo) -> Option<usize> {
        self.0.iter().position(|taken| *taken == Some(seat))
    }
}

/// What a member sees, and who they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    /// What their seat sees.
    pub(super) snapshot: &'a Snapshot,
    /// The time.
    pub(super) now: Millis,
    /// Which of the members they are.
    pub(super) part: usize,
    /// Where the members sit.
    pub(super) company: Company,
    /// What is said this evening.
    pub(super) session: &'static Session,
    /// Their chance.
    pub(super) dice: Dice,
    /// How many signs of writing they saw.
    pub(super) stir: u64,
}

impl<'a> Sight<'a> {
    pub(super) fn seat(&self) -> SeatNo {
        self.snapshot.seat
    }

    pub(super) fn common(&self) -> &'a Common {
        &self.snapshot.common
    }

    pub(super) fn flow(&self) -> &'a Flow {
        &self.common().flow
    }

    pub(super) fn mv(&self) -> Move {
        self.flow().mv
    }

    /// Returns the role they have now: a visitor who facilitates may have changed it.
    pub(super) fn role(&self) -> Role {
        self.common().person(self.seat()).map_or(Role::Participant, |me| me.role)
    }

    pub(super) fn is_muted(&self) -> bool {
        self.snapshot.own.muted.is_some()
    }

    /// Returns the round while it is open.
    pub(super) fn round(&self) -> Option<&'a Round> {
        self.common().round.as_ref().filter(|round| round.open)
    }

    /// Returns which of the evening's questions a round asks; nothing where a visitor thought of it.
    pub(super) fn question(&self, round: &Round) -> Option<(usize, &'static Question)> {
        let prompt = round.prompt.as_ref().and_then(|words| plain(words.text.as_ref()))?;
        self.session.rounds.iter().enumerate().find(|(_, question)| question.prompt == prompt)
    }

    /// Returns what they do with a turn in this round.
    pub(super) fn turn(&self, round: &Round) -> Turn {
        let foreseen = self.question(round).and_then(|(_, question)| question.turns.get(self.part));
        let spare = || SPARE.get(self.part).copied().unwrap_or_default();
        foreseen.copied().unwrap_or_else(|| Turn::Says(spare()))
    }

    /// Returns the members who are here.
    pub(super) fn members(&self) -> impl Iterator<Item = &'a Person> + use<'a> {
        let company = self.company;
        self.here().filter(move |person| company.part_of(person.seat).is_some())
    }

    /// Returns the visitors who are here.
    pub(super) fn guests(&self) -> impl Iterator<Item = &'a Person> + use<'a> {
        let company = self.company;
        self.here().filter(move |person| company.part_of(person.seat).is_none())
    }

    /// Returns everybody who is here.
    pub(super) fn here(&self) -> impl Iterator<Item = &'a Person> + use<'a> {
        self.common().people.iter().filter(|person| person.presence == Presence::Here)
    }

    /// Returns whether a seat is a visitor's.
    pub(super) fn is_guest(&self, seat: SeatNo) -> bool {
        self.company.part_of(seat).is_none()
    }

    /// Returns whether a seat could be offered the turn.
    pub(super) fn is_ready(&self, seat: SeatNo) -> bool {
        let muted = self.snapshot.board.as_ref().is_some_and(|b| b.mute_of(seat).is_some());
        !muted && self.here().any(|person| person.seat == seat && takes_turns(person))
    }

    /// Returns whether a seat has had its chance in this round.
    pub(super) fn is_settled(&self, seat: SeatNo) -> bool {
        self.flow().heard.contains(&seat) || self.flow().passed.contains(&seat)
    }

    pub(super) fn name_of(&self, seat: SeatNo) -> Option<&'a str> {
        self.common().person(seat).and_then(|person| plain(person.name.text.as_ref()))
    }

    /// Returns whether a seat said exactly this.
    pub(super) fn has_said(&self, seat: SeatNo, words: &str) -> bool {
        let said = self.snapshot.said.iter().filter(|said| said.seat == seat);
        said.rev().any(|said| plain(said.words.text.as_ref()) == Some(words))
    }

    /// Returns the visitor whose share was the last one of this round.
    pub(super) fn guest_before(&self, round: &Round) -> Option<SeatNo> {
        let last = self.snapshot.said.iter().rfind(|said| said.kind == SaidKind::Share)?;
        if last.round != round.number || last.taken_back {
            return None;
        }
        Some(last.seat).filter(|seat| self.is_guest(*seat))
    }
}

/// Returns whether somebody takes turns at all.
pub(super) fn takes_turns(person: &Person) -> bool {
    person.role != Role::Listener && person.stance == Stance::Sharing
}

/// Returns whether the turn goes by the facilitator's hand, or by hands that visitors may not know
/// of: then visitors are asked.
pub(super) fn asks_guests(order: Order) -> bool {
    matches!(order, Order::Popcorn | Order::Hands | Order::Facilitator)
}

fn plain(text: Option<&Text>) -> Option<&str> {
    match text {
        Some(Text::Plain(words)) => Some(words),
        Some(Text::Sealed(_)) | None => None,
    }
}

/// What a member remembers of a session, beyond what they see. It holds a seat at most once, and a
/// room has few.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Whom they have greeted.
    greeted: BTreeSet<SeatNo>,
    /// Visitors who have been offered the turn.
    offered: BTreeSet<SeatNo>,
    /// How often the turn was offered to whom in this round, and at which move last.
    asked: BTreeMap<SeatNo, (Move, u32)>,
    /// The round that `asked` is of.
    asked_in: u32,
    /// At which move they last said that there is no hurry.
    nudged: Option<Move>,
}

impl Memory {
    /// Takes note of what is to be seen.
    pub(super) fn see(&mut self, sight: &Sight<'_>) {
        let flow = sight.flow();
        let at_turn = flow.token.seat().into_iter();
        let had = at_turn.chain(flow.heard.iter().copied()).chain(flow.passed.iter().copied());
        self.offered.extend(had.filter(|seat| sight.is_guest(*seat)));
        let round = sight.common().round.as_ref().map_or(0, |round| round.number);
        if self.asked_in != round {
            self.asked_in = round;
            self.asked.clear();
        }
        if let Some(seat) = flow.token.offered() {
            let (last, times) = self.asked.entry(seat).or_insert((0, 0));
            if *last != flow.mv {
                (*last, *times) = (flow.mv, *times + 1);
            }
        }
    }

    /// Takes note that they greeted somebody.
    pub(super) fn greet(&mut self, seat: SeatNo) {
        self.greeted.insert(seat);
    }

    /// Takes note that they said at this move that there is no hurry.
    pub(super) fn nudge(&mut self, mv: Move) {
        self.nudged = Some(mv);
    }

    pub(super) fn has_greeted(&self, seat: SeatNo) -> bool {
        self.greeted.contains(&seat)
    }

    pub(super) fn has_nudged(&self, mv: Move) -> bool {
        self.nudged == Some(mv)
    }

    /// Returns whether somebody was offered the turn at any time in this session.
    pub(super) fn was_offered(&self, seat: SeatNo) -> bool {
        self.offered.contains(&seat)
    }

    /// Returns how often somebody was offered the turn in this round.
    pub(super) fn times_asked(&self, seat: SeatNo) -> u32 {
        self.asked.get(&seat).map_or(0, |(_, times)| *times)
    }
}
