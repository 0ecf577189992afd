//! Logging and metrics. They never contain texts, names, keys or addresses.

mod metrics;

pub use metrics::{GaugeGuard, Metrics};

use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::prelude::*;

/// Starts logging to standard error, unless the process already has a logger.
pub fn start_log(config: &Config) {
    let configured = EnvFilter::builder().parse_lossy(config.log_level.as_str());
    // Some libraries log whole frames, which contain texts and keys. So whatever filter is
    // configured, libraries log only warnings and errors.
    let safe =
        filter_fn(|event| event.target().starts_with("hearth") || *event.level() <= Level::WARN);
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let layer = match config.log {
        LogFormat::Pretty => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let started =
        tracing_subscriber::registry().with(layer.with_filter(configured.and(safe))).try_init();
    if let Err(error) = started {
        tracing::debug!(%error, "a logger is already running; keeping it");
    }
}
