//! What writing does, in SQL. Each change checks first and writes only what it was not refused, so
//! that within a group one refusal takes nothing from the others.

use super::at_rest;
use super::trouble::Stop;
use crate::error::{AppendError, JournalError};
use crate::journal::{Batch, What};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, Millis, RoomId, Text};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Something to be written.
#[derive(Debug)]
pub(super) enum Change {
    /// See [`Journal::append`](crate::Journal::append).
    Append { circle: CircleId, room: RoomId, after: u64, batch: Batch },
    /// See [`Journal::create_circle`](crate::Journal::create_circle).
    CreateCircle { circle: CircleId, new: NewCircle, now: Millis },
    /// See [`Journal::set_next_at`](crate::Journal::set_next_at).
    SetNextAt { circle: CircleId, next_at: Option<Millis> },
    /// See [`Journal::put_snapshot`](crate::Journal::put_snapshot).
    PutSnapshot { room: RoomId, seq: u64, body: String },
    /// See [`Journal::erase`](crate::Journal::erase).
    Erase { room: RoomId, what: What },
    /// See [`Journal::delete_circle`](crate::Journal::delete_circle).
    DeleteCircle { circle: CircleId },
}

impl Change {
    /// Returns what it does, for error texts.
    pub(super) fn doing(&self) -> &'static str {
        match self {
            Self::Append { .. } => "append to a room",
            Self::CreateCircle { .. } => "make a circle",
            Self::SetNextAt { .. } => "set the hour of a next session",
            Self::PutSnapshot { .. } => "keep a snapshot",
            Self::Erase { .. } => "erase a room's words",
            Self::DeleteCircle { .. } => "delete a circle",
        }
    }

    /// Returns whether it is done only when the log holds none of the words any more.
    pub(super) fn waits_for_empty_log(&self) -> bool {
        matches!(self, Self::Erase { .. } | Self::DeleteCircle { .. })
    }

    /// Returns whether it takes words back, so that the log should be emptied soon.
    pub(super) fn takes_words_back(&self) -> bool {
        matches!(self, Self::Append { batch, .. } if !batch.erased.is_empty())
    }

    /// Returns why the interface's contract forbids it, if it does.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        let Self::Append { after, batch, .. } = self else {
            return Ok(());
        };
        if batch.events.is_empty() {
            return Err(JournalError::Malformed { what: "a batch without events" });
        }
        let mut last = *after;
        for event in &batch.events {
            if last.checked_add(1) != Some(event.seq) {
                return Err(JournalError::Malformed { what: "a batch with a gap in its numbers" });
            }
            last = event.seq;
        }
        Ok(())
    }

    /// Writes it. `usable` is how many bytes of a page SQLite uses.
    pub(super) fn perform(&self, db: &Connection, usable: usize) -> Result<(), Stop> {
        match self {
            Self::Append { circle, room, after, batch } => {
                append(db, usable, *circle, *room, *after, batch)
            }
            Self::CreateCircle { circle, new, now } => create(db, usable, *circle, new, *now),
            Self::SetNextAt { circle, next_at } => set_next_at(db, *circle, *next_at),
            Self::PutSnapshot { room, seq, body } => put_snapshot(db, *room, *seq, body),
            Self::Erase { room, what } => erase(db, *room, *what),
            Self::DeleteCircle { circle } => delete_circle(db, *circle),
        }
    }
}

/// Returns a number as SQLite holds it. Numbers beyond 2^63 do not occur: a head so high fails to
/// compare, and a time so late is never reached.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the row number of a circle.
pub(super) fn circle_row(db: &Connection, circle: CircleId) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM circles WHERE circle = ?")?
        .query_row([circle.0.as_bytes()], |row| row.get(0))
        .optional()
}

