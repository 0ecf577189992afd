//! Deciding: what waits becomes events on the room in hand, and a list of what is to be seen once
//! they are durable. Nothing here waits for anything.

use super::out::Out;
use super::{Broken, Driver};
use crate::rooms::desk::LineNo;
use crate::rooms::fold::to_row;
use crate::rooms::join::ToRoom;
use crate::rooms::ring::To;
use crate::rooms::wire::Frame;
use hearth_journal::{Batch, EventRow};
use hearth_protocol::event::{RoomEvent, SeatEvent, StaffEvent};
use hearth_protocol::frame::{Done, EventFrame, Outcome, Page};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::limits::PAGE_ENTRIES_MAX;
use hearth_protocol::{
    CloseCode, Command, CommandId, EachWords, Millis, Presence, Refusal, RefusalCode, SeatNo, Text,
    WordsId,
};
use hearth_room::{Act, Audience, Cause, Event, Recorded};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Events that one step decides, about.
const EVENTS_MAX: usize = 1_024;

/// What one step decided.
pub(super) struct Plan {
    /// Names its batch.
    pub(super) id: Uuid,
    /// Its events, as rows.
    pub(super) rows: Vec<EventRow>,
    /// The texts they name.
    pub(super) texts: Vec<(WordsId, Text)>,
    /// The texts they take back.
    pub(super) erased: Vec<WordsId>,
    /// The keys they bar, or bar no longer.
    pub(super) bars: Vec<(KeyHash, bool)>,
    /// What is to be seen, in order.
    pub(super) outs: Vec<Out>,
    /// Events that speak again of words said before (a prompt, when the order changes), with their
    /// place in `outs`: their words are still to be found.
    pub(super) undressed: Vec<(usize, EventFrame)>,
    /// Who has a new line, and which.
    pub(super) attached: BTreeMap<SeatNo, LineNo>,
    /// Whose grace is over.
    pub(super) lost: Vec<SeatNo>,
    /// Whether lines of another life were dealt with.
    pub(super) woke: bool,
    /// Whether the session is over.
    pub(super) ended: bool,
    bytes: usize,
    bytes_max: usize,
}

impl Plan {
    fn new(bytes_max: usize) -> Self {
        Self {
            id: Uuid::new_v4(),
            rows: Vec::new(),
            texts: Vec::new(),
            erased: Vec::new(),
            bars: Vec::new(),
            outs: Vec::new(),
            undressed: Vec::new(),
            attached: BTreeMap::new(),
            lost: Vec::new(),
            woke: false,
            ended: false,
            bytes: 0,
            bytes_max,
        }
    }

    /// Returns whether it holds as much as readers can keep up with.
    fn is_full(&self) -> bool {
        self.bytes >= self.bytes_max || self.rows.len() >= EVENTS_MAX || self.ended
    }

    /// Returns its batch. Rows and bars leave the plan by that; texts stay for the frames.
    pub(super) fn batch(&mut self, deadline: Option<Millis>) -> Batch {
        Batch {
            id: self.id,
            events: std::mem::take(&mut self.rows),
            texts: self.texts.clone(),
            erased: self.erased.clone(),
            bars: self.bars.clone(),
            deadline,
            ended: self.ended,
        }
    }
}

impl Driver {
    /// Decides what is due and what waits, on the room in hand. Returns how much of what waits was
    /// decided.
    pub(super) fn plan(&mut self) -> Result<(Plan, usize), Broken> {
        let now = self.now();
        // A quarter of the ring, so that readers who keep up are never cut off by one batch.
        let mut plan = Plan::new(self.house.limits.broadcast_bytes_per_room / 4);
        self.plan_what_time_brings(&mut plan, now)?;
        let mut decided = 0;
        while decided < self.queue.len() && !plan.is_full() {
            self.plan_message(&mut plan, decided, now)?;
            decided += 1;
        }
        Ok((plan, decided))
    }

    /// Returns an empty plan, for events that others appended.
    pub(super) fn blank_plan(&self) -> Plan {
        Plan::new(usize::MAX)
    }

