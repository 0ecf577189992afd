//! Why a server didn't start.

use crate::config::ConfigError;
use hearth_journal::JournalError;
use std::io;
use std::net::SocketAddr;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(
        "can't listen on {address}: {error}. Choose another address with --listen, or stop the program that uses it"
    )]
    Listen { address: SocketAddr, error: io::Error },
    #[error(
        "can't write to the data folder {folder}: {error}. Make it writable, or choose another with --data"
    )]
    Data { folder: String, error: io::Error },
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The thread that opens the database panicked.
    #[error("can't open the database: {0}")]
    OpenPanicked(tokio::task::JoinError),
    #[error(
        "the operating system's random number generator failed ({0}); refusing to start without secure keys"
    )]
    Random(getrandom::Error),
    #[error("can't install the signal handlers: {0}")]
    Signals(io::Error),
}
