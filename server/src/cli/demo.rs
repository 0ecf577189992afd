//! `hearth demo`: starts a server with a throwaway data folder, and the simulated members.

use super::{CliError, ConfigFlags, inform};
use crate::clock::Clock;
use crate::config::{Config, reachable};
use crate::startup::{CommandLineAccess, Server, Signals, StartError};
use crate::telemetry;
use clap::Args;
use hearth_client::{Link, Links, Origin};
use hearth_demo::{Members, Pacing, create_circle};
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::api::LinkRole;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Speed everything up, for tests
    #[arg(long, hide = true)]
    fast: bool,
}

/// Runs the demo until a signal stops it.
pub(super) async fn run(args: DemoArgs, settings: ConfigFlags) -> Result<(), CliError> {
    let signals = Signals::listen().map_err(StartError::Signals)?;
    let any_port = !settings.names_listen();
    let folder = temporary_folder()?;
    let config = Config::load(settings.demo_sources(folder.path())?)?;
    let config = Config { data: folder.path().to_owned(), ..config };
    telemetry::start_log(&config);
    let configured = config.listen;
    let pacing = if args.fast { Pacing::Fast } else { Pacing::Human };
    let server = start_server(config, any_port, pacing).await?;
    let links = create_links(&server, folder.path()).await?;
    let public = Origin::parse(&server.origin())?;
    server.offer_demo(url(&links, &public, LinkRole::Participant));
    let members = Members::join(&links, pacing);
    if any_port && server.address() != configured {
        inform(&format!("{configured} is in use, so the demo chose another port.\n"));
    }
    inform(&invitation(&links, &public));
    let stopped = signals.then(async {
        members.stop().await;
        server.stop().await
    });
    stopped.await?;
    folder.close().map_err(|error| folder_error(&error))?;
    Ok(())
}

fn temporary_folder() -> Result<TempDir, CliError> {
    tempfile::Builder::new().prefix("hearth-demo-").tempdir().map_err(|error| folder_error(&error))
}

fn folder_error(error: &io::Error) -> CliError {
    format!(
        "can't create, read or remove the demo's temporary folder ({error}); TMPDIR sets where \
         temporary folders go"
    )
    .into()
}

/// Starts the server. If the address is in use and `any_port` allows it, picks a free port.
async fn start_server(config: Config, any_port: bool, pacing: Pacing) -> Result<Server, CliError> {
    let journal: Arc<dyn Journal> = Arc::new(Sqlite::open(&config.data)?);
    let clock = Clock::system();
    let start =
        |config| Server::start_timed(config, journal.clone(), clock.clone(), pacing.timers());
    match start(config.clone()).await {
        Err(StartError::Listen { mut address, error })
            if any_port && error.kind() == io::ErrorKind::AddrInUse =>
        {
            address.set_port(0);
            Ok(start(Config { listen: address, ..config }).await?)
        }
        started => Ok(started?),
    }
}

/// Creates the demo's circle with the key that the server left in the data folder.
async fn create_links(server: &Server, data: &Path) -> Result<Links, CliError> {
    let key = CommandLineAccess::read(data)
        .map_err(|error| folder_error(&error))?
        .map(|access| access.key);
    let local = Origin::parse(&format!("http://{}", reachable(server.address())))?;
    create_circle(&local, key)
        .await
        .map_err(|error| format!("can't create the demo's circle: {error}").into())
}

/// Returns the link for a role, as people open it.
fn url(links: &Links, public: &Origin, role: LinkRole) -> String {
    Link::new(public.clone(), links.circle(), *links.link(role).secret()).to_url()
}

fn invitation(links: &Links, public: &Origin) -> String {
    let url = |role| url(links, public, role);
    format!(
        "Six simulated members are holding a circle, one session after another. Open this link \
         in a\nbrowser and join them under any name. You'll be offered the turn, and they'll wait \
         for you:\n\n  {}\n\n\
         You can also join as the facilitator:\n\n  {}\n\n\
         or just listen:\n\n  {}\n\n\
         Nothing is kept. Press Ctrl-C to stop.\n",
        url(LinkRole::Participant),
        url(LinkRole::Facilitator),
        url(LinkRole::Listener),
    )
}
