//! Figures of a server under load: memory of idle connections, joins in a second, and the time
//! from a share sent to its being seen by everybody, beside the disk's own time for a sync.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to whoever started it")]

mod disk;
mod figures;
mod idle;
mod shares;

use clap::{Parser, Subcommand};
use hearth_tests::process::Process;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Puts a server of its own under load, on this machine, and prints what that cost.
#[derive(Debug, Parser)]
#[command(name = "hearth-load")]
struct Args {
    /// The server's program; by default the `hearth` beside this one.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// The folder for the server's data; by default one that is thrown away.
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Debug, Subcommand)]
enum Figure {
    /// Memory for each idle joined connection, and joins in a second.
    Idle {
        /// Connections.
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        /// People in a room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
        /// Joins under way at once.
        #[arg(long, default_value_t = 64)]
        at_once: usize,
    },
    /// Time from a share sent to its being seen by all in its room.
    Shares {
        /// Rooms.
        #[arg(long, default_value_t = 100)]
        rooms: usize,
        /// People in a room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
        /// Milliseconds between two shares in one room; 0 sends the next as soon as one is seen.
        #[arg(long, default_value_t = 1_000)]
        every_ms: u64,
        /// Seconds.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
}

/// All people come from one address here, and more of them than an operator would let in.
const SETTINGS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "warn"),
    ("LIMITS__CONNECTIONS_MAX", "1000000"),
    ("LIMITS__CONNECTIONS_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__LINES_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__HANDSHAKES_IN_FLIGHT_MAX", "100000"),
    ("LIMITS__LINES_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", "1000000"),
    ("LIMITS__CIRCLES_PER_HOUR_PER_ADDRESS", "1000000"),
    ("LIMITS__ROOMS_MAX", "1000000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_BURST_PER_SEAT", "10000"),
    ("LIMITS__COMMANDS_PER_SECOND_PER_ROOM", "100000"),
];

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
    let thrown_away = tempfile::tempdir()?;
    let data = args.data.unwrap_or_else(|| thrown_away.path().to_owned());
    let binary = match args.binary {
        Some(binary) => binary,
        None => std::env::current_exe()?.with_file_name("hearth"),
    };
    if !binary.exists() {
        let why = "build it (`cargo build --release`), or name it with --binary";
        return Err(format!("there is no server at {}: {why}", binary.display()).into());
    }
    let mut server = Process::new(&binary, &data, SETTINGS);
    server.start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match args.figure {
        Figure::Idle { connections, per_room, at_once } => {
            if files < connections as u64 + 64 {
                let why = "raise the limit of open files (ulimit -n), or ask for fewer";
                return Err(format!("{connections} connections do not fit: {why}").into());
            }
            runtime.block_on(idle::measure(&server, connections, per_room, at_once))
        }
        Figure::Shares { rooms, per_room, every_ms, seconds } => {
            let every = Duration::from_millis(every_ms);
            let during = Duration::from_secs(seconds);
            let sync = disk::sync_times(&data)?;
            runtime.block_on(shares::measure(&server, rooms, per_room, every, during, &sync))
        }
    }
}
