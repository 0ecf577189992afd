//! The commands that change the store, in SQL.
//!
//! Each command checks before it writes, so refusing one leaves the others of its group untouched.

use super::bars::write_bars;
use super::erasure::{delete_circle, erase};
use super::errors::Stop;
use super::lookup::{circle_row, int};
use super::{row_storage, text_storage};
use crate::error::{AppendError, JournalError};
use crate::journal::{Batch, EraseScope, OTHER_CIRCLE, SNAPSHOT_AHEAD, TEXT_EXISTS, check_circle};
use hearth_protocol::api::NewCircle;
use hearth_protocol::limits::{BODY_BYTES_MAX, FRAME_BYTES_MAX};
use hearth_protocol::{CircleId, Millis, RoomId, Text};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use uuid::Uuid;

/// A change to the store; see the methods of [`Journal`](crate::Journal) of the same names.
#[derive(Debug)]
pub(super) enum Command {
    Append {
        circle: CircleId,
        room: RoomId,
        after: u64,
        batch: Batch,
    },
    CreateCircle {
        circle: CircleId,
        new: NewCircle,
        now: Millis,
    },
    SetNextAt {
        circle: CircleId,
        next_at: Option<Millis>,
    },
    PutSnapshot {
        room: RoomId,
        seq: u64,
        body: String,
    },
    Erase {
        room: RoomId,
        scope: EraseScope,
    },
    DeleteCircle {
        circle: CircleId,
    },
    /// Writes as much as a person can send, and leaves nothing behind.
    Probe,
}

/// Bytes that a probe writes: more than the largest command or new circle takes.
const PROBE_BYTES: usize =
    if FRAME_BYTES_MAX > BODY_BYTES_MAX { FRAME_BYTES_MAX } else { BODY_BYTES_MAX };

impl Command {
    /// Returns a description that completes "cannot …", for errors.
    pub(super) fn doing(&self) -> &'static str {
        match self {
            Self::Append { .. } => "append to a room",
            Self::CreateCircle { .. } => "create a circle",
            Self::SetNextAt { .. } => "set the time of the next session",
            Self::PutSnapshot { .. } => "store a snapshot",
            Self::Erase { scope: EraseScope::Texts, .. } => "erase a room's texts",
            Self::Erase { scope: EraseScope::All, .. } => "erase an ended room",
            Self::DeleteCircle { .. } => "delete a circle",
            Self::Probe => "append",
        }
    }

    /// Returns whether the command completes only once the log contains nothing that was erased.
    pub(super) fn waits_for_empty_log(&self) -> bool {
        matches!(self, Self::Erase { .. } | Self::DeleteCircle { .. })
    }

    /// Returns whether the command erases texts without waiting for the log to be emptied.
    pub(super) fn erases_some_texts(&self) -> bool {
        let Self::Append { batch, .. } = self else { return false };
        !batch.erased.is_empty() || !batch.bars.is_empty()
    }

    /// Returns why the command breaks the contract of the interface, if it does.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        match self {
            Self::Append { after, batch, .. } => batch.check(*after).map(|_last| ()),
            Self::CreateCircle { new, .. } => check_circle(new),
            Self::SetNextAt { .. }
            | Self::PutSnapshot { .. }
            | Self::Erase { .. }
            | Self::DeleteCircle { .. }
            | Self::Probe => Ok(()),
        }
    }

    /// Executes the command within the current transaction. `usable` is the number of bytes of a
    /// page that SQLite uses.
    pub(super) fn execute(&self, db: &Connection, usable: usize) -> Result<(), Stop> {
        match self {
            Self::Append { circle, room, after, batch } => {
                append(db, usable, *circle, *room, *after, batch)
            }
            Self::CreateCircle { circle, new, now } => {
                create_circle(db, usable, *circle, new, *now)
            }
            Self::SetNextAt { circle, next_at } => set_next_at(db, *circle, *next_at),
            Self::PutSnapshot { room, seq, body } => put_snapshot(db, usable, *room, *seq, body),
            Self::Erase { room, scope } => erase(db, *room, *scope),
            Self::DeleteCircle { circle } => delete_circle(db, *circle),
            Self::Probe => probe(db),
        }
    }
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
            "SELECT rooms.id, rooms.head, rooms.circle, circles.circle, rooms.deadline FROM rooms \
             JOIN circles ON circles.id = rooms.circle WHERE rooms.room = ?",
        )?
        .query_row([room.0.as_bytes()], |row| {
            let (id, head): (i64, i64) = (row.get(0)?, row.get(1)?);
            let circle = CircleId(Uuid::from_bytes(row.get(3)?));
            Ok((id, head, row.get(2)?, circle, row.get::<_, Option<i64>>(4)?))
        })
        .optional()?;
    let (row, circle_row, deadline) = match found {
        Some((_, _, _, other, _)) if other != circle => {
            return Err(OTHER_CIRCLE.into());
        }
        Some((_, head, _, _, _)) if head != int(after) => return Err(conflict(head)),
        Some((row, _, circle_row, _, deadline)) => (row, circle_row, deadline),
        None => {
            let (row, circle_row) = create_room(db, circle, room, after, batch.id)?;
            (row, circle_row, None)
        }
    };
    write_rows(db, usable, row, batch)?;
    write_texts(db, usable, row, batch)?;
    write_bars(db, usable, circle_row, row, batch)?;
    erase_texts(db, row, batch)?;
    move_head(db, row, batch)?;
    if batch.deadline.map(int) != deadline {
        set_deadline(db, row, batch.deadline)?;
    }
    Ok(())
}

