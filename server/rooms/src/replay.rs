//! Rebuilds a room from its journal, and converts between decisions and journal rows.

use hearth_journal::{Journal, JournalError};
use hearth_protocol::RoomId;
use hearth_room::{Room, Row};

/// Rows read at once.
const PAGE_ROWS: usize = 256;

/// Why a room can't be rebuilt from its journal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadRoomError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(
        "can't read row {seq}: a newer version of Hearth wrote it. Start that version, or restore a \
         backup"
    )]
    UnknownRow { seq: u64 },
    #[error(transparent)]
    Replay(#[from] hearth_room::ReplayError),
    #[error("the journal holds no row of this room: its circle was deleted")]
    Empty,
    #[error("the room's snapshot is newer than the state to rebuild")]
    SnapshotTooNew,
}

/// Converts a decision to a journal row.
pub(crate) fn to_journal(row: &Row) -> Result<hearth_journal::Row, serde_json::Error> {
    let body = serde_json::to_string(row)?;
    Ok(hearth_journal::Row { seq: row.seq, at: row.at, body })
}

pub(crate) fn from_journal(row: &hearth_journal::Row) -> Result<Row, LoadRoomError> {
    serde_json::from_str(&row.body).map_err(|_| LoadRoomError::UnknownRow { seq: row.seq })
}

/// Rebuilds a room as it was after row `upto`, or as it is now.
pub(crate) async fn replay(
    journal: &dyn Journal,
    room: RoomId,
    upto: Option<u64>,
) -> Result<Room, LoadRoomError> {
    let upto = upto.unwrap_or(u64::MAX);
    let mut replayed = match journal.snapshot(room).await? {
        Some((seq, _)) if seq > upto => return Err(LoadRoomError::SnapshotTooNew),
        // A snapshot that can't be read only costs time: replay all rows.
        Some((_, body)) => Room::from_snapshot(&body).ok(),
        None => None,
    };
    loop {
        let seq = replayed.as_ref().map_or(0, Room::seq);
        let rows_max = usize::try_from(upto - seq).unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
        if rows_max == 0 {
            break;
        }
        let rows = journal.read(room, seq, rows_max).await?;
        for row in &rows {
            let row = from_journal(row)?;
            match &mut replayed {
                Some(room) => room.replay(&row)?,
                None => replayed = Some(Room::from_first(&row)?),
            }
        }
        if rows.len() < rows_max {
            break;
        }
    }
    replayed.ok_or(LoadRoomError::Empty)
}
