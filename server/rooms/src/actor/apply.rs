//! Accepts decisions on the actor's copy of the room, and notes what to publish.

use super::outgoing::Outgoing;
use super::pending_batch::PendingBatch;
use super::{Actor, ActorError};
use crate::replay::to_journal;
use hearth_journal::BarChange;
use hearth_protocol::limits::WELCOME_MESSAGES_MAX;
use hearth_protocol::{CloseCode, SeatNo, Snapshot};
use hearth_room::{Decision, DisconnectReason, Effect, Row};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Actor {
    /// Accepts a decision and adds it to the batch.
    pub(super) fn accept(
        &mut self,
        batch: &mut PendingBatch,
        decision: Decision,
    ) -> Result<(), ActorError> {
        self.room.accept(&decision);
        let stored = to_journal(&decision.row)?;
        batch.bytes += stored.body.len();
        batch.bytes += decision.texts.iter().map(|(_, text)| text.byte_len()).sum::<usize>();
        batch.rows.push(stored);
        batch.texts.extend(decision.texts);
        self.carry_out(batch, decision.row);
        Ok(())
    }

    /// Records what to publish for a row that is now part of the room's state, and carries out its
    /// effects in wire order: room, own, snapshot or disconnect, hosts.
    pub(super) fn carry_out(&self, batch: &mut PendingBatch, mut row: Row) {
        // No audience sees it, and the broadcast buffer would keep it for a long time.
        row.internal = None;
        let row = Arc::new(row);
        let partial: BTreeSet<SeatNo> = (self.links.keys().chain(batch.attached.keys()))
            .copied()
            .filter(|seat| !row.messages().all(|message| self.room.sees(*seat, message)))
            .collect();
        batch.outgoing.push(Outgoing::Decision { row: row.clone(), partial, published: None });
        for effect in &row.effects {
            match effect {
                Effect::EraseTexts(texts) => batch.erased.extend(texts.iter().copied()),
                Effect::Disconnect { seat, reason } => {
                    let code = match reason {
                        DisconnectReason::Left => CloseCode::Left,
                        DisconnectReason::Removed => CloseCode::Removed,
                    };
                    // If someone leaves, close their connection only after the answer to their
                    // command.
                    match reason {
                        DisconnectReason::Left => batch.leaving = Some((*seat, code)),
                        DisconnectReason::Removed => {
                            batch.outgoing.push(Outgoing::Close(*seat, code));
                        }
                    }
                }
                Effect::Resync(seat) => {
                    if let Some(view) = self.view_of(*seat) {
                        let view = Box::new(view);
                        batch.outgoing.push(Outgoing::Snapshot { seat: *seat, view, frame: None });
                    }
                }
                Effect::Bar { id, key, name, at } => {
                    let (id, key, name, at) = (*id, *key, *name, *at);
                    batch.bars.push(BarChange::Put { id, key, name, at });
                }
                Effect::LiftBar(id) => batch.bars.push(BarChange::Lift(*id)),
                Effect::Watch(seat) => batch.watched = Some(*seat),
                Effect::EndRoom => batch.ended = true,
            }
        }
        if row.hosts.is_some() {
            batch.outgoing.push(Outgoing::HostsFrame { row, published: None });
        }
    }

    /// Returns everything a seat may see now, with its newest messages and without texts.
    pub(super) fn view_of(&self, seat: SeatNo) -> Option<Snapshot> {
        let mut view = self.room.snapshot(seat)?;
        let mut messages = self.room.messages_seen(seat, None);
        view.messages = messages
            .by_ref()
            .take(WELCOME_MESSAGES_MAX)
            .map(|(number, message)| (number, message.clone()))
            .collect();
        view.earlier = messages.next().is_some();
        Some(view)
    }
}
