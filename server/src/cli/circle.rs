//! `hearth circle new`.
//!
//! With `--server` it creates the circle over HTTP, with the operator key if one is given. Otherwise
//! it uses the data folder: through the running server, which it finds by `CommandLineAccess`, or
//! directly in the database if no server runs. So anyone who can read the data folder can always
//! create circles, whatever `who_may_create` says.

use super::{CliError, ConfigFlags};
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::http::validate_new_circle;
use crate::startup::{CommandLineAccess, create_private_folder};
use clap::{Args, ValueEnum};
use hearth_client::{BadLink, CircleOptions, LinkSecrets, Links, Origin, make_circle};
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::api::LinkRole;
use hearth_protocol::round::Order;
use hearth_protocol::settings::Pace;
use hearth_protocol::silence::Bell;
use hearth_protocol::turn::TurnLimit;
use hearth_protocol::{CircleId, Millis, Text};
use std::fmt::Write;
use std::path::PathBuf;
use uuid::Uuid;

#[derive(Debug, Args)]
pub(super) struct New {
    /// Title of the circle
    #[arg(long)]
    title: String,
    /// How the turn moves from person to person
    #[arg(long, value_enum, default_value = "go_round")]
    order: OrderArg,
    /// Agreements that people see before they join
    #[arg(long, conflicts_with = "agreements_file")]
    agreements: Option<String>,
    /// File with the agreements
    #[arg(long, value_name = "FILE")]
    agreements_file: Option<PathBuf>,
    /// Who hosts the circle, in one line
    #[arg(long, value_name = "WHO")]
    held_by: Option<String>,
    /// Planned length of a session, in minutes; shown to people, but doesn't end the session
    #[arg(long, value_name = "MINUTES")]
    lasts: Option<u64>,
    /// Start of the next session, such as 2027-01-05T19:00:00+01:00; before then, only facilitators
    /// and moderators can open it
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    next: Option<Millis>,
    /// Pace of the circle; it sets all its timers
    #[arg(long, value_enum, default_value = "usual")]
    pace: PaceArg,
    /// Who may ring the bell for a silence; everyone may do so once a round
    #[arg(long, value_enum, default_value = "facilitator")]
    bell: BellArg,
    /// Time limit for a turn, in seconds; a gentle reminder unless --firm is given
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u64>,
    /// End the turn when its time is up
    #[arg(long, requires = "limit")]
    firm: bool,
    /// Server to create it on [default: the one with this machine's data folder]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Operator key, if the server requires it; prefer the environment variable, because other users
    /// of this machine can see arguments
    #[arg(
        long,
        value_name = "KEY",
        env = "HEARTH_OPERATOR_KEY",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    operator_key: Option<String>,
    /// Print the links as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum OrderArg {
    GoRound,
    Popcorn,
    Hands,
    Facilitator,
    Open,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum PaceArg {
    Unhurried,
    Usual,
    Brisk,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum BellArg {
    Facilitator,
    Everyone,
}

impl New {
    fn options(&self) -> Result<CircleOptions, CliError> {
        let agreements = match &self.agreements_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|error| {
                format!("can't read the file {} ({error}); name another", file.display())
            })?),
            None => self.agreements.clone(),
        };
        let mut new = CircleOptions::titled(self.title.clone());
        new.agreements = agreements.map(|text| Text::plain(text.trim_end()));
        new.held_by = self.held_by.clone().map(Text::plain);
        new.lasts_ms = self.lasts.map(|minutes| minutes.saturating_mul(60_000));
        new.next_at = self.next;
        new.settings.order = match self.order {
            OrderArg::GoRound => Order::GoRound,
            OrderArg::Popcorn => Order::Popcorn,
            OrderArg::Hands => Order::Hands,
            OrderArg::Facilitator => Order::Facilitator,
            OrderArg::Open => Order::Open,
        };
        new.settings.pace = match self.pace {
            PaceArg::Unhurried => Pace::Unhurried,
            PaceArg::Usual => Pace::Usual,
            PaceArg::Brisk => Pace::Brisk,
        };
        new.settings.bell = match self.bell {
            BellArg::Facilitator => Bell::Facilitator,
            BellArg::Everyone => Bell::Everyone,
        };
        let limit = self.limit.map(|seconds| seconds.saturating_mul(1_000));
        new.settings.limit = limit.map(|ms| TurnLimit { ms, firm: self.firm });
        Ok(new)
    }
}

