//! Beginning and end.

use super::accept::accept;
use super::{App, DoorFile};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, reachable};
use crate::door::{Gates, OperatorKey, Origins};
use crate::telemetry::Metrics;
use hearth_journal::{Journal, JournalError, Sqlite};
use hearth_protocol::keys::KeyHash;
use hearth_protocol::{Pace, Timers};
use hearth_rooms::{ConnectionTimers, Rooms, RoomsConfig, RoomsLimits};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Files kept for the store and the log beside the sockets.
const FILES_BESIDE_SOCKETS: u64 = 64;
/// How often addresses that are quiet are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is not right.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {error}. Choose another address with --listen, or stop what uses it"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// The data folder cannot be used.
    #[error(
        "cannot write in the data folder {folder}: {error}. Make it writable, or name another with --data"
    )]
    Data {
        /// The folder.
        folder: String,
        /// What the system said.
        error: io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The thread that opens the store ended early.
    #[error("the store could not be opened: {0}")]
    Broken(tokio::task::JoinError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0}); without them no key is safe")]
    Random(getrandom::Error),
    /// The signals of the system cannot be heard.
    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    door_file: DoorFile,
}

impl Server {
    /// Starts a server with the store in its data folder and the system's clock.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        make_private_folder(&config.data)?;
        let data = config.data.clone();
        // Opening may migrate a large store.
        let opened = tokio::task::spawn_blocking(move || Sqlite::open(&data)).await;
        let journal: Arc<dyn Journal> = Arc::new(opened.map_err(StartError::Broken)??);
        let clock = Clock::system(journal.newest_at());
        Self::start_with(config, journal, clock).await
    }

    /// Starts a server with this store and clock.
    pub async fn start_with(
        config: Config,
        journal: Arc<dyn Journal>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        Self::start_timed(config, journal, clock, Pace::timers).await
    }

    /// Starts a server whose new rooms have the times that `times` makes of their circle's pace.
    pub(crate) async fn start_timed(
        config: Config,
        journal: Arc<dyn Journal>,
        clock: Clock,
        times: fn(Pace) -> Timers,
    ) -> Result<Self, StartError> {
        make_private_folder(&config.data)?;
        let listener = bind(config.listen).await?;
        let metrics_listener = match config.metrics_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let address = address_of(&listener, config.listen)?;
        let metrics_address = match &metrics_listener {
            Some(listener) => Some(address_of(listener, config.listen)?),
            None => None,
        };
        let key = OperatorKey::generate().map_err(StartError::Random)?;
        let door_file =
            DoorFile::write(&config.data, reachable(address), config.origin(address), &key)
                .map_err(|error| data_error(&config.data, error))?;
        let app = Arc::new(build_app(config, address, (journal, clock), times, key.hash()));
        let router = crate::http::router(app.clone());
        app.tasks.spawn(accept(app.clone(), listener, router));
        if let Some(listener) = metrics_listener {
            let router = crate::http::metrics_router(app.clone());
            app.tasks.spawn(accept(app.clone(), listener, router));
        }
        app.tasks.spawn(forget_quiet_addresses(app.clone()));
        tracing::info!(%address, "listening");
        Ok(Self { app, address, metrics_address, door_file })
    }

    /// Returns what all its parts share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns where its figures are served, when not beside everything else.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Returns what people open.
    pub fn origin(&self) -> String {
        self.app.config.origin(self.address)
    }

    /// Stops: nobody new is let in, lines say *come back*, what waits is written.
    pub async fn stop(self) -> Result<(), JournalError> {
        let app = self.app;
        app.shutdown.cancel();
        app.tasks.close();
        let within = Duration::from_millis(app.config.limits.shutdown_ms);
        if tokio::time::timeout(within, app.tasks.wait()).await.is_err() {
            let left = app.tasks.len();
            tracing::warn!(left, "not everything had finished when the time for it was over");
        }
        drop(self.door_file);
        app.journal.close().await
    }
}

