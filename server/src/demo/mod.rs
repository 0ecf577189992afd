//! `hearth demo`: a server with a circle of simulated members, who hold a session again and again
//! over real lines, so that a visitor sees a living circle and has a turn in it.
//!
//! - [`words`] is all that they say; [`plan`] is what each does next, pure; [`visit`] is one member's
//!   line; [`company`] sends them in, session after session.
//! - The server is the ordinary one. The demo's rooms differ in their announced times alone
//!   ([`Tempo::timers`]).
//! - Nothing is kept: the data folder is a temporary one.

mod company;
mod dice;
mod plan;
mod sight;
mod tempo;
#[cfg(test)]
mod tests;
mod visit;
mod words;

pub use tempo::Tempo;

use crate::clock::Clock;
use crate::config::{Config, reachable};
use crate::startup::{CommandLineAccess, Server, StartError};
use hearth_client::{BadLink, Link, Links, NewLinks, Origin, make_circle};
use hearth_journal::{Journal, JournalError, Sqlite};
use hearth_protocol::api::LinkRole;
use hearth_protocol::{Late, Settings, Text};
use std::io;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// How long a session takes the members, about.
const LASTS_MS: u64 = 600_000;

/// Why the demo did not start, or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The throwaway folder.
    #[error(
        "the demo's temporary folder cannot be made or removed ({0}); TMPDIR names where such folders go"
    )]
    Folder(io::Error),
    /// The store failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The circle was not made.
    #[error("the demo's circle was not made: {0}")]
    Circle(#[from] hearth_client::Error),
}

impl From<BadLink> for DemoError {
    fn from(bad: BadLink) -> Self {
        Self::Circle(bad.into())
    }
}

/// A running demo.
#[derive(Debug)]
pub struct Demo {
    members: JoinSet<()>,
    server: Server,
    links: Links,
    public: Origin,
    data: TempDir,
}

impl Demo {
    /// Makes a folder that is removed at the end.
    pub fn folder() -> Result<TempDir, DemoError> {
        tempfile::Builder::new().prefix("hearth-demo-").tempdir().map_err(DemoError::Folder)
    }

    /// Starts the server in this folder, and sends the members into their circle. Where `any_port`
    /// allows and the address is taken, a free port is found.
    pub async fn start(
        config: Config,
        data: TempDir,
        any_port: bool,
        tempo: Tempo,
    ) -> Result<Self, DemoError> {
        let config = Config { data: data.path().to_owned(), ..config };
        let server = match serve(config.clone(), tempo).await {
            Err(DemoError::Start(StartError::Listen { mut address, error }))
                if any_port && error.kind() == io::ErrorKind::AddrInUse =>
            {
                address.set_port(0);
                serve(Config { listen: address, ..config }, tempo).await?
            }
            other => other?,
        };
        let links = circle(&server, data.path()).await?;
        let public = Origin::parse(&server.origin())?;
        Ok(Self { members: company::gather(&links, tempo), server, links, public, data })
    }

    /// Returns the server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns the link by which somebody of this role comes in.
    pub fn link(&self, role: LinkRole) -> Link {
        Link::new(self.public.clone(), self.links.circle(), *self.links.link(role).secret())
    }

    /// Ends it: the members go, the server stops, and the folder is removed.
    pub async fn stop(mut self) -> Result<(), DemoError> {
        self.members.shutdown().await;
        self.server.stop().await?;
        self.data.close().map_err(DemoError::Folder)
    }
}

async fn serve(config: Config, tempo: Tempo) -> Result<Server, DemoError> {
    let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(&config.data)?);
    let clock = Clock::system(journal.newest_at());
    Ok(Server::start_timed(config, journal, clock, tempo.timers()).await?)
}

/// Makes the circle, as whoever may read the data folder always can.
async fn circle(server: &Server, data: &std::path::Path) -> Result<Links, DemoError> {
    let door = CommandLineAccess::read(data).map_err(DemoError::Folder)?;
    let new = NewLinks {
        agreements: Some(Text::plain(words::AGREEMENTS)),
        held_by: Some(Text::plain(words::HELD_BY)),
        lasts_ms: Some(LASTS_MS),
        settings: Settings { late: Late::AtEnd, earlier_words: true, ..Settings::default() },
        operator_key: door.map(|door| door.key),
        ..NewLinks::titled(words::TITLE)
    };
    let here = Origin::parse(&format!("http://{}", reachable(server.address())))?;
    Ok(make_circle(&here, new).await?)
}
