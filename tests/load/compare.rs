//! Servers compared: several rounds in which each is measured in turn, their medians, and the ratio
//! of each to the floor.

use crate::disk;
use crate::figures::{Times, median, ratio};
use crate::generator;
use crate::rows::{Figure, Figures, Row, Size};
use crate::target::{Frames, Kind, Target};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What to compare.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) rows: Vec<Row>,
    pub(crate) targets: Vec<Kind>,
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    pub(crate) rooms: Option<usize>,
    pub(crate) per_room: Option<usize>,
    pub(crate) connections: usize,
    /// Hearth's binary.
    pub(crate) hearth: PathBuf,
    /// A folder on the disk to measure.
    pub(crate) folder: PathBuf,
    pub(crate) json: Option<PathBuf>,
}

/// All runs of a row: for each server, the figures of each round.
#[derive(Debug, Default)]
struct Runs(Vec<(Kind, Vec<Figures>)>);

impl Comparison {
    /// Measures and prints every row.
    pub(crate) async fn run(&self) -> Result<(), Box<dyn Error>> {
        let sync = disk::sync_times(&self.folder)?;
        println!("the disk's own sync: {sync}");
        for row in &self.rows {
            let (rooms, per_room) = row.default_size();
            let size = Size {
                rooms: self.rooms.unwrap_or(rooms),
                per_room: self.per_room.unwrap_or(per_room),
                connections: self.connections,
                during: Duration::from_secs(self.seconds),
            };
            let runs = self.measure(*row, &size).await?;
            let each = match row {
                Row::Joined => String::new(),
                _ => format!(" of {} s", self.seconds),
            };
            println!("\n{} ({} rounds{each}, medians)", row.title(&size), self.rounds);
            print!("{}", runs.table());
            if let Some(file) = &self.json {
                self.store(file, *row, &size, &runs, &sync)?;
            }
        }
        Ok(())
    }

    async fn measure(&self, row: Row, size: &Size) -> Result<Runs, Box<dyn Error>> {
        let start = |kind, frames: &Frames| Target::start(kind, &self.hearth, &self.folder, frames);
        let recorded = start(Kind::Hearth, &Frames::default())?;
        let frames = generator::record(&recorded.door(), size.per_room).await?;
        drop(recorded);
        let mut runs = Runs(self.targets.iter().map(|kind| (*kind, Vec::new())).collect());
        for round in 0..self.rounds {
            for (kind, figures) in &mut runs.0 {
                let target = start(*kind, &frames)?;
                let measured = row.measure(&target, size).await.map_err(|error| {
                    format!("{}, round {}: {error}\n{}", kind.name(), round + 1, target.logged())
                })?;
                figures.push(measured);
            }
        }
        Ok(runs)
    }

    /// Puts a row into the file of results, beside the others.
    fn store(
        &self,
        file: &Path,
        row: Row,
        size: &Size,
        runs: &Runs,
        sync: &Times,
    ) -> Result<(), Box<dyn Error>> {
        let mut results: Map<String, Value> = match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => Map::new(),
        };
        let what = json!({
            "title": row.title(size),
            "rounds": self.rounds,
            "seconds": self.seconds,
            "sync_p50_ms": rounded(sync.permille_ms(500)),
            "servers": runs.json(),
        });
        results.insert(row.name().to_owned(), what);
        let mut text = serde_json::to_string_pretty(&results)?;
        text.push('\n');
        Ok(std::fs::write(file, text)?)
    }
}

impl Runs {
    /// Returns the kinds of figures, in order.
    fn kinds(&self) -> Vec<Figure> {
        let first = self.0.iter().find_map(|(_, figures)| figures.first());
        first.into_iter().flatten().map(|(figure, _)| *figure).collect()
    }

    /// Returns this figure of each round on one server.
    fn of(&self, kind: Kind, figure: Figure) -> Vec<f64> {
        let runs = self.0.iter().filter(|(server, _)| *server == kind).flat_map(|(_, runs)| runs);
        let values = runs.flatten().filter(|(found, _)| found.name == figure.name);
        values.map(|(_, value)| *value).collect()
    }

    fn median(&self, kind: Kind, figure: Figure) -> Option<f64> {
        median(&self.of(kind, figure))
    }

    fn table(&self) -> String {
        let mut table = format!("{:32}", "");
        for (kind, _) in &self.0 {
            _ = write!(table, "{:>12}{:>9}", kind.name(), "");
        }
        table.push('\n');
        for figure in self.kinds() {
            _ = write!(table, "{:32}", figure.title);
            for (kind, _) in &self.0 {
                let value = self.median(*kind, figure).unwrap_or_default();
                let floor = self.median(Kind::Floor, figure).unwrap_or_default();
                let times = ratio(value, floor).filter(|_| figure.compared);
                let times = times.map(|times| format!("{times:.2} ×")).unwrap_or_default();
                _ = write!(table, "{value:>12.*}{times:>9}", figure.decimals);
            }
            table.push('\n');
        }
        table
    }

    fn json(&self) -> Value {
        let servers = self.0.iter().map(|(kind, _)| {
            let figures = self.kinds().into_iter().map(|figure| {
                let rounds = self.of(*kind, figure);
                let median = self.median(*kind, figure).map(rounded);
                let floor = self.median(Kind::Floor, figure).unwrap_or_default();
                let times = median.and_then(|median| ratio(median, floor));
                let times = times.filter(|_| figure.compared).map(rounded);
                let rounds: Vec<f64> = rounds.into_iter().map(rounded).collect();
                let value = json!({ "median": median, "times_floor": times, "rounds": rounds });
                (figure.name.to_owned(), value)
            });
            (kind.name().to_owned(), Value::Object(figures.collect()))
        });
        Value::Object(servers.collect())
    }
}

/// Rounds to three decimals, which is more precision than the figures have.
fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURE: Figure = Figure { name: "cpu", title: "CPU", decimals: 1, compared: true };

    fn runs() -> Runs {
        let runs = |values: &[f64]| values.iter().map(|value| vec![(FIGURE, *value)]).collect();
        Runs(vec![
            (Kind::Hearth, runs(&[40.0, 44.0, 90.0])),
            (Kind::Floor, runs(&[11.0, 9.0, 10.0])),
        ])
    }

    #[test]
    fn the_table_has_medians_and_their_ratios_to_the_floor() {
        let table = runs().table();
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [vec!["hearth", "floor"], vec!["CPU", "44.0", "4.40", "×", "10.0", "1.00", "×"],]
        );
    }

    #[test]
    fn the_file_keeps_every_round() {
        let expected = json!({ "median": 44.0, "times_floor": 4.4, "rounds": [40.0, 44.0, 90.0] });
        assert_eq!(runs().json()["hearth"]["cpu"], expected);
    }

    #[test]
    fn without_a_floor_there_is_no_ratio() {
        let mut runs = runs();
        runs.0.pop();
        assert!(!runs.table().contains('×'));
        assert_eq!(runs.json()["hearth"]["cpu"]["times_floor"], Value::Null);
    }
}
