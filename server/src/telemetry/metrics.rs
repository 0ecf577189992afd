//! Figures, in the text format of OpenMetrics. Labels are fixed words of ours, never anything that
//! came over a wire.

use hearth_rooms::RoomsMetrics;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::fmt;

/// A label that is one of our own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word(pub &'static str);

impl EncodeLabelValue for Word {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        EncodeLabelValue::encode(&self.0, encoder)
    }
}

/// Why something happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Why {
    /// In one word.
    pub why: Word,
}

/// Which route answered, and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The route as it is written in the code, never as it was asked for.
    pub route: Word,
    /// The status.
    pub status: u16,
}

/// One of those that a gauge counts, until it is dropped.
#[derive(Debug)]
pub struct Held(Gauge);

impl Held {
    /// Counts one more.
    pub fn by(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// All figures.
pub struct Metrics {
    registry: Registry,
    /// Open connections, lines included.
    pub connections: Gauge,
    /// Open lines.
    pub lines: Gauge,
    /// Metrics of the rooms.
    pub rooms: RoomsMetrics,
    /// Requests turned away at the door, by reason.
    pub turned_away: Family<Why, Counter>,
    /// Answers of the HTTP interface.
    pub answered: Family<Answered, Counter>,
    /// Circles made.
    pub circles_made: Counter,
}

impl Metrics {
    /// Returns figures that all stand at nothing.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("hearth");
        let connections = Gauge::default();
        registry.register("connections", "Open connections, lines included", connections.clone());
        let lines = Gauge::default();
        registry.register("lines", "Open lines", lines.clone());
        let rooms = RoomsMetrics::new();
        rooms.register(&mut registry);
        let turned_away = Family::default();
        registry.register("turned_away", "Requests turned away at the door", turned_away.clone());
        let answered = Family::default();
        registry.register("answered", "Answers of the HTTP interface", answered.clone());
        let circles_made = Counter::default();
        registry.register("circles_made", "Circles made", circles_made.clone());
        Self { registry, connections, lines, rooms, turned_away, answered, circles_made }
    }

    /// Returns all figures as text.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        encode(&mut out, &self.registry)?;
        Ok(out)
    }

    /// Counts an answer of the HTTP interface.
    pub fn answered(&self, route: &'static str, status: u16) {
        self.answered.get_or_create(&Answered { route: Word(route), status }).inc();
    }

    /// Counts a request turned away at the door.
    pub fn turned_away(&self, why: &'static str) {
        self.turned_away.get_or_create(&Why { why: Word(why) }).inc();
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
