//! The accept loop. It's our own so that half-open requests time out and connections are counted.

use crate::access::LimitReached;
use crate::http::TcpConnection;
use crate::state::AppState;
use crate::telemetry::GaugeGuard;
use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// Maximum size of a request's head, in bytes.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Maximum number of a request's headers.
const HEADERS_MAX: usize = 64;
/// Pause after a failed accept, usually for lack of file descriptors.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// The response to a connection beyond the limits, written without waiting.
const SERVER_FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\n\
    connection: close\r\ncontent-length: 0\r\n\r\n";

/// Accepts connections until the server stops.
pub(super) async fn accept(app: Arc<AppState>, listener: TcpListener, router: Router) {
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            biased;
            () = app.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                number += 1;
                admit(&app, number, stream, peer, &router);
            }
            Err(error) => {
                tracing::warn!(%error, "accept failed; retrying");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

fn admit(app: &Arc<AppState>, number: u64, stream: TcpStream, peer: SocketAddr, router: &Router) {
    let counted = (!app.trusts(peer.ip())).then(|| peer.ip().into());
    let permit = match app.access_limits.admit_connection(counted) {
        Ok(permit) => Arc::new(permit),
        Err(reached) => {
            app.metrics.count_rejected(match reached {
                LimitReached::Server => "connections",
                LimitReached::Address => "connections_by_address",
            });
            if let Err(error) = stream.try_write(SERVER_FULL) {
                tracing::trace!(%error, "can't send the refusal of a connection");
            }
            return;
        }
    };
    let connection = TcpConnection { number, peer, permit };
    app.tasks.spawn(serve(app.clone(), stream, connection, router.clone()));
}

async fn serve(app: Arc<AppState>, stream: TcpStream, connection: TcpConnection, router: Router) {
    let number = connection.number;
    // Frames are small, and clients wait for each of them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(number, %error, "can't set TCP_NODELAY");
    }
    let counted = GaugeGuard::new(&app.metrics.connections);
    let tower = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        tower.call(request)
    });
    let limits = &app.config.limits;
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.headers_ms))
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut http = pin!(http);
    let ended = tokio::select! {
        ended = http.as_mut() => Some(ended),
        () = app.shutdown.cancelled() => None,
        () = tokio::time::sleep(Duration::from_millis(limits.page_connection_ms)) => None,
    };
    let ended = match ended {
        Some(ended) => Ok(ended),
        None => {
            http.as_mut().graceful_shutdown();
            tokio::time::timeout(Duration::from_millis(limits.body_ms), http).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(number, %error, "connection failed"),
        Err(_) => tracing::debug!(number, "dropped a connection that did not finish in time"),
    }
    drop(counted);
}
