//! The commands that erase, in SQL.

use super::bars::delete_bars;
use super::errors::Stop;
use super::lookup::{circle_row, room_row};
use crate::error::JournalError;
use crate::journal::EraseScope;
use hearth_protocol::{CircleId, RoomId};
use rusqlite::Connection;

/// Erases a room's texts or, once it has ended, everything but that it took place.
pub(super) fn erase(db: &Connection, room: RoomId, scope: EraseScope) -> Result<(), Stop> {
    let Some((row, ended)) = room_row(db, room)? else {
        return Ok(());
    };
    if scope == EraseScope::All && !ended {
        return Err(JournalError::RoomIsLive { room }.into());
    }
    erase_texts(db, row)?;
    if scope == EraseScope::All {
        erase_log(db, row)?;
    }
    Ok(())
}

fn erase_texts(db: &Connection, row: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM texts WHERE room = ?")?.execute([row])?;
    Ok(())
}

fn erase_log(db: &Connection, row: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM snapshots WHERE room = ?")?.execute([row])?;
    db.prepare_cached("DELETE FROM decisions WHERE room = ?")?.execute([row])?;
    Ok(())
}

/// Deletes a circle and everything in it.
pub(super) fn delete_circle(db: &Connection, circle: CircleId) -> Result<(), Stop> {
    let Some(row) = circle_row(db, circle)? else {
        return Ok(());
    };
    let rooms: Vec<i64> = db
        .prepare_cached("SELECT id FROM rooms WHERE circle = ?")?
        .query_map([row], |room| room.get(0))?
        .collect::<Result<_, _>>()?;
    for room in rooms {
        erase_texts(db, room)?;
        erase_log(db, room)?;
        db.prepare_cached("DELETE FROM rooms WHERE id = ?")?.execute([room])?;
    }
    delete_bars(db, row)?;
    db.execute("DELETE FROM entries WHERE circle = ?", [row])?;
    db.execute(
        "DELETE FROM texts WHERE id IN (SELECT title FROM circles WHERE id = ?1 \
         UNION ALL SELECT agreements FROM circles WHERE id = ?1 \
         UNION ALL SELECT held_by FROM circles WHERE id = ?1)",
        [row],
    )?;
    db.execute("DELETE FROM circles WHERE id = ?", [row])?;
    Ok(())
}
