//! Decides joins: by a seat key that is known, or by a link's entry key and a name.

use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::mailbox::{JoinRejected, RoomMessage};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::text::Words;
use hearth_protocol::{CloseCode, Cursor, Hello, Millis, Role, SeatNo, WordsId};
use hearth_room::Act;
use std::sync::Arc;
use uuid::Uuid;

/// A seat, or why there is none.
type Admission = Result<SeatNo, JoinRejected>;

impl Actor {
    /// Decides the join request at `index` in the queue.
    pub(super) fn decide_join(
        &mut self,
        batch: &mut PendingBatch,
        index: usize,
        now: Millis,
    ) -> Result<(), ActorError> {
        let Some(RoomMessage::Join(join)) = self.queue.get(index) else { return Ok(()) };
        let (hello, role, connection) = (Arc::clone(&join.hello), join.role, join.connection);
        let seat = match self.admit(batch, &hello, role, now)? {
            Ok(seat) => seat,
            Err(rejected) => {
                batch.outgoing.push(Outgoing::Reject { index, rejected });
                return Ok(());
            }
        };
        let view = self.room.view(seat).ok_or(ActorError::Bug("a seat without a view"))?;
        batch.attached.insert(seat, connection);
        batch.outgoing.push(Outgoing::Welcome(Box::new(PendingWelcome {
            index,
            connection,
            resume: self.resume_cursor(&hello),
            view: Box::new(view),
            sees_from: self.room.sees_from(seat),
            head: self.room.head(),
            first_frames: None,
        })));
        Ok(())
    }

    /// Returns the cursor to resume from, if it belongs to this room and this store.
    fn resume_cursor(&self, hello: &Hello) -> Option<Cursor> {
        let resume = hello.resume.as_ref()?;
        (resume.room == self.id && resume.epoch == self.context.journal.epoch())
            .then_some(resume.cursor)
    }

    fn admit(
        &mut self,
        batch: &mut PendingBatch,
        hello: &Hello,
        role: Option<Role>,
        now: Millis,
    ) -> Result<Admission, ActorError> {
        if let Some(resume) = &hello.resume
            && resume.room != self.id
            && resume.epoch == self.context.journal.epoch()
        {
            // A circle has one live room, and this is it: the other has ended.
            return Ok(Err(CloseCode::Ended.into()));
        }
        let key = hello.seat_key.hash();
        let new_key = hello.new_seat_key.map(|key| key.hash());
        // A client that replaced its key and lost the answer sends both keys again.
        let known = self
            .room
            .seat_of(&key)
            .or_else(|| new_key.and_then(|new_key| self.room.seat_of(&new_key)));
        match known {
            Some(seat) => self.readmit(batch, seat, new_key, now),
            None => self.admit_new(batch, hello, new_key.unwrap_or(key), role, now),
        }
    }

    fn readmit(
        &mut self,
        batch: &mut PendingBatch,
        seat: SeatNo,
        new_key: Option<KeyHash>,
        now: Millis,
    ) -> Result<Admission, ActorError> {
        if self.room.is_barred(seat) {
            return Ok(Err(CloseCode::Removed.into()));
        }
        if let Some(key) = new_key
            && self.room.key_of(seat) != Some(key)
        {
            match self.room.decide(&Act::Rekey { seat, key }, now) {
                Ok(events) => self.apply(batch, events, now, None)?,
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        match self.room.decide(&Act::Return { seat, node: self.context.node }, now) {
            Ok(events) => self.apply(batch, events, now, None)?,
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        Ok(Ok(seat))
    }

    fn admit_new(
        &mut self,
        batch: &mut PendingBatch,
        hello: &Hello,
        key: KeyHash,
        role: Option<Role>,
        now: Millis,
    ) -> Result<Admission, ActorError> {
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
            node: self.context.node,
        };
        match self.room.decide(&join, now) {
            Ok(events) => self.apply(batch, events, now, None)?,
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        let seat = self.room.seat_of(&key).ok_or(ActorError::Bug("a key joined without a seat"))?;
        Ok(Ok(seat))
    }
}
