//! The command line.

mod backup;
mod circle;
mod demo;
mod settings;

use crate::access::OperatorKey;
use crate::config::Config;
use crate::startup;
use crate::telemetry;
use clap::{Parser, Subcommand};
use settings::ConfigFlags;
use std::error::Error;
use std::process::ExitCode;

/// Live talking circles in text. Without a command, runs the server.
///
/// Every setting can also be an environment variable (HEARTH_LISTEN, HEARTH_LIMITS__ROOMS_MAX …) or
/// a key in a TOML file. Flags override variables, and variables override the file.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, about, disable_help_subcommand = true)]
struct Args {
    #[command(flatten)]
    settings: ConfigFlags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Run a demo: a server with a circle of simulated members that you can join; nothing is saved
    Demo(demo::DemoArgs),
    /// Print the effective configuration, without secrets
    Config,
    /// Back up all data to a file; the server may be running
    Backup(backup::Backup),
    /// Restore a backup; the server must be stopped
    Restore(backup::Restore),
    /// Create an operator key, and print it with its hash
    OperatorKey,
    /// Create circles
    #[command(subcommand)]
    Circle(Circle),
}

#[derive(Debug, Subcommand)]
enum Circle {
    /// Create a circle and print its links
    New(circle::New),
}

/// Runs the command that the process's arguments name.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        None | Some(Command::Serve) => serve(args.settings),
        Some(Command::Demo(show)) => in_runtime(demo::run(show, args.settings)).and_then(|ran| ran),
        Some(Command::Config) => {
            Config::explain(args.settings.sources()).map(|text| print(&text)).map_err(Into::into)
        }
        Some(Command::Backup(backup)) => {
            backup::back_up(&backup, args.settings).map(|text| print(&text))
        }
        Some(Command::Restore(restore)) => {
            backup::restore(&restore, args.settings).map(|text| print(&text))
        }
        Some(Command::OperatorKey) => operator_key(),
        Some(Command::Circle(Circle::New(new))) => in_runtime(circle::create(new, args.settings))
            .and_then(|printed| printed)
            .map(|text| print(&text)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Why a command failed, in words for the person who ran it.
type CliError = Box<dyn Error + Send + Sync>;

fn serve(settings: ConfigFlags) -> Result<(), CliError> {
    let config = Config::load(settings.sources())?;
    telemetry::start_log(&config);
    in_runtime(startup::run(config, |server| {
        print(&format!("Hearth is running at {}\n", server.origin()));
    }))??;
    Ok(())
}

fn operator_key() -> Result<(), CliError> {
    let key = OperatorKey::generate().map_err(|error| {
        format!("the operating system's random number generator failed ({error})")
    })?;
    print(&format!(
        "The operator key. Save it now; it's shown only once:\n  {}\n\n\
         Its hash, for the server's configuration:\n  operator_key_hash = \"{}\"\n\n\
         To create circles, run\n  \
         HEARTH_OPERATOR_KEY=<key> hearth circle new --title … --server https://…\n",
        key.encode(),
        key.hash().encode()
    ));
    Ok(())
}

fn in_runtime<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("can't start threads ({error})"))?;
    Ok(runtime.block_on(work))
}

#[allow(clippy::print_stdout, reason = "this is the output of the command")]
fn print(text: &str) {
    print!("{text}");
}

#[allow(clippy::print_stderr, reason = "the person who ran the command reads this")]
fn print_error(error: &(dyn Error + Send + Sync)) {
    eprintln!("hearth: {error}");
}
