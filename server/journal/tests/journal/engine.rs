//! The engines under test.

use hearth_journal::{Journal, JournalError, Memory, Sqlite, SqliteOptions};
use std::ops::Deref;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A journal of one engine, together with the resources it needs.
pub(crate) trait Engine: Deref<Target: Journal + Sized> + Sized {
    /// Creates an empty journal.
    fn new() -> Self;

    /// Creates an empty journal with a capacity of about 300 KB.
    fn small() -> Self;

    /// Closes the journal and opens it again.
    fn reopened(self) -> Self;
}

/// A [`Memory`] journal.
pub(crate) struct MemoryEngine(Memory);

impl Deref for MemoryEngine {
    type Target = Memory;
    fn deref(&self) -> &Memory {
        &self.0
    }
}

impl Engine for MemoryEngine {
    fn new() -> Self {
        Self(Memory::new())
    }

    fn small() -> Self {
        Self(Memory::with_capacity(300 * 1024))
    }

    fn reopened(self) -> Self {
        Self(self.0.reopen().unwrap())
    }
}

/// A [`Sqlite`] journal in a folder of its own.
pub(crate) struct SqliteEngine {
    pub(crate) journal: Sqlite,
    pub(crate) folder: TempDir,
}

impl Deref for SqliteEngine {
    type Target = Sqlite;
    fn deref(&self) -> &Sqlite {
        &self.journal
    }
}

/// Pages from which tests copy the log: so few that it happens all the time.
pub(crate) const FEW_LOG_PAGES: u32 = 64;

impl Engine for SqliteEngine {
    fn new() -> Self {
        Self::with(&SqliteOptions { log_pages: FEW_LOG_PAGES, ..SqliteOptions::default() })
    }

    fn small() -> Self {
        Self::with(&SqliteOptions { pages_max: Some(300), ..SqliteOptions::default() })
    }

    fn reopened(self) -> Self {
        let Self { journal, folder } = self;
        drop(journal);
        let journal = open_again(folder.path());
        Self { journal, folder }
    }
}

impl SqliteEngine {
    pub(crate) fn with(options: &SqliteOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Sqlite::open_with(folder.path(), options).unwrap();
        Self { journal, folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Opens a store, waiting for its lock: another test may just be starting a process, which inherits
/// the locks of this one until it executes its own program.
fn open_again(folder: &Path) -> Sqlite {
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        match Sqlite::open(folder) {
            Err(JournalError::InUse { .. }) if Instant::now() < until => {
                thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.unwrap(),
        }
    }
}
