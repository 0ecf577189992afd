//! `hearth backup` and `hearth restore`.

use super::{CliError, ConfigFlags};
use crate::clock::Clock;
use crate::config::Config;
use clap::Args;
use hearth_journal::StoreStats;
use hearth_protocol::Millis;
use jiff::Timestamp;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// File to create; it must not exist yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// File created by `hearth backup`
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Replace the existing data, which is moved aside
    #[arg(long)]
    replace: bool,
}

/// Makes the backup, and returns the output.
pub(super) fn back_up(backup: &Backup, settings: ConfigFlags) -> Result<String, CliError> {
    let config = Config::load(settings.sources())?;
    let contents = hearth_journal::back_up(&config.data, &backup.to)?;
    Ok(format!(
        "Backed up to {}: {}.\n\
         The backup keeps names and messages even after they are erased here. Store it as safely as \
         the data folder, and delete it when you no longer need it.\n",
        backup.to.display(),
        describe(&contents),
    ))
}

/// Restores the backup, and returns the output.
pub(super) fn restore(args: &Restore, settings: ConfigFlags) -> Result<String, CliError> {
    let config = Config::load(settings.sources())?;
    let aside = format!("before-restore-{}", utc(Clock::system().now(), "%F-%H%M%S"));
    let restored = hearth_journal::restore(&args.from, &config.data, args.replace, &aside)?;
    let mut out = format!(
        "Restored {} to {}: {}{}.\n",
        args.from.display(),
        config.data.display(),
        describe(&restored.contents),
        newest(restored.contents.newest_at),
    );
    if let Some(aside) = restored.aside {
        // Writing to a String can't fail.
        let _infallible = writeln!(
            out,
            "The previous data is now in {}. It contains messages: delete it when you are sure.",
            aside.display(),
        );
    }
    out.push_str(
        "You can start the server now. Pages that are still open will reconnect to the restored circle.\n",
    );
    Ok(out)
}

fn describe(contents: &StoreStats) -> String {
    let count = |number: u64, one: &str, more: &str| {
        format!("{number} {}", if number == 1 { one } else { more })
    };
    format!(
        "{}, {} in progress and {} ended, {}",
        count(contents.circles, "circle", "circles"),
        count(contents.live_rooms, "session", "sessions"),
        contents.rooms.saturating_sub(contents.live_rooms),
        size(contents.bytes),
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

/// Formats a time in UTC.
fn utc(at: Millis, format: &str) -> String {
    let time = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    time.unwrap_or_default().strftime(format).to_string()
}

/// Returns when the newest event happened, or nothing if there never was a session.
fn newest(at: Millis) -> String {
    match at {
        0 => String::new(),
        at => format!(", last change {} UTC", utc(at, "%F %H:%M")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_formatted_for_people_and_for_a_folder_name() {
        assert_eq!(utc(1_735_689_599_000, "%F %H:%M"), "2024-12-31 23:59");
        assert_eq!(utc(1_735_689_599_000, "%F-%H%M%S"), "2024-12-31-235959");
        assert_eq!(utc(u64::MAX, "%F"), "1970-01-01");
    }

    #[test]
    fn a_backup_without_sessions_has_no_last_change() {
        assert_eq!(newest(1_735_689_599_000), ", last change 2024-12-31 23:59 UTC");
        assert_eq!(newest(0), "");
    }

    #[test]
    fn the_contents_of_a_backup_are_described() {
        let contents =
            StoreStats { circles: 1, live_rooms: 2, rooms: 5, bytes: 1_600_000, newest_at: 0 };
        assert_eq!(describe(&contents), "1 circle, 2 sessions in progress and 3 ended, 1.5 MiB");
        assert_eq!(size(1_500), "2 KiB");
    }
}