/// Inserts a text of [`PROBE_BYTES`] and deletes it. With `secure_delete`, the transaction writes its
/// pages, so committing it needs as much space as storing the text would.
fn probe(db: &Connection) -> Result<(), Stop> {
    let id = Uuid::new_v4();
    db.prepare_cached("INSERT INTO texts (room, text_id, body) VALUES (NULL, ?, zeroblob(?))")?
        .execute(params![id.as_bytes(), int(PROBE_BYTES as u64)])?;
    db.prepare_cached("DELETE FROM texts WHERE room IS NULL AND text_id = ?")?
        .execute([id.as_bytes()])?;
    Ok(())
}

fn conflict(head: i64) -> Stop {
    Stop::Refused(AppendError::Conflict { head: head.unsigned_abs() })
}

fn has_live_room(db: &Connection, circle_row: i64) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM rooms WHERE circle = ? AND ended = 0")?.exists([circle_row])
}

/// Creates a room, and returns its database id and its circle's.
fn create_room(
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

fn write_rows(db: &Connection, usable: usize, row: i64, batch: &Batch) -> Result<(), Stop> {
    let mut insert =
        db.prepare_cached("INSERT INTO decisions (room, seq, at, body) VALUES (?, ?, ?, ?)")?;
    for new in &batch.rows {
        let (seq, at) = (int(new.seq), int(new.at));
        let body = row_storage::encode(usable, &[row, seq, at], &new.body);
        insert.execute(params![row, seq, at, body])?;
    }
    Ok(())
}

fn write_texts(db: &Connection, usable: usize, row: i64, batch: &Batch) -> Result<(), Stop> {
    for (id, text) in &batch.texts {
        write_text(db, usable, Some(row), id.0, text).map_err(|error| {
            match error.sqlite_error_code() {
                // The rows are written already, so the whole group must be rolled back.
                Some(ErrorCode::ConstraintViolation) => Stop::Invalid(TEXT_EXISTS),
                _ => Stop::Sql(error),
            }
        })?;
    }
    Ok(())
}

fn erase_texts(db: &Connection, row: i64, batch: &Batch) -> rusqlite::Result<()> {
    if batch.erased.is_empty() {
        return Ok(());
    }
    let mut delete = db.prepare_cached("DELETE FROM texts WHERE room = ? AND text_id = ?")?;
    for id in &batch.erased {
        delete.execute(params![row, id.0.as_bytes()])?;
    }
    Ok(())
}

pub(super) fn write_text(
    db: &Connection,
    usable: usize,
    room: Option<i64>,
    id: Uuid,
    text: &Text,
) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO texts (room, text_id, body) VALUES (?, ?, ?)")?.insert(params![
        room,
        id.as_bytes(),
        text_storage::encode(usable, room, text)
    ])
}

fn move_head(db: &Connection, row: i64, batch: &Batch) -> Result<(), Stop> {
    let head = batch.rows.last().map_or(0, |new| new.seq);
    let newest = batch.rows.iter().map(|new| new.at).max().unwrap_or(0);
    db.prepare_cached(
        "UPDATE rooms SET head = ?, last_batch = ?, newest_at = max(newest_at, ?) WHERE id = ?",
    )?
    .execute(params![int(head), batch.id.as_bytes(), int(newest), row])?;
    // Statements of their own, so that other appends needn't update the indexes of live rooms.
    if batch.ended {
        db.prepare_cached("UPDATE rooms SET ended = 1 WHERE id = ?")?.execute([row])?;
    }
    Ok(())
}

fn set_deadline(db: &Connection, row: i64, deadline: Option<Millis>) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE rooms SET deadline = ? WHERE id = ?")?
        .execute(params![deadline.map(int), row])?;
    Ok(())
}

fn create_circle(
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
        .map_err(|_| JournalError::Malformed { what: "settings that JSON can't express" })?;
    let write = |text: &Text| write_text(db, usable, None, Uuid::new_v4(), text);
    let title = write(&new.title)?;
    let agreements = new.agreements.as_ref().map(write).transpose()?;
    let held_by = new.held_by.as_ref().map(write).transpose()?;
    let row = db
        .prepare_cached(
            "INSERT INTO circles \
             (circle, created_at, title, agreements, settings, held_by, lasts_ms, next_at) \
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

fn put_snapshot(
    db: &Connection,
    usable: usize,
    room: RoomId,
    seq: u64,
    body: &str,
) -> Result<(), Stop> {
    let found: Option<(i64, i64)> = db
        .prepare_cached("SELECT id, head FROM rooms WHERE room = ?")?
        .query_row([room.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((row, head)) = found else {
        return Err(JournalError::NoRoom { room }.into());
    };
    if int(seq) > head {
        return Err(SNAPSHOT_AHEAD.into());
    }
    let has_row = db
        .prepare_cached("SELECT 1 FROM decisions WHERE room = ? AND seq = ?")?
        .exists([row, int(seq)])?;
    if !has_row {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO snapshots (room, seq, body) VALUES (?, ?, ?) ON CONFLICT (room) \
         DO UPDATE SET seq = excluded.seq, body = excluded.body WHERE excluded.seq > seq",
    )?
    .execute(params![row, int(seq), row_storage::encode(usable, &[int(seq)], body)])?;
    Ok(())
}
