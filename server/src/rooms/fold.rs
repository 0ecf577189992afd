//! Rooms as the journal has them: rows to records and back, and the fold of a whole history.

use hearth_journal::{Journal, JournalError, Row};
use hearth_protocol::RoomId;
use hearth_room::{ApplyError, Recorded, Room};

/// Events read at once.
const READ_AT_ONCE: usize = 256;

/// Why a room cannot be served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FoldError {
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A row that this server does not understand.
    #[error(
        "event {seq} is not one this server knows; a newer Hearth wrote it, so start that one, or restore a backup"
    )]
    Unknown {
        /// Its place in the journal.
        seq: u64,
    },
    /// Rows that do not follow each other.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The journal has no event of the room.
    #[error("the journal holds no event of the room; its circle was deleted")]
    Empty,
    /// The only snapshot is younger than the state asked for.
    #[error("the room's snapshot is younger than the state to be folded again")]
    Ahead,
}

/// Returns a record as a row. It must hold no text.
pub(crate) fn to_row(recorded: &Recorded) -> Result<Row, serde_json::Error> {
    let body = serde_json::to_string(recorded)?;
    Ok(Row { seq: recorded.seq, at: recorded.at, body })
}

/// Returns the record that a row holds.
pub(crate) fn from_row(row: &Row) -> Result<Recorded, FoldError> {
    serde_json::from_str(&row.body).map_err(|_| FoldError::Unknown { seq: row.seq })
}

/// Returns a room as it was after event `upto`, or as it is.
pub(crate) async fn fold(
    journal: &dyn Journal,
    room: RoomId,
    upto: Option<u64>,
) -> Result<Room, FoldError> {
    let upto = upto.unwrap_or(u64::MAX);
    // A snapshot that cannot be read was written by another version: the events are the truth.
    let mut folded = match journal.snapshot(room).await? {
        Some((seq, _)) if seq > upto => return Err(FoldError::Ahead),
        Some((_, body)) => serde_json::from_str::<Room>(&body).ok(),
        None => None,
    };
    loop {
        let head = folded.as_ref().map_or(0, Room::head);
        let most = usize::try_from(upto - head).unwrap_or(READ_AT_ONCE).min(READ_AT_ONCE);
        if most == 0 {
            break;
        }
        let rows = journal.read(room, head, most).await?;
        for row in &rows {
            let recorded = from_row(row)?;
            match &mut folded {
                Some(room) => room.apply(&recorded)?,
                None => folded = Some(Room::begin(&recorded)?),
            }
        }
        if rows.len() < most {
            break;
        }
    }
    folded.ok_or(FoldError::Empty)
}
