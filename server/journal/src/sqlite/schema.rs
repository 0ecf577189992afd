//! The schema, its version, and the row with the store's identity.

use crate::journal::{STORED_ROW_FORMAT, STORED_ROW_FORMAT_OLDEST};
use hearth_protocol::Epoch;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Marks a file as Hearth's (`PRAGMA application_id`): "Hrth".
const APPLICATION_ID: i32 = 0x4872_7468;

/// What kind of file a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreKind {
    /// An empty database, or a store that wasn't completely created.
    New,
    /// A store that this version can open.
    Current,
    /// A store of an older version, in a form that this version doesn't read.
    Outdated,
    /// A store of a newer version. `part` is the number that is too new.
    Newer { part: &'static str, store: u32, known: u32 },
    /// A database of another program.
    Foreign,
}

/// Inspects a database without changing it.
pub(super) fn inspect(db: &Connection) -> rusqlite::Result<StoreKind> {
    let count = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    if count("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(StoreKind::New);
    }
    let id: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Ok(StoreKind::Foreign);
    }
    if count("SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'")? == 0 {
        return Ok(StoreKind::New);
    }
    let applied = "SELECT max(version) FROM refinery_schema_history";
    let Some(schema) = db.query_row(applied, [], |row| row.get::<_, Option<u32>>(0))? else {
        return Ok(StoreKind::New);
    };
    // Early versions stored no row format, and numbered their schemas from 1 as well.
    if count("SELECT count(*) FROM pragma_table_info('store') WHERE name = 'row_format'")? == 0 {
        return Ok(StoreKind::Outdated);
    }
    let known = newest_schema();
    if schema > known {
        return Ok(StoreKind::Newer { part: "schema", store: schema, known });
    }
    let format: Option<u32> =
        db.query_row("SELECT row_format FROM store", [], |row| row.get(0)).optional()?;
    Ok(match format {
        Some(store) if store > STORED_ROW_FORMAT => {
            StoreKind::Newer { part: "row format", store, known: STORED_ROW_FORMAT }
        }
        Some(store) if store < STORED_ROW_FORMAT_OLDEST => StoreKind::Outdated,
        Some(_) | None => StoreKind::Current,
    })
}

fn newest_schema() -> u32 {
    let runner = embedded::migrations::runner();
    let versions = runner.get_migrations().iter().map(|migration| migration.version());
    versions.max().map_or(0, i32::unsigned_abs)
}

/// Applies the migrations that a new or current store lacks.
pub(super) fn migrate(db: &mut Connection) -> Result<(), refinery::Error> {
    embedded::migrations::runner().run(db).map(|_report| ())
}

/// Marks a database as a store of Hearth.
pub(super) fn mark(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "application_id", APPLICATION_ID)
}

/// Gives a new store its epoch, and any store the row format of what is written from now on.
pub(super) fn initialize(db: &Connection) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR IGNORE INTO store (id, epoch, row_format, newest_at) VALUES (1, ?, ?, 0)",
        (Uuid::new_v4().as_bytes(), STORED_ROW_FORMAT),
    )?;
    let newer = "UPDATE store SET row_format = ?1 WHERE row_format < ?1";
    db.execute(newer, [STORED_ROW_FORMAT])?;
    Ok(())
}

/// Replaces the epoch with a new one, and returns it.
pub(super) fn change_epoch(db: &Connection) -> rusqlite::Result<Epoch> {
    let epoch = Epoch(Uuid::new_v4());
    db.execute("UPDATE store SET epoch = ?", [epoch.0.as_bytes()])?;
    Ok(epoch)
}

pub(super) fn epoch(db: &Connection) -> rusqlite::Result<Epoch> {
    db.query_row("SELECT epoch FROM store", [], |row| Ok(Epoch(Uuid::from_bytes(row.get(0)?))))
}
