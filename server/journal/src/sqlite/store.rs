//! The files: making, locking, opening and migrating them.

use super::Options;
use super::trouble::storage;
use crate::error::JournalError;
use hearth_protocol::{Epoch, Millis};
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

pub(super) mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Marks a file as Hearth's (`PRAGMA application_id`): "Hrth".
pub(super) const APPLICATION_ID: i32 = 0x4872_7468;
/// Bytes of a page. Small ones, since a text takes at least one page of its own (see
/// [`at_rest`](super::at_rest)).
const PAGE_BYTES: u32 = 1024;
/// Pages in the log after which SQLite copies them into the main file: 16 MiB.
const LOG_PAGES: u32 = 16 * 1024;
/// Bytes to which the log is cut back when it starts anew.
const LOG_BYTES_KEPT: u32 = 32 * 1024 * 1024;
/// Kibibytes of pages that a connection keeps in memory.
const CACHE_KIB: i32 = 16 * 1024;
/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 64;
/// How long a connection waits for another program that holds the file.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The files of a store, and their lock.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) folder: PathBuf,
    pages_max: Option<u32>,
    /// Held as long as the store is open; the system lets it go when the process dies.
    _lock: File,
}

/// An opened store.
pub(super) struct Opened {
    pub(super) files: Files,
    pub(super) writer: Connection,
    pub(super) reader: Connection,
    /// Bytes of a page that SQLite uses.
    pub(super) usable: usize,
    pub(super) epoch: Epoch,
    pub(super) newest_at: Millis,
}

impl Files {
    /// Makes folder and files where there are none, and locks them.
    pub(super) fn claim(folder: &Path, options: &Options) -> Result<Self, JournalError> {
        let made = !folder.exists();
        let lock = lock(folder)?;
        // SQLite gives its other files the permissions of this one.
        drop(private_file(&database(folder))?);
        sync_folder(folder)?;
        // A new folder's own name must survive a power cut, too.
        if let Some(parent) = folder.parent().filter(|p| made && !p.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        Ok(Self { folder: folder.to_owned(), pages_max: options.pages_max, _lock: lock })
    }

    /// Opens a connection that writes.
    pub(super) fn writer(&self) -> Result<Connection, JournalError> {
        let doing = "open the store";
        let opened = connect(&self.folder).and_then(|db| {
            db.pragma_update(None, "page_size", PAGE_BYTES)?;
            let mode: String =
                db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
            db.pragma_update(None, "synchronous", "FULL")?;
            // Only macOS heeds these: elsewhere fsync already reaches the disk.
            db.pragma_update(None, "fullfsync", true)?;
            db.pragma_update(None, "checkpoint_fullfsync", true)?;
            db.pragma_update(None, "secure_delete", true)?;
            db.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
            db.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
            if let Some(most) = self.pages_max {
                db.pragma_update(None, "max_page_count", most)?;
            }
            Ok((db, mode))
        });
        let (db, mode) = opened.map_err(|e| self.not_ours_or(doing, &e))?;
        if mode != "wal" {
            return Err(JournalError::Storage {
                doing,
                folder: self.folder.clone(),
                reason: "its file system cannot share memory, which a write-ahead log needs; put \
                         the data folder on a local disk"
                    .to_owned(),
            });
        }
        Ok(db)
    }

    /// Opens a connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, JournalError> {
        connect(&self.folder)
            .and_then(|db| {
                db.pragma_update(None, "query_only", true)?;
                Ok(db)
            })
            .map_err(|e| storage("open the store for reading", &self.folder, &e))
    }

    /// Opens the store: migrates it, gives a new one its epoch, and moves what a dead server left
    /// in the log into the main file.
    pub(super) fn open(self) -> Result<Opened, JournalError> {
        let mut writer = self.writer()?;
        self.migrate(&mut writer)?;
        let opened = settle_epoch(&writer, None).and_then(|()| {
            let emptied = empty_log(&writer)?;
            let (epoch, newest_at) = identity(&writer)?;
            Ok((emptied, usable_bytes(&writer)?, epoch, newest_at))
        });
        let (emptied, usable, epoch, newest_at) =
            opened.map_err(|e| storage("open the store", &self.folder, &e))?;
        if !emptied {
            return Err(self.in_the_way("open the store"));
        }
        let reader = self.reader()?;
        Ok(Opened { files: self, writer, reader, usable, epoch, newest_at })
    }

    fn migrate(&self, db: &mut Connection) -> Result<(), JournalError> {
        let doing = "bring the schema up to date";
        let (ours, tables, applied) =
            schema_of(db).map_err(|e| storage(doing, &self.folder, &e))?;
        if !ours && tables > 0 {
            return Err(JournalError::Foreign { file: database(&self.folder) });
        }
        let known = newest_schema();
        if let Some(store) = applied.filter(|version| *version > known) {
            return Err(JournalError::Newer { folder: self.folder.clone(), store, known });
        }
        if !ours {
            db.pragma_update(None, "application_id", APPLICATION_ID)
                .map_err(|e| storage(doing, &self.folder, &e))?;
        }
        embedded::migrations::runner().run(db).map_err(|e| JournalError::Storage {
            doing,
            folder: self.folder.clone(),
            reason: e.to_string(),
        })?;
        Ok(())
    }

    /// Opens both connections anew after a failure, and puts the log in order before that.
    pub(super) fn reopen(&self) -> Result<(Connection, Connection), JournalError> {
        let doing = "reopen the store";
        let db = self.writer()?;
        if !empty_log(&db).map_err(|e| storage(doing, &self.folder, &e))? {
            return Err(self.in_the_way(doing));
        }
        Ok((db, self.reader()?))
    }

