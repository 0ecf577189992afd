//! What the operator chose: flags before environment before one TOML file before defaults, checked
//! as a whole at start.

mod keys;
mod limits;
mod parse;
mod read;
mod show;
#[cfg(test)]
mod tests;

pub use limits::Limits;
pub use read::{ConfigError, Sources};

use crate::door::PublicUrl;
use hearth_protocol::keys::KeyHash;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Who may make circles. The command line beside the data folder always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoMayCreate {
    /// Anyone who reaches the server.
    Anyone,
    /// Who holds the operator's key.
    Operator,
    /// Only the command line.
    CommandLine,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// The effective configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where figures are served, when not beside everything else.
    pub metrics_listen: Option<SocketAddr>,
    /// The folder that holds everything the server keeps.
    pub data: PathBuf,
    /// The address under which people reach the server.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Who may make circles.
    pub who_may_create: WhoMayCreate,
    /// The hash of the operator's key.
    pub operator_key_hash: Option<KeyHash>,
    /// How the log is written.
    pub log: LogFormat,
    /// What is logged, in the words of `tracing`'s filters.
    pub log_level: String,
    /// Every bound.
    pub limits: Limits,
}

impl Config {
    /// Reads and checks the configuration from the process's own environment and working folder.
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        read::load(sources).map(|(config, _)| config)
    }

    /// Returns the effective configuration as TOML, with where each value came from and without
    /// secrets.
    pub fn explain(sources: Sources) -> Result<String, ConfigError> {
        read::load(sources).map(|(config, origins)| show::show(&config, &origins))
    }

    /// Returns the address people open: the public one, or that of `bound`.
    pub fn origin(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.origin().to_owned(),
            None => format!("http://{}", reachable(bound)),
        }
    }
}

/// Returns an address of this machine at which a listener bound to `bound` is reached.
pub fn reachable(mut bound: SocketAddr) -> SocketAddr {
    if bound.ip().is_unspecified() {
        match bound {
            SocketAddr::V4(_) => bound.set_ip(std::net::Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(_) => bound.set_ip(std::net::Ipv6Addr::LOCALHOST.into()),
        }
    }
    bound
}
