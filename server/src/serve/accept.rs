//! The accept loop: our own, so that half-open requests end and connections are counted.

use super::App;
use crate::door::Closed;
use crate::http::Connection;
use crate::telemetry::Held;
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

/// Bytes of a request's line and headers.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
const HEADERS_MAX: usize = 64;
/// A wait after the system could not give us another socket.
const AFTER_ERROR: Duration = Duration::from_millis(100);

/// What somebody gets for whom there is no room: written without waiting, then the socket closes.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\n\
    connection: close\r\ncontent-length: 0\r\n\r\n";

/// Accepts connections until the server stops.
pub(super) async fn accept(app: Arc<App>, listener: TcpListener, router: Router) {
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
                tracing::warn!(%error, "no connection could be accepted; trying again");
                tokio::time::sleep(AFTER_ERROR).await;
            }
        }
    }
}

fn admit(app: &Arc<App>, number: u64, stream: TcpStream, peer: SocketAddr, router: &Router) {
    let counted = (!app.trusts(peer.ip())).then(|| peer.ip().into());
    let pass = match app.gates.admit_connection(counted) {
        Ok(pass) => Arc::new(pass),
        Err(closed) => {
            app.metrics.turned_away(match closed {
                Closed::Full => "connections",
                Closed::TooMany => "connections_by_address",
            });
            if let Err(error) = stream.try_write(NO_ROOM) {
                tracing::trace!(%error, "a connection without room did not hear so");
            }
            return;
        }
    };
    let connection = Connection { number, peer, pass };
    app.tasks.spawn(serve(app.clone(), stream, connection, router.clone()));
}

async fn serve(app: Arc<App>, stream: TcpStream, connection: Connection, router: Router) {
    let number = connection.number;
    // Frames are small and each is waited for.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(number, %error, "a socket keeps its delay");
    }
    let counted = Held::by(&app.metrics.connections);
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
        Ok(Err(error)) => tracing::debug!(number, %error, "a connection broke"),
        Err(_) => tracing::debug!(number, "a connection that did not finish was dropped"),
    }
    drop(counted);
}
