//! Publishes a durable batch: its frames enter the broadcast buffer in order, all at once.

use super::grace::{GRACE_MS, GracePeriod};
use super::missed_frames::frames_of;
use super::outgoing::{Outgoing, PendingWelcome};
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::broadcast::{BroadcastEntry, DecisionFrame, Delivery, Recipients};
use crate::connection_link::{ConnectionId, ConnectionLink, LinkGuard};
use crate::limits::SeatRateLimiter;
use crate::mailbox::{JoinRejected, Joined, RoomMessage};
use crate::published::{Audience, Published};
use crate::subscriber::Subscriber;
use crate::ws_frame::Frame;
use hearth_journal::BarChange;
use hearth_protocol::frame::{Notice, ServerFrame, Writing};
use hearth_protocol::{CloseCode, CommandId, MessageNo, RefusalCode, SeatNo, TextIds};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::time::Instant;

/// A frame over this part of the buffer isn't delivered: its recipients reconnect for a snapshot.
const LARGE_PART: usize = 8;

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
        batch: PendingBatch,
        messages: &mut [RoomMessage],
    ) -> Result<(), ActorError> {
        self.erase(&batch.erased.iter().copied().collect());
        for change in &batch.bars {
            match change {
                BarChange::Put { id, key, .. } => self.barred.insert(*id, *key),
                BarChange::Lift(id) => self.barred.remove(id),
            };
        }
        for seat in &batch.expired {
            self.grace_periods.remove(seat);
        }
        self.stale_presence &= !batch.settled_presence;
        self.published = self.room.seq();
        if let Some(watched) = batch.watched {
            self.watch(watched);
        }
        let mut entries = Vec::new();
        for out in batch.outgoing {
            match out {
                Outgoing::Welcome(welcome) => self.attach(*welcome, messages, &mut entries),
                Outgoing::Reject { index, rejected } => {
                    if let Some(RoomMessage::Join(join)) = messages.get_mut(index) {
                        join.answer(Err(rejected));
                    }
                }
                Outgoing::Decision { published, partial, .. } => {
                    let published = published.ok_or(ActorError::Bug("a decision not rendered"))?;
                    entries.extend(self.decision_entries(&published, &partial)?);
                }
                other => entries.extend(self.entry_of(other)?),
            }
        }
        if batch.ended {
            let delivery = Delivery::Close(CloseCode::Ended);
            entries.push(BroadcastEntry { recipients: Recipients::ROOM, delivery });
        }
        self.broadcast.push(entries);
        self.publish_lobby_summary();
        Ok(())
    }

    /// Drops erased texts from everything that a connection could still read.
    fn erase(&self, erased: &TextIds) {
        if !erased.is_empty() {
            self.broadcast.erase(erased);
            self.links.values().for_each(|link| link.erase(erased));
        }
    }

    /// Returns the entries of a decision's frames to the room and to single seats.
    fn decision_entries(
        &self,
        published: &Published,
        partial: &BTreeSet<SeatNo>,
    ) -> Result<Vec<BroadcastEntry>, ActorError> {
        let mut entries = Vec::new();
        for (audience, number) in frames_of(&published.row) {
            let connected = match audience {
                Audience::Room => true,
                Audience::Own(seat) => self.links.contains_key(&seat),
                Audience::Hosts => false,
            };
            if connected {
                entries.extend(self.frame_entry(published, audience, number, partial)?);
            }
        }
        Ok(entries)
    }

    fn frame_entry(
        &self,
        published: &Published,
        audience: Audience,
        number: u64,
        partial: &BTreeSet<SeatNo>,
    ) -> Result<Option<BroadcastEntry>, ActorError> {
        let partial = match audience {
            Audience::Room => {
                partial.iter().map(|seat| (*seat, self.seen(published, *seat))).collect()
            }
            Audience::Hosts | Audience::Own(_) => Vec::new(),
        };
        let Some(frame) = DecisionFrame::encode(published, audience, number, partial)? else {
            return Ok(None);
        };
        let delivery = if frame.len() > self.context.limits.broadcast_bytes / LARGE_PART {
            Delivery::Close(CloseCode::TooSlow)
        } else {
            Delivery::Decision(Box::new(frame))
        };
        Ok(Some(BroadcastEntry { recipients: Recipients::Audience(audience), delivery }))
    }

    /// Returns the messages of a decision that a seat may see.
    fn seen(&self, published: &Published, seat: SeatNo) -> Vec<MessageNo> {
        published.row.messages().filter(|message| self.room.sees(seat, *message)).collect()
    }

    fn entry_of(&mut self, out: Outgoing) -> Result<Option<BroadcastEntry>, ActorError> {
        let entry = match out {
            Outgoing::HostsFrame { published, .. } => {
                let published = published.ok_or(ActorError::Bug("a decision not rendered"))?;
                let number = published.row.hosts.as_ref().map_or(0, |frame| frame.number);
                return self.frame_entry(&published, Audience::Hosts, number, &BTreeSet::new());
            }
            Outgoing::Answer { connection, frame } => {
                to_connection(connection, Delivery::Answer(frame))
            }
            Outgoing::Repeated { connection, frame: Some(frame), .. } => {
                to_connection(connection, Delivery::Answer(frame))
            }
            Outgoing::Repeated { connection, id, frame: None, .. }
            | Outgoing::Page { connection, id, frame: None, .. } => {
                self.context.metrics.count_refusal(RefusalCode::NotStored);
                refusal(connection, id, RefusalCode::NotStored)?
            }
            Outgoing::Replaced { connection, id } => {
                // If the new connection couldn't be welcomed, this one stays and needs an answer.
                if !self.links.values().any(|link| link.connection() == connection) {
                    return Ok(None);
                }
                self.context.metrics.count_command("not_stored");
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
                    self.context.metrics.count_refusal(RefusalCode::TooFast);
                    refusal(connection, id, RefusalCode::TooFast)?
                }
            }
            Outgoing::Snapshot { seat, view, frame } => {
                let Some(link) = self.links.get(&seat) else { return Ok(None) };
                let queued = frame.is_some_and(|frame| link.push_large_frame(frame));
                let delivery = if queued {
                    Delivery::LargeSnapshot { hosts: view.cursor.hosts }
                } else {
                    // After reconnecting, the client gets the snapshot that can't be delivered
                    // here.
                    Delivery::Close(CloseCode::Reloaded)
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
            Outgoing::Decision { .. } | Outgoing::Welcome(_) | Outgoing::Reject { .. } => {
                return Ok(None);
            }
        };
        Ok(Some(entry))
    }

    /// Makes a connection its seat's current one. It subscribes at exactly this point of the
    /// buffer.
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
        link.set_has_token(self.room.view().turn.token.seat() == Some(seat));
        if let Some(old) = self.links.insert(seat, link.clone()) {
            let delivery = Delivery::Close(CloseCode::Replaced);
            entries.push(to_connection(old.connection(), delivery));
        }
        self.grace_periods.remove(&seat);
        self.broadcast.push(std::mem::take(entries));
        let hosts = welcome.view.cursor.hosts;
        let subscriber = Subscriber::new(&self.broadcast, seat, hosts, link.clone());
        let (limits, clock) = (&self.context.limits, &self.context.clock);
        let seat_rate = self
            .seat_rates
            .entry(seat)
            .or_insert_with(|| Arc::new(SeatRateLimiter::new(limits, clock)));
        join.answer(Ok(Joined {
            room: self.id,
            clock: self.clock.clone(),
            seat,
            first_frames: first_frames.iter().map(|frame| frame.bytes().clone()).collect(),
            subscriber,
            mailbox,
            seat_rate: seat_rate.clone(),
            room_rate: self.room_rate.clone(),
            link: LinkGuard::new(link),
        }));
    }

    /// Marks the connection of the seat that has the token, so that its loss is noticed sooner.
    fn watch(&self, watched: Option<SeatNo>) {
        for (seat, link) in &self.links {
            link.set_has_token(watched == Some(*seat));
        }
    }
}
