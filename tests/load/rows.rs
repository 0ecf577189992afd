//! The rows of the comparison, and how each is measured on one server.

use crate::figures::Times;
use crate::generator::{self, Joined, Load, Pace};
use crate::machine;
use crate::target::Target;
use clap::ValueEnum;
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

/// Time before a measurement begins: connections settle and caches fill.
const WARM_UP: Duration = Duration::from_secs(2);
/// Time for everyone to hear the last share.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// Time to let a server become idle.
const REST: Duration = Duration::from_secs(5);

/// A row of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// Many rooms, each with a share per second, whatever the server does.
    Steady,
    /// Rooms in which the next share follows as soon as everyone has heard one.
    Eager,
    /// The same in one large room.
    Large,
    /// People who join and then send nothing.
    Joined,
}

/// The size of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Rooms, except for the row of people who join.
    pub(crate) rooms: usize,
    pub(crate) per_room: usize,
    pub(crate) connections: usize,
    pub(crate) during: Duration,
}

/// A kind of figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figure {
    /// Its name in the file of results.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) decimals: usize,
    /// Whether its ratio to the floor means something.
    pub(crate) compared: bool,
}

impl Figure {
    const fn new(name: &'static str, title: &'static str, decimals: usize) -> Self {
        Self { name, title, decimals, compared: true }
    }
}

const CPU: Figure = Figure::new("cpu_s_per_million", "CPU s per million deliveries", 1);
const DELIVERIES: Figure = Figure::new("deliveries_per_s", "deliveries per second", 0);
const P50: Figure = Figure::new("p50_ms", "heard by all, p50 ms", 2);
const P99: Figure = Figure::new("p99_ms", "heard by all, p99 ms", 2);
const P999: Figure = Figure::new("p999_ms", "heard by all, p99.9 ms", 2);
const MEMORY: Figure = Figure::new("kib_per_connection", "KiB per idle connection", 1);
const JOINS: Figure = Figure::new("joins_per_s", "joins per second", 0);
const JOIN_CPU: Figure = Figure::new("cpu_us_per_join", "CPU µs per join", 0);
/// Shows whether the machine was quiet.
const OTHERS: Figure =
    Figure { compared: false, ..Figure::new("others_percent", "other processes, % of a core", 0) };

/// What one run measured.
pub(crate) type Figures = Vec<(Figure, f64)>;

impl Row {
    pub(crate) const ALL: [Self; 4] = [Self::Steady, Self::Eager, Self::Large, Self::Joined];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Eager => "eager",
            Self::Large => "large",
            Self::Joined => "joined",
        }
    }

    /// Returns rooms and people per room, unless someone asks for others.
    pub(crate) fn default_size(self) -> (usize, usize) {
        match self {
            Self::Steady => (1_000, 8),
            Self::Eager => (100, 8),
            Self::Large => (1, usize::from(hearth_protocol::limits::SEATS_MAX)),
            Self::Joined => (0, 8),
        }
    }

    /// Returns what is measured, for people.
    pub(crate) fn title(self, size: &Size) -> String {
        let Size { rooms, per_room, connections, .. } = size;
        match self {
            Self::Steady => format!("{rooms} rooms of {per_room}, a share per room and second"),
            Self::Eager | Self::Large => {
                let rooms = if *rooms == 1 { "one room".into() } else { format!("{rooms} rooms") };
                format!("{rooms} of {per_room}, the next share when all have heard")
            }
            Self::Joined => format!("{connections} people join rooms of {per_room}"),
        }
    }

    /// Measures this row on a server that has just started.
    pub(crate) async fn measure(
        self,
        target: &Target,
        size: &Size,
    ) -> Result<Figures, Box<dyn Error>> {
        match self {
            Self::Steady => {
                let pace = Pace::Every(Duration::from_secs(1));
                let mut figures = shares(target, size, pace).await?;
                figures.retain(|(figure, _)| *figure != DELIVERIES);
                Ok(figures)
            }
            Self::Eager | Self::Large => shares(target, size, Pace::WhenHeard).await,
            Self::Joined => joined(target, size).await,
        }
    }
}

async fn shares(target: &Target, size: &Size, pace: Pace) -> Result<Figures, Box<dyn Error>> {
    let load = Load::open(&target.door(), size.rooms, size.per_room, pace).await?;
    load.begin()?;
    load.run_until(Instant::now() + WARM_UP).await?;
    let (start, before, used) = (Instant::now(), load.deliveries(), target.used()?);
    let others = cpu_of_others(target)?;
    load.run_until(start + size.during).await?;
    let (end, after, used_then) = (Instant::now(), load.deliveries(), target.used()?);
    let others = (cpu_of_others(target)? - others).max(0.0);
    load.stop(FINISH_WITHIN).await?;
    let times = Times::of(load.heard_after(start..end));
    let deliveries = after.saturating_sub(before).max(1) as f64;
    Ok(vec![
        (CPU, (used_then.cpu_s - used.cpu_s) * 1e6 / deliveries),
        (DELIVERIES, deliveries / (end - start).as_secs_f64()),
        (P50, times.permille_ms(500)),
        (P99, times.permille_ms(990)),
        (P999, times.permille_ms(999)),
        (OTHERS, others * 100.0 / (end - start).as_secs_f64()),
    ])
}

/// Returns the seconds of CPU that processes other than the server and this one have used.
fn cpu_of_others(target: &Target) -> io::Result<f64> {
    let own = machine::used(std::process::id())?.cpu_s;
    Ok(machine::used_by_all()? - target.used()?.cpu_s - own)
}

async fn joined(target: &Target, size: &Size) -> Result<Figures, Box<dyn Error>> {
    let people = size.connections;
    let door = target.door();
    let circles = generator::circles(&door, people, size.per_room).await?;
    let before = target.used()?;
    let mut joined = Joined::join(&door, &circles, people, size.per_room).await?;
    let cpu_s = target.used()?.cpu_s - before.cpu_s;
    tokio::time::sleep(REST).await;
    let after = target.used()?;
    let lost = joined.lost();
    if lost > 0 {
        return Err(format!("{lost} connections were lost").into());
    }
    let times = Times::of(std::mem::take(&mut joined.times));
    let kib = after.resident_kib.saturating_sub(before.resident_kib) as f64;
    Ok(vec![
        (MEMORY, kib / people as f64),
        (JOINS, people as f64 / joined.took.as_secs_f64()),
        (JOIN_CPU, cpu_s * 1e6 / people as f64),
        (Figure { title: "one join, p50 ms", ..P50 }, times.permille_ms(500)),
        (Figure { title: "one join, p99 ms", ..P99 }, times.permille_ms(990)),
    ])
}
