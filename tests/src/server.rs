//! A server inside the test's own process, which can be killed and started again.

use crate::ports::own_address;
use hearth::clock::{Clock, ManualClock};
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

/// Time for a killed server's threads to end.
const KILL_WITHIN: Duration = Duration::from_secs(10);

/// A server with its own data folder. It runs on its own threads, so that killing it stops
/// everything at once, without closing anything properly.
pub struct TestServer {
    data: TempDir,
    config: Config,
    clock: Option<(Clock, ManualClock)>,
    address: SocketAddr,
    running: Option<Running>,
    /// Wraps the store if it is to fail on demand.
    faults: Option<Arc<Faulty>>,
    faulty: bool,
}

struct Running {
    runtime: Runtime,
    server: Server,
}

impl TestServer {
    /// Starts a server whose clock stays at `start` until [`pass`](Self::pass) moves it.
    pub fn with_manual_clock(start: Millis, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(Some(Clock::manual(start)), false, change)
    }

    /// Starts a server on the system's clock.
    pub fn with_system_clock(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(None, false, change)
    }

    /// Starts a server on the system's clock whose store fails on demand.
    pub fn with_faulty_store(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(None, true, change)
    }

    fn start_with(
        clock: Option<(Clock, ManualClock)>,
        faulty: bool,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let data = tempfile::tempdir().expect("a folder for the test's data");
        let flags = vec![
            ("listen".to_owned(), own_address().to_string()),
            ("data".to_owned(), data.path().display().to_string()),
        ];
        let sources = Sources { flags, folder: data.path().to_owned(), ..Sources::default() };
        let mut config = Config::load(sources).expect("the test's configuration is valid");
        // Tests put many people into few processes at one address. Rate limits have their own tests.
        config.limits.circles_per_hour_per_address = 1_000_000;
        config.limits.requests_per_minute_per_address = 1_000_000;
        config.limits.websockets_per_minute_per_address = 1_000_000;
        config.limits.commands_per_second_per_seat = 10_000;
        config.limits.commands_burst_per_seat = 10_000;
        config.limits.commands_per_second_per_room = 100_000;
        change(&mut config);
        let address = config.listen;
        let mut server = Self { data, config, clock, address, running: None, faults: None, faulty };
        server.start();
        server
    }

    /// Starts the server (again) on the same data.
    pub fn start(&mut self) {
        assert!(self.running.is_none(), "the server is already running");
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
            None => Clock::system(),
        };
        let starting = Server::start_with(self.config.clone(), store, clock);
        let server = on_own_thread(|| runtime.block_on(starting)).expect("the server starts");
        self.running = Some(Running { runtime, server });
    }

    /// Kills the server: aborts its tasks, and breaks its sockets.
    pub fn kill(&mut self) {
        let running = self.running.take().expect("the server is running");
        // Another handle on the store would keep it locked.
        self.faults = None;
        on_own_thread(|| {
            running.runtime.shutdown_timeout(KILL_WITHIN);
            drop(running.server);
        });
    }

    /// Returns what makes its store fail.
    pub fn faults(&self) -> &Faulty {
        self.faults.as_ref().expect("the server was started with a faulty store")
    }

    pub fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).expect("an address is an origin")
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves its manual clock forward.
    pub fn pass(&self, time: Duration) {
        let (_, manual) = self.clock.as_ref().expect("the server has a manual clock");
        manual.advance(time);
    }

    /// Returns the time of its manual clock.
    pub fn now(&self) -> Millis {
        self.clock.as_ref().map_or(0, |(clock, _)| clock.now())
    }

    /// Returns the number of open WebSockets.
    pub fn connections(&self) -> i64 {
        let running = self.running.as_ref().expect("the server is running");
        running.server.app().metrics.websockets.get()
    }
}

/// Runs blocking code on its own thread, because a test's runtime must not block.
fn on_own_thread<T: Send>(blocking: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(blocking).join()).expect("the thread doesn't panic")
}

impl std::fmt::Debug for TestServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestServer({})", self.address)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}
