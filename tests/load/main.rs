//! Figures of a server under load, compared with the least that delivering can cost and with a chat
//! that stores its messages; instructions per action; and bytes per delivery.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod bytes;
mod compare;
mod disk;
mod figures;
mod floor;
mod generator;
mod group_commit;
mod instructions;
mod machine;
mod progress;
mod rows;
mod target;
mod wire;

use clap::{Parser, Subcommand};
use compare::Comparison;
use hearth_tests::process::Process;
use rows::Row;
use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use target::Kind;

/// Descriptors for anything but connections.
const OTHER_FILES: u64 = 64;

/// Starts servers on this machine, puts them under load, and prints figures.
#[derive(Debug, Parser)]
#[command(name = "hearth-load")]
struct Args {
    /// Hearth's binary; by default the `hearth` beside this one.
    #[arg(long, global = true)]
    binary: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Compares Hearth with other servers, row by row.
    Compare {
        /// The rows; all of them by default.
        #[arg(long, value_delimiter = ',')]
        row: Vec<Row>,
        /// The servers, in the order in which they take turns.
        #[arg(long, value_delimiter = ',', default_value = "hearth,floor,group-commit")]
        target: Vec<Kind>,
        /// How often to measure each server.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Seconds of each measurement.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Rooms, if not the row's own number.
        #[arg(long)]
        rooms: Option<usize>,
        /// People in a room, if not the row's own number.
        #[arg(long)]
        per_room: Option<usize>,
        /// People who join.
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        /// A folder on the disk to use; by default that of temporary files.
        #[arg(long)]
        folder: Option<PathBuf>,
        /// A file in which to keep the results. Rows that aren't measured stay as they are.
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Bytes of each kind of frame during a go-round in one room.
    Bytes {
        /// People in the room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
    },
    /// Instructions for a join, a share and a delivery, compared with earlier figures.
    Instructions {
        /// The file of earlier figures.
        #[arg(long, default_value = "tests/load/instructions.json")]
        figures: PathBuf,
        /// Which of them: those of a `dev` or a `release` build.
        #[arg(long, default_value = "dev")]
        build: String,
        /// Store the new figures.
        #[arg(long)]
        bless: bool,
    },
    /// Serves as the floor.
    #[command(hide = true)]
    Floor(Serve),
    /// Serves as the chat with group commit.
    #[command(hide = true)]
    GroupCommit(Serve),
}

#[derive(Debug, clap::Args)]
struct Serve {
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    listen: SocketAddr,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hearth-load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    // One thread: generator and servers each have one core.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match args.task {
        Task::Compare {
            row,
            target,
            rounds,
            seconds,
            rooms,
            per_room,
            connections,
            folder,
            json,
        } => {
            let rows = if row.is_empty() { Row::ALL.to_vec() } else { row };
            let most = usize::try_from(files.saturating_sub(OTHER_FILES))?;
            if connections > most {
                eprintln!("hearth-load: the limit of open files leaves {most} connections");
            }
            let comparison = Comparison {
                rows,
                targets: target,
                rounds,
                seconds,
                rooms,
                per_room,
                connections: connections.min(most),
                hearth: hearth(args.binary)?,
                folder: folder.unwrap_or_else(std::env::temp_dir).canonicalize()?,
                json,
            };
            runtime.block_on(comparison.run())
        }
        Task::Bytes { per_room } => {
            let data = tempfile::tempdir()?;
            let mut server = Process::new(&hearth(args.binary)?, data.path(), target::SETTINGS);
            server.start()?;
            runtime.block_on(bytes::measure(&server, per_room))
        }
        Task::Instructions { figures, build, bless } => {
            let binary = hearth(args.binary)?;
            runtime.block_on(instructions::measure(&binary, &figures, &build, bless))
        }
        Task::Floor(Serve { data, listen }) => runtime.block_on(floor::serve(&data, listen)),
        Task::GroupCommit(Serve { data, listen }) => {
            runtime.block_on(group_commit::serve(&data, listen))
        }
    }
}

/// Returns the path of Hearth's binary. It is absolute, because servers run in their data folders.
fn hearth(named: Option<PathBuf>) -> Result<PathBuf, Box<dyn Error>> {
    let beside = || Ok::<_, std::io::Error>(std::env::current_exe()?.with_file_name("hearth"));
    let binary = named.map_or_else(beside, Ok)?;
    let missing = |binary: &Path| {
        let why = "build it (`cargo build --release -p hearth`), or name it with --binary";
        format!("there is no server at {}: {why}", binary.display())
    };
    Ok(binary.canonicalize().map_err(|_| missing(&binary))?)
}
