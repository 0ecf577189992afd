//! Locking, opening and configuring a store.

use super::errors::storage;
use super::files::{database, lock, private_file, sync_folder};
use super::schema::{StoreKind, change_epoch, epoch, initialize, inspect, mark, migrate};
use crate::error::JournalError;
use hearth_protocol::Epoch;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Page size in bytes. Small, since each text takes at least one page (see
/// [`text_storage`](super::text_storage)).
const PAGE_BYTES: u32 = 1024;
/// Pages in the log from which it is copied to the database file: 16 MiB.
const LOG_PAGES: u32 = 16 * 1024;
/// Bytes to which SQLite truncates the log when it restarts it.
const LOG_BYTES_KEPT: u32 = 32 * 1024 * 1024;
/// Page cache of a connection, in KiB. It holds the inner pages of every B-tree and what a few groups
/// write; more would only repeat what the operating system caches.
const CACHE_KIB: i32 = 2 * 1024;
/// Prepared statements that a connection caches.
const STATEMENTS: usize = 64;
/// How long a connection waits for another program to unlock the file.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Limits of the SQLite engine.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// Maximum commands, and maximum queries, that may be queued. Further callers wait for a place.
    pub queue_max: usize,
    /// Maximum commands written in one transaction.
    pub group_max: usize,
    /// Maximum pages in the database file, to simulate a full disk in tests.
    #[doc(hidden)]
    pub pages_max: Option<u32>,
    /// Pages in the log from which it is copied to the database file, to copy it often in tests.
    #[doc(hidden)]
    pub log_pages: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { queue_max: 1024, group_max: 256, pages_max: None, log_pages: LOG_PAGES }
    }
}

/// A data folder that this process has locked.
#[derive(Debug)]
pub(super) struct LockedFolder {
    pub(super) path: PathBuf,
    pages_max: Option<u32>,
    /// Released when the value is dropped or the process dies.
    _lock: File,
}

/// An open store.
pub(super) struct OpenStore {
    pub(super) folder: LockedFolder,
    pub(super) connections: Connections,
    /// Bytes of a page that SQLite uses.
    pub(super) usable: usize,
    pub(super) epoch: Epoch,
}

/// The connections of an open store.
pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
    /// Copies the log.
    pub(super) log: Connection,
}

