//! Checks before the server starts: the limit on open files, and settings that are valid but
//! probably not intended.

use crate::config::Config;

/// Files to keep available for the database and the log.
const RESERVED_FILES: u64 = 64;

const WITHOUT_TLS: &str = "people will open an http: URL, where browsers don't let pages use the \
    cryptography that joining needs; put a TLS proxy in front of the server, and set `public_url` \
    to its https URL";

/// Raises the limit on open files as far as possible, and lowers `connections_max` to fit it.
pub(super) fn fit_connections_to_files(config: &mut Config) {
    let files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => files,
        Err(error) => {
            tracing::warn!(%error, "can't raise the limit on open files");
            return;
        }
    };
    let possible = usize::try_from(files.saturating_sub(RESERVED_FILES)).unwrap_or(usize::MAX);
    let configured = config.limits.connections_max;
    if possible < configured {
        config.limits.connections_max = possible.max(1);
        tracing::warn!(
            configured,
            possible,
            "the system's limit on open files allows fewer connections than \
             limits.connections_max; raise it (ulimit -n, LimitNOFILE=) or lower the setting"
        );
    }
}

/// Warns about settings that keep people out.
pub(super) fn warn_about_settings(config: &Config) {
    let listens_on = config.listen.ip();
    match &config.public_url {
        None if listens_on.is_unspecified() => tracing::warn!(
            "the server listens on all addresses but only accepts requests for localhost, because \
             `public_url` isn't set; set it to the URL people open"
        ),
        None if !listens_on.is_loopback() => tracing::warn!("{WITHOUT_TLS}"),
        Some(url) if !url.is_https() && !url.is_loopback() => tracing::warn!("{WITHOUT_TLS}"),
        _ => {}
    }
}
