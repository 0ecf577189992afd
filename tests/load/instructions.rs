//! Instructions that the server executes for a join, a share and a delivery, counted by Valgrind's
//! callgrind. Unlike times, these hardly differ from run to run or from machine to machine.

use crate::generator::{self, Joined, Load, Pace};
use crate::target::{Door, SETTINGS};
use hearth_tests::process::Process;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// People who join, in rooms of this many.
const JOINS: usize = 64;
const SMALL: usize = 8;
/// A room with this many more people shows what each delivery costs.
const LARGE: usize = 72;
/// Shares in each of the two rooms.
const SHARES: usize = 120;
/// Growth above which a count is pointed out, in percent.
const GROWTH_SHOWN: f64 = 5.0;
/// Valgrind makes everything about fifty times slower.
const WITHIN: Duration = Duration::from_secs(120);
const QUIET: Duration = Duration::from_millis(300);

/// A server that runs under callgrind.
struct Counted<'a> {
    process: Process,
    folder: &'a Path,
    dumps: usize,
}

/// Counts, compares with the figures in `file` under `build`, and prints both. With `bless`, stores
/// the new ones.
pub(crate) async fn measure(
    binary: &Path,
    file: &Path,
    build: &str,
    bless: bool,
) -> Result<(), Box<dyn Error>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instruction counts: skipped, because Valgrind isn't installed");
        return Ok(());
    }
    let counts = count(binary).await?;
    let mut all: Map<String, Value> = match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => Map::new(),
    };
    println!("instructions of the server ({build} build)");
    for (name, count) in &counts {
        let before = all.get(build).and_then(|build| build.get(name)).and_then(Value::as_f64);
        println!("{}", line(name, *count, before));
    }
    if bless {
        let counts = counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count.round())));
        all.insert(build.to_owned(), Value::Object(counts.collect()));
        let mut text = serde_json::to_string_pretty(&all)?;
        text.push('\n');
        std::fs::write(file, text)?;
    }
    Ok(())
}

async fn count(binary: &Path) -> Result<[(&'static str, f64); 3], Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut server = Counted::start(binary, folder.path())?;
    let door = server.door();
    let circles = generator::circles(&door, JOINS, SMALL).await?;
    server.settled().await?;
    let joined = Joined::join(&door, &circles, JOINS, SMALL).await?;
    let joins = server.settled().await?;
    drop(joined);
    tokio::time::sleep(QUIET).await;
    let small = server.shares(&door, SMALL).await?;
    let large = server.shares(&door, LARGE).await?;
    let per_delivery = (large - small) / (LARGE - SMALL) as f64;
    Ok([("join", joins / JOINS as f64), ("share", small), ("delivery", per_delivery)])
}

impl<'a> Counted<'a> {
    fn start(binary: &Path, folder: &'a Path) -> io::Result<Self> {
        let out = format!("--callgrind-out-file={}", folder.join("count").display());
        let arguments = ["--tool=callgrind", &out].map(OsStr::new);
        let arguments = [&arguments[..], &[binary.as_os_str()]].concat();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut process = Process::new(Path::new("valgrind"), folder, SETTINGS)
            .with_arguments(&arguments)
            .with_variables(&[("PATH", &path)]);
        process.start()?;
        Ok(Self { process, folder, dumps: 0 })
    }

    fn door(&self) -> Door {
        let (origin, address) = (self.process.origin(), self.process.address());
        Door { has_circles: true, origin, address }
    }

    /// Returns the instructions per share in a room of this size.
    async fn shares(&mut self, door: &Door, per_room: usize) -> Result<f64, Box<dyn Error>> {
        let load = Load::open(door, 1, per_room, Pace::WhenHeard).await?;
        self.settled().await?;
        load.begin()?;
        let deadline = Instant::now() + WITHIN;
        while load.deliveries() < (SHARES * per_room) as u64 {
            if Instant::now() > deadline {
                return Err("the server is too slow under Valgrind".into());
            }
            load.run_until(Instant::now() + Duration::from_millis(5)).await?;
        }
        load.stop(WITHIN).await?;
        let shares = load.deliveries() as f64 / per_room as f64;
        Ok(self.settled().await? / shares)
    }

    /// Waits until the server is idle, and returns the instructions since the last time.
    async fn settled(&mut self) -> io::Result<f64> {
        tokio::time::sleep(QUIET).await;
        self.since_last()
    }

    /// Returns the instructions since the last time.
    fn since_last(&mut self) -> io::Result<f64> {
        let id = self.process.id().ok_or_else(|| io::Error::other("the server isn't running"))?;
        let asked = Command::new("callgrind_control").arg("--dump").arg(id.to_string()).output()?;
        self.dumps += 1;
        let file = self.folder.join(format!("count.{}", self.dumps));
        let deadline = Instant::now() + WITHIN;
        loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Some(total) = total(&text) {
                return Ok(total);
            }
            if !asked.status.success() || Instant::now() > deadline {
                let (out, log) = (String::from_utf8_lossy(&asked.stdout), self.process.logged());
                return Err(io::Error::other(format!("callgrind wrote no counts: {out}{log}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Returns the number of instructions in a file that callgrind wrote, once it is complete.
fn total(dump: &str) -> Option<f64> {
    dump.lines().rev().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().ok()
}

fn line(name: &str, count: f64, before: Option<f64>) -> String {
    let Some(before) = before.filter(|before| *before > 0.0) else {
        return format!("{name:10} {count:>12.0}   no figure to compare with");
    };
    let change = (count / before - 1.0) * 100.0;
    let grown = if change > GROWTH_SHOWN { "   MORE THAN BEFORE" } else { "" };
    format!("{name:10} {count:>12.0}   before {before:>12.0}   {change:+.1} %{grown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_over_five_percent_is_pointed_out() {
        assert!(line("share", 1_060.0, Some(1_000.0)).ends_with("+6.0 %   MORE THAN BEFORE"));
        assert!(line("share", 1_040.0, Some(1_000.0)).ends_with("+4.0 %"));
        assert!(line("share", 700.0, Some(1_000.0)).ends_with("-30.0 %"));
        assert!(line("share", 700.0, None).contains("no figure"));
    }

    #[test]
    fn a_dump_is_read_once_it_is_complete() {
        assert_eq!(total("version: 1\nfn=(1) a\n1 2\n\ntotals: 9448255\n"), Some(9_448_255.0));
        assert_eq!(total("version: 1\nfn=(1) a\n"), None);
    }
}
