//! Publishes a durable batch: its frames enter the broadcast buffer in order, all at once.

use super::grace::{GRACE_MS, GracePeriod};
use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::broadcast::{BroadcastEntry, Delivery, Recipients, Subscriber};
use crate::connection_link::{ConnectionId, ConnectionLink, LinkGuard};
use crate::limits::SeatRateLimiter;
use crate::mailbox::{JoinRejected, Joined, RoomMessage};
use crate::ws_frame::Frame;
use hearth_protocol::frame::{Notice, ServerFrame, Writing};
use hearth_protocol::{CloseCode, CommandId, RefusalCode, SeatNo};
use std::sync::Arc;
use tokio::time::Instant;

/// Returns the buffer entry that refuses a command.
pub(super) fn refusal(
    connection: ConnectionId,
    id: CommandId,
    code: RefusalCode,
) -> Result<BroadcastEntry, ActorError> {
    Ok(to_connection(connection, Delivery::Answer(Frame::refused(Some(id), code)?)))
}

fn to_connection(connection: ConnectionId, delivery: Delivery) -> BroadcastEntry {
    BroadcastEntry { recipients: Recipients::Connection(connection), delivery }
}

impl Actor {
    /// Publishes a batch. `messages` are those it was decided from, in the same order.
    pub(super) fn publish(
        &mut self,
        mut batch: PendingBatch,
        messages: &mut [RoomMessage],
    ) -> Result<(), ActorError> {
        self.redact(&mut batch);
        for (key, barred) in &batch.bars {
            if *barred {
                self.barred.insert(*key);
            } else {
                self.barred.remove(key);
            }
        }
        for seat in &batch.expired {
            self.grace_periods.remove(seat);
        }
        self.stale_presence &= !batch.settled_presence;
        self.since_snapshot += self.room.head().saturating_sub(self.published);
        self.published = self.room.head();
        self.update_token_flags();
        let mut entries = Vec::new();
        for out in batch.outgoing {
            match out {
                Outgoing::Welcome(welcome) => self.attach(*welcome, messages, &mut entries),
                Outgoing::Reject { index, rejected } => {
                    if let Some(RoomMessage::Join(join)) = messages.get_mut(index) {
                        join.answer(Err(rejected));
                    }
                }
                other => entries.extend(self.entry_of(other)?),
            }
        }
        if batch.ended {
            let delivery = Delivery::Close(CloseCode::Ended);
            entries.push(BroadcastEntry { recipients: Recipients::Room, delivery });
        }
        self.broadcast.push(entries);
        self.publish_lobby_summary();
        Ok(())
    }

    /// Removes erased texts from everything that a connection could still read.
    fn redact(&self, batch: &mut PendingBatch) {
        for id in &batch.erased {
            self.broadcast.redact(*id);
            self.links.values().for_each(|link| link.redact(*id));
            for frame in batch.outgoing.iter_mut().flat_map(Outgoing::frames_mut) {
                if let Some(redacted) = frame.redacted(*id) {
                    *frame = redacted;
                }
            }
        }
    }

    fn entry_of(&mut self, out: Outgoing) -> Result<Option<BroadcastEntry>, ActorError> {
        let entry = match out {
            Outgoing::Event { recipients, seq, number, frame } => {
                BroadcastEntry { recipients, delivery: Delivery::Event { seq, number, frame } }
            }
            Outgoing::Answer { connection, frame } => {
                to_connection(connection, Delivery::Answer(frame))
            }
            Outgoing::Page { connection, id, frame: None, .. } => {
                refusal(connection, id, RefusalCode::NotStored)?
            }
            Outgoing::Page { connection, id, frame: Some(frame), .. } => {
                let mut links = self.links.values();
                let Some(link) = links.find(|link| link.connection() == connection) else {
                    return Ok(None);
                };
                if link.push_large_frame(frame) {
                    to_connection(connection, Delivery::LargeAnswer)
                } else {
                    refusal(connection, id, RefusalCode::TooFast)?
                }
            }
            Outgoing::Snapshot { seat, view, frame } => {
                let Some(link) = self.links.get(&seat) else { return Ok(None) };
                let is_host = view.board.is_some();
                let delivery = match frame {
                    Some(frame) if link.push_large_frame(frame.clone()) => {
                        Delivery::LargeSnapshot { is_host }
                    }
                    // Reconnecting brings the snapshot that can't be delivered here.
                    Some(_) => Delivery::Close(CloseCode::TooSlow),
                    None => Delivery::Close(CloseCode::Reloaded),
                };
                to_connection(link.connection(), delivery)
            }
            Outgoing::Writing(seat) => {
                let notice = ServerFrame::Notice(Notice::Writing(Writing { seat }));
                let frame = Frame::text(&notice)?;
                BroadcastEntry {
                    recipients: Recipients::AllExcept(seat),
                    delivery: Delivery::Writing { frame, since: Instant::now() },
                }
            }
            Outgoing::Close(seat, code) => {
                self.grace_periods.remove(&seat);
                let Some(link) = self.links.remove(&seat) else { return Ok(None) };
                to_connection(link.connection(), Delivery::Close(code))
            }
            Outgoing::Welcome(_) | Outgoing::Reject { .. } => return Ok(None),
        };
        Ok(Some(entry))
    }

    /// Makes a connection its seat's current one. It subscribes at this very point of the buffer.
    fn attach(
        &mut self,
        welcome: PendingWelcome,
        messages: &mut [RoomMessage],
        entries: &mut Vec<BroadcastEntry>,
    ) {
        let Some(RoomMessage::Join(join)) = messages.get_mut(welcome.index) else { return };
        let seat = welcome.view.seat;
        let Some(first_frames) = welcome.first_frames else {
            // The seat exists, but its welcome can't be read. Treat the connection as dropped.
            if !self.links.contains_key(&seat) {
                let until = self.now().saturating_add(GRACE_MS);
                let grace = GracePeriod { connection: welcome.connection, until };
                self.grace_periods.insert(seat, grace);
            }
            return join.answer(Err(JoinRejected::from(CloseCode::NotStored)));
        };
        let Some(mailbox) = self.own_mailbox.upgrade() else { return };
        let link = Arc::new(ConnectionLink::new(welcome.connection, self.disconnects.clone()));
        link.set_has_token(self.room.common().flow.token.seat() == Some(seat));
        if let Some(old) = self.links.insert(seat, link.clone()) {
            let delivery = Delivery::Close(CloseCode::Replaced);
            entries.push(to_connection(old.connection(), delivery));
        }
        self.grace_periods.remove(&seat);
        self.broadcast.push(std::mem::take(entries));
        let is_host = welcome.view.board.is_some();
        let subscriber = Subscriber::new(&self.broadcast, seat, is_host, link.clone());
        let limits = &self.context.limits;
        let seat_rate =
            self.seat_rates.entry(seat).or_insert_with(|| Arc::new(SeatRateLimiter::new(limits)));
        join.answer(Ok(Joined {
            room: self.id,
            seat,
            first_frames: first_frames.iter().map(|frame| frame.bytes().clone()).collect(),
            subscriber,
            mailbox,
            seat_rate: seat_rate.clone(),
            room_rate: self.room_rate.clone(),
            link: LinkGuard::new(link),
        }));
    }

    fn update_token_flags(&self) {
        let with: Option<SeatNo> = self.room.common().flow.token.seat();
        for (seat, link) in &self.links {
            link.set_has_token(with == Some(*seat));
        }
    }
}
