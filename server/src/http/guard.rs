//! The door, before every route.

use super::Refused;
use crate::door::{AddressKey, ConnectionPass, Turned, client_address};
use crate::serve::App;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The connection a request came over, put beside it by the accept loop.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Counts connections from the start of the server; the log knows no other name for one.
    pub number: u64,
    /// The other end of the socket.
    pub peer: SocketAddr,
    /// Its place among all connections.
    pub pass: Arc<ConnectionPass>,
}

/// Whose request it is, as limits count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client(pub(super) AddressKey);

/// Turns away what names another host or comes from another site, and what asks too often.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(turned) = check_names(&app, &request) {
        return turn_away(&app, turned).into_response();
    }
    let Some(connection) = request.extensions().get::<Connection>() else {
        tracing::error!("a request came without its connection; it was refused");
        return Refused::full().into_response();
    };
    let address = client_of(&app, connection.peer, request.headers());
    if request.uri().path().starts_with("/api/") && !app.gates.allows_request(address) {
        app.metrics.turned_away("request_rate");
        return Refused::too_many().into_response();
    }
    request.extensions_mut().insert(Client(address));
    next.run(request).await
}

fn check_names(app: &App, request: &Request) -> Result<(), Turned> {
    // What is no text equals none of our names.
    let texts = |name| {
        request.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
    };
    let target = request.uri().authority().map(|authority| authority.as_str());
    app.origins.check(texts(HOST).chain(target), texts(ORIGIN))
}

fn turn_away(app: &App, turned: Turned) -> Refused {
    match turned {
        Turned::Host => {
            app.metrics.turned_away("host");
            Refused::new(
                StatusCode::MISDIRECTED_REQUEST,
                "wrong_host",
                "This server is not reached under that address. If you run it, set public_url to \
                 the address people open.",
            )
        }
        Turned::Origin => {
            app.metrics.turned_away("origin");
            Refused::new(
                StatusCode::FORBIDDEN,
                "wrong_origin",
                "Another site may not speak to this server. Open the circle from its own link.",
            )
        }
    }
}

fn client_of(app: &App, peer: SocketAddr, headers: &HeaderMap) -> AddressKey {
    let values = headers.get_all(FORWARDED_FOR);
    // A value that is no text ends the search like any other nonsense.
    let forwarded = values.iter().map(|value| value.to_str().unwrap_or("?")).collect::<Vec<_>>();
    let trusted = &app.config.trusted_proxies;
    if !forwarded.is_empty() && !app.trusts(peer.ip()) {
        app.warn_of_proxy_once();
    }
    client_address(peer.ip(), forwarded.into_iter(), trusted).into()
}

/// Returns whether a request comes from this machine itself, and not through a proxy on it.
pub(super) fn is_from_here(connection: &Connection, headers: &HeaderMap) -> bool {
    connection.peer.ip().to_canonical().is_loopback()
        && !headers.contains_key(FORWARDED_FOR)
        && !headers.contains_key("forwarded")
}
