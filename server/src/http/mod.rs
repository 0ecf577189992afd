//! HTTP: the interface by which circles are made and looked at, the way to a line, the page.

mod authorization;
mod check;
mod circles;
mod guard;
mod headers;
mod problem;
mod status;
mod upgrade;

pub use check::check_new_circle;
pub use guard::Connection;
pub use problem::Refused;

use crate::serve::App;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use guard::Client;
use std::sync::Arc;

/// Returns every route, behind the door.
pub fn router(app: Arc<App>) -> Router {
    let routes = Router::new()
        .route("/api/circles", post(circles::make).fallback(wrong_method_post))
        .route(
            "/api/circles/{circle}",
            get(circles::look).delete(circles::delete).fallback(wrong_method_circle),
        )
        .route(
            "/api/circles/{circle}/next_session",
            put(circles::set_next_session).fallback(wrong_method_next_session),
        )
        .route("/ws", any(upgrade::open_line))
        .route("/healthz", get(status::healthz))
        .route("/readyz", get(status::readyz))
        .route("/metrics", get(status::metrics))
        .merge(crate::web::router());
    #[cfg(feature = "echo")]
    let routes = routes.route("/echo", any(upgrade::open_echo));
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method_get)
        .route_layer(from_fn_with_state(app.clone(), count))
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .with_state(app)
}

/// Returns the routes of a listener for figures alone.
pub fn metrics_router(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(status::figures)).with_state(app)
}

async fn wrong_method_post() -> Refused {
    Refused::wrong_method("POST")
}

async fn wrong_method_circle() -> Refused {
    Refused::wrong_method("GET, DELETE")
}

async fn wrong_method_next_session() -> Refused {
    Refused::wrong_method("PUT")
}

async fn wrong_method_get() -> Refused {
    Refused::wrong_method("GET, HEAD")
}

/// Answers a person in words, and a program with a problem.
async fn nothing_here(request: Request) -> Response {
    let refused = Refused::nothing_here();
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if wants_page {
        let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
        return (refused.status(), plain, refused.say().to_owned()).into_response();
    }
    refused.into_response()
}

/// Counts answers by route, as the route is written here and never as it was asked for.
async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or("other", |path| match path.as_str() {
            "/api/circles" => "/api/circles",
            "/api/circles/{circle}" => "/api/circles/{circle}",
            "/api/circles/{circle}/next_session" => "/api/circles/{circle}/next_session",
            "/ws" => "/ws",
            "/healthz" | "/readyz" | "/metrics" => "status",
            _ => "page",
        });
    let response = next.run(request).await;
    app.metrics.answered(route, response.status().as_u16());
    response
}
