//! Circles over HTTP: creating, reading and deleting one, and scheduling its next session.

use crate::error::Error;
use crate::link::{Link, Origin};
use crate::locker;
use crate::random;
use hearth_protocol::api::{CircleMade, Door, Entry, LinkRole, NewCircle, NextSession, Problem};
use hearth_protocol::keys::Secret;
use hearth_protocol::limits::BODY_BYTES_MAX;
use hearth_protocol::{CircleId, Millis, Settings, Text};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::task::spawn_blocking;
use ureq::http::Response;
use ureq::{Agent, Body, BodyWithConfig, Proxy};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Maximum size of a response, in bytes. The largest one describes a circle, with its agreements,
/// settings and locker.
const RESPONSE_BYTES_MAX: u64 = 4 * BODY_BYTES_MAX as u64;

/// The links of a circle, one for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    origin: Origin,
    circle: CircleId,
    secrets: LinkSecrets,
}

impl Links {
    /// Returns the links with these secrets, as opened at `origin`.
    pub fn new(origin: Origin, circle: CircleId, secrets: LinkSecrets) -> Self {
        Self { origin, circle, secrets }
    }

    /// Returns the same links, as opened at another origin.
    #[must_use]
    pub fn at(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Returns the id of the circle.
    pub fn circle(&self) -> CircleId {
        self.circle
    }

    /// Returns the link for this role.
    pub fn link(&self, role: LinkRole) -> Link {
        Link::new(self.origin.clone(), self.circle, self.secrets.of(role))
    }
}

/// The secrets of a new circle's links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSecrets([Secret; LinkRole::ALL.len()]);

impl LinkSecrets {
    /// Generates a secret for each role.
    pub fn generate() -> Result<Self, Error> {
        let mut secrets = [Secret::from_bytes(random::bytes()?); LinkRole::ALL.len()];
        for secret in &mut secrets {
            *secret = Secret::from_bytes(random::bytes()?);
        }
        Ok(Self(secrets))
    }

    fn of(&self, role: LinkRole) -> Secret {
        let [keeper, facilitator, moderator, participant, listener] = self.0;
        match role {
            LinkRole::Keeper => keeper,
            LinkRole::Facilitator => facilitator,
            LinkRole::Moderator => moderator,
            LinkRole::Participant => participant,
            LinkRole::Listener => listener,
        }
    }

    /// Returns what the server stores of each link: a hash of its entry key, and its locker.
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        let entry = |role| {
            let secret = self.of(role);
            let shown = in_locker_of(role).iter().map(|other| (*other, self.of(*other))).collect();
            let locker = locker::seal(&secret, &shown)?;
            Ok(Entry { role, entry_hash: secret.entry_key().hash(), locker })
        };
        LinkRole::ALL.into_iter().map(entry).collect()
    }
}

/// Returns the roles whose links the holder of a link finds in its locker: the keeper finds all
/// others again, and a facilitator can invite people.
fn in_locker_of(role: LinkRole) -> &'static [LinkRole] {
    match role {
        LinkRole::Keeper => {
            &[LinkRole::Facilitator, LinkRole::Moderator, LinkRole::Participant, LinkRole::Listener]
        }
        LinkRole::Facilitator => &[LinkRole::Participant],
        LinkRole::Moderator | LinkRole::Participant | LinkRole::Listener => &[],
    }
}

/// Options of a new circle.
#[derive(Debug, Clone)]
pub struct CircleOptions {
    /// Its title.
    pub title: Text,
    /// Agreements of its members.
    pub agreements: Option<Text>,
    /// One line about who holds it.
    pub held_by: Option<Text>,
    /// Planned length of a session, in milliseconds.
    pub lasts_ms: Option<u64>,
    /// Start time of its next session.
    pub next_at: Option<Millis>,
    /// Its settings.
    pub settings: Settings,
    /// The operator's key, if the server requires one.
    pub operator_key: Option<String>,
}

impl CircleOptions {
    /// Returns the options of a circle with this title and default settings.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: Text::plain(title),
            agreements: None,
            held_by: None,
            lasts_ms: None,
            next_at: None,
            settings: Settings::default(),
            operator_key: None,
        }
    }

    /// Returns the request that creates the circle with these links.
    pub fn with_entries(self, entries: Vec<Entry>) -> NewCircle {
        NewCircle {
            title: self.title,
            agreements: self.agreements,
            held_by: self.held_by,
            lasts_ms: self.lasts_ms,
            next_at: self.next_at,
            settings: self.settings,
            entries,
        }
    }
}

