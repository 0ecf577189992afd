//! How the server is: for whoever watches over it.

use super::Refused;
use super::guard::{Connection, is_from_here};
use crate::serve::App;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: it can be sent people: it is not stopping, and its store takes appends.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Refused> {
    if app.shutdown.is_cancelled() {
        let say = "The server is stopping.";
        return Err(Refused::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", say));
    }
    app.journal.ready().await.map_err(|error| {
        tracing::error!(%error, "the store takes no appends");
        Refused::not_stored()
    })?;
    Ok("ready\n")
}

/// `GET /metrics` beside everything else: to this machine alone, and not where the figures have a
/// listener of their own.
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    if app.config.metrics_listen.is_some() || !is_from_here(&connection, &headers) {
        return Err(Refused::nothing_here());
    }
    Ok(figures(State(app)).await)
}

/// `GET /metrics` on the listener for figures.
pub(super) async fn figures(State(app): State<Arc<App>>) -> Response {
    match app.metrics.encode() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the figures could not be written down");
            Refused::full().into_response()
        }
    }
}