/// Serves until a signal asks for the end; `started` is told once it listens. A second signal ends
/// the process at once.
pub async fn run(mut config: Config, started: impl FnOnce(&Server)) -> Result<(), StartError> {
    let signals = Signals::listen().map_err(StartError::Signals)?;
    fit_connections_to_files(&mut config);
    warn_of_surprises(&config);
    let server = Server::start(config).await?;
    started(&server);
    signals.then(server.stop()).await.map_err(StartError::Journal)
}

/// Makes the data folder where it is not there, for its owner alone.
pub(crate) fn make_private_folder(folder: &Path) -> Result<(), StartError> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| data_error(folder, error))
}

fn data_error(folder: &Path, error: io::Error) -> StartError {
    StartError::Data { folder: folder.display().to_string(), error }
}

fn build_app(
    config: Config,
    bound: SocketAddr,
    (journal, clock): (Arc<dyn Journal>, Clock),
    times: fn(Pace) -> Timers,
    command_line_hash: KeyHash,
) -> App {
    let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
    let metrics = Arc::<Metrics>::default();
    let hello = Duration::from_millis(config.limits.hello_ms);
    let rooms = Rooms::start(RoomsConfig {
        journal: journal.clone(),
        clock: clock.clone(),
        limits: RoomsLimits::from(&config.limits),
        timers: ConnectionTimers { hello, ..ConnectionTimers::default() },
        room_timers: times,
        metrics: metrics.rooms.clone(),
        tasks: tasks.clone(),
        stop: shutdown.clone(),
    });
    App {
        gates: Gates::new(&config.limits, &clock),
        origins: Origins::new(config.public_url.clone(), bound),
        rooms,
        clock,
        journal,
        config: Arc::new(config),
        shutdown,
        tasks,
        metrics,
        command_line_hash,
        warned_of_proxy: AtomicBool::new(false),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, error })
}

fn address_of(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Listen { address: asked, error })
}

async fn forget_quiet_addresses(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(FORGET_EVERY) => app.gates.forget_quiet_addresses(),
        }
    }
}

/// Asks the system for as many open files as it allows, and lets in no more than fit.
fn fit_connections_to_files(config: &mut Config) {
    let files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => files,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            return;
        }
    };
    let fit = usize::try_from(files.saturating_sub(FILES_BESIDE_SOCKETS)).unwrap_or(usize::MAX);
    let asked = config.limits.connections_max;
    if fit < asked {
        config.limits.connections_max = fit.max(1);
        tracing::warn!(
            asked,
            fit,
            "fewer connections fit than limits.connections_max says, for the system allows too few \
             open files; raise that (ulimit -n, LimitNOFILE=) or lower the setting"
        );
    }
}

fn warn_of_surprises(config: &Config) {
    let listens_on = config.listen.ip();
    match &config.public_url {
        None if listens_on.is_unspecified() => tracing::warn!(
            "the server listens beyond this machine, but `public_url` is not set, so it answers \
             only to localhost; set it to the address people open"
        ),
        None if !listens_on.is_loopback() => tracing::warn!("{WITHOUT_TLS}"),
        Some(url) if !url.is_https() && !url.is_loopback() => tracing::warn!("{WITHOUT_TLS}"),
        _ => {}
    }
}

const WITHOUT_TLS: &str = "the address people open begins with http: there browsers give pages no \
    keys, so nobody can come in; put a proxy with TLS before the server, and set `public_url` to its \
    https address";

/// The signals that ask for the end.
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Ctrl-C cannot be heard; stop the process by other means");
            std::future::pending::<()>().await;
        }
    }
}

impl Signals {
    /// Waits for the first, then stops; a second one ends the process at once.
    pub(crate) async fn then<T>(mut self, stop: impl Future<Output = T>) -> T {
        self.next().await;
        tracing::info!("stopping; a second signal stops at once");
        let second = tokio::spawn(async move {
            self.next().await;
            std::process::exit(1);
        });
        let stopped = stop.await;
        second.abort();
        stopped
    }
}
