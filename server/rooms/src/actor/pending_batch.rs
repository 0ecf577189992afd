//! A batch of decisions that isn't durable yet.

use super::outgoing::Outgoing;
use crate::connection_link::ConnectionId;
use hearth_journal::{BarChange, Batch, StoredRow};
use hearth_protocol::{CloseCode, Millis, SeatNo, Text, TextId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows after which a batch takes no more messages.
const ROWS_MAX: usize = 1_024;

/// Decisions that aren't durable yet, and what to publish once they are.
pub(super) struct PendingBatch {
    pub(super) id: Uuid,
    pub(super) rows: Vec<StoredRow>,
    pub(super) texts: Vec<(TextId, Text)>,
    pub(super) erased: Vec<TextId>,
    /// Changes to the circle's bars.
    pub(super) bars: Vec<BarChange>,
    /// What to publish, in order.
    pub(super) outgoing: Vec<Outgoing>,
    /// Seats that got a new connection.
    pub(super) attached: BTreeMap<SeatNo, ConnectionId>,
    /// Seats whose grace period is over.
    pub(super) expired: Vec<SeatNo>,
    /// Seat to disconnect after its answer, because its command made it leave.
    pub(super) leaving: Option<(SeatNo, CloseCode)>,
    /// Seat that now has the token, if that changed.
    pub(super) watched: Option<Option<SeatNo>>,
    /// Whether presence left by an earlier process was corrected.
    pub(super) settled_presence: bool,
    /// Whether the session ended.
    pub(super) ended: bool,
    pub(super) bytes: usize,
    bytes_max: usize,
}

impl PendingBatch {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            id: Uuid::new_v4(),
            rows: Vec::new(),
            texts: Vec::new(),
            erased: Vec::new(),
            bars: Vec::new(),
            outgoing: Vec::new(),
            attached: BTreeMap::new(),
            expired: Vec::new(),
            leaving: None,
            watched: None,
            settled_presence: false,
            ended: false,
            bytes: 0,
            bytes_max,
        }
    }

    /// Returns whether to commit before deciding any more.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= self.bytes_max || self.rows.len() >= ROWS_MAX || self.ended
    }

    /// Moves the rows into a journal batch. The texts stay here too, for rendering.
    pub(super) fn take_batch(&mut self, deadline: Option<Millis>) -> Batch {
        Batch {
            id: self.id,
            rows: std::mem::take(&mut self.rows),
            texts: self.texts.clone(),
            erased: self.erased.clone(),
            bars: self.bars.clone(),
            deadline,
            ended: self.ended,
        }
    }
}
