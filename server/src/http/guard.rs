//! Access control in front of every route.

use super::problem::HttpError;
use crate::access::{AddressKey, ConnectionPermit, Mismatch, client_address};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The TCP connection of a request. The accept loop adds it to the request's extensions.
#[derive(Debug, Clone)]
pub struct TcpConnection {
    /// Identifies the connection in the log, which must not contain addresses.
    pub number: u64,
    pub peer: SocketAddr,
    pub permit: Arc<ConnectionPermit>,
}

/// The address of the client, in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client(pub(super) AddressKey);

/// Refuses requests that name another host, come from another site, or exceed the rate limit.
pub(super) async fn guard(
    State(app): State<Arc<AppState>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(mismatch) = check_origin(&app, &request) {
        return reject(&app, mismatch).into_response();
    }
    let Some(connection) = request.extensions().get::<TcpConnection>() else {
        tracing::error!("refused a request without its TCP connection in the extensions");
        return HttpError::full().into_response();
    };
    let address = client_of(&app, connection.peer, request.headers());
    if request.uri().path().starts_with("/api/") && !app.access_limits.allows_request(address) {
        app.metrics.count_rejected("request_rate");
        return HttpError::too_many().into_response();
    }
    request.extensions_mut().insert(Client(address));
    next.run(request).await
}

fn check_origin(app: &AppState, request: &Request) -> Result<(), Mismatch> {
    // A value that isn't text becomes empty, which matches nothing.
    let texts = |name| {
        request.headers().get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
    };
    let target = request.uri().authority().map(|authority| authority.as_str());
    app.origin_policy.check(texts(HOST).chain(target), texts(ORIGIN))
}

fn reject(app: &AppState, mismatch: Mismatch) -> HttpError {
    match mismatch {
        Mismatch::Host => {
            app.metrics.count_rejected("host");
            HttpError::new(
                StatusCode::MISDIRECTED_REQUEST,
                "wrong_host",
                "This server doesn't serve that host. If you run the server, set public_url to the \
                 URL people open.",
            )
        }
        Mismatch::Origin => {
            app.metrics.count_rejected("origin");
            HttpError::new(
                StatusCode::FORBIDDEN,
                "wrong_origin",
                "Other sites can't use this server. Open the circle from its own link.",
            )
        }
    }
}

fn client_of(app: &AppState, peer: SocketAddr, headers: &HeaderMap) -> AddressKey {
    let values = headers.get_all(FORWARDED_FOR);
    // A value that isn't text ends the search, like any other invalid entry.
    let forwarded = values.iter().map(|value| value.to_str().unwrap_or("?")).collect::<Vec<_>>();
    let trusted = &app.config.trusted_proxies;
    if !forwarded.is_empty() && !app.trusts(peer.ip()) {
        app.warn_of_proxy_once();
    }
    client_address(peer.ip(), forwarded.into_iter(), trusted).into()
}

/// Returns whether a request comes from this machine, and not through a proxy on it.
pub(super) fn is_from_this_machine(connection: &TcpConnection, headers: &HeaderMap) -> bool {
    connection.peer.ip().to_canonical().is_loopback()
        && !headers.contains_key(FORWARDED_FOR)
        && !headers.contains_key("forwarded")
}
