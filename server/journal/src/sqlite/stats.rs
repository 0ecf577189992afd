//! Counts of what a store contains.

use hearth_protocol::Millis;
use rusqlite::Connection;

/// Counts of what a store contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreStats {
    /// Number of circles.
    pub circles: u64,
    /// Number of rooms that haven't ended.
    pub live_rooms: u64,
    /// Number of rooms, ended ones included.
    pub rooms: u64,
    /// Size of the database file in bytes.
    pub bytes: u64,
    /// Newest time of any row, or 0 if there is none.
    pub newest_at: Millis,
}

impl StoreStats {
    pub(super) fn count(db: &Connection) -> rusqlite::Result<Self> {
        let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
        let pages: u32 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
        let bytes: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
        Ok(Self {
            circles: number("SELECT count(*) FROM circles")?,
            live_rooms: number("SELECT count(*) FROM rooms WHERE ended = 0")?,
            rooms: number("SELECT count(*) FROM rooms")?,
            bytes: u64::from(pages) * u64::from(bytes),
            newest_at: number("SELECT coalesce(max(newest_at), 0) FROM rooms")?,
        })
    }
}
