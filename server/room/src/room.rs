//! A room: its state as a fold of events, and the questions one can ask of it.

use crate::core::{Core, index};
use crate::event::{Audience, Cause, Event, LedgerEvent, Recorded};
use hearth_protocol::event::RoomEvent;
use hearth_protocol::frame::Done;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::{REMEMBERED_MAX, WORDS_MAX};
use hearth_protocol::view::Common;
use hearth_protocol::{
    CommandId, Cursor, EachWords, Millis, Presence, RefusalCode, Role, Said, SeatNo, Snapshot,
    WordsId, apply_said,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use uuid::Uuid;

/// A record that does not follow the one before: the journal was misread, or written by a newer
/// server. The reader must stop serving the room.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Its place in the journal is not the next.
    #[error("event {got} of the room follows {head}: the journal was read with a gap")]
    Gap {
        /// The last event applied.
        head: u64,
        /// The event that came.
        got: u64,
    },
    /// A room's history begins with something else than its opening.
    #[error("the room's history does not begin with its opening")]
    NotOpened,
}

/// The last number given in each audience's sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Numbers {
    room: u64,
    staff: u64,
    ledger: u64,
    seats: BTreeMap<SeatNo, u64>,
}

impl Numbers {
    fn last(&mut self, audience: Audience) -> &mut u64 {
        match audience {
            Audience::Room => &mut self.room,
            Audience::Staff => &mut self.staff,
            Audience::Ledger => &mut self.ledger,
            Audience::Seat(seat) => self.seats.entry(seat).or_default(),
        }
    }

    fn seat(&self, seat: SeatNo) -> u64 {
        self.seats.get(&seat).copied().unwrap_or(0)
    }
}

/// What the server must remember of a seat, and tells nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct SeatRecord {
    /// The hash of the key it belongs to.
    key: Option<KeyHash>,
    /// The incarnation that held its line last.
    node: Option<Uuid>,
    /// The last commands done, and their answers.
    remembered: VecDeque<(CommandId, Done)>,
    /// Words said from here on may be seen.
    words_from: u64,
    /// No resume reaches behind this.
    sees_from: u64,
}

/// One live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub(crate) core: Core,
    pub(crate) said: Vec<Said>,
    /// The place in the journal of each entry of `said`.
    said_at: Vec<u64>,
    /// The id of every text this room ever named: none names two.
    words: BTreeSet<WordsId>,
    seats: Vec<SeatRecord>,
    numbers: Numbers,
    head: u64,
    at: Millis,
}

impl Room {
    /// Starts a fold with a room's first record.
    pub fn begin(first: &Recorded) -> Result<Self, ApplyError> {
        let Event::Room(event) = &first.event else { return Err(ApplyError::NotOpened) };
        let common = Common::opened(event, first.at).ok_or(ApplyError::NotOpened)?;
        if first.seq != 1 {
            return Err(ApplyError::Gap { head: 0, got: first.seq });
        }
        Ok(Self {
            core: Core::new(common),
            said: Vec::new(),
            said_at: Vec::new(),
            words: words_of(event),
            seats: Vec::new(),
            numbers: Numbers { room: 1, ..Numbers::default() },
            head: 1,
            at: first.at,
        })
    }

    /// Numbers the first events of a room, before there is a `Room`.
    pub fn record_opening(events: Vec<Event>, at: Millis) -> Vec<Recorded> {
        number(0, Numbers::default(), events, at, None)
    }

    /// Numbers events that come next. `cause` is put on the last of them.
    pub fn record(&self, events: Vec<Event>, at: Millis, cause: Option<Cause>) -> Vec<Recorded> {
        number(self.head, self.numbers.clone(), events, at, cause)
    }

