//! The command line.

mod circle;
mod copies;
mod demo;
mod settings;

use crate::config::Config;
use crate::door::OperatorKey;
use crate::serve;
use crate::telemetry;
use clap::{Parser, Subcommand};
use settings::Settings;
use std::error::Error;
use std::process::ExitCode;

/// Live talking circles in text. Without a command, it serves.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, about, disable_help_subcommand = true)]
struct Args {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve circles (what `hearth` alone does)
    Serve,
    /// Show a living circle: a server with simulated members whom you can join; nothing is kept
    Demo(demo::Show),
    /// Print the effective configuration, without secrets
    Config,
    /// Copy the store to a file, while the server serves or not
    Backup(copies::Backup),
    /// Go back to such a copy, while no server runs
    Restore(copies::Restore),
    /// Make an operator's key, and print it with its hash
    OperatorKey,
    /// Make circles
    #[command(subcommand)]
    Circle(Circle),
}

#[derive(Debug, Subcommand)]
enum Circle {
    /// Make a circle, and print its links by role
    New(circle::New),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        None | Some(Command::Serve) => serve(args.settings),
        Some(Command::Demo(show)) => in_runtime(demo::run(show, args.settings)).and_then(|ran| ran),
        Some(Command::Config) => {
            Config::explain(args.settings.sources()).map(|text| print(&text)).map_err(Into::into)
        }
        Some(Command::Backup(backup)) => {
            copies::make(&backup, args.settings).map(|text| print(&text))
        }
        Some(Command::Restore(restore)) => {
            copies::go_back(&restore, args.settings).map(|text| print(&text))
        }
        Some(Command::OperatorKey) => operator_key(),
        Some(Command::Circle(Circle::New(new))) => in_runtime(circle::make(new, args.settings))
            .and_then(|printed| printed)
            .map(|text| print(&text)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Anything that ends the command, in words for whoever ran it.
type Failed = Box<dyn Error + Send + Sync>;

fn serve(settings: Settings) -> Result<(), Failed> {
    let config = Config::load(settings.sources())?;
    telemetry::start_log(&config);
    in_runtime(serve::run(config, |server| {
        print(&format!("Hearth is at {}\n", server.origin()));
    }))??;
    Ok(())
}

fn operator_key() -> Result<(), Failed> {
    let key = OperatorKey::generate()
        .map_err(|error| format!("the system gives no random numbers for a key ({error})"))?;
    print(&format!(
        "The operator's key. Keep it; it is shown this once:\n  {}\n\n\
         Its hash, for the server's configuration:\n  operator_key_hash = \"{}\"\n\n\
         Circles are then made with\n  \
         HEARTH_OPERATOR_KEY=<key> hearth circle new --title … --server https://…\n",
        key.encode(),
        key.hash().encode()
    ));
    Ok(())
}

fn in_runtime<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads could be started ({error})"))?;
    Ok(runtime.block_on(work))
}

#[allow(clippy::print_stdout, reason = "what a command was asked for is printed")]
fn print(text: &str) {
    print!("{text}");
}

#[allow(clippy::print_stderr, reason = "why a command failed is told to whoever ran it")]
fn complain(error: &(dyn Error + Send + Sync)) {
    eprintln!("hearth: {error}");
}
