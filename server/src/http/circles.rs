//! Making a circle, looking at its door, deleting it.

use super::authorization::{Maker, entry_key, maker};
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
use hearth_protocol::api::{CircleMade, Door, Entry, LinkRole, NewCircle};
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
    check_new_circle(&new)?;
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
        .create_circle(&new, circle, app.clock.now())
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
    let peeked = app.rooms.peek(circle).await;
    let session = peeked.map_err(|error| not_stored("read a session", &error))?;
    Ok(Json(Door {
        circle,
        role: entry.role,
        title: row.title,
        agreements: row.agreements,
        settings: row.settings,
        locker: entry.locker,
        session,
    }))
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
