//! Metrics, in the text format of OpenMetrics. Labels are constants of the code, never anything a
//! client sent.

use hearth_rooms::RoomsMetrics;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Reason {
    pub reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Response {
    /// The route as the code declares it, never as a client requested it.
    pub route: &'static str,
    pub status: u16,
}

/// Counts one in a gauge until it is dropped.
#[derive(Debug)]
pub struct GaugeGuard(Gauge);

impl GaugeGuard {
    pub fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for GaugeGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// All metrics.
pub struct Metrics {
    registry: Registry,
    /// Open TCP connections, WebSockets included.
    pub connections: Gauge,
    /// Open WebSockets.
    pub websockets: Gauge,
    pub rooms: RoomsMetrics,
    /// Requests rejected before they were handled, by reason.
    pub rejected: Family<Reason, Counter>,
    pub responses: Family<Response, Counter>,
    pub circles_created: Counter,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("hearth");
        let connections = Gauge::default();
        registry.register(
            "connections",
            "Open TCP connections, WebSockets included",
            connections.clone(),
        );
        let websockets = Gauge::default();
        registry.register("websockets", "Open WebSockets", websockets.clone());
        let rooms = RoomsMetrics::new();
        rooms.register(&mut registry);
        let rejected = Family::default();
        registry.register("rejected", "Requests rejected by access rules", rejected.clone());
        let responses = Family::default();
        registry.register("responses", "HTTP responses", responses.clone());
        let circles_created = Counter::default();
        registry.register("circles_created", "Circles created", circles_created.clone());
        Self { registry, connections, websockets, rooms, rejected, responses, circles_created }
    }

    /// Returns all metrics as text.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        encode(&mut out, &self.registry)?;
        Ok(out)
    }

    pub fn count_response(&self, route: &'static str, status: u16) {
        self.responses.get_or_create(&Response { route, status }).inc();
    }

    pub fn count_rejected(&self, reason: &'static str) {
        self.rejected.get_or_create(&Reason { reason }).inc();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
