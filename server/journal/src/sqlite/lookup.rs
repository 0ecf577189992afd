//! The database ids of circles and rooms, and SQLite's numbers.

use hearth_protocol::{CircleId, RoomId};
use rusqlite::{Connection, OptionalExtension};

/// Converts a number to SQLite's type. Numbers over 2^63 don't occur: no head and no time is that
/// high.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the database id of a circle.
pub(super) fn circle_row(db: &Connection, circle: CircleId) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM circles WHERE circle = ?")?
        .query_row([circle.0.as_bytes()], |row| row.get(0))
        .optional()
}

/// Returns the database id of a room, and whether the room has ended.
pub(super) fn room_row(db: &Connection, room: RoomId) -> rusqlite::Result<Option<(i64, bool)>> {
    db.prepare_cached("SELECT id, ended FROM rooms WHERE room = ?")?
        .query_row([room.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}
