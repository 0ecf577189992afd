//! Decides what is due and what waits. Nothing here awaits anything.

use super::outgoing::Outgoing;
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::connection_link::ConnectionId;
use crate::mailbox::RoomMessage;
use crate::ws_frame::Frame;
use hearth_protocol::frame::{Done, Outcome, Page};
use hearth_protocol::limits::PAGE_ENTRIES_MAX;
use hearth_protocol::{
    CloseCode, Command, CommandId, Millis, Presence, Refusal, RefusalCode, SeatNo,
};
use hearth_room::{Act, Cause};
use uuid::Uuid;

impl Actor {
    /// Decides what is due and what waits in the queue, on the actor's copy of the room. Returns
    /// the batch, and how many messages of the queue it covers.
    pub(super) fn decide(&mut self) -> Result<(PendingBatch, usize), ActorError> {
        let now = self.now();
        // At most a quarter of the buffer, so one batch can't evict entries an up-to-date
        // subscriber still needs.
        let mut batch = PendingBatch::new(self.context.limits.broadcast_bytes / 4);
        self.decide_due(&mut batch, now)?;
        let mut decided = 0;
        while decided < self.queue.len() && !batch.is_full() {
            self.decide_message(&mut batch, decided, now)?;
            decided += 1;
        }
        Ok((batch, decided))
    }

    fn decide_due(&mut self, batch: &mut PendingBatch, now: Millis) -> Result<(), ActorError> {
        if self.stale_presence {
            let wake = Act::Wake { node: self.context.node };
            if let Ok(events) = self.room.decide(&wake, now) {
                self.apply(batch, events, now, None)?;
            }
            batch.settled_presence = true;
        }
        let expired: Vec<SeatNo> = self
            .grace_periods
            .iter()
            .filter(|(_, grace)| grace.until <= now)
            .map(|(seat, _)| *seat)
            .collect();
        for seat in expired {
            if let Ok(events) = self.room.decide(&Act::Lost { seat }, now) {
                self.apply(batch, events, now, None)?;
            }
            batch.expired.push(seat);
        }
        while !batch.is_full() {
            let events = self.room.decide_due(now);
            if events.is_empty() {
                break;
            }
            self.apply(batch, events, now, None)?;
        }
        Ok(())
    }

    fn decide_message(
        &mut self,
        batch: &mut PendingBatch,
        index: usize,
        now: Millis,
    ) -> Result<(), ActorError> {
        match self.queue.get(index) {
            Some(RoomMessage::Command { connection, seat, id, command }) => {
                let (connection, seat, id) = (*connection, *seat, *id);
                if !self.speaks_for(batch, connection, seat) {
                    return Ok(());
                }
                let command = command.clone();
                self.decide_command(batch, CommandMeta { connection, seat, id, now }, *command)
            }
            Some(RoomMessage::Writing { connection, seat }) => {
                let (connection, seat) = (*connection, *seat);
                if self.speaks_for(batch, connection, seat)
                    && let Ok(events) = self.room.decide(&Act::Writing { seat }, now)
                {
                    self.apply(batch, events, now, None)?;
                    if self.room.shows_writing(seat) {
                        batch.outgoing.push(Outgoing::Writing(seat));
                    }
                }
                Ok(())
            }
            Some(RoomMessage::Join(_)) => self.decide_join(batch, index, now),
            Some(RoomMessage::CloseForDeletion(_)) | None => Ok(()),
        }
    }

    /// Returns whether a connection is the seat's current one, or was until its grace period began:
    /// what it sent before it closed still counts. Messages of replaced or removed connections
    /// don't.
    fn speaks_for(&self, batch: &PendingBatch, connection: ConnectionId, seat: SeatNo) -> bool {
        let closes = |out: &Outgoing| matches!(out, Outgoing::Close(other, _) if *other == seat);
        match batch.attached.get(&seat) {
            Some(attached) => *attached == connection,
            None if batch.outgoing.iter().any(closes) => false,
            None => match (self.links.get(&seat), self.grace_periods.get(&seat)) {
                (Some(link), _) => link.connection() == connection,
                (None, Some(grace)) => grace.connection == connection,
                (None, None) => false,
            },
        }
    }

    fn decide_command(
        &mut self,
        batch: &mut PendingBatch,
        meta: CommandMeta,
        command: Command,
    ) -> Result<(), ActorError> {
        let CommandMeta { connection, seat, id, now } = meta;
        let leaves = matches!(command, Command::Leave { .. });
        if let Some(done) = self.room.remembered(seat, id)
            // Someone who left and lost the answer had to rejoin to ask again, and still wants to
            // leave.
            && !(leaves && self.is_present(seat))
        {
            return self.answer_ok(batch, meta, done);
        }
        if let Command::Page { before } = command {
            return match self.room.page(seat, before, PAGE_ENTRIES_MAX) {
                Some((said, earlier)) => {
                    let page = Page { said, earlier };
                    batch.outgoing.push(Outgoing::Page { connection, id, page, frame: None });
                    Ok(())
                }
                None => self.refuse(batch, meta, RefusalCode::NoSuchWords.into()),
            };
        }
        let dice = Uuid::new_v4().as_u64_pair().1;
        match self.room.decide(&Act::Command { seat, id, command, dice }, now) {
            Ok(events) => {
                self.apply(batch, events, now, Some(Cause { seat, id }))?;
                self.answer_ok(batch, meta, Done { at: now })?;
                if leaves {
                    batch.outgoing.push(Outgoing::Close(seat, CloseCode::Left));
                }
                Ok(())
            }
            Err(refusal) => self.refuse(batch, meta, refusal),
        }
    }

    fn is_present(&self, seat: SeatNo) -> bool {
        let person = self.room.common().person(seat);
        person.is_some_and(|person| person.presence == Presence::Here)
    }

    fn answer_ok(
        &self,
        batch: &mut PendingBatch,
        meta: CommandMeta,
        done: Done,
    ) -> Result<(), ActorError> {
        self.context.metrics.count_command("ok");
        Self::answer(batch, meta, Outcome::Ok(done))
    }

    fn refuse(
        &self,
        batch: &mut PendingBatch,
        meta: CommandMeta,
        refusal: Refusal,
    ) -> Result<(), ActorError> {
        self.context.metrics.count_command("refused");
        Self::answer(batch, meta, Outcome::Refused(refusal))
    }

    fn answer(
        batch: &mut PendingBatch,
        meta: CommandMeta,
        outcome: Outcome,
    ) -> Result<(), ActorError> {
        let frame = Frame::answer(Some(meta.id), outcome)?;
        batch.bytes += frame.len();
        batch.outgoing.push(Outgoing::Answer { connection: meta.connection, frame });
        Ok(())
    }
}

/// Who sent a command, and when.
#[derive(Clone, Copy)]
struct CommandMeta {
    connection: ConnectionId,
    seat: SeatNo,
    id: CommandId,
    now: Millis,
}