    fn plan_what_time_brings(&mut self, plan: &mut Plan, now: Millis) -> Result<(), Broken> {
        if self.unwoken {
            let wake = Act::Wake { node: self.house.node };
            if let Ok(events) = self.room.decide(&wake, now) {
                self.stage(plan, events, now, None)?;
            }
            plan.woke = true;
        }
        let over: Vec<SeatNo> = self
            .graces
            .iter()
            .filter(|(_, grace)| grace.until <= now)
            .map(|(seat, _)| *seat)
            .collect();
        for seat in over {
            if let Ok(events) = self.room.decide(&Act::Lost { seat }, now) {
                self.stage(plan, events, now, None)?;
            }
            plan.lost.push(seat);
        }
        while !plan.is_full() {
            let events = self.room.decide_due(now);
            if events.is_empty() {
                break;
            }
            self.stage(plan, events, now, None)?;
        }
        Ok(())
    }

    fn plan_message(&mut self, plan: &mut Plan, index: usize, now: Millis) -> Result<(), Broken> {
        match self.queue.get(index) {
            Some(ToRoom::Command { line, seat, id, command }) => {
                let (line, seat, id) = (*line, *seat, *id);
                if !self.speaks_for(plan, line, seat) {
                    return Ok(());
                }
                let command = command.clone();
                self.plan_command(plan, Asked { line, seat, id, now }, *command)
            }
            Some(ToRoom::Writing { line, seat }) => {
                let (line, seat) = (*line, *seat);
                if self.speaks_for(plan, line, seat)
                    && let Ok(events) = self.room.decide(&Act::Writing { seat }, now)
                {
                    self.stage(plan, events, now, None)?;
                    if self.room.shows_writing(seat) {
                        plan.outs.push(Out::Writing(seat));
                    }
                }
                Ok(())
            }
            Some(ToRoom::Join(_)) => self.plan_join(plan, index, now),
            Some(ToRoom::Dissolve(_)) | None => Ok(()),
        }
    }

    /// Returns whether a line is the seat's live one, or was until a moment ago: what it sent
    /// before it went still counts, what comes by a line that was replaced or sent away does not.
    fn speaks_for(&self, plan: &Plan, line: LineNo, seat: SeatNo) -> bool {
        let closed = |out: &Out| matches!(out, Out::Close(other, _) if *other == seat);
        match plan.attached.get(&seat) {
            Some(attached) => *attached == line,
            None if plan.outs.iter().any(closed) => false,
            None => match (self.lines.get(&seat), self.graces.get(&seat)) {
                (Some(desk), _) => desk.line() == line,
                (None, Some(grace)) => grace.line == line,
                (None, None) => false,
            },
        }
    }

    fn plan_command(
        &mut self,
        plan: &mut Plan,
        asked: Asked,
        command: Command,
    ) -> Result<(), Broken> {
        let Asked { line, seat, id, now } = asked;
        let leaves = matches!(command, Command::Leave { .. });
        if let Some(done) = self.room.remembered(seat, id)
            // Whoever lost the answer had to come back to ask again, and still wants to go.
            && !(leaves && self.is_here(seat))
        {
            return self.answer(plan, asked, Outcome::Ok(done));
        }
        if let Command::Page { before } = command {
            return match self.room.page(seat, before, PAGE_ENTRIES_MAX) {
                Some((said, earlier)) => {
                    let page = Page { said, earlier };
                    plan.outs.push(Out::Page { line, id, page, frame: None });
                    Ok(())
                }
                None => self.refuse(plan, asked, RefusalCode::NoSuchWords.into()),
            };
        }
        let dice = Uuid::new_v4().as_u64_pair().1;
        match self.room.decide(&Act::Command { seat, id, command, dice }, now) {
            Ok(events) => {
                self.stage(plan, events, now, Some(Cause { seat, id }))?;
                self.answer(plan, asked, Outcome::Ok(Done { at: now }))?;
                if leaves {
                    plan.outs.push(Out::Close(seat, CloseCode::Left));
                }
                Ok(())
            }
            Err(refusal) => self.refuse(plan, asked, refusal),
        }
    }

