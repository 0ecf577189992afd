//! The WebSocket handshake (RFC 6455): from an HTTP request to a connection.

use super::guard::{Client, TcpConnection};
use super::problem::HttpError;
use crate::access::{LimitReached, WebSocketPermit};
use crate::connection::TcpSocket;
use crate::state::AppState;
use crate::telemetry::GaugeGuard;
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
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tracing::Instrument;

/// `GET /ws`
pub(super) async fn open(
    State(app): State<Arc<AppState>>,
    Extension(connection): Extension<TcpConnection>,
    Extension(Client(address)): Extension<Client>,
    request: Request,
) -> Response {
    let accept = match check(&request, Some(SUBPROTOCOL)) {
        Ok(accept) => accept,
        Err(error) => {
            app.metrics.count_rejected("handshake");
            return error.into_response();
        }
    };
    if app.shutdown.is_cancelled() {
        return HttpError::full().into_response();
    }
    let permit = match app.access_limits.admit_websocket(address, connection.permit.clone()) {
        Ok(permit) => permit,
        Err(reached) => return reject(&app, reached).into_response(),
    };
    let number = connection.number;
    spawn_upgraded(&app, number, request, |app, socket| serve(app, socket, permit));
    switching_protocols(&accept, Some(SUBPROTOCOL))
}

/// `GET /echo`, only in builds for conformance tests.
#[cfg(feature = "echo")]
pub(super) async fn open_echo(
    State(app): State<Arc<AppState>>,
    Extension(connection): Extension<TcpConnection>,
    request: Request,
) -> Response {
    let accept = match check(&request, None) {
        Ok(accept) => accept,
        Err(error) => return error.into_response(),
    };
    let permit = connection.permit.clone();
    spawn_upgraded(&app, connection.number, request, |_, socket| async move {
        crate::connection::echo(socket).await;
        drop(permit);
    });
    switching_protocols(&accept, None)
}

async fn serve(app: Arc<AppState>, socket: TcpSocket, permit: WebSocketPermit) {
    let counted = GaugeGuard::new(&app.metrics.websockets);
    let direct = socket.direct();
    crate::connection::serve(app.rooms.clone(), socket, Some(direct), permit).await;
    drop(counted);
}

fn reject(app: &AppState, reached: LimitReached) -> HttpError {
    match reached {
        LimitReached::Server => {
            app.metrics.count_rejected("full");
            HttpError::full()
        }
        LimitReached::Address => {
            app.metrics.count_rejected("websockets_by_address");
            HttpError::too_many()
        }
    }
}

/// Spawns a task that takes over the socket after the response, and serves it.
fn spawn_upgraded<F>(
    app: &Arc<AppState>,
    number: u64,
    mut request: Request,
    serve: impl FnOnce(Arc<AppState>, TcpSocket) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let upgrade = hyper::upgrade::on(&mut request);
    let timeout = Duration::from_millis(app.config.limits.headers_ms);
    let task_app = app.clone();
    let span = tracing::info_span!("connection", number);
    let task = async move {
        if let Some(socket) = upgraded(upgrade, timeout).await {
            serve(task_app, socket).await;
        }
    };
    app.tasks.spawn(task.instrument(span));
}

async fn upgraded(upgrade: OnUpgrade, timeout: Duration) -> Option<TcpSocket> {
    match tokio::time::timeout(timeout, upgrade).await {
        Ok(Ok(upgraded)) => match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => Some(TcpSocket::new(parts.io.into_inner(), &parts.read_buf)),
            Err(_) => {
                tracing::error!("bug: a connection isn't a TCP socket");
                None
            }
        },
        Ok(Err(error)) => {
            tracing::debug!(%error, "connection failed during the handshake");
            None
        }
        Err(_) => {
            tracing::debug!("client did not read the handshake response in time");
            None
        }
    }
}

/// Checks the handshake, and returns the value of `Sec-WebSocket-Accept`.
fn check(request: &Request, subprotocol: Option<&str>) -> Result<HeaderValue, HttpError> {
    if request.method() != Method::GET {
        return Err(HttpError::wrong_method("GET"));
    }
    let headers = request.headers();
    if !lists(headers, &UPGRADE, "websocket") {
        return Err(upgrade_needed(UPGRADE, "websocket"));
    }
    if request.version() != Version::HTTP_11 || !lists(headers, &CONNECTION, "upgrade") {
        return Err(bad_handshake("Use HTTP/1.1 and send `Connection: Upgrade`."));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(upgrade_needed(SEC_WEBSOCKET_VERSION, "13"));
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    if !STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16) {
        return Err(bad_handshake("`Sec-WebSocket-Key` must be 16 bytes in base64."));
    }
    if subprotocol.is_some_and(|name| !lists(headers, &SEC_WEBSOCKET_PROTOCOL, name)) {
        return Err(bad_handshake("The handshake must offer the subprotocol `hearth.v1`."));
    }
    HeaderValue::from_str(&derive_accept_key(key)).map_err(|_| HttpError::full())
}

fn bad_handshake(detail: &'static str) -> HttpError {
    HttpError::bad_request("bad_handshake", detail)
}

fn upgrade_needed(name: HeaderName, value: &'static str) -> HttpError {
    HttpError::new(
        StatusCode::UPGRADE_REQUIRED,
        "upgrade_needed",
        "This address only supports WebSocket, version 13.",
    )
    .with(name, value)
}

/// Returns whether a comma-separated header contains the word.
fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let texts = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
}

fn switching_protocols(accept: &HeaderValue, subprotocol: Option<&'static str>) -> Response {
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
