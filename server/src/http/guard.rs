//! Access control in front of every route.

use super::problem::HttpError;
use crate::access::{AddressKey, ConnectionPermit, Mismatch, OriginPolicy, client_address};
use crate::config::{HostPort, PublicUrl};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Maximum length of a host that an error repeats: the longest DNS name, and a port.
const SHOWN_HOST_BYTES_MAX: usize = 260;

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
        return reject(&app, mismatch, &request).into_response();
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
    app.origin_policy.check(hosts(request), texts(request, &ORIGIN))
}

/// Returns every host that a request names: in its headers, and in its target.
fn hosts(request: &Request) -> impl Iterator<Item = &str> {
    let target = request.uri().authority().map(|authority| authority.as_str());
    texts(request, &HOST).chain(target)
}

/// Returns the values of a header. One that isn't text becomes empty, which matches nothing.
fn texts<'a>(request: &'a Request, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = request.headers().get_all(name).into_iter();
    values.map(|value| value.to_str().unwrap_or_default())
}

fn reject(app: &AppState, mismatch: Mismatch, request: &Request) -> HttpError {
    match mismatch {
        Mismatch::Host => {
            app.metrics.count_rejected("host");
            let detail = describe_wrong_host(&app.origin_policy, hosts(request));
            HttpError::new(StatusCode::MISDIRECTED_REQUEST, "wrong_host", detail)
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

/// Says which host the request named and which one is expected, because a proxy that changes or
/// shortens `Host` is the usual reason.
fn describe_wrong_host<'a>(
    policy: &OriginPolicy,
    mut hosts: impl Iterator<Item = &'a str>,
) -> String {
    let received = match hosts.find(|host| !policy.accepts_host(host)) {
        None | Some("") => "no valid Host".to_owned(),
        Some(host) if host.len() <= SHOWN_HOST_BYTES_MAX => format!("the Host \"{host}\""),
        Some(_) => "a very long Host".to_owned(),
    };
    match policy.public_host() {
        Some(expected) => format!(
            "The request names {received}, but this server is \"{expected}\". If you run the \
             server, make the proxy pass on the Host header unchanged, with its port (in nginx: \
             proxy_set_header Host $http_host), or set public_url to the URL people open."
        ),
        None => format!(
            "The request names {received}, but this server accepts only requests to the machine it \
             runs on. If you run the server, set public_url to the URL people open."
        ),
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

/// Headers by which proxies announce themselves.
const PROXY_HEADERS: [&str; 7] = [
    FORWARDED_FOR,
    "forwarded",
    "via",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
];

/// Returns whether a request comes from this machine and not through a proxy on it. A proxy may add
/// no header at all, so a request counts as proxied if a trusted proxy sent it or if it names any
/// host but this machine. With an https public URL there is always a proxy, because Hearth doesn't
/// serve TLS, and it may replace the host by the address of this machine.
pub(super) fn is_direct_from_this_machine(app: &AppState, request: &Request) -> bool {
    let Some(connection) = request.extensions().get::<TcpConnection>() else { return false };
    let peer = connection.peer.ip().to_canonical();
    peer.is_loopback()
        && !app.trusts(peer)
        && !app.config.public_url.as_ref().is_some_and(PublicUrl::is_https)
        && !PROXY_HEADERS.iter().any(|name| request.headers().contains_key(*name))
        && hosts(request)
            .all(|host| HostPort::parse("http", host).is_some_and(|host| host.is_loopback()))
}