    fn in_the_way(&self, doing: &'static str) -> JournalError {
        JournalError::Storage {
            doing,
            folder: self.folder.clone(),
            reason: "another program reads it, so its log cannot be put in order; close that \
                     program"
                .to_owned(),
        }
    }

    fn not_ours_or(&self, doing: &'static str, error: &rusqlite::Error) -> JournalError {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) {
            return JournalError::Foreign { file: database(&self.folder) };
        }
        storage(doing, &self.folder, error)
    }
}

/// What a store holds, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Circles.
    pub circles: u64,
    /// Sessions that have not ended.
    pub live_rooms: u64,
    /// Sessions in all.
    pub rooms: u64,
    /// Bytes of its file.
    pub bytes: u64,
    /// When the newest event happened; 0 where there is none.
    pub newest_at: Millis,
}

/// Counts what a store holds, whatever its schema.
pub(super) fn contents(db: &Connection) -> rusqlite::Result<Contents> {
    let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    let pages: u32 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let bytes: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(Contents {
        circles: number("SELECT count(*) FROM circles")?,
        live_rooms: number("SELECT count(*) FROM rooms WHERE ended = 0")?,
        rooms: number("SELECT count(*) FROM rooms")?,
        bytes: u64::from(pages) * u64::from(bytes),
        newest_at: number("SELECT coalesce(max(newest_at), 0) FROM rooms")?,
    })
}

/// Gives the store in `folder` a new epoch, and returns it: to be called after a backup was put in
/// its place, so that no client resumes into a history that was rolled back. The store must not be
/// open.
pub fn renew_epoch(folder: &Path) -> Result<Epoch, JournalError> {
    if !database(folder).exists() {
        return Err(JournalError::NoStore { folder: folder.to_owned() });
    }
    let files = Files::claim(folder, &Options::default())?;
    let opened = files.open()?;
    let epoch = Epoch(Uuid::new_v4());
    settle_epoch(&opened.writer, Some(epoch))
        .and_then(|()| empty_log(&opened.writer))
        .map_err(|e| storage("renew the epoch", folder, &e))?;
    Ok(epoch)
}

/// Makes the folder where there is none, and locks it as long as what is returned is kept.
pub(super) fn lock(folder: &Path) -> Result<File, JournalError> {
    private_folder().create(folder).map_err(|e| files("make the data folder", folder, &e))?;
    let path = folder.join("hearth.lock");
    let lock = private_file(&path)?;
    lock.try_lock().map_err(|e| match e {
        TryLockError::WouldBlock => JournalError::InUse { folder: folder.to_owned() },
        TryLockError::Error(e) => files("lock", &path, &e),
    })?;
    Ok(lock)
}

/// Returns the main file of the store in a folder.
pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("hearth.db")
}

/// Moves the log into the main file, writes that to the disk, and cuts the log to nothing. Returns
/// `false` if a reader stood in the way.
pub(super) fn empty_log(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map(|busy: i64| busy == 0)
}

/// Returns an error about a file or folder.
pub(super) fn files(doing: &'static str, path: &Path, error: &std::io::Error) -> JournalError {
    JournalError::Files { doing, path: path.to_owned(), reason: error.to_string() }
}

/// Writes the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), JournalError> {
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|e| files("write to the disk", folder, &e))?;
    }
    Ok(())
}

/// Opens a file that only its owner may read, and makes it where there is none.
pub(super) fn private_file(path: &Path) -> Result<File, JournalError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| files("open", path, &e))
}

pub(super) fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    // No URI parsing, so that any character may stand in a folder's name; no creating, since the
    // file must be private from its first moment.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(database(folder), flags)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // What SQLite sets aside for a while must not lie in files of its own: words would be in it.
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(db)
}

/// Returns the newest schema that this program knows.
pub(super) fn newest_schema() -> i32 {
    let runner = embedded::migrations::runner();
    runner.get_migrations().iter().map(|migration| migration.version()).max().unwrap_or(0)
}

/// Returns whether the file is marked as ours, how many tables it has, and its schema's version.
pub(super) fn schema_of(db: &Connection) -> rusqlite::Result<(bool, i64, Option<i32>)> {
    let id: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let history = db.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'",
        [],
        |row| row.get(0),
    )?;
    let applied = if history {
        db.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0))?
    } else {
        None
    };
    Ok((id == APPLICATION_ID, tables, applied))
}

/// Writes `epoch`, or a first one where there is none.
fn settle_epoch(db: &Connection, epoch: Option<Epoch>) -> rusqlite::Result<()> {
    let first = epoch.unwrap_or_else(|| Epoch(Uuid::new_v4()));
    db.execute(
        "INSERT OR IGNORE INTO store (one, epoch, newest_at) VALUES (1, ?, 0)",
        [first.0.as_bytes()],
    )?;
    if let Some(epoch) = epoch {
        db.execute("UPDATE store SET epoch = ?", [epoch.0.as_bytes()])?;
    }
    Ok(())
}

/// Returns the bytes of a page that SQLite uses: all, in a file that it made by itself.
fn usable_bytes(db: &Connection) -> rusqlite::Result<usize> {
    db.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0)).map(|bytes| bytes as usize)
}

fn identity(db: &Connection) -> rusqlite::Result<(Epoch, Millis)> {
    db.query_row(
        "SELECT epoch, max(newest_at, (SELECT coalesce(max(newest_at), 0) FROM rooms)) FROM store",
        [],
        |row| Ok((Epoch(Uuid::from_bytes(row.get(0)?)), row.get::<_, i64>(1)?.unsigned_abs())),
    )
}
