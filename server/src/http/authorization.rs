//! `Authorization: Hearth <key>`.

use super::Refused;
use crate::config::WhoMayCreate;
use crate::door::OperatorKey;
use crate::serve::App;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use hearth_protocol::keys::EntryKey;

/// Returns the text of the key a request carries, if it carries one.
fn key_text(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("hearth").then(|| key.trim())
}

/// Returns the entry key a request carries.
pub(super) fn entry_key(headers: &HeaderMap) -> Result<EntryKey, Refused> {
    key_text(headers).and_then(|text| EntryKey::decode(text).ok()).ok_or_else(|| {
        Refused::key_needed(
            "This needs `Authorization: Hearth <entry key>`, from the circle's link.",
        )
    })
}

/// By what right a circle is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// Anyone may: the address's allowance counts.
    Anyone,
    /// A key of the operator's.
    Operator,
}

/// Returns by what right this request may make a circle. A key that opens nothing is refused even
/// where none is needed: whoever sends one would rather know.
pub(super) fn maker(app: &App, headers: &HeaderMap) -> Result<Maker, Refused> {
    let who = app.config.who_may_create;
    let Some(text) = key_text(headers) else {
        return match who {
            WhoMayCreate::Anyone => Ok(Maker::Anyone),
            WhoMayCreate::Operator => Err(Refused::key_needed(
                "On this server its operator makes the circles. Ask them, or send \
                 `Authorization: Hearth <operator's key>`.",
            )),
            WhoMayCreate::CommandLine => Err(command_line_alone()),
        };
    };
    let given = OperatorKey::decode(text).ok().map(|key| key.hash());
    // Both are compared, whichever fits, in the same time.
    let by_command_line = given == Some(app.command_line_hash);
    let by_operator =
        app.config.operator_key_hash.is_some() && given == app.config.operator_key_hash;
    if by_command_line || (by_operator && who != WhoMayCreate::CommandLine) {
        return Ok(Maker::Operator);
    }
    if who == WhoMayCreate::CommandLine {
        return Err(command_line_alone());
    }
    Err(Refused::key_needed("That is not the operator's key of this server."))
}

fn command_line_alone() -> Refused {
    Refused::new(
        StatusCode::FORBIDDEN,
        "command_line_alone",
        "On this server circles are made with `hearth circle new` on the machine itself.",
    )
}