/// Returns the row number of a room, and whether it has ended.
fn room_row(db: &Connection, room: RoomId) -> rusqlite::Result<Option<(i64, bool)>> {
    db.prepare_cached("SELECT id, ended FROM rooms WHERE room = ?")?
        .query_row([room.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn append(
    db: &Connection,
    usable: usize,
    circle: CircleId,
    room: RoomId,
    after: u64,
    batch: &Batch,
) -> Result<(), Stop> {
    let found = db
        .prepare_cached(
            "SELECT rooms.id, rooms.head, rooms.circle, circles.circle FROM rooms \
             JOIN circles ON circles.id = rooms.circle WHERE rooms.room = ?",
        )?
        .query_row([room.0.as_bytes()], |row| {
            let (id, head): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok((id, head, row.get(2)?, CircleId(Uuid::from_bytes(row.get(3)?))))
        })
        .optional()?;
    let (row, circle_row) = match found {
        Some((_, _, _, other)) if other != circle => {
            return Err(JournalError::Malformed { what: "a room under another circle" }.into());
        }
        Some((_, head, _, _)) if head != int(after) => return Err(conflict(head)),
        Some((row, _, circle_row, _)) => (row, circle_row),
        None => begin_room(db, circle, room, after, batch.id)?,
    };
    write_events(db, row, batch)?;
    write_texts(db, usable, row, batch)?;
    write_bars(db, circle_row, batch)?;
    move_head(db, row, batch)
}

fn conflict(head: i64) -> Stop {
    Stop::Refused(AppendError::Conflict { head: head.unsigned_abs() })
}

fn has_live_room(db: &Connection, circle_row: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM rooms WHERE circle = ? AND ended = 0")?.exists([circle_row])
}

/// Makes a room's row, and returns its number and its circle's.
fn begin_room(
    db: &Connection,
    circle: CircleId,
    room: RoomId,
    after: u64,
    batch: Uuid,
) -> Result<(i64, i64), Stop> {
    let Some(circle_row) = circle_row(db, circle)? else {
        return Err(JournalError::NoCircle { circle }.into());
    };
    if after != 0 || has_live_room(db, circle_row)? {
        return Err(conflict(0));
    }
    let row = db
        .prepare_cached(
            "INSERT INTO rooms (room, circle, head, last_batch, newest_at, deadline, ended) \
             VALUES (?, ?, 0, ?, 0, NULL, 0)",
        )?
        .insert(params![room.0.as_bytes(), circle_row, batch.as_bytes()])?;
    Ok((row, circle_row))
}

fn write_events(db: &Connection, row: i64, batch: &Batch) -> Result<(), Stop> {
    let mut insert =
        db.prepare_cached("INSERT INTO events (room, seq, at, body) VALUES (?, ?, ?, ?)")?;
    for event in &batch.events {
        insert.execute(params![row, int(event.seq), int(event.at), event.body])?;
    }
    Ok(())
}

fn write_texts(db: &Connection, usable: usize, row: i64, batch: &Batch) -> Result<(), Stop> {
    for (words, text) in &batch.texts {
        write_text(db, usable, Some(row), words.0, text)?;
    }
    if batch.erased.is_empty() {
        return Ok(());
    }
    let mut delete = db.prepare_cached("DELETE FROM texts WHERE room = ? AND words = ?")?;
    for words in &batch.erased {
        delete.execute(params![row, words.0.as_bytes()])?;
    }
    Ok(())
}

fn write_text(
    db: &Connection,
    usable: usize,
    room: Option<i64>,
    words: Uuid,
    text: &Text,
) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO texts (room, words, body) VALUES (?, ?, ?)")?.insert(params![
        room,
        words.as_bytes(),
        at_rest::lay_out(usable, room, text)
    ])
}

fn write_bars(db: &Connection, circle_row: i64, batch: &Batch) -> rusqlite::Result<()> {
    for (key, barred) in &batch.bars {
        let sql = if *barred {
            "INSERT OR IGNORE INTO bars (circle, key_hash) VALUES (?, ?)"
        } else {
            "DELETE FROM bars WHERE circle = ? AND key_hash = ?"
        };
        db.prepare_cached(sql)?.execute(params![circle_row, key.as_bytes()])?;
    }
    Ok(())
}

fn move_head(db: &Connection, row: i64, batch: &Batch) -> Result<(), Stop> {
    let head = batch.events.last().map_or(0, |event| event.seq);
    let newest = batch.events.iter().map(|event| event.at).max().unwrap_or(0);
    db.prepare_cached(
        "UPDATE rooms SET head = ?, last_batch = ?, newest_at = max(newest_at, ?), deadline = ? \
         WHERE id = ?",
    )?
    .execute(params![
        int(head),
        batch.id.as_bytes(),
        int(newest),
        batch.deadline.map(int),
        row
    ])?;
    // Apart, so that an append which ends nothing leaves the index of live rooms alone.
    if batch.ended {
        db.prepare_cached("UPDATE rooms SET ended = 1 WHERE id = ?")?.execute([row])?;
    }
    Ok(())
}

