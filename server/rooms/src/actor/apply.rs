//! Applies decided events to the actor's copy of the room, and notes what to publish.

use super::outgoing::Outgoing;
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::broadcast::Recipients;
use crate::replay::to_row;
use crate::ws_frame::Frame;
use hearth_protocol::event::{RoomEvent, SeatEvent, StaffEvent};
use hearth_protocol::frame::EventFrame;
use hearth_protocol::{CloseCode, EachWords, Millis};
use hearth_room::{Audience, Cause, Event, Recorded};

/// Returns who receives the events of an audience, or `None` if nobody does.
pub(super) fn recipients_of(audience: Audience) -> Option<Recipients> {
    match audience {
        Audience::Room => Some(Recipients::Room),
        Audience::Staff => Some(Recipients::Hosts),
        Audience::Seat(seat) => Some(Recipients::Seat(seat)),
        Audience::Ledger => None,
    }
}

impl Actor {
    /// Applies the events of one decision and adds them to the batch.
    pub(super) fn apply(
        &mut self,
        batch: &mut PendingBatch,
        events: Vec<Event>,
        now: Millis,
        cause: Option<Cause>,
    ) -> Result<(), ActorError> {
        for mut recorded in self.room.record(events, now, cause) {
            let event = recorded.frame();
            let frame = event.as_ref().map(Frame::text).transpose()?;
            batch.texts.extend(recorded.event.take_texts());
            batch.rows.push(to_row(&recorded)?);
            let index = batch.outgoing.len();
            self.apply_one(batch, &recorded, frame)?;
            batch.unrendered.extend(event.and_then(lacks_texts).map(|event| (index, event)));
        }
        Ok(())
    }

    /// Applies one event, whoever appended it.
    pub(super) fn apply_one(
        &mut self,
        batch: &mut PendingBatch,
        recorded: &Recorded,
        frame: Option<Frame>,
    ) -> Result<(), ActorError> {
        self.room.apply(recorded)?;
        if let (Some(recipients), Some(frame)) = (recipients_of(recorded.event.audience()), frame) {
            let (seq, number) = (recorded.seq, recorded.number);
            batch.bytes += frame.len();
            batch.outgoing.push(Outgoing::Event { recipients, seq, number, frame });
        }
        match &recorded.event {
            Event::Room(RoomEvent::TakenBack { said }) => batch.erased.push(*said),
            Event::Room(RoomEvent::Role { seat, .. }) => {
                let view = self.room.view(*seat).ok_or(ActorError::Bug("a role without a seat"))?;
                let view = Box::new(view);
                batch.outgoing.push(Outgoing::Snapshot { seat: *seat, view, frame: None });
            }
            Event::Room(RoomEvent::Ended { .. }) => batch.ended = true,
            Event::Staff(StaffEvent::Barred(barred)) => {
                batch.bars.extend(self.room.key_of(barred.seat).map(|key| (key, true)));
            }
            Event::Staff(StaffEvent::Unbarred { seat, .. }) => {
                batch.bars.extend(self.room.key_of(*seat).map(|key| (key, false)));
            }
            Event::Seat(seat, SeatEvent::Removed {}) => {
                batch.outgoing.push(Outgoing::Close(*seat, CloseCode::Removed));
            }
            Event::Room(_) | Event::Staff(_) | Event::Seat(..) | Event::Ledger(_) => {}
        }
        Ok(())
    }
}

/// Returns the event if it mentions a text that it doesn't contain.
fn lacks_texts(mut event: EventFrame) -> Option<EventFrame> {
    let mut lacks = false;
    event.each_words(&mut |words| lacks |= words.text.is_none());
    lacks.then_some(event)
}
