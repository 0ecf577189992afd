//! Making a circle, looking at its door, naming its next hour, deleting it.

use super::authorization::{Maker, entry_key, maker};
use super::check::check_next_session;
use super::{Client, Refused, check_new_circle};
use crate::serve::App;
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
pub(super) async fn make(
    State(app): State<Arc<App>>,
    Extension(Client(address)): Extension<Client>,
    request: Request,
) -> Result<(StatusCode, Json<CircleMade>), Refused> {
    let maker = maker(&app, request.headers())?;
    let new: NewCircle = read_json(&app, request).await?;
    let now = app.clock.now();
    check_new_circle(&new, now)?;
    if maker == Maker::Anyone && !app.gates.allows_circle(address) {
        app.metrics.turned_away("circle_rate");
        return Err(Refused::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_circles",
            "Many circles were made from where you are. Please try again in an hour.",
        ));
    }
    let circle = CircleId(Uuid::new_v4());
    app.journal
        .create_circle(&new, circle, now)
        .await
        .map_err(|error| not_stored("make a circle", &error))?;
    app.metrics.circles_made.inc();
    tracing::info!(%circle, "a circle was made");
    Ok((StatusCode::CREATED, Json(CircleMade { circle })))
}

/// `GET /api/circles/{circle}`
pub(super) async fn look(
    State(app): State<Arc<App>>,
    circle: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<Door>, Refused> {
    let (circle, row, entry) = open(&app, circle, &headers).await?;
    let peeked = app.rooms.lobby_summary(circle).await;
    let session = peeked.map_err(|error| not_stored("read a session", &error))?;
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
    State(app): State<Arc<App>>,
    circle: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<NextSession>, Refused> {
    let (circle, _, entry) = open(&app, circle, request.headers()).await?;
    if !matches!(entry.role, LinkRole::Keeper | LinkRole::Facilitator) {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            "keeper_or_facilitator",
            "Only the links of keeper and facilitator can name the hour of the next session.",
        ));
    }
    let next: NextSession = read_json(&app, request).await?;
    if let Some(at) = next.at {
        check_next_session("at", at, app.clock.now())?;
    }
    match app.journal.set_next_at(circle, next.at).await {
        Ok(()) => Ok(Json(next)),
        // Deleted in this very moment.
        Err(JournalError::NoCircle { .. }) => Err(Refused::no_circle()),
        Err(error) => Err(not_stored("set the hour of a next session", &error)),
    }
}

/// `DELETE /api/circles/{circle}`
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    circle: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let (circle, _, entry) = open(&app, circle, &headers).await?;
    if entry.role != LinkRole::Keeper {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            "keeper_alone",
            "Only the keeper's link can delete a circle.",
        ));
    }
    app.rooms.delete_circle(circle).await.map_err(|error| not_stored("delete a circle", &error))?;
    tracing::info!(%circle, "a circle was deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the circle and the entry that the request's key opens.
async fn open(
    app: &App,
    circle: Result<Path<String>, PathRejection>,
    headers: &HeaderMap,
) -> Result<(CircleId, CircleRow, Entry), Refused> {
    let given = entry_key(headers)?.hash();
    let Path(circle) = circle.map_err(|_| Refused::no_circle())?;
    let circle = circle.parse().map(CircleId).map_err(|_| Refused::no_circle())?;
    let row = app
        .journal
        .circle(circle)
        .await
        .map_err(|error| not_stored("read a circle", &error))?
        .ok_or_else(Refused::no_circle)?;
    // Every entry is compared, each in constant time, whichever fits.
    let fits = row
        .entries
        .iter()
        .fold(None, |found, entry| if entry.entry_hash == given { Some(entry) } else { found });
    let entry = fits.cloned().ok_or_else(Refused::no_circle)?;
    Ok((circle, row, entry))
}

/// Logs what only the operator can mend, and tells the person what they can do.
fn not_stored(doing: &str, error: &JournalError) -> Refused {
    tracing::error!(%error, "could not {doing}");
    Refused::not_stored()
}

async fn read_json<T: serde::de::DeserializeOwned>(
    app: &App,
    request: Request,
) -> Result<T, Refused> {
    let is_json =
        request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(
            |kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
            },
        );
    if !is_json {
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON, with `Content-Type: application/json`.",
        ));
    }
    let within = Duration::from_millis(app.config.limits.body_ms);
    let body = match tokio::time::timeout(within, read_body(request.into_body())).await {
        Ok(body) => body?,
        Err(_) => {
            return Err(Refused::new(
                StatusCode::REQUEST_TIMEOUT,
                "too_slow",
                "The request did not arrive in time. Please try again.",
            ));
        }
    };
    // serde's own message may repeat what was sent; its place does not.
    serde_json::from_slice(&body).map_err(|error| {
        let what = if error.is_data() { "does not fit" } else { "is no JSON" };
        let (line, column) = (error.line(), error.column());
        Refused::bad(
            "malformed",
            format!(
                "The body {what}, at line {line}, column {column}. PROTOCOL.md shows how it looks."
            ),
        )
    })
}

async fn read_body(body: Body) -> Result<Bytes, Refused> {
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body of a request is at most {BODY_BYTES_MAX} bytes."),
        )),
        Err(_) => Err(Refused::bad("cut_short", "The request broke off. Please try again.")),
    }
}
