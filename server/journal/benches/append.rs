//! Append throughput and latency, compared with the latency of the disk.
//!
//! `cargo bench -p hearth-journal`. The store is in the system's temporary folder; set
//! `TMPDIR` to measure another disk.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]

use futures_util::future::join_all;
use hearth_journal::{Batch, Journal, Sqlite, StoredRow};
use hearth_protocol::api::NewCircle;
use hearth_protocol::{CircleId, RoomId, Settings, Text, TextId};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

const TIME: Duration = Duration::from_secs(3);
const SYNCS: usize = 500;
const SHARE: &str = "I heard how much this week has asked of you, and I am glad that you came in \
                     spite of it; that is what I would like to say.";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    sync_times(folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let journal = Sqlite::open(&folder.path().join("store")).unwrap();
        for rooms in [1, 16, 256] {
            for with_text in [false, true] {
                appends(&journal, rooms, with_text).await;
            }
        }
        journal.close().await.unwrap();
    });
}

/// Measures how long the disk takes to flush a write of 4 KiB.
fn sync_times(folder: &Path) {
    let mut file = File::create(folder.join("sync")).unwrap();
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        times.push(begun.elapsed());
    }
    println!("fsync of 4 KiB                     {}", spread(times));
}

/// Appends to many rooms concurrently, one batch at a time in each.
async fn appends(journal: &Sqlite, rooms: usize, with_text: bool) {
    let begun = Instant::now();
    let times: Vec<Duration> =
        join_all((0..rooms).map(|_| fill_room(journal, with_text))).await.concat();
    let per_second = times.len() as f64 / begun.elapsed().as_secs_f64();
    let what = if with_text { "row + text" } else { "row       " };
    println!("{rooms:>4} concurrent rooms, {what}  {per_second:>9.0} appends/s  {}", spread(times));
}

async fn fill_room(journal: &Sqlite, with_text: bool) -> Vec<Duration> {
    let (circle, room) = (CircleId(Uuid::new_v4()), RoomId(Uuid::new_v4()));
    let new = NewCircle {
        title: Text::plain("A circle"),
        agreements: None,
        held_by: None,
        lasts_ms: None,
        next_at: None,
        settings: Settings::default(),
        entries: Vec::new(),
    };
    journal.create_circle(&new, circle, 1).await.unwrap();
    let mut times = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < TIME {
        let head = times.len() as u64;
        let text_id = TextId(Uuid::new_v4());
        let body = format!(
            r#"{{"cause":{{"seat":4,"id":"{text_id}"}},"room":{head},"facts":[{{"shared":{{"seat":4,"text":"{text_id}"}}}}]}}"#
        );
        let batch = Batch {
            id: Uuid::new_v4(),
            rows: vec![StoredRow { seq: head + 1, at: head, body }],
            texts: if with_text { vec![(text_id, Text::plain(SHARE))] } else { Vec::new() },
            erased: Vec::new(),
            bars: Vec::new(),
            deadline: Some(head + 90_000),
            ended: false,
        };
        let sent = Instant::now();
        journal.append(circle, room, head, batch).await.unwrap();
        times.push(sent.elapsed());
    }
    times
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!("p50 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99))
}
