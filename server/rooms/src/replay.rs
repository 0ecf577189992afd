//! Rebuilds a room from its journal, and converts between decisions and journal rows.

use hearth_journal::{Journal, JournalError};
use hearth_protocol::RoomId;
use hearth_room::{ReplayError, Room, Row};
use serde::Deserialize;

// The store records the format that the rooms write.
const _: () = {
    use hearth_journal::{STORED_ROW_FORMAT, STORED_ROW_FORMAT_OLDEST};
    use hearth_room::{ROW_FORMAT, ROW_FORMAT_OLDEST};
    assert!(STORED_ROW_FORMAT == ROW_FORMAT as u32);
    assert!(STORED_ROW_FORMAT_OLDEST == ROW_FORMAT_OLDEST as u32);
};

/// Rows read at once.
const PAGE_ROWS: usize = 256;

/// Why a room can't be rebuilt from its journal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadRoomError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("can't read row {seq}: it is damaged. Restore a backup")]
    DamagedRow { seq: u64 },
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("the journal holds no row of this room: its circle was deleted")]
    Empty,
    #[error("the room's snapshot is newer than the state to rebuild")]
    SnapshotTooNew,
}

/// Converts a decision to a journal row.
pub(crate) fn to_journal(row: &Row) -> Result<hearth_journal::StoredRow, serde_json::Error> {
    let body = serde_json::to_string(row)?;
    Ok(hearth_journal::StoredRow { seq: row.seq, at: row.at, body })
}

pub(crate) fn from_journal(row: &hearth_journal::StoredRow) -> Result<Row, LoadRoomError> {
    serde_json::from_str(&row.body).map_err(|_| unreadable(row))
}

/// Returns why a row can't be read. A row of another format has another shape.
fn unreadable(row: &hearth_journal::StoredRow) -> LoadRoomError {
    #[derive(Deserialize)]
    struct Format {
        format: u16,
    }
    let readable = hearth_room::ROW_FORMAT_OLDEST..=hearth_room::ROW_FORMAT;
    match serde_json::from_str(&row.body) {
        Ok(Format { format }) if !readable.contains(&format) => {
            LoadRoomError::Replay(ReplayError::Format { seq: row.seq, format })
        }
        Ok(_) | Err(_) => LoadRoomError::DamagedRow { seq: row.seq },
    }
}

/// Rebuilds a room as it was after row `upto`, or as it is now.
pub(crate) async fn replay(
    journal: &dyn Journal,
    room: RoomId,
    upto: Option<u64>,
) -> Result<Room, LoadRoomError> {
    replay_from_snapshot(journal, room, upto).await.map(|(room, _)| room)
}

/// Like [`replay`]. Also returns the number of the last row in the snapshot it started from, or 0
/// if there was none.
pub(crate) async fn replay_from_snapshot(
    journal: &dyn Journal,
    room: RoomId,
    upto: Option<u64>,
) -> Result<(Room, u64), LoadRoomError> {
    let upto = upto.unwrap_or(u64::MAX);
    let mut replayed = match journal.snapshot(room).await? {
        Some((seq, _)) if seq > upto => return Err(LoadRoomError::SnapshotTooNew),
        // A snapshot that can't be read only costs time: replay all rows.
        Some((_, body)) => Room::from_snapshot(&body).ok(),
        None => None,
    };
    let snapshot_seq = replayed.as_ref().map_or(0, Room::seq);
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
    replayed.map(|room| (room, snapshot_seq)).ok_or(LoadRoomError::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_room::ROW_FORMAT;

    fn read(body: &str) -> String {
        let row = hearth_journal::StoredRow { seq: 7, at: 0, body: body.into() };
        from_journal(&row).expect_err("not a row").to_string()
    }

    #[test]
    fn a_row_of_another_format_says_so_even_if_its_shape_is_unknown() {
        let error = read(r#"{"format":99,"decision":{}}"#);
        assert!(error.contains("format 99"), "{error}");
        let current = format!(r#"{{"format":{ROW_FORMAT},"seq":7"#);
        assert!(read(&current).contains("damaged"));
        assert!(read(&format!("{current}}}")).contains("damaged"));
    }
}
