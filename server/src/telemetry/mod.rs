//! What the server tells its operator: a log and figures. Never words, names, keys or addresses.

mod metrics;

pub use metrics::{Held, Metrics};

use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::prelude::*;

/// Checks a filter of the log; the error finishes the sentence "`log_level` …".
pub fn check_filter(filter: &str) -> Result<(), String> {
    EnvFilter::builder()
        .parse(filter)
        .map(|_| ())
        .map_err(|error| format!("is no filter ({error})"))
}

/// Starts the log, on standard error. Whoever embeds the server and has started a log keeps theirs.
pub fn start_log(config: &Config) {
    let asked_for = EnvFilter::builder().parse_lossy(&config.log_level);
    // Libraries see words and keys pass by, and some write whole frames into their notices. So
    // whatever an operator asks for, of them only warnings are heard.
    let ours =
        filter_fn(|notice| notice.target().starts_with("hearth") || *notice.level() <= Level::WARN);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let lines = match config.log {
        LogFormat::Pretty => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let started =
        tracing_subscriber::registry().with(lines.with_filter(asked_for.and(ours))).try_init();
    if let Err(error) = started {
        tracing::debug!(%error, "a log was started before; it is kept");
    }
}
