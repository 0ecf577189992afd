//! Bars of circles, in SQL. The name in a bar is a row of `texts`.

use super::commands::write_text;
use super::errors::Stop;
use super::lookup::{circle_row, int};
use super::queries::{QueryError, number, uuid};
use super::text_storage;
use crate::journal::{BAR_WITHOUT_NAME, BarChange, Batch, CircleBar};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{BarId, CircleId, Text, TextId};
use rusqlite::{Connection, OptionalExtension, params};

/// Carries out a batch's changes to bars. Call it after writing the batch's new texts and before
/// deleting the erased ones: a bar's name may be among either.
pub(super) fn write_bars(
    db: &Connection,
    usable: usize,
    circle_row: i64,
    room_row: i64,
    batch: &Batch,
) -> Result<(), Stop> {
    for change in &batch.bars {
        let (BarChange::Put { id, .. } | BarChange::Lift(id)) = change;
        lift(db, circle_row, *id)?;
        if let BarChange::Put { id, key, name, at } = change {
            // The rows are written already, so the whole group must be rolled back.
            let name = room_text(db, room_row, *name)?.ok_or(Stop::Invalid(BAR_WITHOUT_NAME))?;
            let name = write_text(db, usable, None, id.0, &name)?;
            db.prepare_cached(
                "INSERT INTO bars (circle, bar, key_hash, name, at) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                circle_row,
                id.0.as_bytes(),
                key.as_bytes(),
                name,
                int(*at)
            ])?;
        }
    }
    Ok(())
}

fn lift(db: &Connection, circle_row: i64, id: BarId) -> rusqlite::Result<()> {
    let name: Option<i64> = db
        .prepare_cached("DELETE FROM bars WHERE circle = ? AND bar = ? RETURNING name")?
        .query_row(params![circle_row, id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(name) = name {
        db.prepare_cached("DELETE FROM texts WHERE id = ?")?.execute([name])?;
    }
    Ok(())
}

fn room_text(db: &Connection, room_row: i64, id: TextId) -> rusqlite::Result<Option<Text>> {
    let body: Option<Vec<u8>> = db
        .prepare_cached("SELECT body FROM texts WHERE room = ? AND text_id = ?")?
        .query_row(params![room_row, id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(body.as_deref().and_then(text_storage::decode))
}

/// Returns the bars of a circle in the order of their ids.
pub(super) fn bars(db: &Connection, circle: CircleId) -> Result<Vec<CircleBar>, QueryError> {
    let Some(circle_row) = circle_row(db, circle)? else {
        return Ok(Vec::new());
    };
    let mut select = db.prepare_cached(
        "SELECT bars.bar, bars.key_hash, texts.body, bars.at FROM bars \
         LEFT JOIN texts ON texts.id = bars.name WHERE bars.circle = ? ORDER BY bars.bar",
    )?;
    let mut rows = select.query([circle_row])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let body: Option<Vec<u8>> = row.get(2)?;
        let name = body.as_deref().and_then(text_storage::decode);
        found.push(CircleBar {
            id: BarId(uuid(row, 0)?),
            key: KeyHash::from_bytes(row.get(1)?),
            name: name.ok_or(QueryError::Damaged("the name in a bar"))?,
            at: number(row, 3)?,
        });
    }
    Ok(found)
}

/// Deletes all bars of a circle, with their names.
pub(super) fn delete_bars(db: &Connection, circle_row: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM texts WHERE id IN (SELECT name FROM bars WHERE circle = ?)",
        [circle_row],
    )?;
    db.execute("DELETE FROM bars WHERE circle = ?", [circle_row])?;
    Ok(())
}