/// Creates a circle and returns its links.
///
/// The links' secrets are generated here and never sent: the server receives hashes of keys derived
/// from them, and lockers that it can't read.
pub async fn make_circle(origin: &Origin, options: CircleOptions) -> Result<Links, Error> {
    let secrets = LinkSecrets::generate()?;
    let url = origin.http("/api/circles");
    let operator_key = options.operator_key.clone();
    let body = options.with_entries(secrets.entries()?);
    let made: CircleMade = request_json(origin, move |agent| {
        let mut request = agent.post(url);
        if let Some(key) = operator_key {
            request = request.header("authorization", format!("Hearth {key}"));
        }
        request.send_json(body)
    })
    .await?;
    Ok(Links::new(origin.clone(), made.circle, secrets))
}

/// Returns the circle's other links that the holder of `link` may pass on: all of them for the
/// keeper, the participants' for a facilitator, and none if the circle was created without lockers.
pub async fn other_links(link: &Link) -> Result<BTreeMap<LinkRole, Link>, Error> {
    let door = look_at_door(link).await?;
    let secrets = locker::open(link.secret(), &door.locker);
    let to_link = |(role, secret)| (role, Link::new(link.origin().clone(), link.circle(), secret));
    Ok(secrets.into_iter().map(to_link).collect())
}

/// Returns what a circle shows before joining: title, agreements, settings, and the current
/// session.
pub async fn look_at_door(link: &Link) -> Result<Door, Error> {
    let url = link.origin().http(&format!("/api/circles/{}", link.circle()));
    let key = link.secret().entry_key().encode();
    request_json(link.origin(), move |agent| {
        agent.get(url).header("authorization", format!("Hearth {key}")).call()
    })
    .await
}

/// Schedules a circle's next session, or clears the schedule, and returns what the server stored.
/// Needs the link of the keeper or of a facilitator.
pub async fn set_next_session(link: &Link, at: Option<Millis>) -> Result<NextSession, Error> {
    let url = link.origin().http(&format!("/api/circles/{}/next_session", link.circle()));
    let key = link.secret().entry_key().encode();
    request_json(link.origin(), move |agent| {
        let request = agent.put(url).header("authorization", format!("Hearth {key}"));
        request.send_json(NextSession { at })
    })
    .await
}

/// Deletes a circle and everything stored about it. Needs the keeper's link.
pub async fn delete_circle(keeper: &Link) -> Result<(), Error> {
    let url = keeper.origin().http(&format!("/api/circles/{}", keeper.circle()));
    let key = keeper.secret().entry_key().encode();
    let request = move |agent: &Agent| {
        agent.delete(url).header("authorization", format!("Hearth {key}")).call()
    };
    send(keeper.origin(), request, |_| Ok(())).await
}

/// Sends a request and reads the response as JSON.
async fn request_json<T: DeserializeOwned + Send + 'static>(
    origin: &Origin,
    request: impl FnOnce(&Agent) -> Result<Response<Body>, ureq::Error> + Send + 'static,
) -> Result<T, Error> {
    send(origin, request, |body| body.read_json()).await
}

async fn send<T: Send + 'static>(
    origin: &Origin,
    request: impl FnOnce(&Agent) -> Result<Response<Body>, ureq::Error> + Send + 'static,
    read: impl FnOnce(BodyWithConfig<'_>) -> Result<T, ureq::Error> + Send + 'static,
) -> Result<T, Error> {
    if origin.is_secure() && !cfg!(feature = "tls") {
        return Err(Error::NoTls);
    }
    let at = origin.clone();
    let sending = spawn_blocking(move || {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(REQUEST_TIMEOUT))
            // Without TLS a proxy could read the keys. Such servers are on this machine or near it.
            .proxy(if at.is_secure() { Proxy::try_from_env() } else { None })
            .build()
            .into();
        let mut response = request(&agent).map_err(|error| failed(at.clone(), error))?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(RESPONSE_BYTES_MAX);
        if status.is_success() {
            return read(body).map_err(|error| failed(at, error));
        }
        let (code, say) = match body.read_json::<Problem>() {
            Ok(problem) => (problem.code, problem.detail),
            Err(_) => ("unknown".to_owned(), "the response isn't one of Hearth's".to_owned()),
        };
        Err(Error::Http { origin: at, status: status.as_u16(), code, say })
    });
    match sending.await {
        Ok(response) => response,
        Err(error) => Err(Error::Protocol(format!("the request was cancelled: {error}"))),
    }
}

fn failed(origin: Origin, error: ureq::Error) -> Error {
    match error {
        ureq::Error::Io(source) => Error::Unreachable { origin, source },
        ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
            let source = std::io::Error::other(error.to_string());
            Error::Unreachable { origin, source }
        }
        ureq::Error::Timeout(_) => Error::Timeout(REQUEST_TIMEOUT),
        other => Error::HandshakeFailed { origin, status: None, reason: other.to_string() },
    }
}
