//! `hearth backup` and `hearth restore`.

use super::{Failed, Settings};
use crate::clock::Clock;
use crate::config::Config;
use clap::Args;
use hearth_journal::{Contents, back_up, restore};
use hearth_protocol::Millis;
use std::fmt::Write;
use std::path::PathBuf;

const DAY: Millis = 86_400_000;

/// A copy to make.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to make; it must not be there yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// A copy to go back to.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The file that `hearth backup` made
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Put it in the place of the store that is there, which is kept aside
    #[arg(long)]
    replace: bool,
}

/// Makes the copy, and returns what to print.
pub(super) fn make(backup: &Backup, settings: Settings) -> Result<String, Failed> {
    let config = Config::load(settings.sources())?;
    let held = back_up(&config.data, &backup.to)?;
    Ok(format!(
        "The copy is {}, checked and on the disk. It holds {}.\n\
         It keeps names and words as they stood, also once they are erased here: keep it as safe as \
         the data folder, and no longer than you need it.\n",
        backup.to.display(),
        told(&held),
    ))
}

/// Goes back to the copy, and returns what to print.
pub(super) fn go_back(asked: &Restore, settings: Settings) -> Result<String, Failed> {
    let config = Config::load(settings.sources())?;
    let aside = format!("before-restore-{}", stamp(Clock::system(0).now()));
    let restored = restore(&asked.from, &config.data, asked.replace, &aside)?;
    let mut out = format!(
        "The store in {} is that of {} again. It holds {}, the newest of it of {} UTC.\n",
        config.data.display(),
        asked.from.display(),
        told(&restored.contents),
        shown(restored.contents.newest_at),
    );
    if let Some(aside) = restored.aside {
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            out,
            "What was there before is kept in {}. It holds words: delete it once you are sure.",
            aside.display(),
        );
    }
    out.push_str(
        "Start the server. Pages that are still open come back to the circle as it then was.\n",
    );
    Ok(out)
}

fn told(held: &Contents) -> String {
    let of = |number: u64, one: &str, more: &str| {
        format!("{number} {}", if number == 1 { one } else { more })
    };
    format!(
        "{}, {} under way and {} that ended, in {}",
        of(held.circles, "circle", "circles"),
        of(held.live_rooms, "session", "sessions"),
        held.rooms.saturating_sub(held.live_rooms),
        size(held.bytes),
    )
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes < MIB {
        format!("{} KiB", bytes.div_ceil(1024))
    } else {
        format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB)
    }
}

/// Returns a time for a name of a folder: 2025-03-09-170042.
fn stamp(at: Millis) -> String {
    let (year, month, day) = date(at / DAY);
    let (hour, minute, second) = hour(at);
    format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
}

/// Returns a time for people: 2025-03-09 17:00.
fn shown(at: Millis) -> String {
    let (year, month, day) = date(at / DAY);
    let (hour, minute, _) = hour(at);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

fn hour(at: Millis) -> (u64, u64, u64) {
    let seconds = at % DAY / 1_000;
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Returns year, month and day of a day since 1970. Counted in years that begin in March, so that
/// the leap day is a year's last.
fn date(day: u64) -> (u64, u64, u64) {
    const CENTURIES: u64 = 146_097;
    let day = day + 719_468;
    let (era, of_era) = (day / CENTURIES, day % CENTURIES);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_a_calendar_has_them() {
        for (seconds, expected) in [
            (0, "1970-01-01-000000"),
            (951_782_399, "2000-02-28-235959"),
            (951_782_400, "2000-02-29-000000"),
            (1_709_164_800, "2024-02-29-000000"),
            (1_735_689_599, "2024-12-31-235959"),
            (1_735_689_600, "2025-01-01-000000"),
            (4_107_542_400, "2100-03-01-000000"),
        ] {
            assert_eq!(stamp(seconds * 1_000), expected);
        }
        assert_eq!(shown(1_735_689_599_000), "2024-12-31 23:59");
    }

    #[test]
    fn what_a_copy_holds_is_told_in_words() {
        let held = Contents { circles: 1, live_rooms: 2, rooms: 5, bytes: 1_600_000, newest_at: 0 };
        assert_eq!(told(&held), "1 circle, 2 sessions under way and 3 that ended, in 1.5 MiB");
        assert_eq!(size(1_500), "2 KiB");
    }
}
