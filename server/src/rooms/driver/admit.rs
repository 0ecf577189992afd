//! Who comes in: by a key that has a seat, or by a link's entry key and a name.

use super::out::{Out, Welcoming};
use super::plan::Plan;
use super::{Broken, Driver};
use crate::rooms::join::{Denied, ToRoom};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::text::Words;
use hearth_protocol::{CloseCode, Cursor, Hello, Millis, Role, SeatNo, WordsId};
use hearth_room::Act;
use std::sync::Arc;
use uuid::Uuid;

impl Driver {
    /// Decides on somebody at the door.
    pub(super) fn plan_join(
        &mut self,
        plan: &mut Plan,
        index: usize,
        now: Millis,
    ) -> Result<(), Broken> {
        let Some(ToRoom::Join(join)) = self.queue.get(index) else { return Ok(()) };
        let (hello, role, line) = (Arc::clone(&join.hello), join.role, join.line);
        let seat = match self.admit(plan, &hello, role, now)? {
            Ok(seat) => seat,
            Err(denied) => {
                plan.outs.push(Out::Deny { index, denied });
                return Ok(());
            }
        };
        let view = self.room.view(seat).ok_or(Broken::Defect("a seat without a view"))?;
        plan.attached.insert(seat, line);
        plan.outs.push(Out::Welcome(Box::new(Welcoming {
            index,
            line,
            resume: self.resume(&hello),
            view: Box::new(view),
            sees_from: self.room.sees_from(seat),
            head: self.room.head(),
            first: None,
        })));
        Ok(())
    }

    /// Returns where a line of this room and this store stopped.
    fn resume(&self, hello: &Hello) -> Option<Cursor> {
        let resume = hello.resume.as_ref()?;
        (resume.room == self.id && resume.epoch == self.house.journal.epoch())
            .then_some(resume.cursor)
    }

    fn admit(
        &mut self,
        plan: &mut Plan,
        hello: &Hello,
        role: Option<Role>,
        now: Millis,
    ) -> Result<Result<SeatNo, Denied>, Broken> {
        if let Some(resume) = &hello.resume
            && resume.room != self.id
            && resume.epoch == self.house.journal.epoch()
        {
            // A circle has one live room, and this is it: the other has ended.
            return Ok(Err(CloseCode::Ended.into()));
        }
        let key = hello.seat_key.hash();
        let new_key = hello.new_seat_key.map(|key| key.hash());
        // Whoever replaced their key and lost the answer shows the old one again beside the new.
        let known = self
            .room
            .seat_of(&key)
            .or_else(|| new_key.and_then(|new_key| self.room.seat_of(&new_key)));
        match known {
            Some(seat) => self.readmit(plan, seat, new_key, now),
            None => self.admit_new(plan, hello, new_key.unwrap_or(key), role, now),
        }
    }

    fn readmit(
        &mut self,
        plan: &mut Plan,
        seat: SeatNo,
        new_key: Option<KeyHash>,
        now: Millis,
    ) -> Result<Result<SeatNo, Denied>, Broken> {
        if self.room.is_barred(seat) {
            return Ok(Err(CloseCode::Removed.into()));
        }
        if let Some(key) = new_key
            && self.room.key_of(seat) != Some(key)
        {
            match self.room.decide(&Act::Rekey { seat, key }, now) {
                Ok(events) => self.stage(plan, events, now, None)?,
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        match self.room.decide(&Act::Return { seat, node: self.house.node }, now) {
            Ok(events) => self.stage(plan, events, now, None)?,
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        Ok(Ok(seat))
    }

    fn admit_new(
        &mut self,
        plan: &mut Plan,
        hello: &Hello,
        key: KeyHash,
        role: Option<Role>,
        now: Millis,
    ) -> Result<Result<SeatNo, Denied>, Broken> {
        if self.barred.contains(&key) || self.barred.contains(&hello.seat_key.hash()) {
            return Ok(Err(CloseCode::Removed.into()));
        }
        let (Some(role), Some(name)) = (role, hello.name.clone()) else {
            return Ok(Err(CloseCode::NotAdmitted.into()));
        };
        let join = Act::Join {
            key,
            role,
            name: Words::new(WordsId(Uuid::new_v4()), name),
            stance: hello.stance,
            node: self.house.node,
        };
        match self.room.decide(&join, now) {
            Ok(events) => self.stage(plan, events, now, None)?,
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        let seat = self.room.seat_of(&key).ok_or(Broken::Defect("a key joined without a seat"))?;
        Ok(Ok(seat))
    }
}