    fn is_here(&self, seat: SeatNo) -> bool {
        let person = self.room.common().person(seat);
        person.is_some_and(|person| person.presence == Presence::Here)
    }

    fn answer(&self, plan: &mut Plan, asked: Asked, outcome: Outcome) -> Result<(), Broken> {
        let frame = Frame::answer(Some(asked.id), outcome)?;
        plan.bytes += frame.len();
        plan.outs.push(Out::Answer { line: asked.line, frame });
        self.house.count_command("ok");
        Ok(())
    }

    fn refuse(&self, plan: &mut Plan, asked: Asked, refusal: Refusal) -> Result<(), Broken> {
        let frame = Frame::refused(Some(asked.id), refusal)?;
        plan.bytes += frame.len();
        plan.outs.push(Out::Answer { line: asked.line, frame });
        self.house.count_command("refused");
        Ok(())
    }

    /// Makes events so on the room in hand, and notes what follows from each.
    pub(super) fn stage(
        &mut self,
        plan: &mut Plan,
        events: Vec<Event>,
        now: Millis,
        cause: Option<Cause>,
    ) -> Result<(), Broken> {
        for mut recorded in self.room.record(events, now, cause) {
            let event = recorded.frame();
            let frame = event.as_ref().map(Frame::text).transpose()?;
            plan.texts.extend(recorded.event.take_texts());
            plan.rows.push(to_row(&recorded)?);
            let index = plan.outs.len();
            self.stage_one(plan, &recorded, frame)?;
            plan.undressed.extend(event.and_then(with_bare_words).map(|event| (index, event)));
        }
        Ok(())
    }

    /// Makes one record so, whoever appended it.
    pub(super) fn stage_one(
        &mut self,
        plan: &mut Plan,
        recorded: &Recorded,
        frame: Option<Frame>,
    ) -> Result<(), Broken> {
        self.room.apply(recorded)?;
        let to = match recorded.event.audience() {
            Audience::Room => Some(To::Room),
            Audience::Staff => Some(To::Staff),
            Audience::Seat(seat) => Some(To::Seat(seat)),
            Audience::Ledger => None,
        };
        if let (Some(to), Some(frame)) = (to, frame) {
            let (seq, number) = (recorded.seq, recorded.number);
            plan.bytes += frame.len();
            plan.outs.push(Out::Event { to, seq, number, frame });
        }
        match &recorded.event {
            Event::Room(RoomEvent::TakenBack { said }) => plan.erased.push(*said),
            Event::Room(RoomEvent::Role { seat, .. }) => {
                let view = self.room.view(*seat).ok_or(Broken::Defect("a role without a seat"))?;
                let view = Box::new(view);
                plan.outs.push(Out::Snapshot { seat: *seat, view, frame: None });
            }
            Event::Room(RoomEvent::Ended { .. }) => plan.ended = true,
            Event::Staff(StaffEvent::Barred(barred)) => {
                plan.bars.extend(self.room.key_of(barred.seat).map(|key| (key, true)));
            }
            Event::Staff(StaffEvent::Unbarred { seat, .. }) => {
                plan.bars.extend(self.room.key_of(*seat).map(|key| (key, false)));
            }
            Event::Seat(seat, SeatEvent::Removed {}) => {
                plan.outs.push(Out::Close(*seat, CloseCode::Removed));
            }
            Event::Room(_) | Event::Staff(_) | Event::Seat(..) | Event::Ledger(_) => {}
        }
        Ok(())
    }
}

/// Returns an event that names words without their text.
fn with_bare_words(mut event: EventFrame) -> Option<EventFrame> {
    let mut bare = false;
    event.each_words(&mut |words| bare |= words.text.is_none());
    bare.then_some(event)
}

/// A command, without what it asks for.
#[derive(Clone, Copy)]
struct Asked {
    line: LineNo,
    seat: SeatNo,
    id: CommandId,
    now: Millis,
}
