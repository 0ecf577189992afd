//! Figures of a server under load: memory of idle connections, joins per second, the time until a
//! share has reached everyone compared with the disk's own sync, and bytes per delivery.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod bytes;
mod disk;
mod figures;
mod idle;
mod shares;

use clap::{Parser, Subcommand};
use hearth_protocol::limits::SEATS_MAX;
use hearth_tests::process::Process;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Starts a server on this machine, puts it under load, and prints figures.
#[derive(Debug, Parser)]
#[command(name = "hearth-load")]
struct Args {
    /// The server's binary; by default the `hearth` beside this one.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// The folder for the server's data; by default a temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Debug, Subcommand)]
enum Figure {
    /// Memory per idle connection, and joins per second.
    Idle {
        /// Connections.
        #[arg(long, default_value_t = 10_000)]
        connections: usize,
        /// People in a room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
        /// Concurrent joins.
        #[arg(long, default_value_t = 64)]
        at_once: usize,
    },
    /// Time until a share has reached everyone in its room, and its bytes per delivery.
    Shares {
        /// Rooms.
        #[arg(long, default_value_t = 100)]
        rooms: usize,
        /// People in a room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
        /// Milliseconds between two shares in one room; 0 sends the next one as soon as one has arrived.
        #[arg(long, default_value_t = 1_000)]
        every_ms: u64,
        /// Seconds.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// Bytes of each kind of frame during a go-round in one room.
    Bytes {
        /// People in the room.
        #[arg(long, default_value_t = 8)]
        per_room: usize,
    },
}

/// All connections come from one address, and there are more than an operator would allow.
const SETTINGS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "warn"),
    ("LIMITS__CONNECTIONS_MAX", "1000000"),
    ("LIMITS__CONNECTIONS_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__WEBSOCKETS_PER_ADDRESS_MAX", "1000000"),
    ("LIMITS__HANDSHAKES_IN_FLIGHT_MAX", "100000"),
    ("LIMITS__WEBSOCKETS_PER_MINUTE_PER_ADDRESS", "1000000"),
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
    let per_room = match args.figure {
        Figure::Idle { per_room, .. }
        | Figure::Shares { per_room, .. }
        | Figure::Bytes { per_room } => per_room,
    };
    if per_room > usize::from(SEATS_MAX) {
        return Err(format!("a room has at most {SEATS_MAX} seats; ask for fewer").into());
    }
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
    // The server runs in its data folder, where a relative path would mean something else.
    let mut server = Process::new(&binary.canonicalize()?, &data, SETTINGS);
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
        Figure::Bytes { per_room } => runtime.block_on(bytes::measure(&server, per_room)),
    }
}
