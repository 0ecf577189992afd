//! Whether a new circle is as it should be.

use super::Refused;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_protocol::api::{Entry, LinkRole, NewCircle};
use hearth_protocol::limits::{
    AGREEMENTS_CHARS_MAX, HELD_BY_CHARS_MAX, LASTS_MS, LOCKER_BYTES_MAX, NEXT_SESSION_MS_MAX,
    SLOW_MS_MAX, TITLE_CHARS_MAX, TURN_LIMIT_MS,
};
use hearth_protocol::text::TextError;
use hearth_protocol::{Millis, Settings};

/// Checks everything about a new circle that its types leave open.
pub fn check_new_circle(circle: &NewCircle, now: Millis) -> Result<(), Refused> {
    circle.title.check_line(TITLE_CHARS_MAX).map_err(|error| text("title", error))?;
    if let Some(agreements) = &circle.agreements {
        agreements.check(AGREEMENTS_CHARS_MAX).map_err(|error| text("agreements", error))?;
    }
    if let Some(held_by) = &circle.held_by {
        held_by.check_line(HELD_BY_CHARS_MAX).map_err(|error| text("held_by", error))?;
    }
    if circle.lasts_ms.is_some_and(|ms| !LASTS_MS.contains(&ms)) {
        let (least, most) = (LASTS_MS.start(), LASTS_MS.end());
        return Err(Refused::bad(
            "out_of_range",
            format!("lasts_ms must lie between {least} and {most} milliseconds."),
        ));
    }
    circle.next_at.map_or(Ok(()), |at| check_next_session("next_at", at, now))?;
    check_settings(&circle.settings)?;
    check_entries(&circle.entries)
}

/// Checks the hour of a next session, in the field of this name.
pub(super) fn check_next_session(field: &str, at: Millis, now: Millis) -> Result<(), Refused> {
    let why = if at < now {
        "lies in the past. Name an hour that is to come, in milliseconds since 1970"
    } else if at - now > NEXT_SESSION_MS_MAX {
        "is more than 400 days away. Name a nearer hour, in milliseconds since 1970"
    } else {
        return Ok(());
    };
    Err(Refused::bad("out_of_range", format!("{field} {why}.")))
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
        check_new_circle(&circle, NOW).map_or_else(|refused| refused.code(), |()| "kept")
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
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("Fay and Mo"))), "kept");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain(" "))), "empty");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("Fay\nMo"))), "bad_text");
        assert_eq!(refused(|c| c.held_by = Some(Text::plain("x".repeat(121)))), "too_long");
        let lasts = |ms| move |c: &mut NewCircle| c.lasts_ms = Some(ms);
        assert_eq!(refused(lasts(299_999)), "out_of_range");
        assert_eq!(refused(lasts(300_000)), "kept");
        assert_eq!(refused(lasts(28_800_000)), "kept");
        assert_eq!(refused(lasts(28_800_001)), "out_of_range");
        let next = |at| move |c: &mut NewCircle| c.next_at = Some(at);
        assert_eq!(refused(next(NOW - 1)), "out_of_range");
        assert_eq!(refused(next(NOW)), "kept");
        assert_eq!(refused(next(NOW + 400 * 86_400_000)), "kept");
        assert_eq!(refused(next(NOW + 400 * 86_400_000 + 1)), "out_of_range");
        assert_eq!(refused(next(u64::MAX)), "out_of_range");
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
