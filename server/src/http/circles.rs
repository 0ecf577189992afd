//! The API for circles: create, read, set the next session, delete.

use super::authorization::{Creator, creator, entry_key};
use super::guard::Client;
use super::problem::HttpError;
use super::validate::{validate_new_circle, validate_next_session};
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use hearth_journal::{CircleRow, JournalError};
use hearth_protocol::CircleId;
use hearth_protocol::api::{CircleMade, Door, Entry, LinkRole, NewCircle, NextSession};
use hearth_protocol::limits::BODY_BYTES_MAX;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// `POST /api/circles`
pub(super) async fn create(
    State(app): State<Arc<AppState>>,
    Extension(Client(address)): Extension<Client>,
    request: Request,
) -> Result<(StatusCode, Json<CircleMade>), HttpError> {
    let creator = creator(&app, request.headers())?;
    let new: NewCircle = read_json(&app, request).await?;
    let now = app.clock.now();
    validate_new_circle(&new, now)?;
    if creator == Creator::Anyone && !app.access_limits.allows_circle(address) {
        app.metrics.count_rejected("circle_rate");
        return Err(HttpError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_circles",
            "Many circles were created from your network. Please try again in an hour.",
        ));
    }
    let circle = CircleId(Uuid::new_v4());
    app.journal.create_circle(&new, circle, now).await.map_err(|error| not_stored(&error))?;
    app.metrics.circles_created.inc();
    tracing::info!(%circle, "circle created");
    Ok((StatusCode::CREATED, Json(CircleMade { circle })))
}

/// `GET /api/circles/{circle}`
pub(super) async fn read(
    State(app): State<Arc<AppState>>,
    circle: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<Door>, HttpError> {
    let (circle, row, entry) = open(&app, circle, &headers).await?;
    let peeked = app.rooms.lobby_summary(circle).await;
    let session = peeked.map_err(|error| not_stored(&error))?;
    let now = app.clock.now();
    Ok(Json(Door {
        circle,
        role: entry.role,
        title: row.title,
        agreements: row.agreements,
        held_by: row.held_by,
        lasts_ms: row.lasts_ms,
        next_at: row.next_at.filter(|at| *at > now),
        now,
        settings: row.settings,
        locker: entry.locker,
        session,
    }))
}

/// `PUT /api/circles/{circle}/next_session`
pub(super) async fn set_next_session(
    State(app): State<Arc<AppState>>,
    circle: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<NextSession>, HttpError> {
    let (circle, _, entry) = open(&app, circle, request.headers()).await?;
    if !matches!(entry.role, LinkRole::Keeper | LinkRole::Facilitator) {
        return Err(HttpError::new(
            StatusCode::FORBIDDEN,
            "keeper_or_facilitator",
            "Only the keeper's and facilitators' links can schedule the next session.",
        ));
    }
    let next: NextSession = read_json(&app, request).await?;
    if let Some(at) = next.at {
        validate_next_session("at", at, app.clock.now())?;
    }
    match app.journal.set_next_at(circle, next.at).await {
        Ok(()) => Ok(Json(next)),
        // Deleted since it was read above.
        Err(JournalError::NoCircle { .. }) => Err(HttpError::no_circle()),
        Err(error) => Err(not_stored(&error)),
    }
}

/// `DELETE /api/circles/{circle}`
pub(super) async fn delete(
    State(app): State<Arc<AppState>>,
    circle: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<StatusCode, HttpError> {
    let (circle, _, entry) = open(&app, circle, &headers).await?;
    if entry.role != LinkRole::Keeper {
        return Err(HttpError::new(
            StatusCode::FORBIDDEN,
            "keeper_alone",
            "Only the keeper's link can delete a circle.",
        ));
    }
    app.rooms.delete_circle(circle).await.map_err(|error| not_stored(&error))?;
    tracing::info!(%circle, "circle deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the circle, and the entry whose key the request carries.
async fn open(
    app: &AppState,
    circle: Result<Path<String>, PathRejection>,
    headers: &HeaderMap,
) -> Result<(CircleId, CircleRow, Entry), HttpError> {
    let given = entry_key(headers)?.hash();
    let Path(circle) = circle.map_err(|_| HttpError::no_circle())?;
    let circle = circle.parse().map(CircleId).map_err(|_| HttpError::no_circle())?;
    let row = app
        .journal
        .circle(circle)
        .await
        .map_err(|error| not_stored(&error))?
        .ok_or_else(HttpError::no_circle)?;
    // Always compare every entry, each in constant time, so that timing reveals nothing.
    let matching = row
        .entries
        .iter()
        .fold(None, |found, entry| if entry.entry_hash == given { Some(entry) } else { found });
    let entry = matching.cloned().ok_or_else(HttpError::no_circle)?;
    Ok((circle, row, entry))
}

/// Logs the error for the operator, and returns a response without its details.
fn not_stored(error: &JournalError) -> HttpError {
    tracing::error!(%error, "a request failed");
    HttpError::not_stored()
}

async fn read_json<T: serde::de::DeserializeOwned>(
    app: &AppState,
    request: Request,
) -> Result<T, HttpError> {
    let is_json =
        request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(
            |kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
            },
        );
    if !is_json {
        return Err(HttpError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON, with `Content-Type: application/json`.",
        ));
    }
    let timeout = Duration::from_millis(app.config.limits.body_ms);
    let body = match tokio::time::timeout(timeout, read_body(request.into_body())).await {
        Ok(body) => body?,
        Err(_) => {
            return Err(HttpError::new(
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                "The request didn't arrive in time. Please try again.",
            ));
        }
    };
    // serde's message may repeat parts of the body; the position doesn't.
    serde_json::from_slice(&body).map_err(|error| {
        let problem =
            if error.is_data() { "doesn't have the expected fields" } else { "isn't valid JSON" };
        let (line, column) = (error.line(), error.column());
        HttpError::bad_request(
            "malformed",
            format!(
                "The body {problem}, at line {line}, column {column}. PROTOCOL.md documents it."
            ),
        )
    })
}

async fn read_body(body: Body) -> Result<Bytes, HttpError> {
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(HttpError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("A request's body can have at most {BODY_BYTES_MAX} bytes."),
        )),
        Err(_) => {
            Err(HttpError::bad_request("cut_short", "The request ended early. Please try again."))
        }
    }
}
