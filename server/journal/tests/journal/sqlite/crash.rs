//! Killing a process while it writes.

use crate::engine::FEW_LOG_PAGES;
use crate::support::{a_circle, a_room, said};
use futures_util::future::join_all;
use hearth_journal::{Journal, Sqlite, SqliteOptions};
use hearth_protocol::{RoomId, TextId};
use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

const FOLDER: &str = "HEARTH_TEST_KILLED_FOLDER";
const KILLS: u32 = 8;

/// Not a test itself, but the code of the process that is killed. It prints every acknowledged
/// append.
#[test]
fn write_until_killed_main() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let work = async {
        // Most kills hit a copy of the log.
        let options = SqliteOptions { log_pages: FEW_LOG_PAGES, ..SqliteOptions::default() };
        let journal = Sqlite::open_with(&folder, &options).unwrap();
        let mut rooms = Vec::new();
        for _ in 0..6 {
            rooms.push((a_circle(&journal).await, a_room()));
        }
        let journal = &journal;
        let writing = rooms.into_iter().map(|(circle, room)| async move {
            for head in 0.. {
                let text_id = TextId(Uuid::new_v4());
                let batch = said(head, text_id, "said before the crash");
                journal.append(circle, room, head, batch).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nacknowledged {room} {} {text_id}", head + 1).unwrap();
            }
        });
        join_all(writing).await;
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work);
}

/// Runs a process that writes, kills it after a while, and returns the appends it acknowledged.
fn write_until_killed(folder: &Path, after: Duration) -> Vec<(RoomId, u64, TextId)> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "sqlite::crash::write_until_killed_main", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reading = std::thread::spawn(move || {
        out.lines()
            .map_while(Result::ok)
            .filter_map(|line| {
                let mut parts = line.strip_prefix("acknowledged ")?.split(' ');
                let room = RoomId(parts.next()?.parse().ok()?);
                let seq = parts.next()?.parse().ok()?;
                // The last line may be incomplete.
                Some((room, seq, TextId(parts.next()?.parse().ok()?)))
            })
            .collect()
    });
    std::thread::sleep(after);
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    reading.join().unwrap()
}

#[tokio::test]
async fn acknowledged_rows_survive_a_kill_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: BTreeMap<(RoomId, u64), TextId> = BTreeMap::new();
    let mut epoch = None;
    for kill in 0..KILLS {
        let after = Duration::from_millis(250 + u64::from(kill * 37));
        let lines = write_until_killed(folder.path(), after);
        acknowledged.extend(lines.into_iter().map(|(room, seq, text_id)| ((room, seq), text_id)));
        let journal = Sqlite::open(folder.path()).unwrap();
        assert_eq!(*epoch.get_or_insert(journal.epoch()), journal.epoch());
        let mut rooms: Vec<RoomId> = acknowledged.keys().map(|(room, _)| *room).collect();
        rooms.dedup();
        for room in rooms {
            let rows = journal.read(room, 0, 1_000_000).await.unwrap();
            let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
            let head = journal.last_batch(room).await.unwrap().unwrap().1;
            assert_eq!(seqs, (1..=head).collect::<Vec<_>>());
            let of_room = acknowledged.range((room, 0)..=(room, u64::MAX));
            let texts: Vec<TextId> = of_room.map(|(_, text_id)| *text_id).collect();
            assert!(head >= texts.len() as u64);
            assert_eq!(journal.texts(room, &texts).await.unwrap().len(), texts.len());
        }
    }
    assert!(acknowledged.len() > 100, "only {} appends before the kills", acknowledged.len());
}
