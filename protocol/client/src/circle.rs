//! Making a circle, and looking at its door, over HTTP.

use crate::error::Error;
use crate::join::random_bytes;
use crate::link::{Link, Origin};
use hearth_protocol::api::{CircleMade, Door, Entry, LinkRole, NewCircle, NextSession, Problem};
use hearth_protocol::keys::Secret;
use hearth_protocol::limits::BODY_BYTES_MAX;
use hearth_protocol::{CircleId, Millis, Settings, Text};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::task::spawn_blocking;
use ureq::http::Response;
use ureq::{Agent, Body, BodyWithConfig};

const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of an answer: a door with title, agreements, settings and locker.
const ANSWER_BYTES_MAX: u64 = 4 * BODY_BYTES_MAX as u64;

/// The links of a circle, one for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    origin: Origin,
    circle: CircleId,
    secrets: [Secret; LinkRole::ALL.len()],
}

impl Links {
    /// Returns the circle.
    pub fn circle(&self) -> CircleId {
        self.circle
    }

    /// Returns the link of this role.
    pub fn link(&self, role: LinkRole) -> Link {
        let [keeper, facilitator, moderator, participant, listener] = self.secrets;
        let secret = match role {
            LinkRole::Keeper => keeper,
            LinkRole::Facilitator => facilitator,
            LinkRole::Moderator => moderator,
            LinkRole::Participant => participant,
            LinkRole::Listener => listener,
        };
        Link::new(self.origin.clone(), self.circle, secret)
    }
}

/// A circle to make.
#[derive(Debug, Clone)]
pub struct NewLinks {
    /// Its title.
    pub title: Text,
    /// What its members agree on.
    pub agreements: Option<Text>,
    /// Who holds it, in one line.
    pub held_by: Option<Text>,
    /// How long a session is meant to last, in milliseconds.
    pub lasts_ms: Option<u64>,
    /// The hour of its next session.
    pub next_at: Option<Millis>,
    /// Its settings.
    pub settings: Settings,
    /// The operator's key, where the server asks for one.
    pub operator_key: Option<String>,
}

impl NewLinks {
    /// Returns a circle with this title and the usual ways.
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
}

/// Makes a circle. The secrets of its links are drawn here and never leave this side: the server is
/// given only what follows from them.
pub async fn make_circle(origin: &Origin, new: NewLinks) -> Result<Links, Error> {
    let mut secrets = [Secret::from_bytes(random_bytes()?); LinkRole::ALL.len()];
    for secret in &mut secrets {
        *secret = Secret::from_bytes(random_bytes()?);
    }
    let entries = LinkRole::ALL.into_iter().zip(&secrets).map(|(role, secret)| Entry {
        role,
        entry_hash: secret.entry_key().hash(),
        locker: String::new(),
    });
    let body = NewCircle {
        title: new.title,
        agreements: new.agreements,
        held_by: new.held_by,
        lasts_ms: new.lasts_ms,
        next_at: new.next_at,
        settings: new.settings,
        entries: entries.collect(),
    };
    let url = origin.http("/api/circles");
    let operator_key = new.operator_key;
    let made: CircleMade = ask_for(origin, move |agent| {
        let mut request = agent.post(url);
        if let Some(key) = operator_key {
            request = request.header("authorization", format!("Hearth {key}"));
        }
        request.send_json(body)
    })
    .await?;
    Ok(Links { origin: origin.clone(), circle: made.circle, secrets })
}

/// Returns what stands at a circle's door: title, agreements, settings, and the session under way.
pub async fn look_at_door(link: &Link) -> Result<Door, Error> {
    let url = link.origin().http(&format!("/api/circles/{}", link.circle()));
    let key = link.secret().entry_key().encode();
    ask_for(link.origin(), move |agent| {
        agent.get(url).header("authorization", format!("Hearth {key}")).call()
    })
    .await
}

/// Gives a circle's next session its hour, or none, and returns it as it is kept. Only the links of
/// keeper and facilitator can.
pub async fn set_next_session(link: &Link, at: Option<Millis>) -> Result<NextSession, Error> {
    let url = link.origin().http(&format!("/api/circles/{}/next_session", link.circle()));
    let key = link.secret().entry_key().encode();
    ask_for(link.origin(), move |agent| {
        let request = agent.put(url).header("authorization", format!("Hearth {key}"));
        request.send_json(NextSession { at })
    })
    .await
}

/// Deletes a circle and everything kept of it. Only the keeper's link can.
pub async fn delete_circle(keeper: &Link) -> Result<(), Error> {
    let url = keeper.origin().http(&format!("/api/circles/{}", keeper.circle()));
    let key = keeper.secret().entry_key().encode();
    let request = move |agent: &Agent| {
        agent.delete(url).header("authorization", format!("Hearth {key}")).call()
    };
    ask(keeper.origin(), request, |_| Ok(())).await
}

/// Asks for an answer in JSON.
async fn ask_for<T: DeserializeOwned + Send + 'static>(
    origin: &Origin,
    request: impl FnOnce(&Agent) -> Result<Response<Body>, ureq::Error> + Send + 'static,
) -> Result<T, Error> {
    ask(origin, request, |body| body.read_json()).await
}

async fn ask<T: Send + 'static>(
    origin: &Origin,
    request: impl FnOnce(&Agent) -> Result<Response<Body>, ureq::Error> + Send + 'static,
    read: impl FnOnce(BodyWithConfig<'_>) -> Result<T, ureq::Error> + Send + 'static,
) -> Result<T, Error> {
    if origin.is_secure() && !cfg!(feature = "tls") {
        return Err(Error::NoTls);
    }
    let at = origin.clone();
    let asking = spawn_blocking(move || {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(REQUEST_WITHIN))
            .build()
            .into();
        let mut response = request(&agent).map_err(|error| failed(at.clone(), error))?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        if status.is_success() {
            return read(body).map_err(|error| failed(at, error));
        }
        let (code, say) = match body.read_json::<Problem>() {
            Ok(problem) => (problem.code, problem.detail),
            Err(_) => ("unknown".to_owned(), "the answer was not one of Hearth's".to_owned()),
        };
        Err(Error::Http { origin: at, status: status.as_u16(), code, say })
    });
    match asking.await {
        Ok(answer) => answer,
        Err(error) => Err(Error::NotUnderstood(format!("the request was broken off: {error}"))),
    }
}

fn failed(origin: Origin, error: ureq::Error) -> Error {
    match error {
        ureq::Error::Io(source) => Error::NoConnection { origin, source },
        ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
            let source = std::io::Error::other(error.to_string());
            Error::NoConnection { origin, source }
        }
        ureq::Error::Timeout(_) => Error::Timeout(REQUEST_WITHIN),
        other => Error::NoLine { origin, status: None, why: other.to_string() },
    }
}
