//! The keys in `Authorization: Hearth <key>`.

use super::problem::HttpError;
use crate::access::OperatorKey;
use crate::config::WhoMayCreate;
use crate::state::AppState;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use hearth_protocol::keys::EntryKey;

fn key_text(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("hearth").then(|| key.trim())
}

pub(super) fn entry_key(headers: &HeaderMap) -> Result<EntryKey, HttpError> {
    key_text(headers).and_then(|text| EntryKey::decode(text).ok()).ok_or_else(|| {
        HttpError::key_needed(
            "Send `Authorization: Hearth <entry key>`, with the entry key from the circle's link.",
        )
    })
}

/// Why a request may create a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Creator {
    /// Anyone may create circles, within the limit of their address.
    Anyone,
    /// The request has the operator key, or the command line's.
    Operator,
}

/// Returns why this request may create a circle. An invalid key is refused even if none is needed,
/// because the sender expects it to work.
pub(super) fn creator(app: &AppState, headers: &HeaderMap) -> Result<Creator, HttpError> {
    let who = app.config.who_may_create;
    let Some(text) = key_text(headers) else {
        return match who {
            WhoMayCreate::Anyone => Ok(Creator::Anyone),
            WhoMayCreate::Operator => Err(HttpError::key_needed(
                "On this server only its operator creates circles. Ask them, or send \
                 `Authorization: Hearth <operator key>`.",
            )),
            WhoMayCreate::CommandLine => Err(command_line_only()),
        };
    };
    let given = OperatorKey::decode(text).ok().map(|key| key.hash());
    // Always compare both, so that timing reveals nothing.
    let by_command_line = given == Some(app.command_line_hash);
    let by_operator =
        app.config.operator_key_hash.is_some() && given == app.config.operator_key_hash;
    if by_command_line || (by_operator && who != WhoMayCreate::CommandLine) {
        return Ok(Creator::Operator);
    }
    if who == WhoMayCreate::CommandLine {
        return Err(command_line_only());
    }
    Err(HttpError::key_needed("This isn't the operator key of this server."))
}

fn command_line_only() -> HttpError {
    HttpError::new(
        StatusCode::FORBIDDEN,
        "command_line_alone",
        "On this server, circles are created by running `hearth circle new` on the server itself.",
    )
}
