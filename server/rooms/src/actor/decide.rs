//! Decides everything that is due or queued. Nothing here awaits.

use super::outgoing::Outgoing;
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::connection_link::ConnectionId;
use crate::mailbox::RoomMessage;
use crate::ws_frame::Frame;
use hearth_protocol::frame::{Done, Outcome, Page};
use hearth_protocol::limits::PAGE_MESSAGES_MAX;
use hearth_protocol::message::MessageCommand;
use hearth_protocol::presence::{Presence, PresenceCommand};
use hearth_protocol::{Command, CommandId, Keyed, MessageNo, Millis, Refusal, RefusalCode, SeatNo};
use hearth_room::{DecideError, Input, Random};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Returns fresh randomness for one decision.
pub(crate) fn random() -> Random {
    let mut seed = [0; 32];
    let (first, last) = seed.split_at_mut(16);
    first.copy_from_slice(Uuid::new_v4().as_bytes());
    last.copy_from_slice(Uuid::new_v4().as_bytes());
    Random::new(seed)
}

impl Actor {
    /// Decides everything that is due or queued, on the actor's copy of the room. Returns the
    /// batch, and how many queued messages it covers.
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

    /// Decides an input and accepts the decision. Returns the message it created, or the refusal.
    pub(super) fn decide_input(
        &mut self,
        batch: &mut PendingBatch,
        input: &Input,
        now: Millis,
    ) -> Result<Result<Option<MessageNo>, Refusal>, ActorError> {
        match self.room.decide(input, now, random()) {
            Ok(None) => Ok(Ok(None)),
            Ok(Some(decision)) => {
                let message = decision.message;
                self.accept(batch, decision)?;
                Ok(Ok(message))
            }
            Err(DecideError::Refused(refusal)) => Ok(Err(refusal)),
            Err(DecideError::Compare(error)) => Err(ActorError::Compare(error)),
        }
    }

    fn decide_due(&mut self, batch: &mut PendingBatch, now: Millis) -> Result<(), ActorError> {
        if self.stale_presence {
            // Never refused: it only reports a fact.
            let _done = self.decide_input(batch, &Input::Restart, now)?;
            batch.settled_presence = true;
        }
        let expired: Vec<SeatNo> = self
            .grace_periods
            .iter()
            .filter(|(_, grace)| grace.until <= now)
            .map(|(seat, _)| *seat)
            .collect();
        for seat in expired {
            // Refused only for a seat that doesn't exist.
            let _done = self.decide_input(batch, &Input::ConnectionLost { seat }, now)?;
            batch.expired.push(seat);
        }
        while !batch.is_full() {
            match self.room.decide_due(now, random()) {
                Ok(None) => break,
                Ok(Some(decision)) => self.accept(batch, decision)?,
                Err(DecideError::Compare(error)) => return Err(ActorError::Compare(error)),
                Err(DecideError::Refused(_)) => {
                    return Err(ActorError::Bug("a deadline was refused"));
                }
            }
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
                    if batch.attached.contains_key(&seat) {
                        batch.outgoing.push(Outgoing::Replaced { connection, id });
                    }
                    return Ok(());
                }
                let command = command.clone();
                self.decide_command(batch, CommandMeta { connection, seat, id, now }, *command)
            }
            Some(RoomMessage::Writing { connection, seat }) => {
                let (connection, seat) = (*connection, *seat);
                if self.speaks_for(batch, connection, seat) {
                    let _moved = self.decide_input(batch, &Input::Writing { seat }, now)?;
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
        if self.answer_repeated(batch, meta, &command)? {
            return Ok(());
        }
        if let Command::Message(MessageCommand::Page { before }) = command {
            return match self.page(seat, before) {
                Some(page) => {
                    batch.outgoing.push(Outgoing::Page { connection, id, page, frame: None });
                    Ok(())
                }
                None => self.refuse(batch, meta, RefusalCode::NoSuchMessage.into()),
            };
        }
        match self.decide_input(batch, &Input::Command { seat, id, command }, now)? {
            Ok(message) => {
                self.answer_ok(batch, meta, Done { at: now, message })?;
                if let Some((seat, code)) = batch.leaving.take() {
                    batch.outgoing.push(Outgoing::Close(seat, code));
                }
                Ok(())
            }
            Err(refusal) => self.refuse(batch, meta, refusal),
        }
    }

    /// Answers a command that was carried out before under the same id. Returns whether it was. An
    /// id that is reused for something else is refused.
    fn answer_repeated(
        &self,
        batch: &mut PendingBatch,
        meta: CommandMeta,
        command: &Command,
    ) -> Result<bool, ActorError> {
        let CommandMeta { connection, seat, id, .. } = meta;
        let Some(known) = self.room.remembered(seat, id) else { return Ok(false) };
        if known.digest != command.digest() {
            self.refuse(batch, meta, RefusalCode::Malformed.into())?;
            return Ok(true);
        }
        // Someone who left and lost the answer had to rejoin to ask again, and still wants to
        // leave.
        let leaves = matches!(command, Command::Presence(PresenceCommand::Leave {}));
        if leaves && self.is_present(seat) {
            return Ok(false);
        }
        let done = Done { at: known.at, message: known.message };
        match (known.text, command.text()) {
            (Some(stored), Some(text)) => {
                self.context.metrics.count_command("repeated");
                let text = text.clone();
                let frame = None;
                batch.outgoing.push(Outgoing::Repeated {
                    connection,
                    id,
                    done,
                    stored,
                    text,
                    frame,
                });
            }
            (None, _) | (_, None) => self.answer_ok(batch, meta, done)?,
        }
        Ok(true)
    }

    /// Returns the messages before one that the seat may see, without texts; `None` if it may not
    /// see that one.
    fn page(&self, seat: SeatNo, before: MessageNo) -> Option<Page> {
        if !self.room.sees(seat, before) {
            return None;
        }
        let mut earlier = self.room.messages_seen(seat, Some(before));
        let messages: Keyed<_, _> = earlier
            .by_ref()
            .take(PAGE_MESSAGES_MAX)
            .map(|(number, message)| (number, message.clone()))
            .collect();
        Some(Page { messages, earlier: earlier.next().is_some(), texts: BTreeMap::new() })
    }

    fn is_present(&self, seat: SeatNo) -> bool {
        let person = self.room.view().people.get(seat);
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
        self.context.metrics.count_refusal(refusal.code);
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