fn create(
    db: &Connection,
    usable: usize,
    circle: CircleId,
    new: &NewCircle,
    now: Millis,
) -> Result<(), Stop> {
    if circle_row(db, circle)?.is_some() {
        return Err(JournalError::CircleExists { circle }.into());
    }
    let settings = serde_json::to_string(&new.settings)
        .map_err(|_| JournalError::Malformed { what: "settings that are no JSON" })?;
    let write = |text: &Text| write_text(db, usable, None, Uuid::new_v4(), text);
    let title = write(&new.title)?;
    let agreements = new.agreements.as_ref().map(write).transpose()?;
    let held_by = new.held_by.as_ref().map(write).transpose()?;
    let row = db
        .prepare_cached(
            "INSERT INTO circles \
             (circle, made_at, title, agreements, settings, held_by, lasts_ms, next_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            circle.0.as_bytes(),
            int(now),
            title,
            agreements,
            settings,
            held_by,
            new.lasts_ms.map(int),
            new.next_at.map(int)
        ])?;
    let mut insert = db.prepare_cached(
        "INSERT INTO entries (circle, role, entry_hash, locker) VALUES (?, ?, ?, ?)",
    )?;
    for entry in &new.entries {
        let hash = entry.entry_hash.as_bytes();
        insert.execute(params![row, entry.role.name(), hash, entry.locker])?;
    }
    Ok(())
}

fn set_next_at(db: &Connection, circle: CircleId, next_at: Option<Millis>) -> Result<(), Stop> {
    let changed = db
        .prepare_cached("UPDATE circles SET next_at = ? WHERE circle = ?")?
        .execute(params![next_at.map(int), circle.0.as_bytes()])?;
    if changed == 0 {
        return Err(JournalError::NoCircle { circle }.into());
    }
    Ok(())
}

fn put_snapshot(db: &Connection, room: RoomId, seq: u64, body: &str) -> Result<(), Stop> {
    let found: Option<(i64, i64)> = db
        .prepare_cached("SELECT id, head FROM rooms WHERE room = ?")?
        .query_row([room.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((row, head)) = found else {
        return Err(JournalError::NoRoom { room }.into());
    };
    if int(seq) > head {
        return Err(JournalError::Malformed { what: "a snapshot ahead of its room" }.into());
    }
    db.prepare_cached(
        "INSERT INTO snapshots (room, seq, body) VALUES (?, ?, ?) ON CONFLICT (room) \
         DO UPDATE SET seq = excluded.seq, body = excluded.body WHERE excluded.seq > seq",
    )?
    .execute(params![row, int(seq), body])?;
    Ok(())
}

fn erase(db: &Connection, room: RoomId, what: What) -> Result<(), Stop> {
    let Some((row, ended)) = room_row(db, room)? else {
        return Ok(());
    };
    if what == What::All && !ended {
        return Err(JournalError::StillLive { room }.into());
    }
    db.prepare_cached("DELETE FROM texts WHERE room = ?")?.execute([row])?;
    if what == What::All {
        erase_history(db, row)?;
    }
    Ok(())
}

fn erase_history(db: &Connection, row: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM snapshots WHERE room = ?")?.execute([row])?;
    db.prepare_cached("DELETE FROM events WHERE room = ?")?.execute([row])?;
    Ok(())
}

fn delete_circle(db: &Connection, circle: CircleId) -> Result<(), Stop> {
    let Some(row) = circle_row(db, circle)? else {
        return Ok(());
    };
    // The clock must not go behind the times of a circle that is forgotten.
    db.execute(
        "UPDATE store SET newest_at = \
         max(newest_at, (SELECT coalesce(max(newest_at), 0) FROM rooms WHERE circle = ?))",
        [row],
    )?;
    let rooms: Vec<i64> = db
        .prepare_cached("SELECT id FROM rooms WHERE circle = ?")?
        .query_map([row], |room| room.get(0))?
        .collect::<Result<_, _>>()?;
    for room in rooms {
        db.prepare_cached("DELETE FROM texts WHERE room = ?")?.execute([room])?;
        erase_history(db, room)?;
        db.prepare_cached("DELETE FROM rooms WHERE id = ?")?.execute([room])?;
    }
    db.execute("DELETE FROM bars WHERE circle = ?", [row])?;
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