/// Creates the circle, and returns the output.
pub(super) async fn create(new: New, settings: ConfigFlags) -> Result<String, CliError> {
    let mut options = new.options()?;
    let links = match &new.server {
        Some(server) => {
            let origin = Origin::parse(server)?;
            // An empty variable is the same as none.
            options.operator_key = new.operator_key.clone().filter(|key| !key.is_empty());
            if options.operator_key.is_some() {
                check_key_stays_secret(&origin)?;
            }
            make_circle(&origin, options).await?
        }
        None => create_here(options, &Config::load(settings.sources())?).await?,
    };
    if new.json { json(&links) } else { Ok(text(&new.title, &links)) }
}

/// Refuses to send the operator key to another machine in plain text.
fn check_key_stays_secret(origin: &Origin) -> Result<(), CliError> {
    let url = PublicUrl::parse(&origin.to_string()).map_err(|_| BadLink::Origin)?;
    if url.is_https() || url.is_loopback() {
        return Ok(());
    }
    let refused = format!(
        "refusing to send the operator key to {origin}, because anyone on the way could read it. \
         Use the server's https:// address, run the command on the server itself, or unset \
         HEARTH_OPERATOR_KEY if this server needs no key"
    );
    Err(refused.into())
}

async fn create_here(mut options: CircleOptions, config: &Config) -> Result<Links, CliError> {
    let access = CommandLineAccess::read(&config.data).map_err(|error| {
        let data = config.data.display();
        format!("can't read the data folder {data} ({error}); name another with --data, or a server with --server")
    })?;
    if let Some(access) = access {
        options.operator_key = Some(access.key);
        let origin = Origin::parse(&format!("http://{}", access.address))?;
        match make_circle(&origin, options.clone()).await {
            Ok(links) => return Ok(links.at(Origin::parse(&access.origin)?)),
            // A killed server left the file. Opening the database finds out whether it's in use.
            Err(hearth_client::Error::Unreachable { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    create_in_database(options, config).await
}

async fn create_in_database(options: CircleOptions, config: &Config) -> Result<Links, CliError> {
    let secrets = LinkSecrets::generate()?;
    let new = options.with_entries(secrets.entries()?);
    validate_new_circle(&new, Clock::system().now()).map_err(|error| error.detail().to_owned())?;
    create_private_folder(&config.data)?;
    let journal = Sqlite::open(&config.data)?;
    let circle = CircleId(Uuid::new_v4());
    let created = journal.create_circle(&new, circle, Clock::system().now()).await;
    journal.close().await?;
    created?;
    let origin = Origin::parse(&config.origin(config.listen))?;
    Ok(Links::new(origin, circle, secrets))
}

/// Returns the links as JSON.
fn json(links: &Links) -> Result<String, CliError> {
    let urls: serde_json::Map<_, _> = LinkRole::ALL
        .into_iter()
        .map(|role| (role.name().to_owned(), links.link(role).to_url().into()))
        .collect();
    let value = serde_json::json!({ "circle": links.circle(), "links": urls });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

/// Returns the links for people.
fn text(title: &str, links: &Links) -> String {
    let mut out = format!(
        "Created \"{title}\". Anyone with a link can join, so send each one only to the people it's for.\n\
         Save the keeper link, and keep it to yourself: it's shown only once, and it leads to all others.\n"
    );
    for role in LinkRole::ALL {
        let url = links.link(role).to_url();
        // Writing to a String can't fail.
        let _infallible = write!(out, "\n{} ({})\n  {url}\n", role.name(), purpose(role));
    }
    out
}

/// Parses a time in RFC 3339 format.
fn timestamp(text: &str) -> Result<Millis, String> {
    let time: jiff::Timestamp = text.parse().map_err(|_| {
        "expected a date, time and offset, such as 2027-01-05T19:00:00+01:00".to_owned()
    })?;
    Millis::try_from(time.as_millisecond()).map_err(|_| "it's before 1970".to_owned())
}

fn purpose(role: LinkRole) -> &'static str {
    match role {
        LinkRole::Keeper => "manages and deletes the circle; can't join sessions",
        LinkRole::Facilitator => "opens rounds and passes the turn",
        LinkRole::Moderator => "looks after everyone's safety",
        LinkRole::Participant => "takes turns",
        LinkRole::Listener => "listens, and is shown as a listener",
    }
}
