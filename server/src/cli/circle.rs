//! `hearth circle new`.
//!
//! With `--server` the circle is made over HTTP, with the operator's key where one is set. Without,
//! it is made in the data folder: by the server that has the folder, which is found through the
//! file it keeps there (`CommandLineDoor`), or, where none runs, in the store itself. So whoever may
//! read the data folder may always make circles, whatever `who_may_create` says.

use super::{Failed, Settings};
use crate::clock::Clock;
use crate::config::Config;
use crate::http::check_new_circle;
use crate::serve::CommandLineDoor;
use clap::{Args, ValueEnum};
use hearth_client::{Link, Links, NewLinks, Origin, make_circle};
use hearth_journal::{Journal, Sqlite};
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::keys::{KEY_BYTES, Secret};
use hearth_protocol::{CircleId, Millis, Order, Pace, Text, TurnLimit};
use std::fmt::Write;
use std::path::PathBuf;
use uuid::Uuid;

/// A circle to make.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Its title
    #[arg(long)]
    title: String,
    /// How the turn travels
    #[arg(long, value_enum, default_value = "go_round")]
    order: OrderArg,
    /// What its members agree on
    #[arg(long, conflicts_with = "agreements_file")]
    agreements: Option<String>,
    /// A file that holds what its members agree on
    #[arg(long, value_name = "FILE")]
    agreements_file: Option<PathBuf>,
    /// Who holds it, in one line
    #[arg(long, value_name = "WHO")]
    held_by: Option<String>,
    /// Minutes a session is meant to last; it is told, and ends nothing
    #[arg(long, value_name = "MINUTES")]
    lasts: Option<u64>,
    /// The hour of its next session, such as 2027-01-05T19:00:00+01:00; before it only facilitators
    /// and moderators open one
    #[arg(long, value_name = "RFC3339", value_parser = hour)]
    next: Option<Millis>,
    /// The choice that all times follow from
    #[arg(long, value_enum, default_value = "usual")]
    pace: PaceArg,
    /// Seconds for one turn; a gentle limit, which only tells
    #[arg(long, value_name = "SECONDS")]
    limit: Option<u64>,
    /// Move the turn on when its limit ends
    #[arg(long, requires = "limit")]
    firm: bool,
    /// The server to make it on; without, the data folder of this machine
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The operator's key, where the server asks for one; better in the variable, where the list of
    /// processes does not show it
    #[arg(long, value_name = "KEY", env = "HEARTH_OPERATOR_KEY", hide_env_values = true)]
    operator_key: Option<String>,
    /// Print JSON
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

impl New {
    fn links(&self) -> Result<NewLinks, Failed> {
        let agreements = match &self.agreements_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(|error| {
                format!("the file {} cannot be read ({error}); name another", file.display())
            })?),
            None => self.agreements.clone(),
        };
        let mut new = NewLinks::titled(self.title.clone());
        new.agreements = agreements.map(|words| Text::plain(words.trim_end()));
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
        let limit = self.limit.map(|seconds| seconds.saturating_mul(1_000));
        new.settings.limit = limit.map(|ms| TurnLimit { ms, firm: self.firm });
        Ok(new)
    }
}

/// Makes the circle, and returns what to print.
pub(super) async fn make(new: New, settings: Settings) -> Result<String, Failed> {
    let mut links = new.links()?;
    let made = match &new.server {
        Some(server) => {
            links.operator_key = new.operator_key.clone();
            Made::over_http(&make_circle(&Origin::parse(server)?, links).await?, None)
        }
        None => make_here(links, &Config::load(settings.sources())?).await?,
    };
    if new.json { made.json() } else { Ok(made.words(&new.title)) }
}

