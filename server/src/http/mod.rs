//! HTTP: the API for circles, the WebSocket upgrade, health checks, metrics and the page.

mod about;
mod authorization;
mod circles;
mod guard;
mod headers;
mod health;
mod problem;
mod validate;
mod websocket;

pub use guard::TcpConnection;
pub use problem::HttpError;
pub use validate::validate_new_circle;

use crate::state::AppState;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use std::sync::Arc;

/// Returns all routes, with access control in front of them.
pub fn router(app: Arc<AppState>) -> Router {
    let routes = Router::new()
        .route("/api/circles", post(circles::create).fallback(wrong_method_post))
        .route(
            "/api/circles/{circle}",
            get(circles::read).delete(circles::delete).fallback(wrong_method_circle),
        )
        .route(
            "/api/circles/{circle}/next_session",
            put(circles::set_next_session).fallback(wrong_method_next_session),
        )
        .route("/api/about", get(about::about))
        .route("/ws", any(websocket::open))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .merge(crate::web::router());
    #[cfg(feature = "echo")]
    let routes = routes.route("/echo", any(websocket::open_echo));
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method_get)
        .route_layer(from_fn_with_state(app.clone(), count))
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .with_state(app)
}

/// Returns the routes of the listener for metrics.
pub fn metrics_router(app: Arc<AppState>) -> Router {
    Router::new().route("/metrics", get(health::render_metrics)).with_state(app)
}

async fn wrong_method_post() -> HttpError {
    HttpError::wrong_method("POST")
}

async fn wrong_method_circle() -> HttpError {
    HttpError::wrong_method("GET, DELETE")
}

async fn wrong_method_next_session() -> HttpError {
    HttpError::wrong_method("PUT")
}

async fn wrong_method_get() -> HttpError {
    HttpError::wrong_method("GET, HEAD")
}

/// Responds to a browser with the page, and to a program with a problem.
async fn nothing_here(request: Request) -> Response {
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        let accept_encoding = request.headers().get(ACCEPT_ENCODING).cloned();
        return crate::web::not_found(accept_encoding).await;
    }
    HttpError::nothing_here().into_response()
}

/// Counts responses by route. The label is the route's pattern, never the requested path.
async fn count(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or("other", |path| match path.as_str() {
            "/api/circles" => "/api/circles",
            "/api/circles/{circle}" => "/api/circles/{circle}",
            "/api/circles/{circle}/next_session" => "/api/circles/{circle}/next_session",
            "/api/about" => "/api/about",
            "/ws" => "/ws",
            "/healthz" | "/readyz" | "/metrics" => "status",
            _ => "page",
        });
    let response = next.run(request).await;
    app.metrics.count_response(route, response.status().as_u16());
    response
}