impl LockedFolder {
    /// Locks a data folder. Creates it and its database file if needed.
    pub(super) fn lock(path: &Path, options: &SqliteOptions) -> Result<Self, JournalError> {
        let is_new = !path.exists();
        let lock = lock(path)?;
        // SQLite gives its other files the permissions of this one.
        drop(private_file(&database(path))?);
        sync_folder(path)?;
        // The entry of a new folder must survive a power failure as well.
        if let Some(parent) = path.parent().filter(|p| is_new && !p.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        Ok(Self { path: path.to_owned(), pages_max: options.pages_max, _lock: lock })
    }

    /// Opens the store: checks and migrates it, and moves what a crash left in the log into the
    /// database file.
    pub(super) fn open(self) -> Result<OpenStore, JournalError> {
        let doing = "open the store";
        let mut writer = self.connect_writer(doing)?;
        self.prepare_schema(&mut writer)?;
        let opened = initialize(&writer).and_then(|()| {
            let emptied = empty_log(&writer)?;
            Ok((emptied, usable_bytes(&writer)?, epoch(&writer)?))
        });
        let (emptied, usable, epoch) = opened.map_err(|e| storage(doing, &self.path, &e))?;
        if !emptied {
            return Err(self.log_in_use(doing));
        }
        let connections = self.connections(doing, writer)?;
        Ok(OpenStore { folder: self, connections, usable, epoch })
    }

    /// Opens all connections again after a failure, and moves the log into the database file.
    pub(super) fn reopen(&self) -> Result<Connections, JournalError> {
        let doing = "reopen the store";
        let db = self.connect_writer(doing)?;
        if !empty_log(&db).map_err(|e| storage(doing, &self.path, &e))? {
            return Err(self.log_in_use(doing));
        }
        self.connections(doing, db)
    }

    fn connections(
        &self,
        doing: &'static str,
        writer: Connection,
    ) -> Result<Connections, JournalError> {
        Ok(Connections {
            writer,
            reader: self.connect_reader(doing)?,
            log: self.connect_log(doing)?,
        })
    }

    fn connect_writer(&self, doing: &'static str) -> Result<Connection, JournalError> {
        let opened = connect(&self.path).and_then(|db| {
            db.pragma_update(None, "page_size", PAGE_BYTES)?;
            let mode: String =
                db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
            flush_everything(&db)?;
            db.pragma_update(None, "secure_delete", true)?;
            db.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
            if let Some(most) = self.pages_max {
                db.pragma_update(None, "max_page_count", most)?;
            }
            Ok((db, mode))
        });
        let (db, mode) = opened.map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => self.not_a_store(),
            _ => storage(doing, &self.path, &error),
        })?;
        if mode != "wal" {
            let reason = "its file system has no shared memory, which a write-ahead log needs; \
                          move the data folder to a local disk";
            return Err(self.storage_error(doing, reason));
        }
        Ok(db)
    }

    fn connect_reader(&self, doing: &'static str) -> Result<Connection, JournalError> {
        let opened = connect(&self.path).and_then(|db| {
            db.pragma_update(None, "query_only", true)?;
            Ok(db)
        });
        opened.map_err(|e| storage(doing, &self.path, &e))
    }

    fn connect_log(&self, doing: &'static str) -> Result<Connection, JournalError> {
        let opened = connect(&self.path).and_then(|db| flush_everything(&db).map(|()| db));
        opened.map_err(|e| storage(doing, &self.path, &e))
    }

    fn prepare_schema(&self, db: &mut Connection) -> Result<(), JournalError> {
        let doing = "update the schema of the store";
        let sql = |error: rusqlite::Error| storage(doing, &self.path, &error);
        match inspect(db).map_err(sql)? {
            StoreKind::Current => {}
            StoreKind::New => mark(db).map_err(sql)?,
            StoreKind::Foreign => return Err(self.not_a_store()),
            StoreKind::Outdated => {
                return Err(JournalError::Outdated { folder: self.path.clone() });
            }
            StoreKind::Newer { part, store, known } => {
                return Err(JournalError::Newer { folder: self.path.clone(), part, store, known });
            }
        }
        migrate(db).map_err(|e| self.storage_error(doing, &e.to_string()))
    }

    fn not_a_store(&self) -> JournalError {
        JournalError::NotAStore { file: database(&self.path) }
    }

    fn log_in_use(&self, doing: &'static str) -> JournalError {
        self.storage_error(doing, "another program is reading it; close that program")
    }

    fn storage_error(&self, doing: &'static str, reason: &str) -> JournalError {
        JournalError::Storage { doing, folder: self.path.clone(), reason: reason.to_owned() }
    }
}

/// Gives the store in `folder` a new epoch, and returns it.
///
/// Call it after replacing the store with a backup, so that no client resumes into history that was
/// rolled back. The store must not be open.
pub fn renew_epoch(folder: &Path) -> Result<Epoch, JournalError> {
    if !database(folder).exists() {
        return Err(JournalError::NoStore { folder: folder.to_owned() });
    }
    let store = LockedFolder::lock(folder, &SqliteOptions::default())?.open()?;
    let db = &store.connections.writer;
    change_epoch(db)
        .and_then(|epoch| empty_log(db).map(|_emptied| epoch))
        .map_err(|e| storage("change the epoch of the store", folder, &e))
}

/// Moves the log into the database file, flushes that, and truncates the log. Returns `false` if
/// another connection prevented it.
pub(super) fn empty_log(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).map(|busy: i64| busy == 0)
}

/// Makes commits and copies of the log durable, and leaves copying it to
/// [`log_copy`](super::log_copy).
fn flush_everything(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "synchronous", "FULL")?;
    // Needed on macOS only: elsewhere, fsync reaches the disk.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    db.pragma_update(None, "wal_autocheckpoint", 0)
}

fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    // No URI, so that a folder's name may contain any character. No CREATE, because the file must be
    // private from the start.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(database(folder), flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite prepares some statements again whenever other values are bound to them.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // Temporary files would contain texts.
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(db)
}

/// Returns the bytes of a page that SQLite uses: all of them, since no page reserves any.
fn usable_bytes(db: &Connection) -> rusqlite::Result<usize> {
    db.pragma_query_value(None, "page_size", |row| row.get::<_, u32>(0)).map(|bytes| bytes as usize)
}
