//! How long the disk itself takes to sync.

use crate::figures::Times;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

const SYNCS: usize = 300;
/// About as much as one share writes: a page of the write-ahead log.
const BYTES: [u8; 4_096] = [b'h'; 4_096];

/// Returns how long it takes to append a page to a file in `folder` and sync it.
pub(crate) fn sync_times(folder: &Path) -> io::Result<Times> {
    let path = folder.join("sync-probe");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let began = Instant::now();
        file.write_all(&BYTES)?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(&path)?;
    Ok(Times::of(times))
}
