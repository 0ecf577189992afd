//! Decides joins: by a seat key that is known, or by a link's entry key and a name.

use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::mailbox::{JoinRejected, RoomMessage};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::presence::Role;
use hearth_protocol::{CloseCode, Cursor, Hello, Millis, Refusal, RefusalCode, SeatNo};
use hearth_room::Input;
use std::sync::Arc;

/// A seat, or the reason there is none.
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
        let before = self.resume_cursor(&hello);
        let seat = match self.admit(batch, &hello, role, now)? {
            Ok(seat) => seat,
            Err(rejected) => {
                batch.outgoing.push(Outgoing::Reject { index, rejected });
                return Ok(());
            }
        };
        let view = self.view_of(seat).ok_or(ActorError::Bug("a seat without a view"))?;
        batch.attached.insert(seat, connection);
        batch.outgoing.push(Outgoing::Welcome(Box::new(PendingWelcome {
            index,
            connection,
            resume: before.filter(|from| self.room.can_resume(seat, from)),
            view: Box::new(view),
            seq: self.room.seq(),
            first_frames: None,
        })));
        Ok(())
    }

    /// Returns the cursor to resume from, if it belongs to this room and this store.
    fn resume_cursor(&self, hello: &Hello) -> Option<Cursor> {
        let resume = hello.resume.as_ref()?;
        (resume.room == self.id && resume.epoch == self.context.epoch())
            .then(|| resume.cursor.clone())
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
            && resume.epoch == self.context.epoch()
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
            if self.is_barred(&[key]) {
                return Ok(Err(Refusal::from(RefusalCode::KeyTaken).into()));
            }
            let change = Input::ChangeKey { seat, key };
            if let Err(refusal) = self.decide_input(batch, &change, now)? {
                return Ok(Err(refusal.into()));
            }
        }
        let back = Input::Return { seat, node: self.context.node };
        match self.decide_input(batch, &back, now)? {
            Ok(_) => Ok(Ok(seat)),
            Err(refusal) => Ok(Err(refusal.into())),
        }
    }

    /// Returns whether one of the circle's bars is on one of these keys. A bar that the room no
    /// longer lists was lifted.
    fn is_barred(&self, keys: &[KeyHash]) -> bool {
        let bars = &self.room.hosts_view().bars;
        self.barred.iter().any(|(id, barred)| keys.contains(barred) && bars.contains(*id))
    }

    fn admit_new(
        &mut self,
        batch: &mut PendingBatch,
        hello: &Hello,
        key: KeyHash,
        role: Option<Role>,
        now: Millis,
    ) -> Result<Admission, ActorError> {
        if self.is_barred(&[key, hello.seat_key.hash()]) {
            return Ok(Err(CloseCode::Removed.into()));
        }
        let (Some(role), Some(name)) = (role, hello.name.clone()) else {
            return Ok(Err(CloseCode::NotAdmitted.into()));
        };
        let join = Input::Join { key, role, name, stance: hello.stance, node: self.context.node };
        if let Err(refusal) = self.decide_input(batch, &join, now)? {
            return Ok(Err(refusal.into()));
        }
        let seat = self.room.seat_of(&key).ok_or(ActorError::Bug("a key joined without a seat"))?;
        Ok(Ok(seat))
    }
}
