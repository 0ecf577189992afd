//! Logging and metrics. They never contain texts, names, keys or addresses.

mod metrics;

pub use metrics::{GaugeGuard, Metrics};

use crate::config::{Config, LogFormat};
use std::io::IsTerminal;
use tracing::Level;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::layer::Filter;
use tracing_subscriber::prelude::*;

/// Starts logging to standard error, unless the process already has a logger.
pub fn start_log(config: &Config) {
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let layer = match config.log {
        LogFormat::Pretty => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let filter = filter(config.log_level.as_str());
    let started = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    if let Err(error) = started {
        tracing::debug!(%error, "a logger is already running; keeping it");
    }
}

/// Returns what is logged at a level, or by a filter.
fn filter(level: &str) -> impl Filter<Registry> + use<> {
    let configured = EnvFilter::builder().parse_lossy(level);
    // Some libraries log whole frames, which contain texts and keys. So whatever filter is
    // configured, libraries log only warnings and errors.
    let safe =
        filter_fn(|event| event.target().starts_with("hearth") || *event.level() <= Level::WARN)
            // Without a hint, `and` has none either, and every library would build all its trace
            // events before they are dropped.
            .with_max_level_hint(LevelFilter::TRACE);
    configured.and(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_below_the_configured_level_are_never_built() {
        for (level, most) in [
            ("info", LevelFilter::INFO),
            ("error", LevelFilter::ERROR),
            ("info,hearth_rooms=debug", LevelFilter::DEBUG),
        ] {
            assert_eq!(filter(level).max_level_hint(), Some(most), "{level}");
        }
    }
}
