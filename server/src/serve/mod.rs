//! The running server: what all its parts share, its sockets, its beginning and its end.

mod accept;
mod command_line;
mod server;

pub use command_line::{CommandLineDoor, DoorFile};
pub use server::{Server, StartError, run};
pub(crate) use server::{Signals, make_private_folder};

use crate::clock::Clock;
use crate::config::Config;
use crate::door::{Gates, Origins};
use crate::telemetry::Metrics;
use hearth_journal::Journal;
use hearth_protocol::keys::KeyHash;
use hearth_rooms::Rooms;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What all parts of a running server share.
pub struct App {
    /// The one clock.
    pub clock: Clock,
    /// What happened in every room.
    pub journal: Arc<dyn Journal>,
    /// The rooms in memory.
    pub rooms: Rooms,
    /// What the operator chose.
    pub config: Arc<Config>,
    /// Cancelled when the server stops: nobody new is let in, and lines say *come back*.
    pub shutdown: CancellationToken,
    /// Every task that the end of the server waits for.
    pub tasks: TaskTracker,
    /// Figures.
    pub metrics: Arc<Metrics>,
    /// How many, and how often.
    pub gates: Gates,
    /// The addresses that requests may name.
    pub origins: Origins,
    /// The hash of the key by which the command line beside the data folder is known.
    pub command_line_hash: KeyHash,
    warned_of_proxy: AtomicBool,
}

impl App {
    /// Returns whether this address is a proxy whose word is taken.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.config.trusted_proxies.iter().any(|net| net.contains(&address))
    }

    /// Tells the operator, once, that everybody behind their proxy counts as one address.
    pub fn warn_of_proxy_once(&self) {
        if !self.warned_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests come through a proxy that is not among `trusted_proxies`, so all people \
                 behind it count as one address; add the proxy's address there"
            );
        }
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
