//! Replay: rebuilds a room's state from its stored rows. It merges their patches and contains no
//! rules.

use crate::decision::Numbers;
use crate::room::Room;
use crate::row::{AudiencePart, ROW_FORMAT, ROW_FORMAT_OLDEST, Row};
use crate::state::{Internal, State};
use hearth_protocol::keyed::Keyed;
use hearth_protocol::merge::{Merge, MergeError};
use hearth_protocol::{HostsView, RoomView, SeatView};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A row that doesn't follow the previous one.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// Its number isn't the next.
    #[error("row {got} of the room follows row {after}: the journal was read with a gap")]
    Gap {
        /// The last row that was replayed.
        after: u64,
        /// The row that came instead.
        got: u64,
    },
    /// A row or snapshot of another format.
    #[error(
        "row {seq} of the room has format {format}, but this server reads formats {ROW_FORMAT_OLDEST} to {ROW_FORMAT}; start the Hearth that wrote it, or restore a backup"
    )]
    Format {
        /// The row, or the last row of a snapshot.
        seq: u64,
        /// Its format.
        format: u16,
    },
    /// A room's first row must hold its whole view.
    #[error("the room's first row does not open a room")]
    NotOpened,
    /// A patch that doesn't fit.
    #[error("row {seq} of the room could not be replayed: {error}")]
    Merge {
        /// The row.
        seq: u64,
        /// Reason.
        error: MergeError,
    },
    /// A stored snapshot that can't be read.
    #[error("the room's snapshot could not be read")]
    Snapshot,
}

impl Room {
    /// Starts a replay with a room's first row.
    ///
    /// # Errors
    /// If it isn't one.
    pub fn from_first(row: &Row) -> Result<Self, ReplayError> {
        check(row, 0)?;
        let room = row.room.as_ref().ok_or(ReplayError::NotOpened)?;
        let state = State {
            room: whole::<RoomView>(Some(&room.common))?,
            messages: Keyed::default(),
            hosts: whole::<HostsView>(row.hosts.as_ref())?,
            own: Keyed::default(),
            internal: row
                .internal
                .as_ref()
                .and_then(|raw| serde_json::from_str::<Internal>(raw.get()).ok())
                .ok_or(ReplayError::NotOpened)?,
        };
        let mut numbers = Numbers::default();
        numbers.take_from(row);
        Ok(Self::restored(state, numbers, row.seq, row.at))
    }

    /// Replays the next row. After an error, discard the room.
    ///
    /// # Errors
    /// If the row doesn't follow, or has another format.
    pub fn replay(&mut self, row: &Row) -> Result<(), ReplayError> {
        check(row, self.seq)?;
        self.merge_row(row).map_err(|error| ReplayError::Merge { seq: row.seq, error })?;
        self.numbers.take_from(row);
        self.seq = row.seq;
        self.at = row.at;
        Ok(())
    }

    fn merge_row(&mut self, row: &Row) -> Result<(), MergeError> {
        if let Some(frame) = &row.room {
            merge(&mut self.state.room, &frame.common)?;
            for part in &frame.messages {
                let mut patch = serde_json::Map::new();
                patch.insert(part.message.to_string(), serde_json::from_str(part.patch.get())?);
                self.state.messages.merge(Value::Object(patch))?;
            }
        }
        if let Some(frame) = &row.hosts {
            merge(&mut self.state.hosts, frame)?;
        }
        for (seat, frame) in &row.own {
            let own = self.state.own.entry(*seat, SeatView::empty());
            merge(own, frame)?;
        }
        if let Some(patch) = &row.internal {
            self.state.internal.merge(serde_json::from_str(patch.get())?)?;
        }
        Ok(())
    }

    /// Returns the room in a stored snapshot.
    ///
    /// # Errors
    /// If it can't be read, or is of another format.
    pub fn from_snapshot(body: &str) -> Result<Self, ReplayError> {
        let room: Self = serde_json::from_str(body).map_err(|_| ReplayError::Snapshot)?;
        check_format(room.seq, room.format)?;
        Ok(Self { format: ROW_FORMAT, ..room })
    }
}

fn check(row: &Row, after: u64) -> Result<(), ReplayError> {
    check_format(row.seq, row.format)?;
    if row.seq != after + 1 {
        return Err(ReplayError::Gap { after, got: row.seq });
    }
    Ok(())
}

fn check_format(seq: u64, format: u16) -> Result<(), ReplayError> {
    let readable = (ROW_FORMAT_OLDEST..=ROW_FORMAT).contains(&format);
    if readable { Ok(()) } else { Err(ReplayError::Format { seq, format }) }
}

fn merge<T: Merge>(state: &mut T, frame: &AudiencePart) -> Result<(), MergeError> {
    match &frame.patch {
        Some(patch) => state.merge(serde_json::from_str(patch.get())?),
        None => Ok(()),
    }
}

fn whole<T: DeserializeOwned>(frame: Option<&AudiencePart>) -> Result<T, ReplayError> {
    frame
        .and_then(|frame| frame.patch.as_ref())
        .and_then(|patch| serde_json::from_str(patch.get()).ok())
        .ok_or(ReplayError::NotOpened)
}
