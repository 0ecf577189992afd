//! `hearth demo`.

use super::{CliError as Failed, ConfigFlags as Settings, print};
use crate::config::Config;
use crate::demo::{Demo, Tempo};
use crate::startup::{Signals, StartError};
use crate::telemetry;
use clap::Args;
use hearth_protocol::api::LinkRole;
use std::fmt::Write;

/// How the demo is shown.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Let the members live many times as fast as people do: for tests
    #[arg(long, hide = true)]
    fast: bool,
}

/// Runs the demo until a signal asks for its end.
pub(super) async fn run(show: Show, settings: Settings) -> Result<(), Failed> {
    let signals = Signals::listen().map_err(StartError::Signals)?;
    let any_port = !settings.names_listen();
    let data = Demo::folder()?;
    let config = Config::load(settings.demo_sources(data.path())?)?;
    telemetry::start_log(&config);
    let asked = config.listen;
    let tempo = if show.fast { Tempo::Fast } else { Tempo::Human };
    let demo = Demo::start(config, data, any_port, tempo).await?;
    let mut words = String::new();
    if any_port && demo.server().address() != asked {
        // Writing to a String cannot fail.
        let _infallible =
            writeln!(words, "Something else uses {asked}, so another port was found.");
    }
    print(&(words + &invitation(&demo)));
    signals.then(demo.stop()).await?;
    Ok(())
}

fn invitation(demo: &Demo) -> String {
    let url = |role| demo.link(role).to_url();
    format!(
        "Six simulated members hold a circle here, one session after the other. Join them in a \
         browser, by any name; the turn will come to you, and they wait for you:\n\n  {}\n\n\
         For the curious, the same circle as its facilitator\n\n  {}\n\n\
         and as a listener\n\n  {}\n\n\
         Nothing is kept. Ctrl-C ends it.\n",
        url(LinkRole::Participant),
        url(LinkRole::Facilitator),
        url(LinkRole::Listener),
    )
}
