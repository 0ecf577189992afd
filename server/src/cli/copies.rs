//! `hearth backup` and `hearth restore`.

use super::{Failed, Settings};
use crate::clock::Clock;
use crate::config::Config;
use clap::Args;
use hearth_journal::{StoreStats, back_up, restore};
use hearth_protocol::Millis;
use jiff::Timestamp;
use std::fmt::Write;
use std::path::PathBuf;

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
    let aside = format!("before-restore-{}", shown(Clock::system(0).now(), "%F-%H%M%S"));
    let restored = restore(&asked.from, &config.data, asked.replace, &aside)?;
    let mut out = format!(
        "The store in {} is that of {} again. It holds {}{}.\n",
        config.data.display(),
        asked.from.display(),
        told(&restored.contents),
        newest(restored.contents.newest_at),
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

fn told(held: &StoreStats) -> String {
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

/// Returns a time as `form` has it, in UTC.
fn shown(at: Millis, form: &str) -> String {
    let moment = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    moment.unwrap_or_default().strftime(form).to_string()
}

/// Returns from when the newest event is that a copy holds; nothing where no session ever was.
fn newest(at: Millis) -> String {
    match at {
        0 => String::new(),
        at => format!(", the newest of it of {} UTC", shown(at, "%F %H:%M")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_for_people_and_for_the_name_of_a_folder() {
        assert_eq!(shown(1_735_689_599_000, "%F %H:%M"), "2024-12-31 23:59");
        assert_eq!(shown(1_735_689_599_000, "%F-%H%M%S"), "2024-12-31-235959");
        assert_eq!(shown(u64::MAX, "%F"), "1970-01-01");
    }

    #[test]
    fn a_copy_in_which_nothing_ever_happened_has_nothing_newest() {
        assert_eq!(newest(1_735_689_599_000), ", the newest of it of 2024-12-31 23:59 UTC");
        assert_eq!(newest(0), "");
    }

    #[test]
    fn what_a_copy_holds_is_told_in_words() {
        let held =
            StoreStats { circles: 1, live_rooms: 2, rooms: 5, bytes: 1_600_000, newest_at: 0 };
        assert_eq!(told(&held), "1 circle, 2 sessions under way and 3 that ended, in 1.5 MiB");
        assert_eq!(size(1_500), "2 KiB");
    }
}
