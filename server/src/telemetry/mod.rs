//! What the server tells its operator: a log and figures. Never words, names, keys or addresses.

mod metrics;

pub use metrics::{Held, Metrics};

use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Libraries whose notices are nothing that an operator asked for.
const QUIET: &str = "memory_serve=warn,refinery_core=warn";

/// Checks a filter of the log; the error finishes the sentence "`log_level` …".
pub fn check_filter(filter: &str) -> Result<(), String> {
    EnvFilter::builder()
        .parse(filter)
        .map(|_| ())
        .map_err(|error| format!("is no filter ({error})"))
}

/// Starts the log, on standard error. Whoever embeds the server and has started a log keeps theirs.
pub fn start_log(config: &Config) {
    let filter = format!("{QUIET},{}", config.log_level);
    let filter = EnvFilter::builder().parse_lossy(filter);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match config.log {
        LogFormat::Pretty => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "a log was started before; it is kept");
    }
}
