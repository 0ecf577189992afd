//! The demo's circle.

use crate::script::{AGREEMENTS, HELD_BY, TITLE};
use hearth_client::{CircleOptions, Error, Links, Origin, make_circle};
use hearth_protocol::settings::Late;
use hearth_protocol::{Settings, Text};

/// Announced length of a session; the scripts take about as long.
const SESSION_LENGTH_MS: u64 = 600_000;

/// Creates the demo's circle on the server at `origin`, using the operator's key if there is one.
pub async fn create_circle(origin: &Origin, operator_key: Option<String>) -> Result<Links, Error> {
    let circle = CircleOptions {
        agreements: Some(Text::plain(AGREEMENTS)),
        held_by: Some(Text::plain(HELD_BY)),
        lasts_ms: Some(SESSION_LENGTH_MS),
        settings: Settings { late: Late::AtEnd, earlier_words: true, ..Settings::default() },
        operator_key,
        ..CircleOptions::titled(TITLE)
    };
    make_circle(origin, circle).await
}
