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
use std::io::{self, Write};
use std::process::ExitCode;

/// Exit status for invalid arguments.
const USAGE: u8 = 2;

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
    let done = match Args::try_parse() {
        Ok(args) => run_command(args),
        Err(answer) if answer.use_stderr() => {
            let _closed = answer.print();
            return ExitCode::from(USAGE);
        }
        // The help or the version.
        Err(answer) => answer.print().map_err(|error| cannot_print(&error, "")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            warn(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run_command(args: Args) -> Result<(), CliError> {
    match &args.command {
        // The server logs them, the demo reads no variables, and `operator-key` no settings.
        None | Some(Command::Serve | Command::Demo(_) | Command::OperatorKey) => {}
        Some(Command::Config | Command::Backup(_) | Command::Restore(_) | Command::Circle(_)) => {
            args.settings.clone().sources().ignored_variables().iter().for_each(|text| warn(text));
        }
    }
    match args.command {
        None | Some(Command::Serve) => serve(args.settings),
        Some(Command::Demo(show)) => in_runtime(demo::run(show, args.settings))?,
        Some(Command::Config) => print(&Config::explain(args.settings.sources())?, ""),
        Some(Command::Backup(backup)) => {
            inform(&backup::back_up(&backup, args.settings)?);
            Ok(())
        }
        Some(Command::Restore(restore)) => {
            inform(&backup::restore(&restore, args.settings)?);
            Ok(())
        }
        Some(Command::OperatorKey) => operator_key(),
        Some(Command::Circle(Circle::New(new))) => print(
            &in_runtime(circle::create(new, args.settings))??,
            ". The circle was created, but not all of its links were printed; create another one",
        ),
    }
}

/// Why a command failed, in words for the person who ran it.
type CliError = Box<dyn Error + Send + Sync>;

fn serve(settings: ConfigFlags) -> Result<(), CliError> {
    let sources = settings.sources();
    let ignored = sources.ignored_variables();
    let config = Config::load(sources)?;
    telemetry::start_log(&config);
    ignored.iter().for_each(|text| tracing::warn!("{text}"));
    in_runtime(startup::run(config, |server| {
        inform(&format!("Hearth is running at {}\n", server.origin()));
    }))??;
    Ok(())
}

fn operator_key() -> Result<(), CliError> {
    let key = OperatorKey::generate().map_err(|error| {
        format!("the operating system's random number generator failed ({error})")
    })?;
    let text = format!(
        "The operator key. Save it now; it's shown only once:\n  {}\n\n\
         Its hash, for the server's configuration:\n  operator_key_hash = \"{}\"\n\n\
         To create circles, run\n  \
         HEARTH_OPERATOR_KEY=<key> hearth circle new --title … --server https://…\n",
        key.encode(),
        key.hash().encode()
    );
    print(&text, ". Don't use this key; create another one")
}

fn in_runtime<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("can't start threads ({error})"))?;
    Ok(runtime.block_on(work))
}

/// Writes a line to the standard error. If that is closed, there's nowhere else to report it.
fn warn(text: &str) {
    let _closed = writeln!(io::stderr(), "hearth: {text}");
}

/// Prints the result of a command. `lost` completes the error if it can't be printed.
fn print(text: &str, lost: &str) -> Result<(), CliError> {
    write_out(text).map_err(|error| cannot_print(&error, lost))
}

fn cannot_print(error: &io::Error, lost: &str) -> CliError {
    format!("can't write to the standard output ({error}){lost}").into()
}

/// Prints information that a command doesn't depend on. The reader may have gone: `hearth | true`.
fn inform(text: &str) {
    let _closed = write_out(text);
}

/// Writes without panicking, unlike `print!`, if the standard output is closed or full.
fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
