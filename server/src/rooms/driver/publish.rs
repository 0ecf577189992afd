//! Publishing: what is durable goes into the ring, in order, in one go.

use super::out::{Out, Welcoming};
use super::plan::Plan;
use super::{Broken, Driver, Grace, LINE_GRACE_MS};
use crate::rooms::desk::{Desk, LineHold, LineNo};
use crate::rooms::join::{Denied, Joined, ToRoom};
use crate::rooms::limits::SeatLimits;
use crate::rooms::ring::{Entry, Reader, To, What};
use crate::rooms::wire::Frame;
use hearth_protocol::frame::{Notice, ServerFrame, Writing};
use hearth_protocol::{CloseCode, CommandId, RefusalCode, SeatNo};
use std::sync::Arc;
use tokio::time::Instant;

/// Returns the entry of a refusal.
pub(super) fn refused(line: LineNo, id: CommandId, code: RefusalCode) -> Result<Entry, Broken> {
    Ok(Entry { to: To::Line(line), what: What::Answer(Frame::refused(Some(id), code)?) })
}

impl Driver {
    /// Lets everything of a plan be seen. `work` is what it was made of, in the same order.
    pub(super) fn publish(&mut self, mut plan: Plan, work: &mut [ToRoom]) -> Result<(), Broken> {
        self.take_back(&mut plan);
        for (key, barred) in &plan.bars {
            if *barred {
                self.barred.insert(*key);
            } else {
                self.barred.remove(key);
            }
        }
        for seat in &plan.lost {
            self.graces.remove(seat);
        }
        self.unwoken &= !plan.woke;
        self.unsnapped += self.room.head().saturating_sub(self.published);
        self.published = self.room.head();
        self.tell_who_has_the_token();
        let mut entries = Vec::new();
        for out in plan.outs {
            match out {
                Out::Welcome(welcoming) => self.seat(*welcoming, work, &mut entries),
                Out::Deny { index, denied } => {
                    if let Some(ToRoom::Join(join)) = work.get_mut(index) {
                        join.answer(Err(denied));
                    }
                }
                other => entries.extend(self.entries_of(other)?),
            }
        }
        if plan.ended {
            entries.push(Entry { to: To::Room, what: What::Close(CloseCode::Ended) });
        }
        self.ring.push(entries);
        self.show_at_door();
        Ok(())
    }

    /// Takes erased words out of all that a line could still read.
    fn take_back(&self, plan: &mut Plan) {
        for id in &plan.erased {
            self.ring.erase(*id);
            self.lines.values().for_each(|desk| desk.erase(*id));
            for frame in plan.outs.iter_mut().flat_map(Out::frames) {
                if let Some(bare) = frame.without(*id) {
                    *frame = bare;
                }
            }
        }
    }

    fn entries_of(&mut self, out: Out) -> Result<Vec<Entry>, Broken> {
        let entry = match out {
            Out::Event { to, seq, number, frame } => {
                Entry { to, what: What::Event { seq, number, frame } }
            }
            Out::Answer { line, frame } => Entry { to: To::Line(line), what: What::Answer(frame) },
            Out::Page { line, id, frame, .. } => match frame {
                None => refused(line, id, RefusalCode::NotStored)?,
                Some(frame) => match self.lines.values().find(|desk| desk.line() == line) {
                    Some(desk) if desk.put(frame) => {
                        Entry { to: To::Line(line), what: What::ShelvedAnswer }
                    }
                    Some(_) => refused(line, id, RefusalCode::TooFast)?,
                    None => return Ok(Vec::new()),
                },
            },
            Out::Snapshot { seat, view, frame } => {
                let Some(desk) = self.lines.get(&seat) else { return Ok(Vec::new()) };
                let staff = view.board.is_some();
                let what = match frame {
                    Some(frame) if desk.put(frame.clone()) => What::ShelvedSnapshot { staff },
                    // A resume brings what could not be brought here.
                    Some(_) => What::Close(CloseCode::TooSlow),
                    None => What::Close(CloseCode::Reloaded),
                };
                Entry { to: To::Line(desk.line()), what }
            }
            Out::Writing(seat) => {
                let notice = ServerFrame::Notice(Notice::Writing(Writing { seat }));
                let frame = Frame::text(&notice)?;
                Entry { to: To::Others(seat), what: What::Writing { frame, since: Instant::now() } }
            }
            Out::Close(seat, code) => {
                self.graces.remove(&seat);
                let Some(desk) = self.lines.remove(&seat) else { return Ok(Vec::new()) };
                Entry { to: To::Line(desk.line()), what: What::Close(code) }
            }
            Out::Welcome(_) | Out::Deny { .. } => return Ok(Vec::new()),
        };
        Ok(vec![entry])
    }

    /// Gives somebody their seat's live line, which begins right here in the ring.
    fn seat(&mut self, welcoming: Welcoming, work: &mut [ToRoom], entries: &mut Vec<Entry>) {
        let Some(ToRoom::Join(join)) = work.get_mut(welcoming.index) else { return };
        let seat = welcoming.view.seat;
        let Some(first) = welcoming.first else {
            // They have a seat, but nothing can be read to welcome them with: as if their line had
            // been lost.
            if !self.lines.contains_key(&seat) {
                let until = self.now().saturating_add(LINE_GRACE_MS);
                self.graces.insert(seat, Grace { line: welcoming.line, until });
            }
            return join.answer(Err(Denied::from(CloseCode::NotStored)));
        };
        let Some(inbox) = self.own_inbox.upgrade() else { return };
        let desk = Arc::new(Desk::new(welcoming.line, self.gone.clone()));
        desk.set_token(self.room.common().flow.token.seat() == Some(seat));
        if let Some(old) = self.lines.insert(seat, desk.clone()) {
            let what = What::Close(CloseCode::Replaced);
            entries.push(Entry { to: To::Line(old.line()), what });
        }
        self.graces.remove(&seat);
        self.ring.push(std::mem::take(entries));
        let reader = Reader::new(&self.ring, seat, welcoming.view.board.is_some(), desk.clone());
        let limits = &self.house.limits;
        let seat_limits =
            self.seat_limits.entry(seat).or_insert_with(|| Arc::new(SeatLimits::new(limits)));
        join.answer(Ok(Joined {
            room: self.id,
            seat,
            first: first.iter().map(|frame| frame.bytes().clone()).collect(),
            reader,
            inbox,
            seat_limits: seat_limits.clone(),
            room_limits: self.room_limits.clone(),
            hold: LineHold::new(desk),
        }));
    }

    fn tell_who_has_the_token(&self) {
        let with: Option<SeatNo> = self.room.common().flow.token.seat();
        for (seat, desk) in &self.lines {
            desk.set_token(with == Some(*seat));
        }
    }
}
