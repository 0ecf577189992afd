//! Validates new circles.

use super::problem::HttpError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::limits::{
    AGREEMENTS_CHARS_MAX, HELD_BY_CHARS_MAX, LASTS_MS, LOCKER_BYTES_MAX, NEXT_SESSION_MS_MAX,
    SLOW_MS_MAX, TITLE_CHARS_MAX, TURN_LIMIT_MS,
};
use hearth_protocol::text::TextError;
use hearth_protocol::{Millis, Settings};

/// Checks everything about a new circle that its types don't guarantee.
pub fn validate_new_circle(circle: &NewCircle, now: Millis) -> Result<(), HttpError> {
    circle.title.check_line(TITLE_CHARS_MAX).map_err(|error| text("title", error))?;
    if let Some(agreements) = &circle.agreements {
        agreements.check(AGREEMENTS_CHARS_MAX).map_err(|error| text("agreements", error))?;
    }
    if let Some(held_by) = &circle.held_by {
        held_by.check_line(HELD_BY_CHARS_MAX).map_err(|error| text("held_by", error))?;
    }
    if circle.lasts_ms.is_some_and(|ms| !LASTS_MS.contains(&ms)) {
        let (least, most) = (LASTS_MS.start(), LASTS_MS.end());
        return Err(HttpError::bad_request(
            "out_of_range",
            format!("lasts_ms must be between {least} and {most} milliseconds."),
        ));
    }
    circle.next_at.map_or(Ok(()), |at| validate_next_session("next_at", at, now))?;
    validate_settings(&circle.settings)?;
    validate_entries(&circle.entries)
}

/// Checks the time of a next session. `field` names it in errors.
pub(super) fn validate_next_session(field: &str, at: Millis, now: Millis) -> Result<(), HttpError> {
    let problem = if at < now {
        "is in the past. Send a future time, in milliseconds since 1970"
    } else if at - now > NEXT_SESSION_MS_MAX {
        "is more than 400 days away. Send an earlier time, in milliseconds since 1970"
    } else {
        return Ok(());
    };
    Err(HttpError::bad_request("out_of_range", format!("{field} {problem}.")))
}

fn text(field: &str, error: TextError) -> HttpError {
    let code = match error {
        TextError::Empty => "empty",
        TextError::TooLong { .. } | TextError::TooManyLines { .. } => "too_long",
        TextError::Control | TextError::Sealed => "bad_text",
    };
    // The error contains lengths, never the text.
    HttpError::bad_request(code, format!("The circle's {field} isn't valid: {error}."))
}

fn validate_settings(settings: &Settings) -> Result<(), HttpError> {
    if settings.limit.as_ref().is_some_and(|limit| !TURN_LIMIT_MS.contains(&limit.ms)) {
        return Err(HttpError::bad_request(
            "out_of_range",
            format!(
                "settings.limit.ms must be between {} and {} milliseconds.",
                TURN_LIMIT_MS.start(),
                TURN_LIMIT_MS.end()
            ),
        ));
    }
    if settings.slow_ms > SLOW_MS_MAX {
        return Err(HttpError::bad_request(
            "out_of_range",
            format!("settings.slow_ms must be at most {SLOW_MS_MAX} milliseconds."),
        ));
    }
    Ok(())
}

fn validate_entries(entries: &[Entry]) -> Result<(), HttpError> {
    let each_once = entries.len() == LinkRole::ALL.len()
        && LinkRole::ALL.iter().all(|role| entries.iter().any(|entry| entry.role == *role));
    if !each_once {
        return Err(HttpError::bad_request(
            "bad_entries",
            "entries must contain each role exactly once: keeper, facilitator, moderator, \
             participant, listener.",
        ));
    }
    let repeated = entries.iter().enumerate().any(|(i, entry)| {
        entries.iter().skip(i + 1).any(|other| other.entry_hash == entry.entry_hash)
    });
    if repeated {
        return Err(HttpError::bad_request(
            "bad_entries",
            "Two entries have the same entry_hash, but each link needs its own secret.",
        ));
    }
    entries.iter().try_for_each(|entry| validate_locker(&entry.locker))
}

