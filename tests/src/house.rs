//! A server inside the test's own process, which can be killed and started again.

use crate::ports::own_address;
use hearth::clock::{Clock, ManualHands};
use hearth::config::{Config, Sources};
use hearth::startup::Server;
use hearth_client::Origin;
use hearth_journal::faults::Faulty;
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::Millis;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// How long a server that is killed may take to let go of its threads.
const KILL_WITHIN: Duration = Duration::from_secs(10);

/// A server with a data folder of its own. It runs on threads of its own, so that killing it takes
/// everything with it and says goodbye to nobody.
pub struct House {
    data: TempDir,
    config: Config,
    clock: Option<(Clock, ManualHands)>,
    address: SocketAddr,
    running: Option<Running>,
    /// What stands before the store, where that is to fail on command.
    faults: Option<Arc<Faulty>>,
    faulty: bool,
}

struct Running {
    runtime: Runtime,
    server: Server,
}

impl House {
    /// Starts a server on a clock that stands at `start` until its hands are moved.
    pub fn with_manual_clock(start: Millis, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(Some(Clock::manual(start)), false, change)
    }

    /// Starts a server on the system's clock.
    pub fn with_system_clock(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(None, false, change)
    }

    /// Starts a server on the system's clock whose store fails on command.
    pub fn with_faulty_store(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(None, true, change)
    }

    fn start_with(
        clock: Option<(Clock, ManualHands)>,
        faulty: bool,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let data = tempfile::tempdir().expect("a folder for the test's data");
        let flags = vec![
            ("listen".to_owned(), own_address().to_string()),
            ("data".to_owned(), data.path().display().to_string()),
        ];
        let sources = Sources { flags, folder: data.path().to_owned(), ..Sources::default() };
        let mut config = Config::load(sources).expect("the test's configuration is right");
        // Many people in few processes at one address: what limits such is tested by itself.
        config.limits.circles_per_hour_per_address = 1_000_000;
        config.limits.requests_per_minute_per_address = 1_000_000;
        config.limits.websockets_per_minute_per_address = 1_000_000;
        config.limits.commands_per_second_per_seat = 10_000;
        config.limits.commands_burst_per_seat = 10_000;
        config.limits.commands_per_second_per_room = 100_000;
        change(&mut config);
        let address = config.listen;
        let mut house = Self { data, config, clock, address, running: None, faults: None, faulty };
        house.start();
        house
    }

    /// Starts the server (again), on what it kept.
    pub fn start(&mut self) {
        assert!(self.running.is_none(), "the server runs already");
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads for the server");
        let mut store: Arc<dyn Journal> =
            Arc::new(Sqlite::open(self.data.path()).expect("the store opens"));
        if self.faulty {
            let faulty = Arc::new(Faulty::new(store));
            self.faults = Some(Arc::clone(&faulty));
            store = faulty;
        }
        let clock = match &self.clock {
            Some((clock, _)) => clock.clone(),
            None => Clock::system(store.newest_at()),
        };
        let starting = Server::start_with(self.config.clone(), store, clock);
        let server = aside(|| runtime.block_on(starting)).expect("the server starts");
        self.running = Some(Running { runtime, server });
    }

    /// Kills the server: its tasks end where they stand, its sockets break off.
    pub fn kill(&mut self) {
        let running = self.running.take().expect("the server runs");
        // What the store still holds must be let go of before it is opened again.
        self.faults = None;
        aside(|| {
            running.runtime.shutdown_timeout(KILL_WITHIN);
            drop(running.server);
        });
    }

    /// Returns what makes its store fail.
    pub fn faults(&self) -> &Faulty {
        self.faults.as_ref().expect("the house has a store that fails on command")
    }

    /// Returns where the server is.
    pub fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).expect("an address is an origin")
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves the hands of its clock.
    pub fn pass(&self, time: Duration) {
        self.hands().advance(time);
    }

    /// Returns what its clock shows.
    pub fn now(&self) -> Millis {
        self.clock.as_ref().map_or(0, |(clock, _)| clock.now())
    }

    /// Returns how many lines it holds.
    pub fn lines(&self) -> i64 {
        let running = self.running.as_ref().expect("the server runs");
        running.server.app().metrics.lines.get()
    }

    fn hands(&self) -> &ManualHands {
        let (_, hands) = self.clock.as_ref().expect("the house has a clock with hands");
        hands
    }
}

/// Runs what blocks on a thread of its own: a test's own runtime lets nothing block.
fn aside<T: Send>(blocking: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(blocking).join()).expect("nothing panics aside")
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "House({})", self.address)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}