async fn make_here(mut links: NewLinks, config: &Config) -> Result<Made, Failed> {
    let door = CommandLineDoor::read(&config.data).map_err(|error| {
        let data = config.data.display();
        format!("the data folder {data} cannot be read ({error}); name yours with --data, or a server with --server")
    })?;
    if let Some(door) = door {
        links.operator_key = Some(door.key);
        let origin = Origin::parse(&format!("http://{}", door.address))?;
        match make_circle(&origin, links.clone()).await {
            Ok(made) => return Ok(Made::over_http(&made, Some(Origin::parse(&door.origin)?))),
            // Left by a server that was killed: the store itself knows whether it is in use.
            Err(hearth_client::Error::NoConnection { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    make_in_store(links, config).await
}

async fn make_in_store(links: NewLinks, config: &Config) -> Result<Made, Failed> {
    let mut secrets = Vec::new();
    for role in LinkRole::ALL {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)
            .map_err(|error| format!("the system gives no random numbers for a key ({error})"))?;
        secrets.push((role, Secret::from_bytes(bytes)));
    }
    let entries = secrets.iter().map(|(role, secret)| Entry {
        role: *role,
        entry_hash: secret.entry_key().hash(),
        locker: String::new(),
    });
    let new = NewCircle {
        title: links.title,
        agreements: links.agreements,
        held_by: links.held_by,
        lasts_ms: links.lasts_ms,
        next_at: links.next_at,
        settings: links.settings,
        entries: entries.collect(),
    };
    check_new_circle(&new, Clock::system(0).now()).map_err(|refused| refused.say().to_owned())?;
    crate::serve::make_private_folder(&config.data)?;
    let journal = Sqlite::open(&config.data)?;
    let circle = CircleId(Uuid::new_v4());
    let made = journal.create_circle(&new, circle, Clock::system(journal.newest_at()).now()).await;
    journal.close().await?;
    made?;
    let origin = Origin::parse(&config.origin(config.listen))?;
    Ok(Made::of(circle, &origin, &secrets))
}

/// A circle that was made, with its links.
struct Made {
    circle: CircleId,
    links: Vec<(LinkRole, Link)>,
}

impl Made {
    fn of(circle: CircleId, origin: &Origin, secrets: &[(LinkRole, Secret)]) -> Self {
        let link = |secret: &Secret| Link::new(origin.clone(), circle, *secret);
        let links = secrets.iter().map(|(role, secret)| (*role, link(secret))).collect();
        Self { circle, links }
    }

    /// `public` is the address people open, where the circle was made under another.
    fn over_http(made: &Links, public: Option<Origin>) -> Self {
        let secrets = LinkRole::ALL.map(|role| (role, *made.link(role).secret()));
        let origin = public.unwrap_or_else(|| made.link(LinkRole::Keeper).origin().clone());
        Self::of(made.circle(), &origin, &secrets)
    }

    fn json(&self) -> Result<String, Failed> {
        let links: serde_json::Map<_, _> = self
            .links
            .iter()
            .map(|(role, link)| (role.name().to_owned(), link.to_url().into()))
            .collect();
        let value = serde_json::json!({ "circle": self.circle, "links": links });
        Ok(serde_json::to_string_pretty(&value)? + "\n")
    }

    fn words(&self, title: &str) -> String {
        let mut out = format!(
            "The circle \"{title}\" is made. These are its links, shown this once. Whoever has a link\n\
             comes in by it, so give each to those it is for, and the keeper's to nobody.\n"
        );
        for (role, link) in &self.links {
            // Writing to a String cannot fail.
            let _infallible =
                write!(out, "\n{} ({})\n  {}\n", role.name(), meaning(*role), link.to_url());
        }
        out
    }
}

/// Returns the hour that a text of RFC 3339 names.
fn hour(text: &str) -> Result<Millis, String> {
    let moment: jiff::Timestamp = text.parse().map_err(|_| {
        "write it as date, time and offset, such as 2027-01-05T19:00:00+01:00".to_owned()
    })?;
    Millis::try_from(moment.as_millisecond()).map_err(|_| "it lies before 1970".to_owned())
}

fn meaning(role: LinkRole) -> &'static str {
    match role {
        LinkRole::Keeper => "deletes the circle; opens no room",
        LinkRole::Facilitator => "opens rounds and passes the turn",
        LinkRole::Moderator => "watches over safety",
        LinkRole::Participant => "takes turns",
        LinkRole::Listener => "observes, shown as such",
    }
}
