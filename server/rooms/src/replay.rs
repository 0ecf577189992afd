//! Rebuilds a room from its journal, and converts between records and rows.

use hearth_journal::{EventRow, Journal, JournalError};
use hearth_protocol::RoomId;
use hearth_room::{ApplyError, Recorded, Room};

/// Rows read at once.
const PAGE_ROWS: usize = 256;

/// Why a room can't be rebuilt from its journal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(
        "can't read event {seq}: a newer version of Hearth wrote it. Start that version, or restore \
         a backup"
    )]
    UnknownEvent { seq: u64 },
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error("the journal holds no event of this room: its circle was deleted")]
    Empty,
    #[error("the room's snapshot is newer than the state to rebuild")]
    SnapshotTooNew,
}

/// Converts a record to a row. The record must contain no text.
pub(crate) fn to_row(recorded: &Recorded) -> Result<EventRow, serde_json::Error> {
    let body = serde_json::to_string(recorded)?;
    Ok(EventRow { seq: recorded.seq, at: recorded.at, body })
}

pub(crate) fn from_row(row: &EventRow) -> Result<Recorded, ReplayError> {
    serde_json::from_str(&row.body).map_err(|_| ReplayError::UnknownEvent { seq: row.seq })
}

/// Rebuilds a room as it was after event `upto`, or as it is now.
pub(crate) async fn replay(
    journal: &dyn Journal,
    room: RoomId,
    upto: Option<u64>,
) -> Result<Room, ReplayError> {
    let upto = upto.unwrap_or(u64::MAX);
    // Another version may have written a snapshot that this one can't read. Then replay all events.
    let mut replayed = match journal.snapshot(room).await? {
        Some((seq, _)) if seq > upto => return Err(ReplayError::SnapshotTooNew),
        Some((_, body)) => serde_json::from_str::<Room>(&body).ok(),
        None => None,
    };
    loop {
        let head = replayed.as_ref().map_or(0, Room::head);
        let rows_max = usize::try_from(upto - head).unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
        if rows_max == 0 {
            break;
        }
        let rows = journal.read(room, head, rows_max).await?;
        for row in &rows {
            let recorded = from_row(row)?;
            match &mut replayed {
                Some(room) => room.apply(&recorded)?,
                None => replayed = Some(Room::begin(&recorded)?),
            }
        }
        if rows.len() < rows_max {
            break;
        }
    }
    replayed.ok_or(ReplayError::Empty)
}
