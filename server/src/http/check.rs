//! Whether a new circle is as it should be.

use super::Refused;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_protocol::Settings;
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::limits::{
    AGREEMENTS_CHARS_MAX, LOCKER_BYTES_MAX, SLOW_MS_MAX, TITLE_CHARS_MAX, TURN_LIMIT_MS,
};
use hearth_protocol::text::TextError;

/// Checks everything about a new circle that its types leave open.
pub fn check_new_circle(circle: &NewCircle) -> Result<(), Refused> {
    circle.title.check_line(TITLE_CHARS_MAX).map_err(|error| text("title", error))?;
    if let Some(agreements) = &circle.agreements {
        agreements.check(AGREEMENTS_CHARS_MAX).map_err(|error| text("agreements", error))?;
    }
    check_settings(&circle.settings)?;
    check_entries(&circle.entries)
}

fn text(field: &str, error: TextError) -> Refused {
    let code = match error {
        TextError::Empty => "empty",
        TextError::TooLong { .. } => "too_long",
        TextError::Control => "bad_text",
    };
    // The error tells lengths, never the words.
    Refused::bad(code, format!("The circle's {field} cannot be kept: {error}."))
}

fn check_settings(settings: &Settings) -> Result<(), Refused> {
    if settings.limit.is_some_and(|limit| !TURN_LIMIT_MS.contains(&limit.ms)) {
        return Err(Refused::bad(
            "out_of_range",
            format!(
                "settings.limit.ms must lie between {} and {} milliseconds.",
                TURN_LIMIT_MS.start(),
                TURN_LIMIT_MS.end()
            ),
        ));
    }
    if settings.slow_ms > SLOW_MS_MAX {
        return Err(Refused::bad(
            "out_of_range",
            format!("settings.slow_ms must be at most {SLOW_MS_MAX} milliseconds."),
        ));
    }
    Ok(())
}

fn check_entries(entries: &[Entry]) -> Result<(), Refused> {
    let each_once = entries.len() == LinkRole::ALL.len()
        && LinkRole::ALL.iter().all(|role| entries.iter().any(|entry| entry.role == *role));
    if !each_once {
        return Err(Refused::bad(
            "bad_entries",
            "entries must hold each role exactly once: keeper, facilitator, moderator, \
             participant, listener.",
        ));
    }
    let repeated = entries.iter().enumerate().any(|(i, entry)| {
        entries.iter().skip(i + 1).any(|other| other.entry_hash == entry.entry_hash)
    });
    if repeated {
        return Err(Refused::bad(
            "bad_entries",
            "Each link needs a secret of its own; two entries have the same entry_hash.",
        ));
    }
    entries.iter().try_for_each(|entry| check_locker(&entry.locker))
}

fn check_locker(locker: &str) -> Result<(), Refused> {
    let longest = (LOCKER_BYTES_MAX * 4).div_ceil(3);
    let decoded = (locker.len() <= longest).then(|| URL_SAFE_NO_PAD.decode(locker).ok()).flatten();
    if decoded.is_some_and(|bytes| bytes.len() <= LOCKER_BYTES_MAX) {
        return Ok(());
    }
    Err(Refused::bad(
        "bad_locker",
        format!("A locker is at most {LOCKER_BYTES_MAX} bytes in base64url without padding."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::keys::{EntryKey, KeyHash};
    use hearth_protocol::{Text, TurnLimit};

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
            settings: Settings::default(),
            entries: entries.collect(),
        }
    }

    fn refused(change: impl FnOnce(&mut NewCircle)) -> &'static str {
        let mut circle = circle();
        change(&mut circle);
        check_new_circle(&circle).map_or_else(|refused| refused.code(), |()| "kept")
    }

    #[test]
    fn a_new_circle_is_kept_or_refused_with_a_reason() {
        assert_eq!(refused(|_| {}), "kept");
        assert_eq!(refused(|c| c.title = Text::plain(" ")), "empty");
        assert_eq!(refused(|c| c.title = Text::plain("a\nb")), "bad_text");
        assert_eq!(refused(|c| c.title = Text::plain("x".repeat(121))), "too_long");
        assert_eq!(refused(|c| c.title = Text::plain("x".repeat(120))), "kept");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain(""))), "empty");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain("a\nb"))), "kept");
        assert_eq!(refused(|c| c.agreements = Some(Text::plain("x".repeat(4_001)))), "too_long");
        let limit =
            |ms| move |c: &mut NewCircle| c.settings.limit = Some(TurnLimit { ms, firm: true });
        assert_eq!(refused(limit(14_999)), "out_of_range");
        assert_eq!(refused(limit(15_000)), "kept");
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
        assert_eq!(refused(locker(4_096)), "kept");
        assert_eq!(refused(locker(4_097)), "bad_locker");
        assert_eq!(refused(|c| c.entries[0].locker = "not base64!".to_owned()), "bad_locker");
    }
}
