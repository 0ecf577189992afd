//! From an HTTP request to a line: the WebSocket handshake of RFC 6455.

use super::{Client, Connection, Refused};
use crate::door::{Closed, PeerAddr};
use crate::serve::App;
use crate::telemetry::Held;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearth_protocol::SUBPROTOCOL;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tracing::Instrument;

/// The socket under a line.
pub(super) type Socket = TokioIo<Upgraded>;

/// `GET /ws`: opens a line.
pub(super) async fn open_line(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    Extension(Client(address)): Extension<Client>,
    request: Request,
) -> Response {
    let accept = match check(&request, Some(SUBPROTOCOL)) {
        Ok(accept) => accept,
        Err(refused) => {
            app.metrics.turned_away("handshake");
            return refused.into_response();
        }
    };
    if app.shutdown.is_cancelled() {
        return Refused::full().into_response();
    }
    let peer = match app.gates.admit_line(address, connection.pass.clone()) {
        Ok(peer) => peer,
        Err(closed) => return turn_away(&app, closed).into_response(),
    };
    let number = connection.number;
    switch(&app, number, request, |app, socket| serve_line(app, socket, peer));
    switching(&accept, Some(SUBPROTOCOL))
}

/// `GET /echo`, in builds for conformance tests alone.
#[cfg(feature = "echo")]
pub(super) async fn open_echo(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    request: Request,
) -> Response {
    let accept = match check(&request, None) {
        Ok(accept) => accept,
        Err(refused) => return refused.into_response(),
    };
    let pass = connection.pass.clone();
    switch(&app, connection.number, request, |_, socket| async move {
        crate::line::echo(socket).await;
        drop(pass);
    });
    switching(&accept, None)
}

async fn serve_line(app: Arc<App>, socket: Socket, peer: PeerAddr) {
    let counted = Held::by(&app.metrics.lines);
    crate::line::serve(app.rooms.clone(), socket, peer).await;
    drop(counted);
}

fn turn_away(app: &App, closed: Closed) -> Refused {
    match closed {
        Closed::Full => {
            app.metrics.turned_away("full");
            Refused::full()
        }
        Closed::TooMany => {
            app.metrics.turned_away("lines_by_address");
            Refused::too_many()
        }
    }
}

/// Takes the socket over once the answer is written, and serves it in a task of its own.
fn switch<F>(
    app: &Arc<App>,
    number: u64,
    mut request: Request,
    serve: impl FnOnce(Arc<App>, Socket) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let upgrade = hyper::upgrade::on(&mut request);
    let within = Duration::from_millis(app.config.limits.headers_ms);
    let app_of_task = app.clone();
    let span = tracing::info_span!("connection", number);
    let task = async move {
        if let Some(socket) = upgraded(upgrade, within).await {
            serve(app_of_task, socket).await;
        }
    };
    app.tasks.spawn(task.instrument(span));
}

async fn upgraded(upgrade: OnUpgrade, within: Duration) -> Option<Socket> {
    match tokio::time::timeout(within, upgrade).await {
        Ok(Ok(upgraded)) => Some(TokioIo::new(upgraded)),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the connection broke in the handshake");
            None
        }
        Err(_) => {
            tracing::debug!("the other end did not read the answer to its handshake");
            None
        }
    }
}

/// Checks the handshake, and returns what answers its key.
fn check(request: &Request, subprotocol: Option<&str>) -> Result<HeaderValue, Refused> {
    if request.method() != Method::GET {
        return Err(Refused::wrong_method("GET"));
    }
    let headers = request.headers();
    if !lists(headers, &UPGRADE, "websocket") {
        return Err(upgrade_needed(UPGRADE, "websocket"));
    }
    if request.version() != Version::HTTP_11 || !lists(headers, &CONNECTION, "upgrade") {
        return Err(bad("The request must be of HTTP/1.1 and carry `Connection: Upgrade`."));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(upgrade_needed(SEC_WEBSOCKET_VERSION, "13"));
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    if !STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16) {
        return Err(bad("`Sec-WebSocket-Key` must be 16 bytes in base64."));
    }
    if subprotocol.is_some_and(|name| !lists(headers, &SEC_WEBSOCKET_PROTOCOL, name)) {
        return Err(bad("The handshake must offer the subprotocol `hearth.v1`."));
    }
    HeaderValue::from_str(&derive_accept_key(key)).map_err(|_| Refused::full())
}

fn bad(say: &'static str) -> Refused {
    Refused::bad("bad_handshake", say)
}

fn upgrade_needed(name: HeaderName, value: &'static str) -> Refused {
    Refused::new(
        StatusCode::UPGRADE_REQUIRED,
        "upgrade_needed",
        "This address speaks WebSocket, version 13, and nothing else.",
    )
    .with(name, value)
}

/// Returns whether a header that is a list of words has this one.
fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let texts = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

fn switching(accept: &HeaderValue, subprotocol: Option<&'static str>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept.clone());
    if let Some(subprotocol) = subprotocol {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol));
    }
    response
}
