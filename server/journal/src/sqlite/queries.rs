//! The queries, in SQL.

use super::lookup::int;
use super::{row_storage, text_storage};
use crate::journal::{CircleRow, DueRoom, LIST_MAX, StoredRow};
use hearth_protocol::api::{Entry, LinkRole};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{CircleId, Millis, RoomId, Text, TextId};
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Why a query failed.
#[derive(Debug)]
pub(super) enum QueryError {
    Sql(rusqlite::Error),
    /// Stored data of this kind isn't as it was written.
    Damaged(&'static str),
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

pub(super) fn number(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

pub(super) fn uuid(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

/// Returns the body of a row or a snapshot, as [`row_storage`] laid it out.
fn body(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(row_storage::decode(row.get_ref(column)?.as_str()?).to_owned())
}

fn text_row(db: &Connection, id: i64) -> Result<Text, QueryError> {
    let body: Option<Vec<u8>> = db
        .prepare_cached("SELECT body FROM texts WHERE id = ?")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    body.as_deref().and_then(text_storage::decode).ok_or(QueryError::Damaged("a circle's text"))
}

pub(super) fn circle(db: &Connection, circle: CircleId) -> Result<Option<CircleRow>, QueryError> {
    let mut select = db.prepare_cached(
        "SELECT id, created_at, title, agreements, settings, held_by, lasts_ms, next_at \
         FROM circles WHERE circle = ?",
    )?;
    let mut rows = select.query([circle.0.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let settings: String = row.get(4)?;
    let text = |id: Option<i64>| id.map(|id| text_row(db, id)).transpose();
    Ok(Some(CircleRow {
        created_at: number(row, 1)?,
        title: text_row(db, row.get(2)?)?,
        agreements: text(row.get(3)?)?,
        held_by: text(row.get(5)?)?,
        lasts_ms: row.get::<_, Option<i64>>(6)?.map(i64::unsigned_abs),
        next_at: row.get::<_, Option<i64>>(7)?.map(i64::unsigned_abs),
        settings: serde_json::from_str(&settings)
            .map_err(|_| QueryError::Damaged("a circle's settings"))?,
        entries: entries(db, row.get(0)?)?,
    }))
}

fn entries(db: &Connection, circle_row: i64) -> Result<Vec<Entry>, QueryError> {
    let mut select =
        db.prepare_cached("SELECT role, entry_hash, locker FROM entries WHERE circle = ?")?;
    let mut rows = select.query([circle_row])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let role = LinkRole::ALL
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or(QueryError::Damaged("a circle's link"))?;
        let entry_hash = KeyHash::from_bytes(row.get(1)?);
        entries.push(Entry { role, entry_hash, locker: row.get(2)? });
    }
    entries.sort_by_key(|entry| entry.role);
    Ok(entries)
}

pub(super) fn live_room(db: &Connection, circle: CircleId) -> Result<Option<RoomId>, QueryError> {
    Ok(db
        .prepare_cached(
            "SELECT rooms.room FROM rooms JOIN circles ON circles.id = rooms.circle \
             WHERE circles.circle = ? AND rooms.ended = 0",
        )?
        .query_row([circle.0.as_bytes()], |row| uuid(row, 0).map(RoomId))
        .optional()?)
}

pub(super) fn last_batch(db: &Connection, room: RoomId) -> Result<Option<(Uuid, u64)>, QueryError> {
    Ok(db
        .prepare_cached("SELECT last_batch, head FROM rooms WHERE room = ?")?
        .query_row([room.0.as_bytes()], |row| Ok((uuid(row, 0)?, number(row, 1)?)))
        .optional()?)
}

pub(super) fn read(
    db: &Connection,
    room: RoomId,
    after: u64,
    limit: usize,
) -> Result<Vec<StoredRow>, QueryError> {
    Ok(db
        .prepare_cached(
            "SELECT seq, at, body FROM decisions \
             WHERE room = (SELECT id FROM rooms WHERE room = ?) AND seq > ? ORDER BY seq LIMIT ?",
        )?
        .query_map(params![room.0.as_bytes(), int(after), int(limit as u64)], |row| {
            Ok(StoredRow { seq: number(row, 0)?, at: number(row, 1)?, body: body(row, 2)? })
        })?
        .collect::<Result<_, _>>()?)
}

pub(super) fn texts(
    db: &Connection,
    room: RoomId,
    ids: &[TextId],
) -> Result<Vec<(TextId, Text)>, QueryError> {
    let mut select = db.prepare_cached(
        "SELECT body FROM texts WHERE room = (SELECT id FROM rooms WHERE room = ?) AND text_id = ?",
    )?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let body: Option<Vec<u8>> = select
            .query_row(params![room.0.as_bytes(), id.0.as_bytes()], |row| row.get(0))
            .optional()?;
        if let Some(body) = body {
            let text = text_storage::decode(&body).ok_or(QueryError::Damaged("a text"))?;
            found.push((*id, text));
        }
    }
    Ok(found)
}

pub(super) fn snapshot(db: &Connection, room: RoomId) -> Result<Option<(u64, String)>, QueryError> {
    Ok(db
        .prepare_cached(
            "SELECT seq, body FROM snapshots WHERE room = (SELECT id FROM rooms WHERE room = ?)",
        )?
        .query_row([room.0.as_bytes()], |row| Ok((number(row, 0)?, body(row, 1)?)))
        .optional()?)
}

pub(super) fn unerased_rooms(db: &Connection) -> Result<Vec<(CircleId, RoomId)>, QueryError> {
    Ok(db
        .prepare_cached(
            "SELECT circles.circle, rooms.room FROM rooms \
             JOIN circles ON circles.id = rooms.circle \
             WHERE rooms.ended = 1 AND EXISTS (SELECT 1 FROM texts WHERE texts.room = rooms.id) \
             LIMIT ?",
        )?
        .query_map([int(LIST_MAX as u64)], |row| {
            Ok((CircleId(uuid(row, 0)?), RoomId(uuid(row, 1)?)))
        })?
        .collect::<Result<_, _>>()?)
}

pub(super) fn expired_rooms(
    db: &Connection,
    kept: &RangeInclusive<Millis>,
) -> Result<Vec<RoomId>, QueryError> {
    // Steps through the index from room to room. Of all rooms that ever ended, few have rows.
    Ok(db
        .prepare_cached(
            "WITH RECURSIVE stored (room) AS (\
                 SELECT min(room) FROM decisions \
                 UNION ALL \
                 SELECT (SELECT min(room) FROM decisions WHERE room > stored.room) \
                 FROM stored WHERE stored.room IS NOT NULL) \
             SELECT rooms.room FROM stored JOIN rooms ON rooms.id = stored.room \
             WHERE rooms.ended = 1 AND (rooms.newest_at < ? OR rooms.newest_at > ?) LIMIT ?",
        )?
        .query_map(params![int(*kept.start()), int(*kept.end()), int(LIST_MAX as u64)], |row| {
            uuid(row, 0).map(RoomId)
        })?
        .collect::<Result<_, _>>()?)
}

pub(super) fn due(
    db: &Connection,
    before: Millis,
    after: Option<DueRoom>,
) -> Result<Vec<DueRoom>, QueryError> {
    let (at, room) = after.map_or((-1, Uuid::nil()), |due| (int(due.deadline), due.room.0));
    Ok(db
        .prepare_cached(
            "SELECT circles.circle, rooms.room, rooms.deadline FROM rooms \
             JOIN circles ON circles.id = rooms.circle \
             WHERE rooms.ended = 0 AND rooms.deadline IS NOT NULL AND rooms.deadline <= ?1 \
             AND rooms.deadline >= ?2 AND (rooms.deadline > ?2 OR rooms.room > ?3) \
             ORDER BY rooms.deadline, rooms.room LIMIT ?4",
        )?
        .query_map(params![int(before), at, room.as_bytes(), int(LIST_MAX as u64)], |row| {
            Ok(DueRoom {
                circle: CircleId(uuid(row, 0)?),
                room: RoomId(uuid(row, 1)?),
                deadline: number(row, 2)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

pub(super) fn next_due(db: &Connection) -> Result<Option<Millis>, QueryError> {
    let earliest: Option<i64> = db
        .prepare_cached("SELECT min(deadline) FROM rooms WHERE ended = 0 AND deadline IS NOT NULL")?
        .query_row([], |row| row.get(0))?;
    Ok(earliest.map(i64::unsigned_abs))
}