fn validate_locker(locker: &str) -> Result<(), HttpError> {
    let longest = (LOCKER_BYTES_MAX * 4).div_ceil(3);
    let decoded = (locker.len() <= longest).then(|| URL_SAFE_NO_PAD.decode(locker).ok()).flatten();
    if decoded.is_some_and(|bytes| bytes.len() <= LOCKER_BYTES_MAX) {
        return Ok(());
    }
    Err(HttpError::bad_request(
        "bad_locker",
        format!("A locker must be base64url without padding, of at most {LOCKER_BYTES_MAX} bytes."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::Text;
    use hearth_protocol::keys::{EntryKey, KeyHash};
    use hearth_protocol::turn::TurnLimit;

    const NOW: Millis = 1_795_219_200_000;

    fn hash(seed: u8) -> KeyHash {
        EntryKey::from_bytes([seed; 32]).hash()
    }

    fn circle() -> NewCircle {
        let entries = LinkRole::ALL.iter().zip(1..).map(|(role, seed)| Entry {
            role: *role,
            entry_hash: hash(seed),
            locker: String::new(),
        });
        NewCircle {
            title: Text::plain("Tuesday"),
            agreements: None,
            held_by: None,
            lasts_ms: None,
            next_at: None,
            settings: Settings::default(),
            entries: entries.collect(),
        }
    }

    fn refused(change: impl FnOnce(&mut NewCircle)) -> &'static str {
        let mut circle = circle();
        change(&mut circle);
        validate_new_circle(&circle, NOW).map_or_else(|error| error.code(), |()| "accepted")
    }

    #[test]
    fn a_new_circle_is_accepted_or_refused_with_a_reason() {
        assert_eq!(refused(|_| {}), "accepted");
        assert_eq!(refused(|c| c.title = Text::plain(" ")), "empty");
        assert_eq!(refused(|c| c.title = Text::plain("a\nb")), "bad_text");
        assert_eq!(refused(|c| c.title = Text::plain("x".repeat(121))), "too_long");
        assert_eq!(refused(|c| c.title = Text::plain("x".repeat(120))), "accepted");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain(""))), "empty");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain("a\nb"))), "accepted");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain("x".repeat(4_001)))), "too_long");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("Fay and Mo"))), "accepted");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain(" "))), "empty");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("Fay\nMo"))), "bad_text");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("x".repeat(121)))), "too_long");
        let lasts = |ms| move |c: &mut NewCircle| c.lasts_ms = Some(ms);
        assert_eq!(refused(lasts(299_999)), "out_of_range");
        assert_eq!(refused(lasts(300_000)), "accepted");
        assert_eq!(refused(lasts(28_800_000)), "accepted");
        assert_eq!(refused(lasts(28_800_001)), "out_of_range");
        let next = |at| move |c: &mut NewCircle| c.next_at = Some(at);
        assert_eq!(refused(next(NOW - 1)), "out_of_range");
        assert_eq!(refused(next(NOW)), "accepted");
        assert_eq!(refused(next(NOW + 400 * 86_400_000)), "accepted");
        assert_eq!(refused(next(NOW + 400 * 86_400_000 + 1)), "out_of_range");
        assert_eq!(refused(next(u64::MAX)), "out_of_range");
        let limit =
            |ms| move |c: &mut NewCircle| c.settings.limit = Some(TurnLimit { ms, firm: true });
        assert_eq!(refused(limit(14_999)), "out_of_range");
        assert_eq!(refused(limit(15_000)), "accepted");
        assert_eq!(refused(limit(3_600_001)), "out_of_range");
        assert_eq!(refused(|c| c.settings.slow_ms = 600_001), "out_of_range");
        assert_eq!(refused(|c| drop(c.entries.pop())), "bad_entries");
        assert_eq!(refused(|c| c.entries.push(c.entries[0].clone())), "bad_entries");
        assert_eq!(refused(|c| c.entries[1].role = LinkRole::Keeper), "bad_entries");
        assert_eq!(refused(|c| c.entries[1].entry_hash = c.entries[0].entry_hash), "bad_entries");
        let locker = |bytes| {
            move |c: &mut NewCircle| {
                c.entries[0].locker = URL_SAFE_NO_PAD.encode(vec![7; bytes]);
            }
        };
        assert_eq!(refused(locker(4_096)), "accepted");
        assert_eq!(refused(locker(4_097)), "bad_locker");
        assert_eq!(refused(|c| c.entries[0].locker = "not base64!".to_owned()), "bad_locker");
    }
}
