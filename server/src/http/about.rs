//! Serves what the start page needs to know about the server.

use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use hearth_protocol::api::About;
use std::sync::Arc;

/// `GET /api/about`
pub(super) async fn about(State(app): State<Arc<AppState>>) -> Json<About> {
    Json(About { demo_url: app.demo_url.get().cloned() })
}
