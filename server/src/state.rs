//! The state that all parts of a running server share.

use crate::access::{AccessLimits, OriginPolicy};
use crate::clock::Clock;
use crate::config::Config;
use crate::telemetry::Metrics;
use hearth_journal::Journal;
use hearth_protocol::keys::KeyHash;
use hearth_rooms::Rooms;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// State shared by the accept loop, the HTTP handlers and the connections.
pub struct AppState {
    pub clock: Clock,
    pub journal: Arc<dyn Journal>,
    pub rooms: Rooms,
    pub config: Arc<Config>,
    /// Cancelled when the server stops: it accepts no new connections, and asks clients to
    /// reconnect later.
    pub shutdown: CancellationToken,
    /// Every task that a graceful stop waits for.
    pub tasks: TaskTracker,
    pub metrics: Arc<Metrics>,
    pub access_limits: AccessLimits,
    pub origin_policy: OriginPolicy,
    /// Hash of the key with which the command line on this machine authenticates.
    pub command_line_hash: KeyHash,
    /// Link to a demo circle that the start page offers, if there is one.
    pub(crate) demo_url: OnceLock<String>,
    pub(crate) warned_of_proxy: AtomicBool,
}

impl AppState {
    /// Returns whether the address is a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.config.trusted_proxies.iter().any(|net| net.contains(&address))
    }

    /// Warns once that an untrusted proxy makes all its clients count as one address.
    pub fn warn_of_proxy_once(&self) {
        if !self.warned_of_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests arrive through a proxy that isn't in `trusted_proxies`, so all its \
                 clients count as one address; add the proxy's address to `trusted_proxies`"
            );
        }
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}
