//! Starts a server and stops it gracefully.

use super::accept::accept;
use super::command_line_file::CommandLineFile;
use super::data_folder::{create_private_folder, data_error};
use super::error::StartError;
use super::preflight::{fit_connections_to_files, warn_about_settings};
use super::signals::Signals;
use crate::access::{AccessLimits, OperatorKey, OriginPolicy};
use crate::clock::Clock;
use crate::config::{Config, reachable};
use crate::state::AppState;
use crate::telemetry::Metrics;
use hearth_journal::{Journal, JournalError, Sqlite};
use hearth_protocol::Timers;
use hearth_protocol::keys::KeyHash;
use hearth_protocol::settings::Pace;
use hearth_rooms::{ConnectionTimers, Rooms, RoomsConfig, RoomsLimits};
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often to forget idle addresses.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct Server {
    app: Arc<AppState>,
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    command_line_file: CommandLineFile,
}

impl Server {
    /// Starts a server with the database in its data folder and the system's clock.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        create_private_folder(&config.data)?;
        let data = config.data.clone();
        // Opening blocks, possibly for a long time if it migrates a large database.
        let opened = tokio::task::spawn_blocking(move || Sqlite::open(&data)).await;
        let journal: Arc<dyn Journal> = Arc::new(opened.map_err(StartError::OpenPanicked)??);
        Self::start_with(config, journal, Clock::system()).await
    }

    /// Starts a server with this journal and clock.
    pub async fn start_with(
        config: Config,
        journal: Arc<dyn Journal>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        Self::start_timed(config, journal, clock, Pace::timers).await
    }

    /// Starts a server whose new rooms get their timers from `room_timers` and their circle's pace.
    pub(crate) async fn start_timed(
        config: Config,
        journal: Arc<dyn Journal>,
        clock: Clock,
        room_timers: fn(Pace) -> Timers,
    ) -> Result<Self, StartError> {
        create_private_folder(&config.data)?;
        let listener = bind(config.listen).await?;
        let metrics_listener = match config.metrics_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let address = local_address(&listener, config.listen)?;
        let metrics_address = match &metrics_listener {
            Some(listener) => Some(local_address(listener, config.listen)?),
            None => None,
        };
        let key = OperatorKey::generate().map_err(StartError::Random)?;
        let origin = config.origin(address);
        let command_line_file =
            CommandLineFile::write(&config.data, reachable(address), origin, &key)
                .map_err(|error| data_error(&config.data, error))?;
        let app = build_state(config, address, (journal, clock), room_timers, key.hash());
        let app = Arc::new(app);
        let router = crate::http::router(app.clone());
        app.tasks.spawn(accept(app.clone(), listener, router));
        if let Some(listener) = metrics_listener {
            let router = crate::http::metrics_router(app.clone());
            app.tasks.spawn(accept(app.clone(), listener, router));
        }
        app.tasks.spawn(forget_idle_addresses(app.clone()));
        tracing::info!(%address, "listening");
        Ok(Self { app, address, metrics_address, command_line_file })
    }

    pub fn app(&self) -> &Arc<AppState> {
        &self.app
    }

    /// Returns the address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address it serves metrics at, if they have their own listener.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Returns the origin people open.
    pub fn origin(&self) -> String {
        self.app.config.origin(self.address)
    }

    /// Offers a demo circle on the start page, unless the configuration already names one.
    pub(crate) fn offer_demo(&self, url: String) {
        let _configured = self.app.demo_url.set(url);
    }

    /// Stops gracefully: accepts no new connections, asks clients to reconnect later, and flushes
    /// the journal.
    pub async fn stop(self) -> Result<(), JournalError> {
        let app = self.app;
        app.shutdown.cancel();
        app.tasks.close();
        let timeout = Duration::from_millis(app.config.limits.shutdown_ms);
        if tokio::time::timeout(timeout, app.tasks.wait()).await.is_err() {
            let left = app.tasks.len();
            tracing::warn!(left, "shutdown timed out with tasks still running");
        }
        drop(self.command_line_file);
        app.journal.close().await
    }
}

/// Serves until a signal arrives. Calls `started` once it listens. A second signal exits at once.
pub async fn run(mut config: Config, started: impl FnOnce(&Server)) -> Result<(), StartError> {
    let signals = Signals::listen().map_err(StartError::Signals)?;
    fit_connections_to_files(&mut config);
    warn_about_settings(&config);
    let server = Server::start(config).await?;
    started(&server);
    signals.then(server.stop()).await.map_err(StartError::Journal)
}

fn build_state(
    config: Config,
    bound: SocketAddr,
    (journal, clock): (Arc<dyn Journal>, Clock),
    room_timers: fn(Pace) -> Timers,
    command_line_hash: KeyHash,
) -> AppState {
    let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
    let metrics = Arc::<Metrics>::default();
    let hello = Duration::from_millis(config.limits.hello_ms);
    let demo_url = config.demo_url.as_ref().map(|url| OnceLock::from(url.as_str().to_owned()));
    let rooms = Rooms::start(RoomsConfig {
        journal: journal.clone(),
        clock: clock.clone(),
        limits: RoomsLimits::from(&config.limits),
        timers: ConnectionTimers { hello, ..ConnectionTimers::default() },
        room_timers,
        metrics: metrics.rooms.clone(),
        tasks: tasks.clone(),
        stop: shutdown.clone(),
    });
    AppState {
        access_limits: AccessLimits::new(&config.limits, &clock),
        origin_policy: OriginPolicy::new(config.public_url.clone(), bound),
        rooms,
        clock,
        journal,
        config: Arc::new(config),
        shutdown,
        tasks,
        metrics,
        command_line_hash,
        demo_url: demo_url.unwrap_or_default(),
        warned_of_proxy: AtomicBool::new(false),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { address, error })
}

fn local_address(listener: &TcpListener, configured: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Listen { address: configured, error })
}

async fn forget_idle_addresses(app: Arc<AppState>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(FORGET_EVERY) => app.access_limits.forget_idle_addresses(),
        }
    }
}
