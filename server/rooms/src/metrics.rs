//! Metrics of the rooms. The server registers them with its own. Labels are constants of the code,
//! never anything a client sent.

use hearth_protocol::RefusalCode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// Metrics of the rooms. Clones share their values.
#[derive(Debug, Clone)]
pub struct RoomsMetrics {
    pub(crate) loaded: Gauge,
    /// Seconds from taking a batch's first message to the batch being durable.
    pub(crate) append_seconds: Histogram,
    closed: Family<Reason, Counter>,
    commands: Family<Reason, Counter>,
    refusals: Family<Refused, Counter>,
}

impl RoomsMetrics {
    pub fn new() -> Self {
        Self {
            loaded: Gauge::default(),
            append_seconds: Histogram::new(exponential_buckets(0.000_25, 2.0, 16)),
            closed: Family::default(),
            commands: Family::default(),
            refusals: Family::default(),
        }
    }

    pub fn register(&self, registry: &mut Registry) {
        registry.register("rooms", "Rooms loaded", self.loaded.clone());
        registry.register("disconnects", "WebSockets closed by the server", self.closed.clone());
        registry.register("commands", "Commands answered", self.commands.clone());
        registry.register("refusals", "Commands and hellos refused", self.refusals.clone());
        registry.register_with_unit(
            "append",
            "From a batch's first command until it is durable",
            Unit::Seconds,
            self.append_seconds.clone(),
        );
    }

    /// Counts a connection that the server closed, by the close code's name.
    pub(crate) fn count_closed(&self, reason: &'static str) {
        self.closed.get_or_create(&Reason { reason }).inc();
    }

    /// Counts a refusal by its code.
    pub(crate) fn count_refusal(&self, code: RefusalCode) {
        self.refusals.get_or_create(&Refused { code: Code(code) }).inc();
    }

    /// Counts an answered command by its outcome.
    pub(crate) fn count_command(&self, reason: &'static str) {
        self.commands.get_or_create(&Reason { reason }).inc();
    }
}

/// A refusal's code as a label: one of as many values as there are codes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Code(RefusalCode);

impl EncodeLabelValue for Code {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        // The code as clients receive it.
        let name = serde_json::to_value(self.0).map_err(|_| fmt::Error)?;
        name.as_str().ok_or(fmt::Error)?.encode(encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    code: Code,
}

impl Default for RoomsMetrics {
    fn default() -> Self {
        Self::new()
    }
}
