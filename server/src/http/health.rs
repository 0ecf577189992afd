//! Health checks and metrics.

use super::guard::is_direct_from_this_machine;
use super::problem::HttpError;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// `GET /healthz`: succeeds while the process responds.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: succeeds while the server accepts people: it isn't stopping, and the journal can be
/// written to.
pub(super) async fn readyz(State(app): State<Arc<AppState>>) -> Result<&'static str, HttpError> {
    if app.shutdown.is_cancelled() {
        let detail = "The server is stopping.";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", detail));
    }
    app.journal.ready().await.map_err(|error| {
        tracing::error!(%error, "journal is not ready");
        HttpError::not_stored()
    })?;
    Ok("ready\n")
}

/// `GET /metrics` on the main listener: for this machine only, never through a proxy, and only if
/// metrics have no listener of their own.
pub(super) async fn metrics(
    State(app): State<Arc<AppState>>,
    request: Request,
) -> Result<Response, HttpError> {
    if app.config.metrics_listen.is_some() || !is_direct_from_this_machine(&app, &request) {
        return Err(HttpError::nothing_here());
    }
    Ok(render_metrics(State(app)).await)
}

/// `GET /metrics` on the listener for metrics.
pub(super) async fn render_metrics(State(app): State<Arc<AppState>>) -> Response {
    match app.metrics.encode() {
        Ok(text) => {
            let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, content_type)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "can't encode the metrics");
            HttpError::full().into_response()
        }
    }
}