    /// Applies a record, its words bare ([`Event::take_texts`]). On an error nothing has changed.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<(), ApplyError> {
        if recorded.seq != self.head + 1 {
            return Err(ApplyError::Gap { head: self.head, got: recorded.seq });
        }
        let at = recorded.at;
        if let Event::Room(event) = &recorded.event {
            self.words.append(&mut words_of(event));
            self.apply_log(event, recorded.seq, at);
        }
        self.apply_seats(&recorded.event, recorded.seq);
        self.core.apply(&recorded.event, at);
        *self.numbers.last(recorded.event.audience()) = recorded.number;
        self.head = recorded.seq;
        self.at = at;
        if let Some(cause) = &recorded.cause {
            self.remember(cause, Done { at });
        }
        Ok(())
    }

    fn apply_log(&mut self, event: &RoomEvent, seq: u64, at: Millis) {
        let before = self.said.len();
        apply_said(&mut self.said, &self.core.common, event, at);
        for said in self.said.iter_mut().skip(before) {
            said.words.text = None;
            self.said_at.push(seq);
        }
    }

    fn apply_seats(&mut self, event: &Event, seq: u64) {
        match event {
            Event::Room(RoomEvent::Joined { .. }) => self.seats.push(SeatRecord {
                words_from: seq,
                sees_from: seq,
                ..SeatRecord::default()
            }),
            Event::Room(RoomEvent::Role { seat, .. }) => {
                if let Some(record) = self.seat_mut(*seat) {
                    record.sees_from = seq;
                }
            }
            Event::Room(RoomEvent::Returned { seat, .. }) => {
                let left = self
                    .core
                    .common
                    .person(*seat)
                    .is_some_and(|person| person.presence == Presence::Left);
                if let Some(record) = self.seat_mut(*seat)
                    && left
                {
                    record.words_from = seq;
                    record.sees_from = seq;
                }
            }
            Event::Ledger(LedgerEvent::Admitted { seat, key }) => {
                if let Some(record) = self.seat_mut(*seat) {
                    record.key = Some(*key);
                }
            }
            Event::Ledger(LedgerEvent::Line { seat, node }) => {
                if let Some(record) = self.seat_mut(*seat) {
                    record.node = Some(*node);
                }
            }
            Event::Room(_) | Event::Staff(_) | Event::Seat(..) => {}
        }
    }

    /// Refuses an id that names a text already: words must never stand in another's place. A command
    /// of one's own that was done is answered from memory before it comes to this.
    pub(crate) fn check_words_id(&self, id: WordsId) -> Result<(), RefusalCode> {
        if self.words.contains(&id) {
            return Err(RefusalCode::Malformed);
        }
        if self.words.len() >= WORDS_MAX {
            return Err(RefusalCode::Full);
        }
        Ok(())
    }

    /// Returns whether others are shown that `seat` writes: in its turn, or on an open floor.
    pub fn shows_writing(&self, seat: SeatNo) -> bool {
        let common = &self.core.common;
        let may_speak = common.person(seat).is_some_and(|person| {
            person.presence == Presence::Here && person.role != Role::Listener
        });
        may_speak
            && self.core.board.mute_of(seat).is_none()
            && !common.stands_still()
            && (common.flow.token.holder() == Some(seat)
                || crate::decide::floor_is_open(&self.core))
    }

    fn remember(&mut self, cause: &Cause, done: Done) {
        if let Some(record) = self.seat_mut(cause.seat) {
            if record.remembered.len() == REMEMBERED_MAX {
                record.remembered.pop_front();
            }
            record.remembered.push_back((cause.id, done));
        }
    }

    fn seat_mut(&mut self, seat: SeatNo) -> Option<&mut SeatRecord> {
        index(seat).and_then(|i| self.seats.get_mut(i))
    }

    fn seat(&self, seat: SeatNo) -> Option<&SeatRecord> {
        index(seat).and_then(|i| self.seats.get(i))
    }

    /// Returns all that `seat` may see, its words bare; nothing for a seat never taken.
    pub fn view(&self, seat: SeatNo) -> Option<Snapshot> {
        let own = index(seat).and_then(|i| self.core.own.get(i))?;
        let staff = self.is_staff(seat);
        Some(Snapshot {
            seat,
            cursor: Cursor {
                room: self.numbers.room,
                seat: self.numbers.seat(seat),
                staff: staff.then_some(self.numbers.staff),
            },
            common: self.core.common.clone(),
            said: self.said_to(seat).cloned().collect(),
            earlier: false,
            board: staff.then(|| self.core.board.clone()),
            own: own.clone(),
        })
    }

    /// Entries of the log that `seat` may see: said since it came, or its own.
    pub(crate) fn said_to(&self, seat: SeatNo) -> impl DoubleEndedIterator<Item = &Said> {
        let all = self.core.common.settings.earlier_words;
        let from = self.seat(seat).map_or(u64::MAX, |record| record.words_from);
        self.said
            .iter()
            .zip(&self.said_at)
            .filter(move |(said, at)| all || **at >= from || said.seat == seat)
            .map(|(said, _)| said)
    }

    /// Returns up to `most` entries said before `before` that `seat` may see, the oldest first, and
    /// whether there are older ones; nothing where `seat` sees no such entry.
    pub fn page(&self, seat: SeatNo, before: WordsId, most: usize) -> Option<(Vec<Said>, bool)> {
        let mut earlier = self.said_to(seat).rev().skip_while(|said| said.words.id != before);
        earlier.next()?;
        let mut page: Vec<Said> = earlier.by_ref().take(most).cloned().collect();
        page.reverse();
        Some((page, earlier.next().is_some()))
    }

    /// Returns the seat that belongs to a key.
    pub fn seat_of(&self, key: &KeyHash) -> Option<SeatNo> {
        let found = self.seats.iter().position(|record| record.key.as_ref() == Some(key))?;
        u16::try_from(found + 1).ok().map(SeatNo)
    }

    /// Returns the hash of the key that `seat` belongs to.
    pub fn key_of(&self, seat: SeatNo) -> Option<KeyHash> {
        self.seat(seat).and_then(|record| record.key)
    }

    /// Returns the answer given to a command that was done before.
    pub fn remembered(&self, seat: SeatNo, id: CommandId) -> Option<Done> {
        let record = self.seat(seat)?;
        record.remembered.iter().rev().find(|(known, _)| *known == id).map(|(_, done)| *done)
    }

    /// Returns the place of the last event applied.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Returns the time of the last event applied.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Returns what everyone sees.
    pub fn common(&self) -> &Common {
        &self.core.common
    }

    /// Returns whether `seat` sees what staff see.
    pub fn is_staff(&self, seat: SeatNo) -> bool {
        self.core.common.person(seat).is_some_and(|person| person.role.is_staff())
    }

    /// Returns whether `seat` was removed and not restored.
    pub fn is_barred(&self, seat: SeatNo) -> bool {
        self.core.board.is_barred(seat)
    }

    /// Returns whether only staff are given new seats.
    pub fn is_closed(&self) -> bool {
        !self.core.lets_in(Role::Participant)
    }

    /// Returns the place of the last event that changed what kind of events `seat` receives (its
    /// joining, a change of role, coming back after leaving): no resume reaches behind it.
    pub fn sees_from(&self, seat: SeatNo) -> u64 {
        self.seat(seat).map_or(u64::MAX, |record| record.sees_from)
    }
}

/// The ids of the texts that an event names.
fn words_of(event: &RoomEvent) -> BTreeSet<WordsId> {
    let mut found = BTreeSet::new();
    event.clone().each_words(&mut |words| {
        found.insert(words.id);
    });
    found
}

fn number(
    head: u64,
    mut numbers: Numbers,
    events: Vec<Event>,
    at: Millis,
    cause: Option<Cause>,
) -> Vec<Recorded> {
    let last = events.len().saturating_sub(1);
    events
        .into_iter()
        .enumerate()
        .map(|(i, event)| {
            let number = numbers.last(event.audience());
            *number += 1;
            Recorded {
                seq: head + 1 + i as u64,
                number: *number,
                at,
                cause: cause.filter(|_| i == last),
                event,
            }
        })
        .collect()
}
